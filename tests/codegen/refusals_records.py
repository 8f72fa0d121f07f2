"""List what the generator refuses of records that carry faces, and of unregistered classes, as `refusals.py` does."""

from __future__ import annotations

REFUSALS = {
    "record_with_a_face_that_is_not_public": (
        """
class Report(NamedTuple):
    station: Station

@m.wrap_function
async def first() -> List[Report]: ...
""",
        [
            (
                "_impl.py:20: the result of first: Report carries Station in its field station and is not public: "
                "register Report with wrap_class, which gives its fields types"
            )
        ],
    ),
    "record_with_a_face_that_cannot_be_copied": (
        """
@m.wrap_class
@dataclass
class Lost(dict):
    station: Optional[Station]
""",
        [
            (
                "_impl.py:18: Lost carries Station in its field station and derives from dict, of which no copy "
                "can be made: pass Station by itself, or register Lost by='identity'"
            )
        ],
    ),
    "struct_with_a_face": (
        """
import msgspec

@m.wrap_class
class Report(msgspec.Struct):
    station: Station

@m.wrap_function
async def first() -> Report: ...
""",
        [
            f"_impl.py:{place}Report carries Station in its field station and is a Struct, of which no copy can be "
            "made: pass Station by itself, or register Report by='identity'"
            for place in ("19: ", "23: the result of first: ")
        ],
    ),
    "exception_with_what_cannot_be_reached": (
        """
@m.wrap_class
class Report(NamedTuple):
    station: Station

@m.wrap_class
class Failed(Exception):
    def __init__(self, report: Report, lines: List[AsyncIterator[str]]) -> None:
        self.report = report

@m.wrap_class
class Lost(Exception):
    lines: List[AsyncIterator[str]]

    async def explained(self) -> str: ...

class Unknown(Exception):
    station: Station

@m.wrap_function
async def first() -> Unknown: ...
""",
        [
            *(
                f"_impl.py:{line}: {name} is an exception and carries {what} in its field {held}, where that cannot be "
                "reached: hold the objects with faces themselves, in lists, sets, dicts or tuples"
                for line, name, what, held in (
                    (21, "Failed", "Report", "report"),
                    (26, "Lost", "AsyncIterator", "lines"),
                )
            ),
            (
                "_impl.py:29: Lost.explained is asynchronous, and Lost holds faces on the public side, which block: "
                "write a function that takes the Lost, or register it by='identity'"
            ),
            (
                "_impl.py:35: the result of first: Unknown carries Station in its field station and is not public: "
                "register Unknown with wrap_class, which gives its fields types"
            ),
        ],
    ),
    "record_with_a_face_and_a_key_that_is_no_name": (
        """
Plan = m.wrap_class(TypedDict("Plan", {"first station": Station}))
""",
        [
            (
                "_impl.py:16: Plan carries Station in its field first station and has the key 'first station', of "
                "which no copy can be made: pass Station by itself, or register Plan by='identity'"
            )
        ],
    ),
    "open_record_that_cannot_be_copied": (
        """
T = TypeVar("T")

@dataclass
class Page(dict, Generic[T]):
    item: T

@m.wrap_class
class Box(Generic[T]):
    async def page(self) -> Page[T]: ...
""",
        [
            (
                "_impl.py:24: the result of Box.page: Page may hold objects with faces and derives from dict, "
                "of which no copy can be made: register Page by='identity'"
            )
        ],
    ),
    "generic_record_with_a_face_that_is_not_public": (
        """
T = TypeVar("T")

@dataclass
class Page(Generic[T]):
    items: List[T]
    of: Station

@m.wrap_function
async def first() -> Page[int]: ...
""",
        [
            (
                "_impl.py:24: the result of first: Page carries Station in its field of and is not public: "
                "register Page with wrap_class, which gives its fields types"
            )
        ],
    ),
    "field_whose_face_cannot_be_translated": (
        """
from asyncio import Queue

@m.wrap_class
@dataclass
class Report:
    title: str
    station: Station
    chosen: Callable[[Station], Optional[Queue[AsyncContextManager[int]]]]
""",
        [
            (
                "_impl.py:23: the field chosen of Report: a Callable that is given to the user gives something "
                "asynchronous where it cannot be reached: use a list, set, dict or tuple"
            )
        ],
    ),
    "async_method_of_a_record_with_a_face": (
        """
@m.wrap_class
@dataclass
class Report:
    station: Station

    async def fetch(self) -> int: ...
""",
        [
            (
                "_impl.py:21: Report.fetch is asynchronous, and Report holds faces on the public side, which block: "
                "write a function that takes the Report, or register it by='identity'"
            )
        ],
    ),
    "unregistered_subclass": (
        """
class Fast(Station): ...

@m.wrap_function
async def first() -> Fast: ...
""",
        [
            (
                "_impl.py:19: the result of first: Fast is not public, but its base Station is: "
                "register it with wrap_class, or annotate Station"
            )
        ],
    ),
    "private_class": (
        """
class _Hidden: ...

@m.wrap_function
async def first() -> _Hidden: ...
""",
        ["_impl.py:19: the result of first: _Hidden of _impl is private, and this is public: give it a public name"],
    ),
    "decorated_method_of_a_record": (
        """
import functools

def checked(function: Callable[..., Any]) -> Callable[..., Any]:
    return functools.wraps(function)(lambda *args: function(*args))

@m.wrap_class
@dataclass
class Reading:
    station: Station
    @checked
    def doubled(self) -> int: ...
""",
        ["_impl.py:26: Reading.doubled is a decorated method of a record that carries faces: write a plain method"],
    ),
}
