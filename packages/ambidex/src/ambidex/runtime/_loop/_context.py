"""Carry context variables from a caller into its task and back.

A call behaves as a plain call does: the work sees the caller's variables, and the caller sees what the work changed.
Tokens do not cross: a variable set on one side cannot be reset on the other.
"""

from __future__ import annotations

import contextvars
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from typing_extensions import Self

    Tokens = dict[contextvars.ContextVar[Any], tuple[contextvars.Token[Any], Any]]

_MISSING: Any = object()


def adopt(context: contextvars.Context, known: contextvars.Context, tokens: Tokens | None = None) -> None:
    """Set in the current context every variable whose value in `context` is not the one in `known`.

    Values are compared by identity: their own `==` may be slow, or raise. `tokens` belongs to work of many steps: what
    one step has set where nothing was, and a later one has taken back, is unset here too.
    """
    for variable, value in context.items():
        if known.get(variable, _MISSING) is not value:
            token = variable.set(value)
            if tokens is not None and token.old_value is token.MISSING:
                tokens[variable] = token, value
    if tokens:
        for variable in [variable for variable in tokens.copy() if variable not in context]:
            taken = tokens.pop(variable, None)
            if taken is None:  # by another thread: a stream may be shared
                continue
            token, value = taken
            if variable.get(_MISSING) is value:  # else the caller has set it since
                try:
                    variable.reset(token)
                except ValueError:  # the steps are taken from different contexts
                    pass


class InContext:
    """Await something within this task, each of its steps in a context of its own."""

    __slots__ = ("_context", "_steps", "cr_await")

    def __init__(self, awaitable: Awaitable[Any], context: contextvars.Context) -> None:
        self.cr_await = awaitable  # where reports about the task go on
        self._context = context
        self._steps: Any = context.run(awaitable.__await__)

    def __await__(self) -> Self:
        return self

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Any:
        return self._context.run(next, self._steps)

    def send(self, value: Any) -> Any:
        """Take the next step."""
        return self._context.run(next, self._steps) if value is None else self._context.run(self._steps.send, value)

    def throw(self, *details: Any) -> Any:
        """Raise an exception where the awaited work stands."""
        return self._context.run(self._steps.throw, *details)

    def close(self) -> None:
        """End the awaited work."""
        self._context.run(self._steps.close)
