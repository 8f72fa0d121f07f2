"""List what the generator refuses of classes and their members, as `refusals.py` does."""

from __future__ import annotations

REFUSALS = {
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
    "receiver_that_not_every_object_is": (
        """
K = TypeVar("K")
W = TypeVar("W")

@m.wrap_class
class Crate(Generic[K]):
    async def flat(self: Crate[List[K]]) -> K: ...
    @classmethod
    def made(cls: Type[Crate[List[W]]], item: W) -> None: ...
    @property
    def first(self: "Crate[Dict[str, K]]") -> K: ...
    def __await__(self: Crate[str]) -> Generator[Any, None, str]: ...
    async def same(self: Crate[K]) -> K: ...
    async def any(self: Crate[Any]) -> int: ...
    async def own(self: W) -> W: ...
    async def odd(self: "Crate[Odd]") -> int: ...

class Odd:
    async def step(self) -> None: ...
""",
        [
            (
                "_impl.py:21: Crate.flat is for Crate[List[K]] alone, by its parameter self, and K is what the "
                "class itself is of: write a type variable of its own"
            ),
            (
                "_impl.py:23: Crate.made is for Type[Crate[List[W]]] alone, by its parameter cls, which "
                "a face can say of its objects and of single types alone: write a function that has it for a parameter"
            ),
            (
                "_impl.py:25: Crate.first is for Crate[Dict[str, K]] alone, by its parameter self, and K is what the "
                "class itself is of: write a type variable of its own"
            ),
            (
                "_impl.py:26: Crate.__await__ is for some objects of Crate alone, by its first parameter, "
                "and a face can be awaited whatever it is of: write an async method"
            ),
            (
                "_impl.py:30: Crate.odd is for Crate[Odd] alone, by its parameter self, and Odd is not public, and its "
                "step is asynchronous: register it with wrap_class, or with wrap_class(by='value') where it is to be "
                "handed over as it is"
            ),
        ],
    ),
    "receiver_of_a_base_that_not_every_object_is": (
        """
K = TypeVar("K")

@m.wrap_class
class Crate(Generic[K]):
    async def same(self: Crate[K]) -> K: ...

@m.wrap_class
class Letters(Crate[str]):
    async def joined(self: Crate[str]) -> str: ...
    async def counted(self: Crate[int]) -> int: ...
""",
        [
            (
                "_impl.py:25: Letters.counted is for Crate[int] alone, by its parameter self, which no Letters is: "
                "leave it out, or annotate `self` with what it is"
            ),
        ],
    ),
    "properties": (
        """
@m.wrap_class
class Holder:
    @property
    async def first(self) -> int: ...
    @property
    def third(self) -> int: ...
    @third.setter
    def third(self, value) -> None: ...
    @property
    def fourth(self): return 1
    fifth = property(repr)
    sixth = property(None, third.fset)
""",
        [
            "_impl.py:19: the property Holder.first is asynchronous: write it as a method",
            ("_impl.py:23: the setter of Holder.third has no annotation for its value: write `value: T`"),
            "_impl.py:25: Holder.fourth has no return annotation: write `-> T`, or `-> None`",
            (
                "_impl.py:26: the getter of the property Holder.fifth is of the type builtin_function_or_method: "
                "write a function with an annotation under @property"
            ),
            "_impl.py:27: the property Holder.sixth has no getter: write one with @property",
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
                "which is not defined: import it, also under `if TYPE_CHECKING:`, or define it outside of that"
            ),
            (
                "_impl.py:26: Holder.Config is the class Table, which is not public: "
                "register that with wrap_class, or name this with a _"
            ),
        ],
    ),
    "attributes_of_a_constructor": (
        """
@m.wrap_class
class Holder:
    def __init__(self, size: int) -> None:
        self.name: Nowhere = None
        self.kind: Final = len("abc")
        self.level: ClassVar[int] = 1
        if size:
            self.width: int = size
        else:
            self.width: str = ""
        self._inside: Nowhere = None
""",
        [
            (
                "_impl.py:19: the attribute Holder.name: the annotation 'Nowhere' names Nowhere, "
                "which is not defined: import it, also under `if TYPE_CHECKING:`, or define it outside of that"
            ),
            "_impl.py:20: the attribute Holder.kind has no type: write `kind: Final[T]`",
            (
                "_impl.py:21: the attribute Holder.level is annotated as ClassVar in the constructor: "
                "write that in the body of the class"
            ),
            "_impl.py:23: the attribute Holder.width has several annotations in the constructor: write one",
        ],
    ),
    "alias_in_a_class": (
        """
@m.wrap_class
class Holder:
    Row = Dict[str, "Station"]
    Either = Optional[int]
    _Inside = List[int]
    Column = list[int]
""",
        [
            (
                f"_impl.py:{line}: Holder.{name} is a type alias, which no face has: "
                "write it at the top of the module, or name it with a _"
            )
            for line, name in ((18, "Row"), (19, "Either"), (21, "Column"))
        ],
    ),
    "class_that_is_no_value": (
        """
class Middleware(Protocol):
    async def before(self) -> None: ...
class Sink(Protocol):
    def put(self, item: Station) -> None: ...
class Envelope:
    def __init__(self, station: Station) -> None:
        self.station: Station = station
class Chain:
    def __init__(self) -> None:
        self._inside: Station = Station()
    def after(self, other: "Chain") -> int: ...
    @property
    def stations(self) -> "List[Station]": ...
class Plain:
    def __init__(self) -> None:
        self._inside = Station()
    def twice(self, other: "Plain") -> int: ...
m.wrap_class(Chain, by="value")
@m.wrap_function
async def send(steps: List[Middleware], sink: Sink, envelope: Envelope, chain: Chain) -> Plain: ...
""",
        [
            (
                f"_impl.py:35: the parameter {parameter} of send: {reason}: register it with wrap_class, "
                "or with wrap_class(by='value') where it is to be handed over as it is"
            )
            for parameter, reason in (
                ("steps", "Middleware is not public, and its before is asynchronous"),
                ("sink", "Sink is not public, and its put names Station, which has a face"),
                ("envelope", "Envelope is not public, and its station names Station, which has a face"),
            )
        ],
    ),
    "unregistered_classes_inside_others": (
        """
class Inner:
    station: Station
class Middle:
    inner: "Inner"
    back: "Outer"
class Outer:
    def middles(self) -> "List[Middle]": ...
class Special(Station): ...
class Rack:
    special: Special
@dataclass
class Report:
    stations: List[Station]
class Desk:
    report: Report
class Clock:
    async def wait(self) -> None: ...
class Hall:
    clock: Clock
class Loop:
    own: "Loop"
    other: "Knot"
class Knot:
    back: Loop
@m.wrap_function
async def send(outer: Outer, rack: Rack, desk: Desk, hall: Hall) -> Loop: ...
""",
        [
            (
                f"_impl.py:41: the parameter {parameter} of send: {reason}: register it with wrap_class, "
                "or with wrap_class(by='value') where it is to be handed over as it is"
            )
            for parameter, reason in (
                (
                    "outer",
                    (
                        "Outer is not public, and its middles names Middle, whose inner names Inner, whose station "
                        "names Station, which has a face"
                    ),
                ),
                ("rack", "Rack is not public, and its special names Special, whose base Station has a face"),
                (
                    "desk",
                    "Desk is not public, and its report names Report, whose stations names Station, which has a face",
                ),
                ("hall", "Hall is not public, and its clock names Clock, whose wait is asynchronous"),
            )
        ],
    ),
    "subscript_of_a_class_that_is_not_generic": (
        """
@m.wrap_class
class Holder:
    def __class_getitem__(cls, item: str) -> str: ...

@m.wrap_class
class Box(Generic[T]):
    def __class_getitem__(cls, item: object) -> object: ...
""".replace("@m", 'T = TypeVar("T")\n\n@m', 1),
        [
            (
                "_impl.py:20: Holder.__class_getitem__ says what Holder[...] gives, which type checkers do not ask it: "
                "offer a class method with a plain name, and leave this out with exclude=['__class_getitem__']"
            )
        ],
    ),
    "members_of_a_metaclass": (
        """
class Meta(type):
    registry: "Dict[str, int]"
    limit = None
    def __len__(cls) -> int: ...
    def __call__(cls, *args: Any) -> Any: ...
    @property
    def speed(cls) -> int: ...
    @speed.setter
    def speed(cls, value: int) -> None: ...
    @property
    def title(cls) -> str: ...
    def same(cls: W) -> W: ...
    def find(cls, name) -> int: ...
    @property
    async def late(cls) -> int: ...
    def shadowed(cls) -> int: ...
    class Inside: ...

@m.wrap_class
class Holder(metaclass=Meta):
    title: str
    def shadowed(self) -> str: ...

@m.wrap_class
class Again(Holder): ...

W = TypeVar("W")
""",
        [
            (
                "_impl.py:18: the class attribute Meta.limit has no annotation: "
                "write `limit: ClassVar[T] = ...`, or name it with a leading _"
            ),
            (
                "_impl.py:19: Meta.__len__ is a special method of a metaclass, which generated classes do not hand on: "
                "offer a class method with a plain name, and leave this out with exclude=['__len__']"
            ),
            (
                "_impl.py:22: the setter of Meta.speed is of a metaclass, and what is set on a generated class stays "
                "there: offer a class method that sets it, and leave this out with exclude=['speed.setter']"
            ),
            (
                "_impl.py:26: Holder.title is Meta.title on the class, and something else on its objects: "
                "give one of them another name"
            ),
            (
                "_impl.py:27: Meta.same names the class that its metaclass makes as Self, which is not supported: "
                "annotate the receiver as `cls: type[T]`, and what it gives with T"
            ),
            "_impl.py:28: the parameter name of Meta.find has no annotation: write `name: T`",
            "_impl.py:30: the property Meta.late is asynchronous: write it as a method",
            "_impl.py:32: Meta.Inside is a class inside a metaclass, which no face has: write it in the class",
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
        [
            (
                "_impl.py:19: Both is both a blocking and an async iterable: "
                "exclude __iter__, for the async one to serve as both, or keep each as it is with "
                "blocking=['__iter__']"
            ),
        ],
    ),
    "blocking_form_beside_no_async_one": (
        """
@m.wrap_class(blocking=["__enter__", "close"])
class Client:
    def __enter__(self) -> None: ...
    def __exit__(self, *about: object) -> None: ...
    def close(self) -> None: ...
    async def fetch(self) -> int: ...
""",
        [
            "_impl.py:16: Client.__enter__ and __aenter__ are not both there: leave it out of blocking",
            (
                "_impl.py:16: Client.close has no async form in Python: name __enter__ or __iter__, or leave it out of "
                "blocking"
            ),
        ],
    ),
    "class_that_extends_an_async_generator": (
        """
@m.wrap_class
class Echo(AsyncGenerator[int, int]): ...
""",
        [
            (
                "_impl.py:17: Echo is a AsyncGenerator (collections.abc), which a face cannot be: "
                "extend AsyncIterator, and offer what sends as a method with another name than asend, or return an "
                "async generator"
            ),
        ],
    ),
    "iterable_of_unknown_items": (
        """
@m.wrap_class
class Rows:
    def __aiter__(self) -> Station: ...
""",
        ["_impl.py:18: Rows.__aiter__ does not say what it yields: write `-> AsyncIterator[T]`"],
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
    "base_of_the_standard_library": (
        """
import asyncio

@m.wrap_class
class Line(asyncio.Protocol):
    async def send(self, data: bytes) -> None: ...
""",
        [
            (
                "_impl.py:19: Line extends Protocol (asyncio.protocols), which does not say the types of its "
                "data_received, connection_made, connection_lost: hold one in an attribute, or write those in Line "
                "with annotations"
            )
        ],
    ),
    "base_of_the_standard_library_with_many_members": (
        """
import socketserver

@m.wrap_class
class Server(socketserver.BaseServer):
    async def send(self, data: bytes) -> None: ...

    def __init__(self, place: str) -> None: ...
    def fileno(self) -> int: ...
    def service_actions(self) -> None: ...
    def shutdown_request(self, request: bytes) -> None: ...
    def process_request(self, request: bytes, client_address: str) -> None: ...
""",
        [
            (
                "_impl.py:19: Server extends BaseServer (socketserver), which does not say the types of its "
                "timeout, handle_request, verify_request and 4 more: hold one in an attribute, or write those in "
                "Server with annotations"
            )
        ],
    ),
    "iteration_without_a_beginning": (
        """
@m.wrap_class
class Readings:
    async def __anext__(self) -> int: ...
""",
        [("_impl.py:18: Readings has __anext__ and no __aiter__: write `def __aiter__(self) -> Self: return self`")],
    ),
    "entering_that_gives_any_type": (
        """
K = TypeVar("K")

@m.wrap_class
class Session:
    async def __aenter__(self) -> K: ...
    async def __aexit__(self, *error: object) -> None: ...
""",
        ["_impl.py:20: Session.__aenter__ does not say what it gives: write `-> Self`"],
    ),
    "methods_of_a_metaclass_around_no_function": (
        """
class Meta(type):
    size = staticmethod(len)
    made = classmethod(int)

@m.wrap_class
class First(metaclass=Meta): ...
""",
        [
            "_impl.py:17: Meta.size is a method around something that is no function: write a plain method",
            "_impl.py:18: Meta.made is a method around something that is no function: write a plain method",
        ],
    ),
    "descriptors_that_say_too_little": (
        """
if TYPE_CHECKING:
    from typing_extensions import Self

class Same:
    def __get__(self, instance: object, owner: type) -> "Self": ...

class Sized:
    def __get__(self, instance: object, owner: type) -> int: ...
    __set__ = len

class Silent:
    @overload
    def __get__(self, instance: None, owner: type) -> "Self": ...
    @overload
    def __get__(self, instance: object, owner: type): ...
    def __get__(self, instance: Any, owner: type) -> Any: ...

@m.wrap_class
class Client:
    same = Same()
    sized = Sized()
    silent = Silent()
""",
        [
            "_impl.py:35: Client.same is of the class Same, which gives itself: write a method or a property",
            "_impl.py:36: Client.sized is of the class Sized, whose __set__ is no function: write a property",
            (
                "_impl.py:37: Client.silent is of the class Silent, whose __get__ does not say what it gives: "
                "write `-> T` in each overload"
            ),
        ],
    ),
}
