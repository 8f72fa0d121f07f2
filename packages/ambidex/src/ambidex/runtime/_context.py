"""Carry context variables from a caller into its task and back.

A call behaves as a plain call does: the work sees the caller's variables, and the caller sees what the work changed.
Tokens do not cross: a variable set on one side cannot be reset on the other.
"""

from __future__ import annotations

import collections.abc
import contextvars
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Coroutine
    from types import CodeType, FrameType

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
        for variable in [variable for variable in tokens if variable not in context]:
            token, value = tokens.pop(variable)
            if variable.get(_MISSING) is value:  # else the caller has set it since
                try:
                    variable.reset(token)
                except ValueError:  # the steps are taken from different contexts
                    pass


if sys.version_info >= (3, 11):

    def create_task(
        loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, None], context: contextvars.Context, name: str
    ) -> asyncio.Task[None]:
        """Start `coroutine` as a task of `loop` that runs in `context` itself, not in a copy."""
        return loop.create_task(coroutine, name=name, context=context)

else:

    class _InContext(collections.abc.Coroutine[Any, Any, None]):
        """Run each step of a coroutine in a given context, which tasks before 3.11 cannot do."""

        __slots__ = ("__name__", "__qualname__", "__weakref__", "_context", "_coroutine")

        def __init__(self, coroutine: Coroutine[Any, Any, None], context: contextvars.Context) -> None:
            self._coroutine = coroutine
            self._context = context
            self.__name__ = self.__qualname__ = getattr(coroutine, "__qualname__", "coroutine")

        def send(self, value: Any) -> Any:
            return self._context.run(self._coroutine.send, value)

        def throw(self, *details: Any) -> Any:
            return self._context.run(self._coroutine.throw, *details)

        def close(self) -> None:
            self._context.run(self._coroutine.close)

        def __await__(self) -> Any:
            return self

        # what asyncio's own reports look at
        @property
        def cr_await(self) -> object:
            return self._coroutine

        @property
        def cr_code(self) -> CodeType:
            return self._coroutine.cr_code  # type: ignore[attr-defined, no-any-return]  # a native coroutine

        @property
        def cr_frame(self) -> FrameType:
            return self._coroutine.cr_frame  # type: ignore[attr-defined, no-any-return]  # a native coroutine

        @property
        def cr_running(self) -> bool:
            return self._coroutine.cr_running  # type: ignore[attr-defined, no-any-return]  # a native coroutine

    def create_task(
        loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, None], context: contextvars.Context, name: str
    ) -> asyncio.Task[None]:
        """Start `coroutine` as a task of `loop` that runs in `context` itself, not in a copy."""
        task = loop.create_task(_InContext(coroutine, context))
        task.set_name(name)
        return task
