"""List what a manifest may not say: as in `refusals.py`, and after the same prologue."""

from __future__ import annotations

REFUSALS = {
    "member_that_is_not_there": (
        """
@m.wrap_class(exclude=["cloze"], rename={"opne": "begin"})
class Client:
    async def close(self) -> None: ...

@m.wrap_class(include=["close"])
class Other(Station): ...
""",
        [
            "_impl.py:16: Client has no member 'cloze': name what stands in its body or in a base's",
            "_impl.py:16: Client has no member 'opne': name what stands in its body or in a base's",
            "_impl.py:20: Other has no member 'close': name what stands in its body or in a base's",
        ],
    ),
    "setter_that_is_not_there": (
        """
@m.wrap_class(exclude=["speed.setter", "close.setter"])
class Client:
    @property
    def speed(self) -> int: ...
    async def close(self) -> None: ...
""",
        [
            "_impl.py:16: Client.speed is no property with a setter: name one that is",
            "_impl.py:16: Client.close is no property with a setter: name one that is",
        ],
    ),
    "member_that_is_not_public_anyway": (
        """
@m.wrap_class(exclude=["_close", "__del__"])
class Client:
    async def _close(self) -> None: ...
    def __del__(self) -> None: ...

@m.wrap_class(include=["__copy__"])
class Other:
    def __copy__(self) -> Other: ...
""",
        [
            "_impl.py:16: Client._close is not public anyway: leave it out of exclude",
            "_impl.py:16: Client.__del__ is not public anyway: leave it out of exclude",
            "_impl.py:21: Other.__copy__ stays inside: faces do not hand it on: leave it out of include",
        ],
    ),
    "parameter_that_cannot_be_excluded": (
        """
@m.wrap_class(exclude=["send.codec", "send.text", "cut.by", "size.unit", "gone.x", "__init__.speed"])
class Client:
    size: int = 0
    def __init__(self, speed: int) -> None: ...
    async def send(self, text: str) -> None: ...
    async def cut(self, by: int = 1, *rest: int) -> None: ...
    async def ring(self, loud: bool = False) -> None: ...

@m.wrap_class(exclude=["ring.loud"])
class Fast(Client):
    async def ring(self, loud: bool = False) -> None: ...

@m.wrap_function(exclude=["codec", "text"])
async def send(text: str) -> None: ...

@overload
async def look(deep: bool) -> int: ...
@overload
async def look(deep: bool, far: int) -> str: ...
@m.wrap_function(exclude=["deep"])
async def look(deep: bool = False, far: int = 1) -> Union[int, str]: ...
""",
        [
            "_impl.py:16: Client.send has no parameter 'codec': name one that it has",
            (
                "_impl.py:16: the parameter text of Client.send has no default: whoever calls it has to give one: "
                "leave it public"
            ),
            "_impl.py:16: Client.cut takes rest by its place after by: exclude rest, too, or leave both public",
            "_impl.py:16: Client.size is no method: nothing in it can be excluded: name a parameter as in 'send.codec'",
            "_impl.py:16: Client has no member 'gone': name what stands in its body or in a base's",
            (
                "_impl.py:16: the parameter speed of Client.__init__ has no default: "
                "whoever calls it has to give one: leave it public"
            ),
            (
                "_impl.py:24: Fast.ring has the parameter loud in the face of Client, which this one extends: "
                "exclude it from Client"
            ),
            "_impl.py:29: send has no parameter 'codec': name one that it has",
            "_impl.py:29: the parameter text of send has no default: whoever calls it has to give one: leave it public",
            (
                "_impl.py:36: the parameter deep of the overload of look in line 32 is excluded, and has no default: "
                "leave it public"
            ),
        ],
    ),
    "member_that_no_base_has": (
        """
@m.wrap_class
class Base:
    async def close(self) -> None: ...

@m.wrap_class(inherit=["close", "send", "nothing"])
class Client(Base):
    async def close(self) -> None: ...
    async def send(self) -> None: ...
""",
        [
            "_impl.py:20: Client.send is in no face that this one extends: exclude it, or leave it out of inherit",
            "_impl.py:20: Client.nothing is in no face that this one extends: exclude it, or leave it out of inherit",
        ],
    ),
    "constructor": (
        """
@m.wrap_class(exclude=["__init__"], rename={"__new__": "make"})
class Client:
    def __init__(self) -> None: ...

@m.wrap_class(include=["__init__"])
class Other: ...
""",
        [
            "_impl.py:16: Client.__new__ is always public, by its own name: leave it out of rename",
            "_impl.py:20: Other.__init__ is always public, by its own name: leave it out of include",
        ],
    ),
    "member_of_the_face_of_a_base": (
        """
@m.wrap_class(rename={"query": "ask"})
class Client:
    async def query(self) -> int: ...
    async def close(self) -> None: ...

@m.wrap_class(exclude=["close"], rename={"query": "fetch"})
class Fast(Client):
    async def close(self) -> None: ...
""",
        [
            "_impl.py:21: Fast.close is public in the face of Client, which this one extends: exclude it from Client",
            (
                "_impl.py:21: Fast.query is public as ask in the face of Client, which this one extends: "
                "rename it in Client"
            ),
        ],
    ),
    "one_of_two_special_methods_that_serve_together": (
        """
@m.wrap_class(exclude=["__aexit__"])
class Client:
    async def __aenter__(self) -> int: ...
    async def __aexit__(self, *args: object) -> None: ...
""",
        ["_impl.py:16: Client.__aexit__ serves together with __aenter__: exclude __aenter__ too"],
    ),
    "abstract_member": (
        """
import abc

@m.wrap_class(include=["other"])
class Body(abc.ABC):
    @abc.abstractmethod
    def area(self) -> float: ...
    def other(self) -> int: ...
""",
        ["_impl.py:18: Body.area is abstract: whoever extends the class has to write it: include it"],
    ),
    "names_that_collide": (
        """
@m.wrap_class(rename={"query": "ask", "fetch": "ask", "wait": "close"})
class Client:
    async def query(self) -> int: ...
    async def fetch(self) -> int: ...
    async def wait(self) -> int: ...
    async def close(self) -> int: ...
    async def stop(self) -> int: ...

@m.wrap_class
class Fast(Client):
    def fast(self) -> int: ...

@m.wrap_class(rename={"stop": "halt"})
class Slow(Station):
    def halt(self) -> int: ...
    def stop(self) -> int: ...

@m.wrap_class(rename={"begin": "start"})
class Engine:
    def begin(self) -> int: ...

@m.wrap_class
class Diesel(Engine):
    def start(self) -> int: ...
""",
        [
            "_impl.py:16: Client.query and Client.fetch would both be public as ask: give one of them another name",
            "_impl.py:16: Client.wait and Client.close would both be public as close: give one of them another name",
            "_impl.py:25: Fast.query and Fast.fetch would both be public as ask: give one of them another name",
            "_impl.py:25: Fast.wait and Fast.close would both be public as close: give one of them another name",
            "_impl.py:28: Slow.halt and Slow.stop would both be public as halt: give one of them another name",
            "_impl.py:38: Diesel.start and Diesel.begin would both be public as start: give one of them another name",
        ],
    ),
    "name_that_no_member_can_have": (
        """
@m.wrap_class(
    rename={"__len__": "size", "query": "__call__", "close": "_close", "stop": "class", "wait": "aio"},
)
class Client:
    def __len__(self) -> int: ...
    async def query(self) -> int: ...
    async def close(self) -> int: ...
    async def stop(self) -> int: ...
    async def wait(self) -> int: ...
""",
        [
            (
                "_impl.py:16: Client.__len__ cannot become size: special methods have one name: "
                "write a method of its own"
            ),
            (
                "_impl.py:16: Client.query cannot become __call__: special methods have one name: "
                "write a method of its own"
            ),
            "_impl.py:16: Client.close cannot be public as _close, which is private: choose another name",
            "_impl.py:16: Client.stop cannot be public as class, which is a keyword of Python: choose another name",
            "_impl.py:24: Client.aio collides with what every face has: give the member another name",
        ],
    ),
    "member_that_is_renamed_and_not_public": (
        """
@m.wrap_class(exclude=["query"], rename={"query": "ask"})
class Client:
    async def query(self) -> int: ...

@m.wrap_class(include=["close"], rename={"query": "ask"})
class Other:
    async def query(self) -> int: ...
    async def close(self) -> int: ...
""",
        [
            "_impl.py:16: Client.query is both excluded and renamed: do one of the two",
            "_impl.py:20: Other.query is renamed and not included: name it in include too",
        ],
    ),
    "members_of_what_goes_by_value": (
        """
@m.wrap_class(exclude=["row"])
@dataclass
class Place:
    row: int
""",
        [
            (
                "_impl.py:18: Place goes by value, and is public as it is: "
                "leave out include, exclude, rename, inherit and blocking, or register it by='identity'"
            )
        ],
    ),
    "export_that_is_not_there": (
        """
m.manual_export("LIMIT", "_HIDDEN", "enum")
""",
        [
            "_impl.py:16: _impl has no LIMIT: name what stands at the top of the module",
            "_impl.py:16: _impl._HIDDEN is to be public, and its name is not: give it a public name",
            "_impl.py:16: _impl.enum is a module: export what stands in a module",
        ],
    ),
    "export_of_what_is_registered": (
        """
m.manual_export("Station")
""",
        ["_impl.py:13: Station is registered with wrap_class, which makes it public: leave it out here"],
    ),
    "export_whose_type_nobody_knows": (
        """
HEADERS = {}
NOTHING = None
PATH = enum.Enum("PATH", "A B")
LIST = list("ab")
m.manual_export("HEADERS", "NOTHING", "LIST")
""",
        [
            (
                f"_impl.py:{line}: {name} has no annotation, and its value does not say its type to every type "
                f"checker: write `{name}: T = ...`"
            )
            for line, name in ((16, "HEADERS"), (17, "NOTHING"), (19, "LIST"))
        ],
    ),
    "name_of_all_whose_type_nobody_knows": (
        """
__all__ = ("m", "Station", "CACHE", "Unregistered", "later")
CACHE = {}
class Unregistered: ...
async def later() -> int: ...
""",
        [
            (
                "_impl.py:17: CACHE has no annotation, and its value does not say its type to every type checker: "
                "write `CACHE: T = ...`"
            )
        ],
    ),
    "export_that_shows_the_implementation": (
        """
T = TypeVar("T", bound=Station)
FIRST: Optional[Station] = None
LAST = Station()
BOTH = {"a": [LAST]}
Own = NewType("Own", Station)
Feed = AsyncIterator[Station]
Back = Callable[[Station], Awaitable[None]]
Backs = list[Back]
m.manual_export("T", "FIRST", "LAST", "BOTH", "Own", "Feed", "Back", "Backs")
""",
        [
            *(
                (f"_impl.py:{line}: {name} names a class that has a face, and would show what is behind that: {fix}")
                for line, name, fix in (
                    (16, "the type variable T", "leave it out: who needs one makes it of the public class"),
                    (17, "FIRST", "register a function that returns it"),
                )
            ),
            *(
                (f"_impl.py:{line}: {name} holds an object whose class has a face: register a function that returns it")
                for line, name in ((18, "LAST"), (19, "BOTH"))
            ),
            (
                "_impl.py:20: the NewType Own names a class that has a face, and would show what is behind that: "
                "leave it out: who needs one makes it of the public class"
            ),
            *(
                (
                    f"_impl.py:{line}: {name} stands for something that calls or waits, which is one type where users "
                    "give it and another where they get it: leave it out: the signatures that name it say which one is "
                    "meant"
                )
                for line, name in ((21, "Feed"), (22, "Back"), (23, "Backs"))
            ),
        ],
    ),
    "exported_function_that_shows_the_implementation": (
        """
@m.manual_export
def nearest(stations: List[Station]) -> int: ...
@m.manual_export
def first() -> Optional[Station]: ...
@m.manual_export
def untyped(value) -> int: ...
@m.manual_wrapper
def endless():
    return 1
""",
        [
            (
                "_impl.py:17: the parameter stations of nearest names a class that has a face, and would show what is "
                "behind that: register it with wrap_function or wrap_class, or write it by hand against the generated "
                "module"
            ),
            (
                "_impl.py:19: the result of first names a class that has a face, and would show what is "
                "behind that: register it with wrap_function or wrap_class, or write it by hand against the generated "
                "module"
            ),
            "_impl.py:21: the parameter value of untyped has no annotation: write `value: T`",
            "_impl.py:23: endless has no return annotation: write `-> T`, or `-> None`",
        ],
    ),
    "exported_class_that_shows_the_implementation": (
        """
@m.manual_export
class Table:
    def first(self) -> Station: ...

@m.manual_export
class Fields:
    first: Station

@m.manual_export
class Own(Station): ...
""",
        [
            (
                "_impl.py:17: the result of Table.first names a class that has a face, and would show what is behind "
                "that: register it with wrap_function or wrap_class, or write it by hand against the generated module"
            ),
            (
                "_impl.py:21: the attribute Fields.first names a class that has a face, and would show what is behind "
                "that: register it with wrap_function or wrap_class, or write it by hand against the generated module"
            ),
            "_impl.py:25: Own extends Station, which has a face: register it with wrap_class",
        ],
    ),
    "exported_name_that_cannot_be_found_again": (
        """
def decorated(function): return lambda: function()

@decorated
@m.manual_export
def first() -> int: ...

class Outer:
    @m.manual_export
    def second(self) -> int: ...
""",
        [
            (
                f"_impl.py:{line}: _impl.{path} is not what was exported as {name}: define it at the top of its "
                "module, and put the export above every other decorator"
            )
            for line, path, name in ((20, "first", "first"), (24, "Outer.second", "second"))
        ],
    ),
    "wrapper_that_nobody_wrote": (
        """
class Client: ...
m.manual_wrapper("nowhere.at_all:Client", of=Client)
m.manual_wrapper("tomllib_of_nobody:load")
m.manual_wrapper("this:nothing")
""",
        [
            "_impl.py:17: there is no module nowhere.at_all: name the one that is written by hand",
            "_impl.py:18: there is no module tomllib_of_nobody: name the one that is written by hand",
            "_impl.py:19: this has no class or function nothing: name what stands at the top of the module",
        ],
    ),
    "wrapper_of_what_has_another_face": (
        """
m.manual_wrapper("this:Station", of=Station)

@dataclass
class Row:
    number: int

m.manual_wrapper("this:Row", of=Row)
""",
        [
            "_impl.py:13: the face of Station is written by hand: leave out wrap_class",
            "_impl.py:16: this has no class Station: name what stands at the top of the module",
            "_impl.py:22: Row goes by value, and has no face: export it as it is",
        ],
    ),
    "method_that_is_registered_as_a_function": (
        """
class Plain:
    @m.wrap_function
    async def first(self) -> int: ...

@m.wrap_class
class Public:
    @m.wrap_function
    async def second(self) -> int: ...
    @classmethod
    @m.wrap_function
    async def third(cls) -> int: ...
""",
        [
            (
                f"_impl.py:{line}: {path} is a method, and wrap_function makes functions public: {fix}, or write a "
                "function at the top of the module"
            )
            for line, path, fix in (
                (18, "Plain.first", "register Plain with wrap_class"),
                (23, "Public.second", "leave wrap_function out"),
                (26, "Public.third", "leave wrap_function out"),
            )
        ],
    ),
    "manifest_that_is_empty": (
        """
n = Module("other")
""",
        ["_impl.py:16: the manifest of other is empty: register what is public, or leave it out"],
    ),
    "class_in_two_manifests": (
        """
n = Module("other")
n.wrap_class(Station)
""",
        ["_impl.py:13: Station is public in public and in other: register it in one manifest"],
    ),
    "function_without_a_name": (
        """
def first() -> int: ...
first.__qualname__ = ""
m.wrap_function(first, name="second")
""",
        ["_impl.py:16: second has no name of its own: register a function written with `def`"],
    ),
    "exported_function_around_something_else": (
        """
class Called:
    def __call__(self, x: int) -> int: ...

def first(x: int) -> int: ...
first.__wrapped__ = Called()
m.manual_export(first)
""",
        ["_impl.py:21: first wraps <_impl.Called object>, not a function: export a plain function"],
    ),
    "partials": (
        """
import functools

__all__ = ("by_city", "near_by", "made", "opened", "far_off")

class Gate:
    async def open(self, wide: int) -> int: ...

async def fetch(city: str) -> str: ...
def near(station: Station, km: int) -> int: ...
def far(km: int, city: str) -> int: ...

m.wrap_class(Gate)
by_city = functools.partial(fetch, "Oslo")
near_by: functools.partial[int] = functools.partial(near, km=1)
made: functools.partial[Station] = functools.partial(Station)
opened: functools.partial[Any] = functools.partial(Gate().open, 1)
far_off: functools.partial[int] = functools.partial(far, 1)
""",
        [
            (
                f"_impl.py:{line}: {name} is a partial of {called}, and would call the implementation past its face: "
                "write a function that calls it"
            )
            for line, name, called in (
                (28, "by_city", "fetch"),
                (29, "near_by", "near"),
                (30, "made", "Station"),
                (31, "opened", "Gate.open"),
            )
        ],
    ),
}
