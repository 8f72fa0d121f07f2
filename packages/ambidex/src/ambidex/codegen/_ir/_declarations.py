"""Own the declaration IR: what an implementation offers, before anything is decided about its faces.

Inspection builds it, checking reads it, lowering consumes it. Every node validates itself: a broken one is our bug,
never the user's.
"""

from __future__ import annotations

import dataclasses
import enum
import functools
import keyword
from dataclasses import dataclass
from typing import TYPE_CHECKING, Union

from ambidex.errors import InternalError

from ._styles import Form
from ._types import UNPACK, Applied, Face, Kind, VariableKind, changed_each

if TYPE_CHECKING:
    from collections.abc import Callable as AnyCallable
    from collections.abc import Iterator

    from ._records import Field, Record
    from ._types import Name, Type, Variable


@dataclass(frozen=True)
class Place:
    """Say where something stands in the user's source."""

    file: str
    line: int

    def __post_init__(self) -> None:
        if self.line < 1:
            raise InternalError(f"{self.file} has no line {self.line}")


class Flavour(enum.Enum):
    """Say how a callable delivers: its face follows from this alone."""

    ASYNC = "async"
    SYNC = "sync"
    STREAM = "stream"
    CONTEXT = "context"


class Binding(enum.Enum):
    """Say what a callable is bound to."""

    MODULE = "module"
    INSTANCE = "instance"
    CLASS = "class"
    STATIC = "static"


@dataclass(frozen=True)
class Default:
    """Hold a parameter's default: its source, or None where only the implementation can say it."""

    text: str | None


@dataclass(frozen=True)
class Parameter:
    """Hold one parameter, `self` and `cls` left out."""

    name: str
    kind: Kind
    type: Type
    default: Default | None
    place: Place

    def __post_init__(self) -> None:
        _valid_name(self.name)
        if self.default is not None and self.kind in (Kind.REST, Kind.KEYWORDS):
            raise InternalError(f"*{self.name} cannot have a default")


Narrowing = tuple[tuple["Variable", "Type"], ...]  # what type variables of a class stand for on some of its objects


@dataclass(frozen=True)
class Callable:
    """Hold a function or method.

    `result` is what the caller gets, what a stream yields, or what a context manager gives to `as`; `sent` is what a
    stream accepts. `path` is its qualified name in its module, `name` the public one. `overloads` are its variants,
    without docstrings. `renames` is what the implementation calls it, where the public name is another one. `makes` is
    what a constructor makes, where it says more of that than its class does. `deprecated` is the message of PEP 702,
    None for most. `narrowing` says which objects have it: its types have those in the place of the variables.
    `may_be_plain`: the implementation returns something to await, or the result itself.
    """

    name: str
    path: str
    flavour: Flavour
    binding: Binding
    parameters: tuple[Parameter, ...]
    result: Type
    sent: Type | None
    doc: str | None
    place: Place
    overloads: tuple[Callable, ...] = ()
    renames: str = ""
    makes: Face | None = None
    deprecated: str | None = None
    narrowing: Narrowing = ()
    may_be_plain: bool = False

    def __post_init__(self) -> None:
        if not self.name.isidentifier():
            raise InternalError(f"{self.name!r} is not the name of a callable")
        if (self.sent is not None) != (self.flavour is Flavour.STREAM):
            raise InternalError(f"{self.path}: only streams are sent values, and all of them are")
        kinds = [parameter.kind.value for parameter in self.parameters]
        if kinds != sorted(kinds):
            raise InternalError(f"{self.path}: its parameters are out of order")

    @property
    def is_special(self) -> bool:
        """Tell whether this is a method that operators and builtins call."""
        return self.name.startswith("__") and self.name.endswith("__")


@dataclass(frozen=True)
class Attribute:
    """Hold a property or an annotated instance attribute; `renames`, `deprecated` and `narrowing` as in `Callable`.

    `accepts` is what it can be set to, where that is another type than it gives; None where it is that one.
    """

    name: str
    type: Type
    is_writable: bool
    doc: str | None
    place: Place
    is_deletable: bool = False
    renames: str = ""
    deprecated: str | None = None
    accepts: Type | None = None
    narrowing: Narrowing = ()

    def __post_init__(self) -> None:
        _valid_name(self.name)
        if self.accepts is not None and not self.is_writable:
            raise InternalError(f"{self.name} cannot be set, and says what to")

    @property
    def value_type(self) -> Type:
        """Return the type of what it is set to."""
        return self.type if self.accepts is None else self.accepts


@dataclass(frozen=True)
class Constant:
    """Hold an attribute of the class; `text` is its value where that is a constant literal, None where it is read.

    `type` is None for a bare `Final`; `renames` as in `Callable`; `is_of_metaclass`: objects of the class have none.
    """

    name: str
    type: Type | None
    text: str | None
    place: Place
    doc: str | None = None
    renames: str = ""
    is_of_metaclass: bool = False

    def __post_init__(self) -> None:
        _valid_name(self.name)
        if self.type is None and self.text is None:
            raise InternalError(f"the class attribute {self.name} has neither a type nor a value")


@dataclass(frozen=True)
class Entering:
    """Hold `__aenter__` and `__aexit__`: what `as` gets, and what leaving returns.

    `is_apart`: the class has a blocking form beside it, which is a member of its own. `narrowing` as in `Callable`.
    """

    result: Type
    exit_result: Type
    enter_doc: str | None
    exit_doc: str | None
    place: Place
    is_apart: bool = False
    narrowing: Narrowing = ()


@dataclass(frozen=True)
class Iterating:
    """Hold `__aiter__`; `is_iterator` when the class steps itself, through `__anext__`.

    `begins` is whether `__aiter__` has to be called for the items: it does more than give back the object; `is_apart`
    and `narrowing` as for `Entering`.
    """

    item: Type
    is_iterator: bool
    doc: str | None
    place: Place
    begins: bool = True
    is_apart: bool = False
    narrowing: Narrowing = ()


