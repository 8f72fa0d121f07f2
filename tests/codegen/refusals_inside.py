"""List what the generator refuses of constructors and of what stands inside other types, as `refusals.py` does."""

from __future__ import annotations

REFUSALS = {
    "asynchronous_constructor": (
        """
@m.wrap_class
class Opened:
    async def __init__(self) -> None: ...

@m.wrap_class
class Made:
    async def __new__(cls) -> Made: ...
""",
        [
            (
                "_impl.py:18: Opened.__init__ is asynchronous, and Python does not await it: "
                "write an async classmethod that makes the object"
            ),
            (
                "_impl.py:22: Made.__new__ is asynchronous, and Python does not await it: "
                "write an async classmethod that makes the object"
            ),
        ],
    ),
    "asynchronous_context_manager_inside_a_result": (
        """
@m.wrap_function
def first() -> Optional[AsyncContextManager[int]]: ...
@m.wrap_function
def second() -> Tuple[str, AsyncContextManager[int]]: ...
""",
        [
            (
                f"_impl.py:{line}: the result of {name}: an async context manager cannot stand here yet: "
                "write a method with @asynccontextmanager"
            )
            for line, name in ((17, "first"), (19, "second"))
        ],
    ),
    "typed_dict_with_a_face_in_unpack": (
        """
if TYPE_CHECKING:
    from typing_extensions import Unpack

class Options(TypedDict, total=False):
    station: Station

@m.wrap_function
async def first(**options: Unpack[Options]) -> None: ...
""",
        [
            (
                "_impl.py:23: the parameter options of first: Options carries Station in its field station and is not "
                "public: register Options with wrap_class, which gives its fields types"
            )
        ],
    ),
    "generator_of_faces": (
        """
@m.wrap_function
def first() -> Generator[Station, None, None]:
    yield Station()
""",
        ["_impl.py:17: the result of first: Station inside Generator[...] is not supported yet: write `Iterator[T]`"],
    ),
}
