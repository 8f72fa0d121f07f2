"""Own the lowered IR: what a generated module consists of, every decision taken, no text yet."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Union

from ambidex.errors import InternalError

from ._declarations import BRIDGE
from ._styles import Form

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ._declarations import Binding, Flavour, Parameter, Value
    from ._records import Field, Record
    from ._types import Applied, Face, Name, Type, Variable


Option = Union["Plan", bool, str, "frozenset[str]", "tuple[tuple[str, Plan], ...]"]


@dataclass(frozen=True)
class Plan:
    """Say where faces stand in a value.

    `combinator` is a function of the bridge that is applied to `items` (None: nothing to translate there) and, by
    keyword, to `options`, which may be plans by name, or several texts; or it is empty for a `face` or a `record`.
    """

    combinator: str = ""
    items: tuple[Plan | None, ...] = ()
    face: Face | None = None
    options: tuple[tuple[str, Option], ...] = ()
    record: Record | None = None

    def __post_init__(self) -> None:
        if [bool(self.combinator), self.face is not None, self.record is not None].count(True) != 1:
            raise InternalError("a plan is a face, a record or a combination, and one of them")

    @property
    def within(self) -> Iterator[Plan]:
        """Yield the plans directly inside."""
        yield from (item for item in self.items if item is not None)
        for _, value in self.options:
            if isinstance(value, tuple):
                yield from (plan for _, plan in value)
            elif isinstance(value, Plan):
                yield value

    def option(self, name: str) -> Option | None:
        """Return one of its options, None where it has none of that name."""
        return dict(self.options).get(name)

    def plan_of(self, name: str) -> Plan | None:
        """Return one of its options that is a plan, None where it has none of that name."""
        value = self.option(name)
        return value if isinstance(value, Plan) else None

    @property
    def named(self) -> tuple[tuple[str, Plan], ...]:
        """Return the plans of what is given by name."""
        value = self.option("named")
        return value if isinstance(value, tuple) else ()


ANYTHING = Plan("anything")
ANYTHING_ASYNC = Plan("anything_async")
RECORD_VARIABLE = "_record_"  # what the variables that hold the plans of records begin with


class Origin(enum.Enum):
    """Say where a decorator comes from."""

    BRIDGE = "bridge"
    IMPLEMENTATION = "implementation"
    BUILTIN = "builtin"
    MARK = "mark"  # which type checkers read, above each variant; it leaves the stub as it is
    SETTER = "setter"
    DELETER = "deleter"


@dataclass(frozen=True)
class Variant:
    """Hold one way to call: what a blocking caller passes and gets, and for a stream what it may be sent.

    `makes` is the annotation of the receiver, None for most.
    """

    parameters: tuple[Parameter, ...]
    result: Type
    sent: Type | None
    makes: Face | None = None
    deprecated: str | None = None


@dataclass(frozen=True)
class Extended:
    """Name the class that stands for a callable of `face`, applied as that is, by what its names begin with.

    `receiver` is what the callable is looked up on, applied to the type variables of its own class, and `extends` the
    classes that its one extends. `shared` is what other generated modules know it by, empty where none does.
    """

    face: Face
    name: str
    receiver: Face
    extends: tuple[Extended, ...] = ()
    shared: str = ""


def shared_name(path: Sequence[str], method: str) -> str:
    """Return how other generated modules know the class that stands for a method of the class at a path.

    Pyright finds fault with an import of a private name, and takes none for one that ends with two underscores. Two
    methods never have the same one: where a part could be taken for several, each part follows its length.
    """
    parts = (*path, method)
    if any("__" in part or part != part.strip("_") for part in parts):
        parts = tuple(f"{len(part)}{part}" for part in parts)
    return f"__{'__'.join(parts)}_bound__"


@dataclass(frozen=True)
class Signatures:
    """Hold the class, or two, by which type checkers know a callable that a decorator cannot type.

    `name` is what their names begin with. `owner` is the generic class, applied to its own type variables, whose
    instances have the callable; None otherwise. `looked_up_on` stands for what it is looked up on, where its types name
    that; None otherwise. One that is overridable is typed by what it can do, so that another such class may take its
    place in a subclass. `face` is the class that has the callable. `extends` are the classes for what it overrides,
    where some class of those that have it is generic, and what it can do depends on what it is looked up on. `shared`
    is the name of the class that such ones of other generated modules extend, empty where there are none. `on_objects`
    are the ways to call one that is bound to such a class where an object says what its type variables stand for.
    """

    name: str
    flavour: Flavour
    variants: tuple[Variant, ...]
    doc: str | None
    owner: Face | None = None
    looked_up_on: Variable | None = None
    binding: Binding | None = None
    is_overridable: bool = False
    face: Face | None = None
    extends: tuple[Extended, ...] | None = None
    shared: str = ""
    on_objects: tuple[Variant, ...] = ()


@dataclass(frozen=True)
class Decorator:
    """Hold one decorator with its plans; `renames` is the implementation's name where the public one differs.

    `gives_own`: the result is `Self`. `names_module`: it is told the implementation; `other` is what the awaited one
    beside a blocking one is called. `form` is that of a plain function which has two. `message` is what a mark says.
    """

    origin: Origin
    name: str
    takes: tuple[tuple[str, Plan], ...] = ()
    gives: Plan | None = None
    sent: Plan | None = None
    renames: str = ""
    signatures: Signatures | None = None
    gives_own: bool = False
    names_module: bool = False
    other: str = ""
    form: Form = Form.BOTH
    message: str | None = None


class Seen(enum.Enum):
    """Say who sees a definition, and as what."""

    BY_ALL = "by all"
    BY_CHECKERS = "by type checkers"
    AT_RUN_TIME = "at run time"
    AS_ANNOTATION = "as an annotation"  # by type checkers, which read a variable of its result there


@dataclass(frozen=True)
class Definition:
    """Hold one `def`. `receiver` is `self`, `cls` or empty; `returns_self` writes the one body that does something.

    `source` is the path, in the implementation's module, of what it stands for: an editor jumps there. Empty for none.
    `makes` is the annotation of the receiver, None for most.
    `is_settled`: its types are those of its form already.
    """

    name: str
    decorators: tuple[Decorator, ...]
    receiver: str
    parameters: tuple[Parameter, ...]
    result: Type
    doc: str | None
    implementation: int = 0
    is_async: bool = False
    returns_self: bool = False
    overloads: tuple[Variant, ...] = ()
    source: str = ""
    makes: Face | None = None
    is_settled: bool = False
    seen: Seen = Seen.BY_ALL

    def __post_init__(self) -> None:
        if self.receiver not in ("", "self", "cls") or (self.returns_self and self.receiver != "self"):
            raise InternalError(f"{self.name} has no receiver {self.receiver!r}")

    @property
    def shared_names(self) -> tuple[str, ...]:
        """Return what other generated modules know the class by that stands for it; nothing where none does."""
        told = (each.signatures for each in self.decorators)
        return tuple(each.shared for each in told if each is not None and each.shared)


@dataclass(frozen=True)
class ConstantLine:
    """Hold a class constant; `type` is None for a bare `Final`."""

    name: str
    type: Type | None
    text: str


@dataclass(frozen=True)
class RecordPlan:
    """Hold the plan of one record's fields, and the variable of the generated module that holds it.

    `required` are the keys that a typed dict must have, None for other records.
    """

    variable: str
    record: Record
    required: tuple[str, ...] | None
    fields: tuple[tuple[str, Plan], ...]


@dataclass(frozen=True)
class Twin:
    """Hold what type checkers see of a record whose fields carry faces; at run time it is the implementation's class.

    `decorator` is the arguments of its `@dataclass`, empty for other records; `defaults` are those of a named tuple,
    None where only the implementation knows; `match_args` as for a `RecordClass`.
    """

    name: str
    decorator: str
    bases: tuple[Name | Applied, ...]
    fields: tuple[Field, ...]
    defaults: tuple[tuple[str, str | None], ...]
    class_variables: tuple[tuple[str, Type], ...]
    body: tuple[Definition, ...]
    doc: str | None
    match_args: tuple[str, ...] | None = None


@dataclass(frozen=True)
class ValueLine:
    """Hold a class that is public inside a face as it is: `path` is its own in the module it is defined in."""

    name: str
    module: str
    path: str
    implementation: int


@dataclass(frozen=True)
class FaceClass:
    """Hold one face class; `implementation` is an index into its module's implementations.

    The name of a nested one begins with that of the class it stands in. `root` is the bridge's class that it extends
    where it has no base of its own; `other` is the awaited class beside a blocking one. `match_args` as for a `Class`.
    """

    name: str
    renames: str
    implementation: int
    bases: tuple[Face, ...]
    doc: str | None
    body: tuple[Definition | ConstantLine | ValueLine | FaceClass, ...]
    variables: tuple[Variable, ...] = ()
    root: str = "Face"
    other: str = ""
    deprecated: str | None = None
    match_args: tuple[str, ...] | None = None


@dataclass(frozen=True)
class FaceModule:
    """Hold one generated module; `implementations` are the modules that its faces find their objects in."""

    target: str
    synchronizer: str
    options: tuple[tuple[str, str], ...]
    sources: tuple[str, ...]
    doc: str | None
    implementations: tuple[str, ...]
    values: tuple[Value, ...]
    records: tuple[RecordPlan, ...]
    twins: tuple[Twin, ...]
    body: tuple[FaceClass | Definition, ...]
    public: tuple[str, ...]
    bridge: str = BRIDGE

    def __post_init__(self) -> None:
        if list(self.public) != sorted(set(self.public)):
            raise InternalError(f"{self.target}: its public names are not sorted, or not unique")
