"""List what the generator refuses: an implementation, and the whole message for it.

Each text follows `PROLOGUE`, which ends at line 14, so that the text's first line is line 15.
"""

from __future__ import annotations

PROLOGUE = """\
from __future__ import annotations

from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import *
import enum

from ambidex import Module

m = Module("public")

@m.wrap_class
class Station: ...

"""

REFUSALS = {
    "parameter_without_annotation": (
        """
@m.wrap_function
async def current(
    city,
) -> float: ...
""",
        ["_impl.py:18: the parameter city of current has no annotation: write `city: T`"],
    ),
    "result_without_annotation": (
        """
@m.wrap_function
async def current(city: str):
    if city:
        return 1.0
""",
        ["_impl.py:17: current has no return annotation: write `-> T`, or `-> None`"],
    ),
    "result_without_annotation_that_never_returns": (
        """
@m.wrap_function
async def current(city: str):
    raise NotImplementedError
""",
        ["_impl.py:17: current has no return annotation: write `-> T`, or `-> None`"],
    ),
    "generator_without_annotation": (
        """
@m.wrap_function
async def readings():
    yield 1
""",
        ["_impl.py:17: readings has no return annotation: write `-> T`, or `-> None`"],
    ),
    "generator_with_another_annotation": (
        """
@m.wrap_function
async def readings() -> list[int]:
    yield 1
""",
        ["_impl.py:17: readings yields, and its annotation is no async iterator: write `-> AsyncGenerator[T, None]`"],
    ),
    "every_problem_of_a_run_at_once": (
        """
@m.wrap_function
async def first(city) -> float: ...

@m.wrap_function
async def second(city: Nowhere, other) -> float: ...
""",
        [
            "_impl.py:17: the parameter city of first has no annotation: write `city: T`",
            (
                "_impl.py:20: the parameter city of second: the annotation 'Nowhere' names Nowhere, "
                "which is not defined: import it, also under `if TYPE_CHECKING:`"
            ),
            "_impl.py:20: the parameter other of second has no annotation: write `other: T`",
        ],
    ),
    "annotation_that_cannot_be_evaluated": (
        """
@m.wrap_function
async def first(city: int[str]) -> float: ...
""",
        [
            (
                "_impl.py:17: the parameter city of first: the annotation 'int[str]' cannot be evaluated "
                "(TypeError: {int_subscript}): write a type"
            )
        ],
    ),
    "annotation_that_is_a_value": (
        """
@m.wrap_function
async def first(city: 3) -> float: ...
""",
        ["_impl.py:17: the parameter city of first: the annotation 3 is not a type: write a type"],
    ),
    "bound_of_a_type_variable": (
        """
T = TypeVar("T", bound="Absent")

@m.wrap_function
async def first(value: T) -> T: ...
""",
        [
            (
                f"_impl.py:19: {where}: the type variable T: the annotation 'Absent' names Absent, which is not "
                "defined: import it, also under `if TYPE_CHECKING:`"
            )
            for where in ("the result of first", "the parameter value of first")
        ],
    ),
    "variable_of_a_generic_class": (
        """
T = TypeVar("T", bound="Absent")

@m.wrap_class
class Box(Generic[T]): ...
""",
        [
            (
                "_impl.py:19: the type variable T: the annotation 'Absent' names Absent, which is not defined: "
                "import it, also under `if TYPE_CHECKING:`"
            )
        ],
    ),
    "overload_without_annotation": (
        """
@overload
async def first(value: int) -> int: ...
@overload
async def first(value: str): ...
@m.wrap_function
async def first(value: Union[int, str]) -> Union[int, str]: ...
""",
        ["_impl.py:21: the result of the overload of first in line 19 has no annotation: write it"],
    ),
    "overload_of_a_stream_that_does_not_say_what_it_yields": (
        """
@overload
def first(value: int) -> int: ...
@overload
def first(value: str) -> AsyncIterator[str]: ...
@m.wrap_function
async def first(value: Union[int, str]) -> AsyncIterator[str]:
    yield ""
""",
        [
            (
                "_impl.py:21: the overload of first in line 17 does not say what it yields: "
                "write `-> AsyncGenerator[T, None]`"
            )
        ],
    ),
    "recursive_alias": (
        """
JSON = Union[str, List["JSON"]]

@m.wrap_function
async def first(value: JSON) -> int: ...
""",
        [
            (
                "_impl.py:19: the parameter value of first: the type JSON is defined by itself, "
                "which is not supported yet: write it out to the depth you need"
            )
        ],
    ),
    "callable_that_carries_a_face_in_a_result": (
        """
@m.wrap_function
async def first() -> Callable[[Station], None]: ...
""",
        [
            (
                "_impl.py:17: the result of first: a Callable that carries Station is given to the user, "
                "which is not supported yet: pass plain values to it, or offer a method"
            )
        ],
    ),
    "callable_that_a_callback_is_given": (
        """
@m.wrap_function
async def first(
    middleware: Callable[[Callable[[Station], Awaitable[int]]], Awaitable[int]],
    other: Callable[[Callable[[str], Awaitable[int]]], Awaitable[int]],
    third: Callable[[AsyncIterator[int]], Awaitable[int]],
) -> None: ...
""",
        [
            (
                "_impl.py:18: the parameter middleware of first: a callback is given something asynchronous, "
                "which is not supported yet: give it plain values"
            ),
            (
                "_impl.py:19: the parameter other of first: a callback is given something asynchronous, "
                "which is not supported yet: give it plain values"
            ),
            (
                "_impl.py:20: the parameter third of first: a callback is given something asynchronous, "
                "which is not supported yet: give it plain values"
            ),
        ],
    ),
    "callable_that_a_callback_returns": (
        """
@m.wrap_function
async def first(make: Callable[[], Awaitable[Callable[[int], Awaitable[None]]]]) -> None: ...
""",
        [
            (
                "_impl.py:17: the parameter make of first: a callable that a callback returns is not supported yet: "
                "take it as a parameter"
            )
        ],
    ),
    "callable_sent_into_a_stream": (
        """
@m.wrap_function
async def first() -> AsyncGenerator[int, Callable[[int], Awaitable[int]]]:
    yield 1
""",
        [
            (
                "_impl.py:17: the result of first: a callable that is sent into a stream is not supported yet: "
                "take it as a parameter"
            )
        ],
    ),
    "on_loop_without_an_awaited_callable": (
        """
from ambidex import ON_LOOP

@m.wrap_function
async def first(number: Annotated[int, ON_LOOP]) -> None: ...
@m.wrap_function
async def second(work: Annotated[Callable[[], int], ON_LOOP]) -> None: ...
""",
        [
            (
                "_impl.py:19: the parameter number of first: ON_LOOP marks something that is no Callable: "
                "write Annotated[Callable[..., X], ON_LOOP]"
            ),
            (
                "_impl.py:21: the parameter work of second: ON_LOOP marks a Callable that is not awaited: "
                "leave it out: it runs on the loop anyway"
            ),
        ],
    ),
    "async_iterable_that_is_not_the_only_choice_and_carries_a_face": (
        """
@m.wrap_function
async def first(stations: Union[str, AsyncIterable[Station]]) -> None: ...
""",
        [
            (
                "_impl.py:17: the parameter stations of first: Station inside AsyncIterable[...] is not supported yet: "
                "use a list, set, dict or tuple"
            )
        ],
    ),
    "class_object_of_a_face": (
        """
@m.wrap_function
async def first(kind: Type[Station]) -> None: ...
""",
        [
            (
                "_impl.py:17: the parameter kind of first: Station as a class, not an object, is not supported yet: "
                "pass something that names it"
            )
        ],
    ),
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
class Lost(Exception):
    station: Optional[Station]
""",
        [
            (
                "_impl.py:18: Lost carries Station in its field station and derives from Exception, of which no copy "
                "can be made: pass Station by itself, or register Lost by='identity'"
            )
        ],
    ),
    "record_with_a_face_and_a_key_that_is_no_name": (
        """
Plan = m.wrap_class(TypedDict("Plan", {"first station": Station}))
""",
        [
            (
                "_impl.py:1: Plan carries Station in its field first station and has the key 'first station', of "
                "which no copy can be made: pass Station by itself, or register Plan by='identity'"
            )
        ],
    ),
    "generic_record_with_a_face_of_its_own": (
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
                "_impl.py:24: the result of first: Page carries Station in its field of and is generic: "
                "give the field's type by a type parameter, too"
            )
        ],
    ),
    "field_whose_face_cannot_be_translated": (
        """
@m.wrap_class
@dataclass
class Report:
    title: str
    station: Station
    chosen: Callable[[Station], None]
""",
        [
            (
                "_impl.py:21: the field chosen of Report: a Callable that carries Station is given to the user, which "
                "is not supported yet: pass plain values to it, or offer a method"
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
    "callable_that_carries_a_record_with_a_face": (
        """
@m.wrap_class
class Leg(NamedTuple):
    start: Station

@m.wrap_function
async def first() -> Callable[[Leg], None]: ...
""",
        [
            (
                "_impl.py:21: the result of first: a Callable that carries Leg is given to the user, which is not "
                "supported yet: pass plain values to it, or offer a method"
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
    "coroutine_that_returns_an_async_iterator": (
        """
@m.wrap_function
async def first() -> AsyncIterator[int]:
    return second()
""",
        ["_impl.py:17: first returns an async iterator after an await: yield the items, or write a plain `def`"],
    ),
    "coroutine_that_returns_a_context_manager": (
        """
@m.wrap_function
async def first() -> AsyncContextManager[int]: ...
""",
        [
            (
                "_impl.py:17: first returns a context manager after an await: "
                "write it with @asynccontextmanager, or as a plain `def`"
            )
        ],
    ),
    "awaitable_inside_a_result": (
        """
@m.wrap_function
def first() -> Optional[Awaitable[int]]: ...
@m.wrap_function
def second() -> Awaitable[Awaitable[int]]: ...
""",
        [
            (
                "_impl.py:17: the result of first: an awaitable cannot stand here yet: "
                "write an `async def` that awaits it"
            ),
            (
                "_impl.py:19: the result of second: an awaitable cannot stand here yet: "
                "write an `async def` that awaits it"
            ),
        ],
    ),
    "async_iterator_inside_a_result": (
        """
@m.wrap_function
async def first() -> List[AsyncIterator[int]]: ...
""",
        [
            (
                "_impl.py:17: the result of first: an async iterator cannot stand here yet: "
                "write an async generator that yields the items"
            )
        ],
    ),
    "blocking_context_manager": (
        """
@m.wrap_function
@contextmanager
def first() -> Iterator[int]:
    yield 1
""",
        ["_impl.py:18: first is a blocking context manager: write an `async def` under @asynccontextmanager"],
    ),
    "two_entries_of_one_name": (
        """
@m.wrap_function
async def first() -> int: ...

@m.wrap_function(name="first")
async def second() -> int: ...
""",
        [
            (
                "_impl.py:20: public already has a first, from _impl.py:17: "
                "give one of them another public name with name='...'"
            )
        ],
    ),
    "keyword": (
        """
@m.wrap_function(name="class")
async def first() -> int: ...
""",
        ["_impl.py:17: class is a keyword of Python: give it another public name with name='...'"],
    ),
    "reserved_name": (
        """
@m.wrap_function(name="_impl")
async def first() -> int: ...
""",
        ["_impl.py:17: generated modules need the name _impl themselves: give it another public name with name='...'"],
    ),
    "member_of_every_face": (
        """
@m.wrap_class
class Other:
    async def aio(self) -> int: ...
""",
        ["_impl.py:18: Other.aio collides with what every face has: give the member another name"],
    ),
    "member_that_hides_a_class": (
        """
@m.wrap_class
class Other:
    async def Station(self) -> Station: ...
""",
        [
            (
                "_impl.py:18: Other.Station hides the class Station in the annotations of its own class: "
                "give the member or the class another name"
            )
        ],
    ),
    "generated_over_its_implementation": (
        """
n = Module("_impl")

@n.wrap_function
async def first() -> int: ...
""",
        ["_impl.py:19: _impl would be generated over its own implementation: name another module in Module('...')"],
    ),
    "target_that_is_a_keyword": (
        """
n = Module("shop.class")

@n.wrap_function
async def first() -> int: ...
""",
        ["_impl.py:19: shop.class cannot be imported: class is a keyword: name another module in Module('...')"],
    ),
    "two_synchronizers": (
        """
n = Module("public", synchronizer="other")

@n.wrap_function
async def first() -> int: ...
""",
        ["_impl.py:18: public is asked for with the synchronizers public and other: name one in both manifests"],
    ),
    "nested_function": (
        """
def make() -> None:
    @m.wrap_function
    async def first() -> int: ...

make()
""",
        [
            (
                "_impl.py:18: first is defined inside a function, where nothing can import it: "
                "define it at the top of its module"
            )
        ],
    ),
    "lambda": (
        """
m.wrap_function(name="first")(lambda: 1)
""",
        [
            (
                "_impl.py:16: first is defined inside a function, where nothing can import it: "
                "define it at the top of its module"
            )
        ],
    ),
    "registration_below_a_decorator": (
        """
@asynccontextmanager
@m.wrap_function
async def first() -> AsyncIterator[int]:
    yield 1
""",
        [
            (
                "_impl.py:18: _impl.first is not what was registered as first: "
                "put the registration above every other decorator, and keep the name"
            )
        ],
    ),
    "builtin_function": (
        """
m.wrap_function(name="first")(print)
""",
        ["_impl.py:16: first is not a plain function: register a function written with `def`"],
    ),
    "value_below_a_face": (
        """
@m.wrap_class(by="value")
class Copy(Station): ...
""",
        [
            (
                "_impl.py:17: Copy goes by value and its base Station by identity: "
                "register both by='identity', or both by='value'"
            )
        ],
    ),
    "private_value": (
        """
@m.wrap_class(name="Mode")
class _Mode(enum.Enum): ...
""",
        ["_impl.py:17: Mode goes by value, and _Mode is private in its module: give it a public name there"],
    ),
    "class_that_is_a_builtin": (
        """
@m.wrap_class
class Table(Dict[str, int]): ...
""",
        [
            (
                "_impl.py:17: Table is a dict (builtins), which a face cannot be: "
                "hold one in an attribute, or register the class by='value'"
            )
        ],
    ),
    "special_method": (
        """
@m.wrap_class
class Lazy:
    def __setattr__(self, name: str, value: int) -> None: ...
    async def __getitem__(self, index: int) -> int: ...
    def __await__(self) -> Iterator[int]: ...
    def __lt__(self, other) -> bool: ...
""",
        [
            (
                "_impl.py:18: Lazy.__setattr__ is a special method that faces do not hand on: "
                "offer a method with a plain name"
            ),
            (
                "_impl.py:19: Lazy.__getitem__ is asynchronous, and its operator has no async form: "
                "offer a method with a plain name"
            ),
            "_impl.py:20: Lazy.__await__ does not say what it gives: write `-> Generator[Any, None, T]`",
            "_impl.py:21: the parameter other of Lazy.__lt__ has no annotation: write `other: T`",
        ],
    ),
    "properties": (
        """
@m.wrap_class
class Holder:
    @property
    async def first(self) -> int: ...
    @property
    def second(self) -> Awaitable[int]: ...
    @property
    def third(self) -> int: ...
    @third.setter
    def third(self, value: str) -> None: ...
    @property
    def fourth(self): return 1
""",
        [
            "_impl.py:19: the property Holder.first is asynchronous: write it as a method",
            "_impl.py:21: Holder.second: an awaitable cannot stand here yet: write an `async def` that awaits it",
            (
                "_impl.py:25: the setter of Holder.third takes another type than its getter gives: "
                "use one type, or offer a method"
            ),
            "_impl.py:27: Holder.fourth has no return annotation: write `-> T`, or `-> None`",
        ],
    ),
    "attributes": (
        """
class Table: ...

@m.wrap_class
class Holder:
    limit = len("abc")
    chosen = None
    empty = []
    kind: Final = len("abc")
    bare: ClassVar = {"a": 1}
    name: Nowhere
    Config = Table
""",
        [
            (
                "_impl.py:20: the class attribute Holder.limit has no annotation: "
                "write `limit: ClassVar[T] = ...`, or name it with a leading _"
            ),
            (
                "_impl.py:21: the class attribute Holder.chosen has no annotation: "
                "write `chosen: ClassVar[T] = ...`, or name it with a leading _"
            ),
            (
                "_impl.py:22: the class attribute Holder.empty has no annotation: "
                "write `empty: ClassVar[T] = ...`, or name it with a leading _"
            ),
            "_impl.py:23: the class attribute Holder.kind has no type: write `kind: Final[T]`",
            "_impl.py:24: the class attribute Holder.bare has no type: write `bare: ClassVar[T]`",
            (
                "_impl.py:25: the attribute Holder.name: the annotation 'Nowhere' names Nowhere, "
                "which is not defined: import it, also under `if TYPE_CHECKING:`"
            ),
            (
                "_impl.py:26: Holder.Config is the class Table, which is not public: "
                "register that with wrap_class, or name this with a _"
            ),
        ],
    ),
    "nested_classes": (
        """
@m.wrap_class
class Holder:
    class Leg(NamedTuple):
        number: int
        start: Station
    class Inner:
        class Table(Dict[str, int]): ...
        def open(self, unknown) -> int: ...
        class Station: ...
        class Leaf:
            def Holder(self) -> int: ...
    class _Hidden: ...
    def hidden(self) -> Holder._Hidden: ...
""",
        [
            (
                "_impl.py:18: Holder.Leg is nested and carries faces in its field start: "
                "register it with wrap_class, which gives it a name of its own"
            ),
            (
                "_impl.py:22: Holder.Inner.Table is a dict (builtins), which a face cannot be: "
                "hold one in an attribute, or register the class by='value'"
            ),
            "_impl.py:23: the parameter unknown of Holder.Inner.open has no annotation: write `unknown: T`",
            (
                "_impl.py:24: Holder.Inner.Station hides the class Station in the annotations of its own class: "
                "give the member or the class another name"
            ),
            (
                "_impl.py:26: Holder.Inner.Leaf.Holder hides the class Holder in the annotations of its own class: "
                "give the member or the class another name"
            ),
            (
                "_impl.py:28: the result of Holder.hidden: Holder._Hidden of _impl is private, and this is public: "
                "give it a public name"
            ),
        ],
    ),
    "half_a_context_manager": (
        """
@m.wrap_class
class Half:
    async def __aenter__(self) -> Half: ...
""",
        ["_impl.py:18: Half has only one of __aenter__ and __aexit__: write both"],
    ),
    "two_kinds_of_iterable": (
        """
@m.wrap_class
class Both:
    def __iter__(self) -> Iterator[int]: ...
    def __aiter__(self) -> AsyncIterator[int]: ...
""",
        ["_impl.py:19: Both is both a blocking and an async iterable: keep the async methods alone"],
    ),
    "iterable_of_unknown_items": (
        """
@m.wrap_class
class Rows:
    def __aiter__(self) -> Station: ...
""",
        ["_impl.py:18: Rows.__aiter__ does not say what it yields: write `-> AsyncIterator[T]`"],
    ),
    "descriptors": (
        """
class Untyped:
    def __get__(self, instance, owner=None): ...
class Overloaded:
    @overload
    def __get__(self, instance: None, owner: object = ...) -> Overloaded: ...
    @overload
    def __get__(self, instance: object, owner: object = ...) -> int: ...
    def __get__(self, instance: object, owner: object = None) -> Union[Overloaded, int]: ...
T = TypeVar("T")
class Box(Generic[T]):
    def __get__(self, instance: object, owner: object = None) -> T: ...
class Other:
    def __get__(self, instance: object, owner: object = None) -> int: ...
    def __set__(self, instance: object, value: str) -> None: ...

@m.wrap_class
class Holder:
    first = Untyped()
    second = Overloaded()
    third = Other()
    fourth = Box()
""",
        [
            (
                "_impl.py:33: Holder.first is of the class Untyped, whose __get__ does not say what it gives: "
                "write a method or a property"
            ),
            (
                "_impl.py:34: Holder.second is of the class Overloaded, whose __get__ has overloads: "
                "write one signature, or a property"
            ),
            (
                "_impl.py:35: Holder.third is of the class Other, whose __set__ takes another type than its "
                "__get__ gives: use one type, or write a property"
            ),
            (
                "_impl.py:36: Holder.fourth is of the generic class Box, and nothing says what its T stands for: "
                "write `fourth = Box[X](...)`"
            ),
        ],
    ),
    "method_without_self": (
        """
@m.wrap_class
class Loose:
    async def first() -> int: ...
""",
        ["_impl.py:18: Loose.first does not name its first parameter: write `self` or `cls` first"],
    ),
    "self_outside_a_class": (
        """
if TYPE_CHECKING:
    from typing_extensions import Self

@m.wrap_function
async def first() -> Self: ...
""",
        ["_impl.py:20: the result of first: Self stands outside a class: name the class"],
    ),
}
