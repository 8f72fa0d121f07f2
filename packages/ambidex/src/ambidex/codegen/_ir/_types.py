"""Own the type IR: what an annotation means, freed from how it was spelled and from which Python read it.

Every node is frozen data. `Optional`, `Union`, `List` and their kin do not exist here: `union` builds the one normal
form of a union, and generics are an origin with arguments.
"""

from __future__ import annotations

import dataclasses
import enum
import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, Union, cast

from ambidex.errors import InternalError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from ._styles import Form

V = TypeVar("V")


@dataclass(frozen=True)
class Name:
    """Name a class or a special form by the module it is imported from; `None` stands in builtins."""

    module: str
    qualname: str

    def __post_init__(self) -> None:
        if not self.module or not all(part.isidentifier() for part in self.qualname.split(".")):
            raise InternalError(f"{self.module}:{self.qualname} is not an importable name")


@dataclass(frozen=True)
class Face:
    """Name a face: the generated counterpart of an identity class, applied to `arguments` where it is generic.

    The name of a nested one is that in its module.
    """

    module: str
    name: str
    arguments: tuple[Type, ...] = ()

    def __post_init__(self) -> None:
        if not all(part.isidentifier() for part in self.name.split(".")):
            raise InternalError(f"{self.name!r} is not the name of a face")

    @property
    def plain(self) -> Face:
        """Return the face without what it is applied to: what exists at run time."""
        return Face(self.module, self.name) if self.arguments else self


@dataclass(frozen=True)
class Own:
    """Stand for `Self`."""


@dataclass(frozen=True)
class Applied:
    """Apply a generic class to its arguments."""

    origin: Name
    arguments: tuple[Type, ...]

    def __post_init__(self) -> None:
        if not self.arguments:
            raise InternalError(f"{self.origin} is applied to nothing")


@dataclass(frozen=True)
class TupleOf:
    """Hold a tuple type: the items in their order, or one item repeated."""

    items: tuple[Type, ...]
    is_repeated: bool = False

    def __post_init__(self) -> None:
        if self.is_repeated and len(self.items) != 1:
            raise InternalError(f"a repeated tuple has one item, not {len(self.items)}")


@dataclass(frozen=True)
class Alternatives:
    """Hold a union in normal form; build it with `union`."""

    members: tuple[Type, ...]

    def __post_init__(self) -> None:
        if len(self.members) < 2 or any(isinstance(member, Alternatives) for member in self.members):
            raise InternalError(f"{self.members} is not a union in normal form")


@dataclass(frozen=True)
class EnumMember:
    """Name a member of an enum."""

    enum: Name
    member: str


@dataclass(frozen=True)
class LiteralOf:
    """Hold the values of a `Literal`: source text, or enum members."""

    values: tuple[str | EnumMember, ...]

    def __post_init__(self) -> None:
        if not self.values:
            raise InternalError("a Literal has at least one value")


class VariableKind(enum.Enum):
    """Say what a type variable stands for: one type, the parameters of a callable, any number of types."""

    TYPE = "TypeVar"
    PARAMETERS = "ParamSpec"
    TYPES = "TypeVarTuple"


@dataclass(frozen=True)
class Variable:
    """Hold a type variable, by all that its declaration says: equal ones are one.

    `variance` is the keyword of its declaration, or empty.
    """

    name: str
    kind: VariableKind
    bound: Type | None = None
    constraints: tuple[Type, ...] = ()
    variance: str = ""
    default: Type | None = None

    def __post_init__(self) -> None:
        if not self.name.isidentifier():
            raise InternalError(f"{self.name!r} is not the name of a type variable")


@dataclass(frozen=True)
class Spread:
    """Hold what a parameter takes of a ParamSpec: `part` is "args" or "kwargs"."""

    variable: Variable
    part: str


@dataclass(frozen=True)
class Listed:
    """Hold the types that a generic class is given for a ParamSpec; None where it takes any."""

    items: tuple[Type, ...] | None


class Kind(enum.Enum):
    """Say how arguments reach a parameter, in the order that a signature lists them."""

    POSITIONAL_ONLY = 0
    POSITIONAL = 1
    REST = 2
    KEYWORD = 3
    KEYWORDS = 4


@dataclass(frozen=True)
class Slot:
    """Say how one parameter of a callable protocol is filled."""

    name: str
    kind: Kind
    is_optional: bool


