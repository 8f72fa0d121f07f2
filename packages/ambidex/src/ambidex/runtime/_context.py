"""Carry context variables from a caller into its task and back.

A call behaves as a plain call does: the work sees the caller's variables, and the caller sees what the work changed.
Tokens do not cross: a variable set on one side cannot be reset on the other.
"""

from __future__ import annotations

import contextvars
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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
