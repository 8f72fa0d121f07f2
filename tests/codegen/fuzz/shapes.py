"""Own the data that a drawn implementation consists of: types, parameters, functions, classes, and what is checked.

Values are texts of Python: `_o(1, "0.Station", 2)` makes object 1, which is of the class that module 0 calls Station.
The same text is evaluated with the implementation's classes and with the faces (see `behave`), and stands in the
source of the implementation, too.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hypothesis.vendor.pretty import RepresentationPrinter

Flavour = Literal[
    "plain", "async", "awaitable", "stream", "returned stream", "two-way", "context", "returned context", "iterator"
]
Binding = Literal["function", "method", "classmethod", "staticmethod"]
ParameterKind = Literal["positional-only", "positional", "rest", "keyword", "keywords"]


@dataclass(frozen=True)
class Type:
    """A type as the implementation spells it.

    `name` is a template for the spelling of `args`, the key of a class, or the name of a type variable, by `kind`.
    """

    kind: str
    args: tuple[Type, ...] = ()
    name: str = ""

    def walk(self) -> Iterator[Type]:
        """Yield the type and every type within."""
        yield self
        for argument in self.args:
            yield from argument.walk()

    def has(self, *kinds: str) -> bool:
        """Tell whether the type, or one within it, is of some kinds."""
        return any(part.kind in kinds for part in self.walk())


@dataclass(frozen=True)
class Parameter:
    """One parameter; a `default` is the text of an expression."""

    name: str
    type: Type
    kind: ParameterKind = "positional"
    default: str | None = None


@dataclass(frozen=True)
class Function:
    """A function or method whose behaviour is known: it gives `gives`, in which its parameters stand by name.

    `wrapper` is the template of the annotation around the result. `fails` is what it raises where `wrong` is true.
    """

    name: str
    flavour: Flavour
    parameters: tuple[Parameter, ...]
    result: Type
    gives: tuple[str, ...]
    wrapper: str = "{0}"
    binding: Binding = "function"
    sent: Type | None = None
    fails: str | None = None
    public: str | None = None
    documentation: str | None = None
    is_abstract: bool = False


@dataclass(frozen=True)
class Attribute:
    """An annotated attribute of the objects of a class, which the constructor sets to `value`, or annotates as well."""

    name: str
    type: Type
    value: str
    is_in_constructor: bool = False


class Check(NamedTuple):
    """What is compared: `callee` called with `arguments`, by the way that `flavour` says; or a text, evaluated."""

    flavour: str
    callee: str
    arguments: str = ""
    sends: tuple[str, ...] = ()
    is_loose: bool = False  # any iterable of the same items will do, as an annotation says


@dataclass(frozen=True)
class Snippet:
    """Source text that is the same wherever it is drawn, but for what was filled in.

    In `text`, `<0>` stands for the first of `types`, `<=0>` for the same where it is evaluated, and `<"0>` in quotes.
    In each check, `<self>` stands for an object of the class around it, `<cls>` for that class, `<module>` for the
    module and `<number>` for its number. In `files`, `<module>` is the name of the module, and `<public>` that of the
    generated one.
    """

    text: str
    constructs: tuple[str, ...]
    checks: tuple[Check, ...] = ()
    types: tuple[Type, ...] = ()
    name: str = ""
    classes: tuple[str, ...] = ()  # the names of those that have faces
    files: tuple[tuple[str, str], ...] = ()  # further modules, by the end of their names
    following: Snippet | None = None  # what belongs to it, and stands in the generated module after this one


@dataclass
class Class:
    """A class; `key` names its module and itself, and `kind` is one of those of `grammar`."""

    key: str
    kind: str
    parameters: tuple[Parameter, ...] = ()
    public: str | None = None
    is_registered: bool = True
    options: tuple[str, ...] = ()
    base: Class | None = None
    has_constructor: bool = True
    base_arguments: str = ""  # what its constructor hands to that of its base
    attributes: list[Attribute] = field(default_factory=list)
    functions: list[Function] = field(default_factory=list)
    snippets: list[Snippet] = field(default_factory=list)

    @property
    def module(self) -> int:
        """Return the number of its module."""
        return int(self.key.partition(".")[0])

    @property
    def name(self) -> str:
        """Return its name in its module."""
        return self.key.partition(".")[2]

    def lineage(self) -> Iterator[Class]:
        """Yield the class and what it extends."""
        yield self
        if self.base is not None:
            yield from self.base.lineage()


@dataclass
class Source:
    """One module of the implementation: how it spells things, and what stands in it, in that order."""

    number: int
    has_future: bool
    imports: dict[int, str] = field(default_factory=dict)  # by the number of a module: "from", "module" or "checking"
    items: list[Class | Function | Snippet] = field(default_factory=list)
    quotes_parts: bool = False
    manifest: Literal["decorators", "auto", "file"] = "decorators"  # "file": in a module of its own


@dataclass
class Program:
    """Everything of one example."""

    sources: list[Source] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    constructs: Counter[str] = field(default_factory=Counter)
    classes: dict[str, Class] = field(default_factory=dict)
    seed: int | None = None
    refused: str | None = None  # the name of what is in it that is to be refused
    is_twin: bool = False
    async_names: tuple[str, str] = ("Async{}", "async_{}")
    more: list[str] = field(default_factory=list)  # the keys of further classes whose objects have faces

    def _repr_pretty_(self, printer: RepresentationPrinter, cycle: bool) -> None:
        """Print no more than what is needed to draw it again: the whole is long."""
        printer.text(f"<Program of seed {self.seed}>")
