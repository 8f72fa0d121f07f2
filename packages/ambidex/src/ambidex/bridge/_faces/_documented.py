"""Document a method for `help`, and leave it without a docstring for type checkers.

An editor shows, for a call of such a method, the docstring of the function that the callable stands for; a docstring of
the method's own it would show instead.
"""

from __future__ import annotations

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
