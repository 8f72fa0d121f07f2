"""Own what a function object itself tells: where it is defined, its signature, its docstring."""

from __future__ import annotations

import inspect
import sys
from types import FunctionType
from typing import TYPE_CHECKING, cast

from ..._ir import Place
from ..._paths import is_standard
from ..._report import display_path

if TYPE_CHECKING:
    from ..._annotations import Sources


def function_behind(value: object) -> FunctionType | None:
    """Return the function that a member of a class is made of, None where it is no method."""
    if isinstance(value, (classmethod, staticmethod)):
        value = cast("object", value.__func__)
    inner = inspect.unwrap(value) if callable(value) and not isinstance(value, type) else None
    return inner if isinstance(inner, FunctionType) else None


def signature_of(function: FunctionType) -> inspect.Signature:
    """Return the signature of a function itself, whatever it wraps."""
    if sys.version_info >= (3, 14):
        import annotationlib

        return inspect.signature(function, follow_wrapped=False, annotation_format=annotationlib.Format.FORWARDREF)
    return inspect.signature(function, follow_wrapped=False)


def names_of(function: FunctionType) -> tuple[str, ...]:
    """Return the names of a function's parameters."""
    code = function.__code__
    variadic = bool(code.co_flags & inspect.CO_VARARGS) + bool(code.co_flags & inspect.CO_VARKEYWORDS)
    return code.co_varnames[: code.co_argcount + code.co_kwonlyargcount + variadic]


def place_of_function(function: FunctionType, sources: Sources) -> Place:
    """Return where a function is defined: the line of its `def`."""
    node, code = sources.definition(function), function.__code__
    return Place(display_path(code.co_filename), code.co_firstlineno if node is None else node.lineno)


def is_made_up(function: FunctionType) -> bool:
    """Tell whether a function was made at run time, from no file."""
    inner = inspect.unwrap(function)
    return isinstance(inner, FunctionType) and inner.__code__.co_filename.startswith("<")


def deprecation(owner: object) -> str | None:
    """Return what `@deprecated` says of a function or a class itself, None where it is not deprecated."""
    message = vars(owner).get("__deprecated__") if isinstance(owner, type) else getattr(owner, "__deprecated__", None)
    return message if isinstance(message, str) else None


def documentation(owner: object) -> str | None:
    """Return the docstring an object itself carries, without indentation; None where it has none."""
    text = owner.__dict__.get("__doc__") if isinstance(owner, type) else getattr(owner, "__doc__", None)
    return (_cleaned(text) if isinstance(text, str) else "") or None


def inherited_documentation(cls: type, name: str) -> str | None:
    """Return the docstring of the method that one overrides without saying anything, as `inspect.getdoc` does.

    What the standard library says is of its own classes, and differs between versions.
    """
    for base in cls.__mro__[1:]:
        function = None if is_standard(base) else function_behind(vars(base).get(name))
        text = None if function is None else documentation(function)
        if text is not None:
            return text
    return None


def _cleaned(text: str) -> str:
    """Return a docstring without indentation, as Python 3.13 compiles it: indentation is of spaces alone.

    `inspect.cleandoc` of earlier versions takes form feeds and what Unicode has for spaces and lines, too.
    """
    first, *rest = text.expandtabs().split("\n")
    margin = min((len(line) - len(line.lstrip(" ")) for line in rest if line.strip(" ")), default=0)
    lines = [line.rstrip(" ") for line in (first.lstrip(" "), *(line[margin:] for line in rest))]
    return "\n".join(lines).strip("\n")
