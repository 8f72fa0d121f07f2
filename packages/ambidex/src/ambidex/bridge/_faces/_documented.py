"""Document a method for `help`, and leave it without a docstring for type checkers.

An editor shows, for a call of such a method, the docstring of the function that the callable stands for; a docstring of
the method's own it would show instead.
"""

from __future__ import annotations

import functools
import sys
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

F = TypeVar("F")


def documented(docstring: str) -> Callable[[F], F]:
    """Return a decorator that gives a method its docstring at run time."""

    def document(method: F) -> F:
        function: Any = method
        function.__doc__ = docstring
        return method

    return document


def docstring_of(stub: Callable[..., Any]) -> str | None:
    """Return the docstring of a stub or, as `inspect.getdoc` does for functions, the one it inherits.

    `inspect` looks in the bases for functions and methods alone, and what stands for a stub is an object of its own.
    """
    *path, name = stub.__qualname__.split(".")
    if stub.__doc__ is not None or not path:
        return stub.__doc__
    owner: Any = functools.reduce(
        lambda found, each: getattr(found, each, None), path, sys.modules.get(stub.__module__)
    )
    above = owner.__mro__[1:] if isinstance(owner, type) else ()
    return next((text for base in above if (text := getattr(getattr(base, name, stub), "__doc__", None))), None)
