"""Own type aliases: what one means with its arguments, and which of them stay names, as they are defined by themselves.

An alias that its own text names, alone or through others, is a `Name` of the IR, and the registry of the run knows what
it means. Every other one is written out.
"""

from __future__ import annotations

import typing
from typing import TYPE_CHECKING, cast

from ambidex.module import is_class

from .._ir import Alternatives, Applied, Name, Type, Variable, everything_in, parts, union, walk
from .._report import Unsupported
from ._variables import bound_to, has_default, is_many, is_variable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from .._manifest import Registry


class Named:
    """Stand for an alias by its name, and for what an expression makes of it."""

    def __init__(self, name: Name, arguments: tuple[object, ...] | None = None) -> None:
        self.name = name
        self.arguments = arguments

    def __getitem__(self, arguments: object) -> Named:
        listed = cast("tuple[object, ...]", arguments) if isinstance(arguments, tuple) else (arguments,)
        return Named(self.name, listed)

    def __call__(self) -> None:
        """Look callable: what `typing` demands of an argument before Python 3.11."""


def says_alias(annotation: object) -> bool:
    """Tell whether the annotation of a name is `TypeAlias`, which makes a string that it is given a type."""
    text = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))
    return text.strip("'\"").rpartition(".")[2] == "TypeAlias"  # in quotes twice, by the future import


def holds(value: object, text: str) -> bool:
    """Tell whether a value is a type that holds a string which is still to be read, or is that string."""
    if isinstance(value, str):
        return value == text
    return typing.get_origin(value) is not None and text in texts_in(value)


def is_type_alias(value: object) -> bool:
    """Tell whether a value was made by a `type` statement, or by what stands for one before Python 3.12."""
    return type(value).__name__ == "TypeAliasType"


def is_by_name(value: object) -> bool:
    """Tell whether what an alias means is lost without its name: it holds strings, or variables of many types."""
    if is_class(value):
        return False
    return any(True for _ in texts_in(value)) or any(is_many(each) for each in variables_in(value))


def texts_in(value: object) -> Iterator[str]:
    """Yield the strings inside a type that are still to be read."""
    if isinstance(value, typing.ForwardRef):
        yield value.__forward_arg__
    elif isinstance(value, Named):
        yield value.name.qualname
    elif isinstance(value, str):
        yield value
    else:
        for each in _inside(value):
            yield from texts_in(each)


def variables_in(value: object, evaluate: Callable[[str], object] | None = None) -> tuple[object, ...]:
    """Return the type variables inside a type, each once: what an alias that means this is applied to.

    `evaluate` reads the strings in it.
    """
    if is_variable(value):
        return (value,)
    text = value.__forward_arg__ if isinstance(value, typing.ForwardRef) else value
    if isinstance(text, str):
        return () if evaluate is None else variables_in(evaluate(text), evaluate)
    return tuple(dict.fromkeys(found for each in _inside(value) for found in variables_in(each, evaluate)))


def _inside(value: object) -> Sequence[object]:
    """Return what stands directly in a type: neither what a Literal lists, nor metadata."""
    if type(value) in (list, tuple):  # before Python 3.10 a ParamSpec of typing_extensions is a list that holds itself
        return cast("Sequence[object]", value)
    held: object = getattr(value, "members", None) if type(value).__name__ == "Either" else None
    if held is None:
        held = getattr(value, "arguments", None) if type(value).__name__ in _STAND_INS else typing.get_args(value)
    listed = cast("tuple[object, ...]", held) if isinstance(held, tuple) else ()
    origin = typing.get_origin(value)
    name = str(getattr(origin, "_name", None) or getattr(origin, "__name__", ""))
    if name == "Literal":
        return ()
    return listed[:1] if name == "Annotated" else listed


_STAND_INS = ("Absent", "Form", "Named", "Subscripted")


def made_in(alias: object) -> tuple[str, str]:
    """Return the module and the name of what a `type` statement made."""
    return str(getattr(alias, "__module__", None) or "builtins"), str(getattr(alias, "__name__", alias))


def value_of(alias: object, name: str) -> object:
    """Return what a `type` statement says, which Python evaluates when it is asked for the first time.

    Raises:
        Unsupported: its expression raises.
    """
    try:
        value: object = getattr(alias, "__value__", None)
    except Exception as error:  # whatever its expression raises
        raise Unsupported(
            f"the alias {name} cannot be evaluated ({type(error).__name__}: {error})",
            "import what it names at run time, too",
        ) from error
    return value


