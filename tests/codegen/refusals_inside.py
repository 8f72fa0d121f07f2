"""List what the generator refuses of constructors and of what stands inside other types, as `refusals.py` does."""

from __future__ import annotations

REFUSALS = {
    "asynchronous_inside_another_class": (
        """
from asyncio import Queue

T = TypeVar("T")

class Box(Generic[T]): ...

@m.wrap_class
class Shelf(Generic[T]):
    async def first(self) -> Box[AsyncIterator[int]]: ...
    async def second(self) -> List[Shelf[Awaitable[int]]]: ...
    @property
    def third(self) -> Optional[Queue[AsyncContextManager[int]]]: ...
    async def fourth(self) -> AsyncIterator[Box[AsyncIterator[int]]]: ...
""",
        [
            (f"_impl.py:{line}: {where}: {what} would reach the user as it is: use a list, set, dict or tuple")
            for line, where, what in (
                (24, "the result of Shelf.first", "an async iterator inside Box[...]"),
                (25, "the result of Shelf.second", "an awaitable inside Shelf[...]"),
                (27, "Shelf.third", "an async context manager inside Queue[...]"),
                (28, "the result of Shelf.fourth", "an async iterator inside Box[...]"),
            )
        ],
    ),
    "asynchronous_inside_a_generic_class": (
        """
from asyncio import Queue

T = TypeVar("T")

@m.wrap_class
class Shelf(Generic[T]): ...
@m.wrap_class
class Read(Shelf[AsyncIterator[int]]): ...
@m.wrap_class
class Called(Shelf[Callable[[int], Awaitable[str]]]): ...
@m.wrap_function
def first() -> Shelf[List[Callable[[int], Awaitable[str]]]]: ...
@m.wrap_function
def second(shelf: Shelf[AsyncContextManager[int]], queue: Queue[Callable[[int], Awaitable[str]]]) -> None: ...
@m.wrap_function
def third(make: Callable[[Shelf[Awaitable[int]]], Shelf[AsyncIterator[int]]], kind: Type[Awaitable[int]]) -> None: ...
@m.wrap_function
def fourth() -> Generator[AsyncIterator[int], None, None]: ...
""",
        [
            (f"_impl.py:{line}: {where}: {what} would reach the {whom} as it is: use a list, set, dict or tuple")
            for line, where, what, whom in (
                (23, "the base Shelf of Read", "an async iterator inside Shelf[...]", "user"),
                (25, "the base Shelf of Called", "an async callable inside Shelf[...]", "user"),
                (27, "the result of first", "an async callable inside Shelf[...]", "user"),
                (
                    29,
                    "the parameter shelf of second",
                    "an async context manager inside Shelf[...]",
                    "implementation",
                ),
                (29, "the parameter queue of second", "an async callable inside Queue[...]", "implementation"),
                (31, "the parameter make of third", "an awaitable inside Shelf[...]", "user"),
                (31, "the parameter kind of third", "an awaitable inside type[...]", "implementation"),
                (33, "the result of fourth", "an async iterator inside Generator[...]", "user"),
            )
        ],
    ),
    "callable_with_faces_inside_a_generic_class": (
        """
from asyncio import Queue

S = TypeVar("S", bound=Station)
T = TypeVar("T")
Steps = Union[Callable[[Station], None], List["Steps"]]

@m.wrap_class
class Shelf(Generic[T]): ...
@m.wrap_class
class Called(Shelf[Callable[[Station], int]]): ...
@m.wrap_function
def first() -> Shelf[List[Callable[[], Station]]]: ...
@m.wrap_function
def second(shelf: Shelf[Callable[[S], S]], queue: Queue[Callable[[Station], int]]) -> None: ...
@m.wrap_function
def third(use: Callable[[Shelf[Callable[[List[Station]], int]]], int]) -> None: ...
@m.wrap_function
def fourth() -> Shelf[Steps]: ...
@m.wrap_function
def fifth(shelf: Shelf[Callable[[int], Any]], other: Shelf[Station]) -> Shelf[Callable[..., int]]: ...
""",
        [
            (
                f"_impl.py:{line}: {where}: a callable with Station inside {around}[...] would reach the {whom} as it "
                "is: use a list, set, dict or tuple"
            )
            for line, where, around, whom in (
                (25, "the base Shelf of Called", "Shelf", "user"),
                (27, "the result of first", "Shelf", "user"),
                (29, "the parameter shelf of second", "Shelf", "implementation"),
                (29, "the parameter queue of second", "Queue", "implementation"),
                (31, "the parameter use of third", "Shelf", "user"),
                (33, "the result of fourth", "Shelf", "user"),
            )
        ],
    ),
    "guard_of_something_asynchronous": (
        """
if TYPE_CHECKING:
    from typing_extensions import TypeGuard, TypeIs

@m.wrap_class
class Shelf:
    def first(self, value: object) -> TypeGuard[List[AsyncIterator[int]]]: ...
@m.wrap_function
async def second(value: Union[int, Callable[[int], Awaitable[int]]]) -> TypeIs[Callable[[int], Awaitable[int]]]: ...
@m.wrap_function
def third(value: object) -> TypeGuard[Callable[[Shelf], int]]: ...
@m.wrap_function
def fourth(values: List[object]) -> TypeGuard[List[Shelf]]: ...
""",
        [
            f"_impl.py:{line}: the result of {where}: {guard}[...] says of what the implementation is given that it "
            f"holds or is {what}, which is made of what the user hands in, and that may be another: give a bool"
            for line, where, guard, what in (
                (21, "Shelf.first", "TypeGuard", "an async iterator"),
                (23, "second", "TypeIs", "an async callable"),
                (25, "third", "TypeGuard", "a callable with Shelf"),
            )
        ],
    ),
    "asynchronous_sent_into_a_stream": (
        """
@m.wrap_function
async def first() -> AsyncGenerator[int, Optional[AsyncIterator[int]]]:
    yield 1
@m.wrap_function
async def second() -> Optional[AsyncGenerator[int, Awaitable[int]]]: ...
""",
        [
            "_impl.py:17: the result of first: an async iterator cannot be sent into a stream: take it as a parameter",
            "_impl.py:20: the result of second: an awaitable cannot be sent into a stream: take it as a parameter",
        ],
    ),
    "asynchronous_in_a_record_that_is_not_public": (
        """
@dataclass
class Report:
    lines: AsyncIterator[str]

@m.wrap_function
async def first() -> Report: ...
""",
        [
            (
                "_impl.py:21: the result of first: Report carries AsyncIterator in its field lines and is not public: "
                "register Report with wrap_class, which gives its fields types"
            )
        ],
    ),
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
    "generator_that_is_sent_callables": (
        """
@m.wrap_function
def first() -> Generator[int, Callable[[Station], None], None]:
    yield 1

@m.wrap_function
async def second(steps: Generator[int, Callable[[], Awaitable[int]], None]) -> None: ...
""",
        [
            (
                f"_impl.py:{line}: the {what}: a callable that is sent into a generator is handed on as it is, and "
                "nobody translates its calls: take it as a parameter"
            )
            for line, what in ((17, "result of first"), (21, "parameter steps of second"))
        ],
    ),
    "asynchronous_inside_other_classes": (
        """
@m.wrap_function
async def first() -> AsyncIterator[Type[AsyncIterator[int]]]:
    yield 1

@m.wrap_function
async def second() -> ContextManager[Station]: ...

@m.wrap_function
async def third(stations: AsyncGenerator[List[Station], None]) -> None: ...

@m.wrap_function
async def fourth(station: Coroutine[object, object, Station]) -> None: ...
""",
        [
            (
                "_impl.py:17: the result of first: an async iterator inside type[...] would reach the user as it is: "
                "use a list, set, dict or tuple"
            ),
            (
                "_impl.py:21: the result of second: Station inside AbstractContextManager[...] would cross as it is, "
                "for only containers are looked into: use a list, set, dict or tuple"
            ),
            (
                "_impl.py:24: the parameter stations of third: Station inside AsyncGenerator[...] would cross as it "
                "is, for only containers are looked into: take an AsyncIterator"
            ),
            (
                "_impl.py:27: the parameter station of fourth: Station inside Coroutine[...] would cross as it is, "
                "for only containers are looked into: take an Awaitable"
            ),
        ],
    ),
}
