"""List the constructs that the generator understands, each with the golden case that shows it, or its refusal.

`docs/constructs.md` is written from this list by `python -m tools.constructs`.
"""

from __future__ import annotations

from typing import NamedTuple


class Shown(NamedTuple):
    """A construct, the golden case that has it, and the name there: `Class.member`, as the implementation has it."""

    construct: str
    case: str
    name: str


class Proved(NamedTuple):
    """A construct that a golden case cannot have, as Python 3.9 cannot read it, and the test that has it instead."""

    construct: str
    test: str


class Refused(NamedTuple):
    """A construct that is refused, the key of the refusal in `refusals.py` or a file beside it, and a word of it."""

    construct: str
    refusal: str
    about: str = ""


CONSTRUCTS: dict[str, tuple[Shown | Proved, ...]] = {
    "Functions": (
        Shown("async function", "functions", "current"),
        Shown("plain function", "functions", "parse"),
        Shown("function that returns an `Awaitable`", "deliveries", "later"),
        Shown("function that returns a `Coroutine`", "deliveries", "begun"),
        Shown("function that returns a `Future`", "deliveries", "promised"),
        Shown("function that returns a `Task`", "deliveries", "scheduled"),
        Shown("another public name", "functions", "connect_slowly"),
        Shown("result without annotation that the body proves to be None", "functions", "no_annotation_needed"),
    ),
    "Streams and context managers": (
        Shown("async generator", "streams", "numbers"),
        Shown("two-way async generator", "streams", "echo"),
        Shown("function that returns an `AsyncIterator`", "streams", "shifted"),
        Shown("function that returns an `AsyncIterable`", "streams", "spelled"),
        Shown("async generator method", "classes", "Station.readings"),
        Shown("async generator classmethod", "deliveries", "Parcel.many"),
        Shown("two-way async generator staticmethod", "deliveries", "Parcel.echo"),
        Shown("`Iterator` as a result of a function", "iterators", "numbers"),
        Shown("`Iterable` as a result", "iterators", "spelled"),
        Shown("`Generator` as a result, with send and return values", "iterators", "echo"),
        Shown("`Iterator` as a result of an async function", "iterators", "listed"),
        Shown("`Iterator` of wrapped objects", "iterators", "books"),
        Shown("class that is a blocking iterable", "iterators", "Shelf.__iter__"),
        Shown("class that is an async iterable", "protocols", "Rows.__aiter__"),
        Shown("class that is an async iterator", "protocols", "Cursor.__anext__"),
        Shown("`@asynccontextmanager` function", "streams", "opened"),
        Shown("`@asynccontextmanager` method", "classes", "Station.reserved"),
        Shown("`@asynccontextmanager` classmethod", "deliveries", "Parcel.opened"),
        Shown("`@asynccontextmanager` staticmethod", "deliveries", "Parcel.scale"),
        Shown("function that returns an `AsyncContextManager`", "iterators", "opened"),
        Shown("class that is an async context manager", "protocols", "Session.__aenter__"),
        Shown("async context manager that gives another object", "protocols", "Lease.__aenter__"),
        Shown("class that is a blocking context manager", "dunders", "Shelf.__enter__"),
    ),
    "Classes": (
        Shown("class with identity", "classes", "Station"),
        Shown("class without a constructor", "classes", "Plain"),
        Shown("inheritance between wrapped classes", "inheritance", "Guide"),
        Shown("mixed-in unwrapped base", "inheritance", "Logged.log"),
        Shown("object of an unregistered subclass", "inheritance", "found"),
        Shown("abstract base class", "interfaces", "Storage"),
        Shown("protocol that is public", "interfaces", "Reader"),
        Shown("protocol as a parameter", "interfaces", "copied"),
        Shown("callback protocol as a parameter", "interfaces", "kept"),
        Shown("nested class", "nested", "Store.Cursor"),
        Shown("nested enum", "nested", "Store.Mode"),
        Shown("nested class that extends another", "nested", "Store.Backwards"),
        Shown("`__slots__`", "members", "Slotted"),
        Shown("`__new__` as the constructor", "protocols", "Named.__new__"),
        Shown("async constructor: a classmethod", "classes", "Station.open"),
        Shown("classmethod", "classes", "Station.of"),
        Shown("async staticmethod", "classes", "Station.parse"),
        Shown("staticmethod", "classes", "Station.normalise"),
        Shown("plain method", "classes", "Station.rename"),
        Shown("async method", "classes", "Station.current"),
        Shown("class that goes by value because it says so", "values", "Token"),
    ),
    "Classes that users extend": (
        Shown("a user's subclass of a face that overrides a method", "overrides", "Station.measure"),
        Shown("abstract method that a user's subclass provides", "overrides", "Handler.handle"),
        Shown("abstract method of a generic class that a user's subclass provides", "overrides", "Store.load"),
        Shown("override of a plain method", "overrides", "Station.label"),
        Shown("override of a property", "overrides", "Station.unit"),
        Shown("override of an async generator", "overrides", "Station.readings"),
        Shown("override of a context manager", "overrides", "Station.reserved"),
    ),
    "Data": (
        Shown("dataclass", "records", "Report"),
        Shown("frozen, ordered dataclass", "records", "Stop"),
        Shown("dataclass with slots", "values", "Place"),
        Proved(
            "dataclass with `slots=True` and `kw_only=True`",
            "tests/codegen/test_newer_dataclasses.py::test_slots_and_keywords_of_a_dataclass_survive_the_copy",
        ),
        Shown("dataclass with factories and `InitVar`", "records", "Report.scale"),
        Shown("dataclass that extends another", "records", "Alarm"),
        Shown("generic dataclass that carries wrapped objects", "records", "Page"),
        Shown("recursive dataclass", "records", "Node"),
        Shown("dataclass with identity", "values", "Account"),
        Shown("named tuple", "records", "Leg"),
        Shown("typed dict", "records", "Plan"),
        Shown("enum", "values", "Unit"),
        Shown("exception", "values", "StationError"),
        Shown("`NewType`", "functions", "UserId"),
    ),
    "Members": (
        Shown("class constant", "members", "Station.limit"),
        Shown("`ClassVar`", "members", "Station.SQUARES"),
        Shown("`Final` of a class", "classes", "Station.KIND"),
        Shown("`Final` of an object", "classes", "Station.serial"),
        Shown("annotated attribute", "classes", "Station.city"),
        Shown("attribute with a default", "members", "Station.table"),
        Shown("property", "classes", "Station.next"),
        Shown("property with setter and deleter", "members", "Station.city"),
        Shown("property with deleter alone", "members", "Station.once"),
        Shown("cached property", "members", "Station.neighbour"),
        Shown("class property", "members", "Station.count"),
        Shown("descriptor", "members", "Station.title"),
        Shown("generic descriptor", "members", "Station.height"),
        Shown("dynamic attributes", "dunders", "Endpoint.__getattr__"),
        Shown("members called like types", "names", "Calendar.list"),
    ),
    "Special methods": (
        Shown("container: items", "dunders", "Shelf.__setitem__"),
        Shown("container: length and membership", "classes", "Station.__contains__"),
        Shown("call", "classes", "Station.__call__"),
        Shown("async call", "dunders", "Endpoint.__call__"),
        Shown("call that is an async generator", "dunders", "Pages.__call__"),
        Shown("await", "dunders", "Job.__await__"),
        Shown("equality and hash", "classes", "Station.__hash__"),
        Shown("order", "protocols", "Version.__lt__"),
        Shown("arithmetic", "dunders", "Amount.__add__"),
        Shown("conversion and format", "dunders", "Amount.__format__"),
    ),
    "Generics": (
        Shown("free `TypeVar`", "generics", "first"),
        Shown("bound `TypeVar`", "generics", "watered"),
        Shown("constrained `TypeVar`", "generics", "joined"),
        Shown("`TypeVar` in a stream", "generics", "each"),
        Shown("`ParamSpec`", "generics", "apply"),
        Shown("`Concatenate`", "generics", "counted"),
        Shown("`TypeVarTuple`", "generics", "packed"),
        Shown("generic class", "generics", "Box"),
        Shown("classmethod of a generic class", "generics", "Box.of"),
        Shown("generic class that extends another", "generics", "Pot"),
        Shown("applied generic base that is not public", "generics", "Store"),
        Proved(
            "type parameters of Python 3.12 (PEP 695)",
            "tests/codegen/test_type_parameters.py::test_type_parameters_give_what_type_variables_give",
        ),
        Shown("`Self`", "classes", "Station.copy"),
        Shown("`Self` that a stream yields", "selves", "Query.items"),
        Shown("`Self` inside a container", "selves", "Query.several"),
        Shown("`Self` as a parameter", "selves", "Query.joined"),
        Shown("`Self` in a method that is overridden", "selves", "Narrow.parts"),
        Shown("method with a `TypeVar` of its own that is overridden", "selves", "Narrow.same"),
        Shown("method that is overridden with more parameters", "selves", "Narrow.clone"),
        Shown("overloads of a function", "overloads", "parsed"),
        Shown("overloads of a stream", "overloads", "counted"),
        Shown("overloads of a method", "overloads", "Store.get"),
        Shown("overloads of a classmethod", "overloads", "Store.of"),
        Shown("overloads of a constructor", "overloads", "Store.__init__"),
        Shown("constructor that says by `self: C[bytes]` what it makes", "overloads", "Reader"),
        Shown("overloads of an operator", "overloads", "Store.__getitem__"),
    ),
    "Parameters": (
        Shown("positional-only, keyword-only, `*args` and `**kwargs`", "functions", "kinds"),
        Shown("`Unpack[TypedDict]`", "options", "find"),
        Shown("`Unpack[TypedDict]` with wrapped objects", "options", "look"),
        Shown("defaults: literals, mutable, computed, enum and lambda", "functions", "defaults"),
        Shown("defaults that the source computes or names", "defaults", "fetch"),
        Shown("defaults: sentinels", "options", "replaced"),
        Shown("async callback", "callbacks", "Hub.subscribe"),
        Shown("callable protocol, which is a callback", "callbacks", "heard"),
        Shown("callback that may be blocking or async", "callbacks", "either"),
        Shown("plain callback", "callbacks", "plainly"),
        Shown("callback that runs on the loop", "callbacks", "on_loop"),
        Shown("callbacks inside containers", "callbacks", "all_called"),
        Shown("callback as an attribute", "callbacks", "Hub.on_error"),
        Shown("blocking iterable where an async one is expected", "deliveries", "total"),
        Shown("callable as a result", "callbacks", "adder"),
    ),
    "Types": (
        Shown("`Literal`", "nested", "reading"),
        Shown("`Annotated`, `Type`, aliases and other spellings", "functions", "spellings"),
        Shown("union of wrapped classes", "containers", "unions"),
        Shown("wrapped objects in lists and sequences", "containers", "lists"),
        Shown("wrapped objects in dicts and mappings", "containers", "tables"),
        Shown("wrapped objects in sets", "containers", "sets"),
        Shown("wrapped objects in tuples", "containers", "tuples"),
        Shown("wrapped objects in iterables", "containers", "iterables"),
        Shown("wrapped objects in `*args` and `**kwargs`", "containers", "Node.joined"),
        Shown("wrapped objects in `Any` and `object`", "containers", "anything"),
        Shown("forward reference", "classes", "Station.nearest"),
        Shown("string annotation without the future import", "evaluated", "measured"),
        Shown("import under `TYPE_CHECKING`", "functions", "spellings"),
        Shown("reference to another module", "shop", "Order.user"),
        Shown("circular reference between modules", "shop", "User.order"),
    ),
    "Manifests": (
        Shown("manifest in a file of its own", "separate", "plant"),
        Shown("members by `exclude` and `rename`", "chosen", "Client.fetch"),
        Shown("class attribute with another public name", "chosen", "Client.told"),
        Shown("property with a deleter and another public name", "chosen", "Client.word"),
        Shown("members by `include`", "chosen", "Motor._step"),
        Shown("members chosen in a base", "chosen", "Retrying.connect"),
        Shown("everything in a module, by `Module.auto`", "all_of_it", "Store.cursor"),
        Shown("constant or type by `manual_export`", "exports", "RETRIES"),
        Shown("function or class by `manual_export`", "exports", "double"),
        Shown("function written by hand, by `manual_wrapper`", "by_hand", "version"),
        Shown("face written by hand, by `manual_wrapper`", "by_hand", "Pool.get"),
    ),
    'Two classes, by `style="twin"`': (
        Shown("class in two forms", "twins", "Client.connect"),
        Shown("function in two forms, with names of one's own", "twins_typed", "made"),
        Shown("record that carries classes in two forms", "twins", "Pair"),
        Shown("generic class in two forms", "twins_typed", "Box.map"),
        Shown("overloads in two forms", "twins_typed", "Box.take"),
        Shown("classes in two forms of another module", "twins_apart", "Ship"),
        Shown("special methods in two forms", "twins_members", "Node.__call__"),
    ),
}