def bindings(
    name: str,
    variables: tuple[object, ...],
    arguments: tuple[object, ...] | None,
    read: Callable[[tuple[object, ...], tuple[object, ...]], tuple[Type, ...]],
) -> dict[object, Type]:
    """Return what the type parameters of an alias mean, which is applied to `arguments`, or to none.

    `read` reads those, for these type parameters.

    Raises:
        Unsupported: an argument is missing, or there is one too many.
    """
    resolved = () if arguments is None else read(variables, arguments)
    many = next((place for place, each in enumerate(variables) if is_many(each)), None)
    is_complete = len(resolved) == len(variables)
    if many is not None:
        is_complete = arguments is not None and len(resolved) >= len(variables) - 1
    if is_complete:
        return bound_to(variables, resolved)
    missing = variables[len(resolved) :]
    if len(resolved) > len(variables) or not all(map(has_default, missing)):
        listed = [str(getattr(variable, "__name__", variable)) for variable in variables]
        shown = f"{name}[{', '.join('*' + each if is_many(it) else each for it, each in zip(variables, listed))}]"
        if len(resolved) > len(variables) and not variables:
            raise Unsupported(f"the alias {name} is applied to types and has no type variables", f"write {name}")
        raise Unsupported(f"the alias {name} is not applied to all its type parameters", f"write {shown}")
    return dict(zip(variables, resolved))


def read_alias(name: Name, arguments: tuple[Type, ...], read: Callable[[], Type], registry: Registry) -> Type:
    """Return what an alias means: its own name, where it is defined by itself. `read` reads what it says.

    Raises:
        Unsupported: it is defined by itself in a way that cannot be written, or what it says is not supported.
    """
    type_ = Applied(name, arguments) if arguments else name
    reading, known = registry.reading, registry.aliases
    if type_ in known or type_ in reading:
        _note_circle(type_, reading, known)
        return type_
    if any(name == (opened.origin if isinstance(opened, Applied) else opened) for opened in reading):
        raise Unsupported(
            f"the type {name.qualname} is defined by itself with other arguments, and so on without end",
            "write it out to the depth you need",
        )
    before = len(known)
    reading[type_] = False
    try:
        meaning = read()
    except Unsupported:
        for each in list(known)[before:]:  # which may name this one
            del known[each]
        reading.pop(type_)
        raise
    if not reading.pop(type_):
        return meaning
    _check(name, meaning == type_)
    known[type_] = meaning
    return type_


def _check(name: Name, is_empty: bool) -> None:
    """Refuse an alias that has to be imported by its name, and that cannot be."""
    if is_empty:
        raise Unsupported(f"the type {name.qualname} means nothing but itself", "write what it stands for")
    if name.qualname.startswith("_"):
        raise Unsupported(f"{name.qualname} of {name.module} is private, and this is public", "give it a public name")


def _note_circle(type_: Name | Applied, reading: dict[Name | Applied, bool], known: Mapping[Type, Type]) -> None:
    """Note that all aliases are defined by themselves that lie between one that is being read and itself."""
    reached = set(everything_in([type_], known))
    is_within = False
    for opened, is_known in reading.items():
        is_within = is_within or opened in reached
        reading[opened] = is_known or is_within


def folded(type_: Type, known: Mapping[Type, Type]) -> Type:
    """Return a type with the names of those aliases that it says once: Python writes them out, and loses the names.

    Raises:
        Unsupported: Python has lost what an alias is applied to.
    """
    if not known:
        return type_
    named = [part for part in everything_in([type_], known) if part in known]
    for alias in named:
        if known[alias] == type_:
            return alias
    members = _members(type_)
    for alias in sorted(named, key=lambda each: -len(_members(known[each]))):
        held = _members(known[alias])
        if len(members) > 1 and len(held) > 1 and (alias in members or set(held) <= set(members)):
            place = next(at for at, each in enumerate(members) if each == alias or each in held)
            first, last = (
                [each for each in part if each != alias and each not in held] for part in _cut(members, place)
            )
            made = union((*first, alias, *last))
            return made if made == type_ else folded(made, known)
    for alias in named:
        if isinstance(alias, Applied) and alias in walk(type_) and _fits(known[alias], type_):
            raise Unsupported(
                f"Python forgets what {alias.origin.qualname} is applied to, as it names itself in a string",
                f"write the whole annotation in quotes: '{alias.origin.qualname}[...]'",
            )
    return type_


def _cut(members: tuple[Type, ...], place: int) -> tuple[tuple[Type, ...], tuple[Type, ...]]:
    return members[:place], members[place:]


def _fits(pattern: Type, type_: Type) -> bool:
    """Tell whether a type says what an alias does, with something else for its type variables."""
    if isinstance(pattern, Variable) or pattern == type_:
        return True
    if isinstance(pattern, Alternatives):
        return all(any(_fits(each, member) for member in _members(type_)) for each in pattern.members)
    inner, others = parts(pattern), parts(type_)
    is_alike = type(pattern) is type(type_) and len(inner) == len(others) > 0
    return (
        is_alike
        and getattr(pattern, "origin", None) == getattr(type_, "origin", None)
        and all(map(_fits, inner, others))
    )


def _members(type_: Type) -> tuple[Type, ...]:
    return type_.members if isinstance(type_, Alternatives) else (type_,)