@dataclass(frozen=True)
class Awaiting:
    """Hold `__await__`: what awaiting the object gives; `waits` names the method that does so, empty for none."""

    result: Type
    waits: str
    doc: str | None
    place: Place
    narrowing: Narrowing = ()


Member = Union[Attribute, Awaiting, Callable, Constant, Entering, Iterating, "Class", "Value"]


@dataclass(frozen=True)
class Class:
    """Hold an identity class: one that gets a face. `module` is where the implementation defines it.

    The name of a nested one, which stands among the members of its outer class, begins with that one's. `other` is the
    name of the awaited class beside a blocking one, empty otherwise. `abstract` are the members that whoever extends it
    has to write, by their names in the implementation. `keywords` are those that the class statement of who extends it
    may have, where the class says it itself; None where it says nothing, or what cannot be read. `match_args` are the
    public names of what a class pattern takes by place, None where it says nothing of that.
    """

    name: str
    path: str
    module: str
    bases: tuple[Face, ...]
    constructor: Callable | None
    members: tuple[Member, ...]
    doc: str | None
    place: Place
    variables: tuple[Variable, ...] = ()
    form: Form = Form.BOTH
    other: str = ""
    abstract: frozenset[str] = frozenset()
    deprecated: str | None = None
    keywords: tuple[Parameter, ...] | None = None
    match_args: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if not all(part.isidentifier() for part in self.name.split(".")):
            raise InternalError(f"{self.name!r} is not the name of a class")

    @property
    def nested(self) -> Iterator[Class]:
        """Return the identity classes directly inside."""
        return (member for member in self.members if isinstance(member, Class))

    def with_nested(self) -> Iterator[Class]:
        """Yield the class, and the identity classes inside it at any depth."""
        yield self
        for inner in self.nested:
            yield from inner.with_nested()

    def face(self, module: str) -> Face:
        """Return what `Self` means inside it, as a face of the generated `module`."""
        many = VariableKind.TYPES
        arguments = (Applied(UNPACK, (each,)) if each.kind is many else each for each in self.variables)
        return Face(module, self.name, tuple(arguments))


@dataclass(frozen=True)
class RecordClass:
    """Hold a public record whose fields carry faces: what type checkers have to be told of it beside its fields.

    `fields` are its own, of its type variables, which are `variables`; `record` is the class applied to nothing.
    `bases` are the public dataclasses that it extends, as it applies them, `options` the arguments of its `@dataclass`
    that change its types, `defaults` those of a named tuple's fields: source text, None where only the implementation
    knows. `match_args` are what a pattern takes of a dataclass by its places, None where that is every field.
    """

    record: Record
    fields: tuple[Field, ...]
    variables: tuple[Variable, ...]
    bases: tuple[Name | Applied, ...]
    constructor: Callable | None
    members: tuple[Callable | Attribute, ...]
    options: tuple[str, ...]
    defaults: tuple[tuple[str, str | None], ...]
    class_variables: tuple[tuple[str, Type], ...]
    doc: str | None
    match_args: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Value:
    """Hold a class, or another name, that is public as it is; `module` and `path` say where it is defined.

    `record` is there where faces stand in its fields: on the public side its fields have other types than inside.
    `is_type` tells whether annotations can name it. `alias` is what an alias of faces stands for, None for others;
    `form` says which faces those are.
    """

    name: str
    path: str
    module: str
    place: Place
    record: RecordClass | None = None
    is_type: bool = True
    alias: Type | None = None
    form: Form = Form.BOTH


@dataclass(frozen=True)
class Registered:
    """Hold a public function and the module that implements it; `other` as for a class."""

    module: str
    function: Callable
    form: Form = Form.BOTH
    other: str = ""

    def __post_init__(self) -> None:
        if self.function.binding is not Binding.MODULE:
            raise InternalError(f"{self.function.path} is not a function of a module")


Item = Union[Registered, Class, Value]
BRIDGE = "ambidex.bridge"  # names of the bridge stand in this module everywhere before the emitter


@dataclass(frozen=True)
class Module:
    """Hold everything that one generated module is made from, in the order of registration.

    `bridge` is the module that it imports what faces are made of from: a library's own copy of it, or this one.
    """

    target: str
    synchronizer: str
    options: tuple[tuple[str, str], ...]  # of the runtime, and of the async face
    sources: tuple[str, ...]
    doc: str | None
    items: tuple[Item, ...]
    bridge: str = BRIDGE

    def __post_init__(self) -> None:
        if not all(part.isidentifier() for part in self.target.split(".")):
            raise InternalError(f"{self.target!r} is not the name of a module")

    @functools.cached_property
    def classes(self) -> frozenset[str]:
        """Return the public names of its classes."""
        return frozenset(
            item.name for item in self.items if isinstance(item, Class) or (isinstance(item, Value) and item.is_type)
        )


def retyped(parameters: tuple[Parameter, ...], change: AnyCallable[[Type], Type]) -> tuple[Parameter, ...]:
    """Return parameters with `change` applied to the type of each."""

    def changed(each: Parameter) -> Parameter:
        type_ = change(each.type)
        return each if type_ is each.type else dataclasses.replace(each, type=type_)

    return changed_each(parameters, changed)


def public_name(item: Item) -> str:
    """Return the name under which an item of a module is public."""
    return item.function.name if isinstance(item, Registered) else item.name


def _valid_name(name: str) -> None:
    if not name.isidentifier() or keyword.iskeyword(name):
        raise InternalError(f"{name!r} cannot be a name in generated code")
