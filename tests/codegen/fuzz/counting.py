"""Tell which constructs a type and a parameter show, where they are written."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tests.codegen.fuzz.values import IDENTITY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.codegen.fuzz.shapes import Parameter, Program, Source, Type

AROUND = {
    "list": "wrapped objects in lists and sequences",
    "deque": "wrapped objects in lists and sequences",
    "dict": "wrapped objects in dicts and mappings",
    "set": "wrapped objects in sets",
    "tuple": "wrapped objects in tuples",
    "tuple_repeated": "wrapped objects in tuples",
    "iterable": "wrapped objects in iterables",
}
ALONE = {
    "literal": "`Literal`",
    "annotated": "`Annotated`, `Type`, aliases and other spellings",
    "any": "wrapped objects in `Any` and `object`",
    "self": "`Self`",
    "async items": "blocking iterable where an async one is expected",
}
VARIABLES = {"T": "free `TypeVar`", "S": "constrained `TypeVar`"}
CALLBACKS = (
    ("ON_LOOP", "callback that runs on the loop"),
    ("Union", "callback that may be blocking or async"),
    ("Awaitable", "async callback"),
    ("Coroutine", "async callback"),
)


def shown_by_type(type_: Type, source: Source, program: Program) -> Iterator[str]:
    """Yield the constructs of a type that stands in a module; each part of it counts."""
    for part in type_.walk():
        wrapped = [any(is_wrapped(each, program) for each in argument.walk()) for argument in part.args]
        if part.kind in AROUND and any(wrapped):
            yield AROUND[part.kind]
        if part.kind in ALONE:
            yield ALONE[part.kind]
        elif part.kind == "union" and all(wrapped):
            yield "union of wrapped classes"
        elif part.kind == "var":
            yield VARIABLES.get(part.name, "bound `TypeVar`")
        elif part.kind == "callback":
            yield next((name for mark, name in CALLBACKS if mark in part.name), "plain callback")
        elif part.kind == "class":
            yield from _shown_by_name(program.classes[part.name].module, source)
            if is_wrapped(part, program) and program.classes[part.name].module != source.number:
                yield "wrapped class of another module"


def _shown_by_name(module: int, source: Source) -> Iterator[str]:
    if module == source.number:
        return
    yield "reference to another module"
    if source.imports[module] == "checking":
        yield "import under `TYPE_CHECKING`"
    if module > source.number:
        yield "circular reference between modules"


def shown_by_parameter(parameter: Parameter, program: Program) -> Iterator[str]:
    """Yield what a parameter shows beside its type."""
    if parameter.kind != "positional":
        yield "positional-only, keyword-only, `*args` and `**kwargs`"
    if parameter.kind in ("rest", "keywords") and any(is_wrapped(part, program) for part in parameter.type.walk()):
        yield "wrapped objects in `*args` and `**kwargs`"
    if parameter.default not in (None, "None", "False"):
        yield "defaults: literals, mutable, computed, enum and lambda"


def is_wrapped(type_: Type, program: Program) -> bool:
    """Tell whether a type is a class whose objects have faces."""
    return type_.kind == "class" and program.classes[type_.name].kind in IDENTITY


APART = "override of a method of a generic class of another module"
INSIDE = (
    "optional `AsyncIterator`",
    "list of `AsyncIterator`",
    "dictionary of `AsyncIterable`, from a plain function",
    "optional two-way `AsyncGenerator`",
    "dictionary of `AsyncContextManager` that give wrapped objects",
    "tuple with an `Awaitable`",
    "stream of streams",
    "record with an `AsyncIterator` and an `Awaitable`",
    "property that gives an `AsyncIterable`",
    "callback that is given an `AsyncIterator`",
)
# What a construct counts as in a module of `style="twin"`; others count nowhere but in modules of one class.
TWINS = {
    "class with identity": "class in two forms",
    "function with another async name": "function in two forms, with names of one's own",
    "dataclass that carries wrapped objects": "record that carries classes in two forms",
    "named tuple that carries wrapped objects": "record that carries classes in two forms",
    "typed dict that carries wrapped objects": "record that carries classes in two forms",
    "generic class": "generic class in two forms",
    "type guard": "type guard in two forms",
    "overloads of a function": "overloads in two forms",
    "overloads of a method": "overloads in two forms",
    "overloads of a classmethod": "overloads in two forms",
    "wrapped class of another module": "classes in two forms of another module",
    APART: "classes in two forms of another module",
    "call": "special methods in two forms",
    "async call": "special methods in two forms",
    "arithmetic": "special methods in two forms",
    "container: items": "special methods in two forms",
    "generic dataclass applied to a type variable of a class": (
        "generic dataclass applied to a type variable in two forms"
    ),
    "class object of a wrapped class as a parameter": "class object of a class in two forms",
    "exception that holds wrapped objects": "exception that holds wrapped objects, in two classes",
    "alias of a type with a face, by `manual_export`": "alias in two forms",
    "async callable as a result": "async callable as a result in two forms",
    "async callable with wrapped objects as a result": "async callable as a result in two forms",
    "callable that registers a callback as a result": "callable that registers a callback as a result in two forms",
    **dict.fromkeys(INSIDE, "each of them in two classes"),
}
HIDDEN = ("function with another async name", "wrapped class of another module")


def shown(program: Program) -> Counter[str]:
    """Return how often each construct occurs in a program, by the names of the list."""
    found: Counter[str] = Counter()
    for name, count in program.constructs.items():
        if program.is_twin:
            found[TWINS.get(name, "")] += count
        elif name not in HIDDEN:
            found[name] += count
    del found[""]
    return found