@dataclass(frozen=True)
class Shape:
    """Hold what a callable protocol says beyond a `Callable`: its name, and how each of its parameters is filled.

    One that `is_dual` has both forms, as a `Call` has. `ways` are the types of its parameters in each way to call it,
    where there are several.
    """

    name: str
    slots: tuple[Slot, ...]
    is_dual: bool = False
    ways: tuple[tuple[Type, ...], ...] = ()


@dataclass(frozen=True)
class Function:
    """Hold a `Callable`; `parameters` is None where any arguments are accepted, `on_loop` as declared with ON_LOOP.

    `rest` is the ParamSpec of the parameters after those. `shape` says how `parameters` are filled, where that is not
    by place alone. `places` are the names by which the implementation may give them all the same, `/` where it may not.
    """

    parameters: tuple[Type, ...] | None
    result: Type
    on_loop: bool = False
    rest: Variable | None = None
    shape: Shape | None = None
    places: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.shape is not None and len(self.shape.slots) != len(self.parameters or ()):
            raise InternalError(f"{self.shape.name} has not one slot for each parameter")


@dataclass(frozen=True)
class Handle:
    """Hold something asynchronous that the user gets inside another type, or as the result of an await.

    `origin` and `arguments` are what the implementation says; `form` says how the user has it.
    """

    origin: Name
    arguments: tuple[Type, ...]
    form: Form

    @property
    def item(self) -> Type:
        """Return what iterating, entering or awaiting it gives."""
        return self.arguments[AWAITABLES.get(self.origin, 0)]


@dataclass(frozen=True)
class Made:
    """Hold the call of a class in metadata: what it is given, each by place (no name) or by keyword."""

    origin: Name
    arguments: tuple[tuple[str, Metadata], ...]


Metadata = Union[str, EnumMember, Name, Made]  # the source of a literal, a member, a constant or class, a call


@dataclass(frozen=True)
class WithMetadata:
    """Hold an `Annotated`: the type, and those parts of the metadata that can be written."""

    item: Type
    metadata: tuple[Metadata, ...]


Type = Union[
    Name, Face, Own, Applied, TupleOf, Alternatives, LiteralOf, Function, Handle, WithMetadata, Variable, Spread, Listed
]

NONE = Name("builtins", "None")
ANY = Name("typing", "Any")
OBJECT = Name("builtins", "object")
ASYNC_ITERATORS = frozenset(
    Name("collections.abc", name) for name in ("AsyncGenerator", "AsyncIterable", "AsyncIterator")
)
ASYNC_CONTEXT = Name("contextlib", "AbstractAsyncContextManager")
GENERATOR = Name("collections.abc", "Generator")
UNPACK = Name("typing_extensions", "Unpack")
GUARDS = frozenset(Name("typing_extensions", name) for name in ("TypeGuard", "TypeIs"))
AWAITABLES = {  # with the place, among their arguments, of what awaiting them gives
    Name("asyncio", "Future"): 0,
    Name("asyncio", "Task"): 0,
    Name("collections.abc", "Awaitable"): 0,
    Name("collections.abc", "Coroutine"): 2,
}


def union(members: Iterable[Type]) -> Type:
    """Return the union of `members`: flat, each once, None last."""
    flat: dict[Type, None] = {}
    for member in members:
        for part in member.members if isinstance(member, Alternatives) else (member,):
            flat[part] = None
    ordered = [member for member in flat if member != NONE]
    if NONE in flat:
        ordered.append(NONE)
    return ordered[0] if len(ordered) == 1 else Alternatives(tuple(ordered))


_LEAVES = (Name, LiteralOf, Own, Variable)  # what holds no types; of a variable, none that stand where it stands


def parts(type_: Type) -> tuple[Type, ...]:
    """Return the types directly inside a type."""
    if isinstance(type_, _LEAVES):
        return ()
    if isinstance(type_, (Applied, Face, Handle)):
        return type_.arguments
    if isinstance(type_, (TupleOf, Listed)):
        return type_.items or ()
    if isinstance(type_, Alternatives):
        return type_.members
    if isinstance(type_, Function):
        rest = () if type_.rest is None else (type_.rest,)
        return (*(type_.parameters or ()), *rest, type_.result)
    if isinstance(type_, Spread):
        return (type_.variable,)
    return (type_.item,)