REFUSED: tuple[Refused, ...] = (
    Refused("async iterator inside a container or a union", "async_iterator_inside_a_result"),
    Refused("async context manager inside a container or a union", "asynchronous_context_manager_inside_a_result"),
    Refused("awaitable inside a container or a union", "awaitable_inside_a_result"),
    Refused("`Generator` of wrapped objects as a result", "generator_of_faces"),
    Refused("`@contextmanager`", "blocking_context_manager"),
    Refused("`async def __init__` and `async def __new__`", "asynchronous_constructor"),
    Refused("class object of a wrapped class", "class_object_of_a_face"),
    Refused("type that is defined by itself", "recursive_alias"),
    Refused("callable with wrapped objects as a result", "callable_that_carries_a_face_in_a_result"),
    Refused("async callable handed to a callback", "callable_that_a_callback_is_given"),
    Refused("callable that a callback returns", "callable_that_a_callback_returns"),
    Refused("callable sent into a stream", "callable_sent_into_a_stream"),
    Refused("async method of a record that holds wrapped objects", "async_method_of_a_record_with_a_face"),
    Refused("subclass of a builtin container as a face", "class_that_is_a_builtin"),
    Refused("async property", "properties", "asynchronous"),
    Refused("async operator", "special_method", "asynchronous"),
    Refused("`__setattr__` and `__delattr__`", "special_method", "do not hand on"),
    Refused("descriptor without annotations", "descriptors", "does not say"),
    Refused("descriptor with overloads", "descriptors", "overloads"),
    Refused("class that is both a blocking and an async iterable", "two_kinds_of_iterable"),
)