def rebuild(type_: Type, change: Callable[[Type], Type]) -> Type:
    """Return a type with `change` applied to each type directly inside it: the same object where none is another."""
    if isinstance(type_, (*_LEAVES, Spread)):
        return type_
    if isinstance(type_, (Applied, Face, Handle)):
        return revised(type_, arguments=changed_each(type_.arguments, change))
    if isinstance(type_, (TupleOf, Listed)):
        return type_ if type_.items is None else revised(type_, items=changed_each(type_.items, change))
    if isinstance(type_, Alternatives):
        members = changed_each(type_.members, change)
        return type_ if members is type_.members else union(members)
    if isinstance(type_, WithMetadata):
        return revised(type_, item=change(type_.item))
    parameters = None if type_.parameters is None else changed_each(type_.parameters, change)
    return revised(type_, parameters=parameters, result=change(type_.result))


def changed_each(values: tuple[V, ...], change: Callable[[V], V]) -> tuple[V, ...]:
    """Return values with `change` applied to each: the same tuple where it gave back each of them."""
    made = tuple(map(change, values))
    return values if all(map(operator.is_, made, values)) else made


def revised(value: V, **changes: object) -> V:
    """Return frozen data with other values in some fields: the same object where those are what it holds.

    Most of the passes over the IR leave most of it alone, and a copy costs more than all else that they do there.
    """
    for name, held in changes.items():
        if getattr(value, name) is not held:
            made: V = dataclasses.replace(cast("Any", value), **changes)
            return made
    return value


def walk(type_: Type) -> Iterator[Type]:
    """Yield a type and everything inside it."""
    yield type_
    for part in parts(type_):
        yield from walk(part)


def everything_in(types: Iterable[Type], aliases: Mapping[Type, Type]) -> list[Type]:
    """Return all that stands inside types, and inside what `aliases` say that the names among them mean, each once."""
    found: dict[Type, None] = {}
    waiting = list(types)
    while waiting:
        for part in walk(waiting.pop(0)):
            if part in aliases and part not in found:
                waiting.append(aliases[part])
            found[part] = None
    return list(found)


def carries_faces(type_: Type) -> bool:
    """Tell whether a face stands anywhere inside a type."""
    return any(isinstance(part, (Face, Own)) for part in walk(type_))


def variables(types: Iterable[Type]) -> list[Variable]:
    """Return the type variables inside types, each once, in the order in which they stand."""
    return list(dict.fromkeys(part for type_ in types for part in walk(type_) if isinstance(part, Variable)))


def bounds(type_: Type) -> Iterator[Type]:
    """Yield what the type variables inside a type are said to stand for."""
    for variable in variables([type_]):
        yield from variable.constraints
        if variable.bound is not None:
            yield variable.bound


def matched(expected: Type, given: Type) -> Iterator[tuple[Variable, Type]]:
    """Yield what the variables in one type stand for in another of the same form."""
    if isinstance(expected, Variable):
        yield expected, given
    elif type(expected) is type(given):
        for one, other in zip(parts(expected), parts(given)):
            yield from matched(one, other)


def settled(type_: Type, meant: Mapping[Type, Type]) -> Type:
    """Return a type with its variables replaced by what they stand for; those that are not in `meant` stay."""
    return meant.get(type_, type_) if isinstance(type_, Variable) else rebuild(type_, lambda part: settled(part, meant))


def bare(type_: Type) -> Type:
    """Return a type without its outer metadata."""
    while isinstance(type_, WithMetadata):
        type_ = type_.item
    return type_


_OF_ASYNC = (Name("collections.abc", "Awaitable"), Name("collections.abc", "Coroutine"))  # what an `async def` gives


def awaited(function: Function) -> Type | None:
    """Return what awaiting a callable's result gives, None where the implementation does not await it."""
    result = bare(function.result)
    members = result.members if isinstance(result, Alternatives) else (result,)
    found = [_awaited(member) for member in members]
    if all(item is None for item in found):
        return None
    return union(member if item is None else item for member, item in zip(members, found))


def _awaited(type_: Type) -> Type | None:
    type_ = bare(type_)
    if not isinstance(type_, Applied) or type_.origin not in _OF_ASYNC:
        return None
    return type_.arguments[AWAITABLES[type_.origin]]


def is_guard(type_: Type) -> bool:
    """Tell whether a type is that of a bool which says of the first argument what it is."""
    plain = bare(type_)
    return isinstance(plain, Applied) and plain.origin in GUARDS


def is_awaited(type_: Type) -> bool:
    """Tell whether a type is a callable whose result is awaited."""
    return isinstance(type_, Function) and awaited(type_) is not None
