"""Own what runs a user's callables for the other side, and what is known there of who waits for that."""

from __future__ import annotations

import functools
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from ...runtime import Callback, Caller
from .._abilities import CALLED_ASYNC, abilities_of

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from ...runtime import Runtime
    from ._session import Session

    Function = Callable[..., Any]

_type_of: Callable[[object], type[Any]] = type  # strict checkers lose what is Any in `type(value)`
RUNNING = "__ambidex_running__"  # on what stands for a user's callable here: what runs it
OWN = "__ambidex_own__"  # on what stands for a user's callable in this module: the user's
_held: ContextVar[Session | None] = ContextVar("ambidex_held_session", default=None)  # which a callback holds here


def called_back(function: Function, own: Any) -> Function:
    """Return what runs a function where the user's callables run, `own` being what the user has for it."""

    def marked(held: Session | None, /, *args: Any, **kwargs: Any) -> Any:
        if held is None:
            return function(*args, **kwargs)
        token = _held.set(held)
        try:
            return function(*args, **kwargs)
        finally:
            _held.reset(token)

    async def marked_async(_: object, /, *args: Any, **kwargs: Any) -> Any:
        return await function(*args, **kwargs)

    is_async = CALLED_ASYNC in abilities_of(function)
    running = Callback(marked_async if is_async else marked)
    running.name = str(getattr(own, "__qualname__", _type_of(own).__qualname__))

    async def called(*args: Any, **kwargs: Any) -> Any:
        held = _held.get()
        _held.set(None)  # the caller's thread, where it may run, takes over what is set here
        return await running.run((held, *args), kwargs)

    vars(called).update({RUNNING: running, OWN: own, "__ambidex_step__": called})
    return called


def called_on_loop(function: Function, own: Any) -> Function:
    """Return what runs a function that was sent into a stream on the loop, as such a one does in one process.

    No caller waits for it: a reader may be anywhere between two steps.
    """

    async def called(*args: Any, **kwargs: Any) -> Any:
        given = function(*args, **kwargs)
        return await given if CALLED_ASYNC in abilities_of(own) else given

    vars(called).update({OWN: own, "__ambidex_step__": called})
    return called


def caller_of(runtime: Runtime, caller: Caller | None) -> Caller:
    """Return who hands over what is sent, where `caller` is whose call that is a part of: that one, or a new one."""
    if caller is None or caller.owner is None or caller.runtime is not runtime:
        return Caller(runtime, None)
    return caller


def holding(function: Function, session: Session) -> Callable[..., Coroutine[Any, Any, Any]]:
    """Return the same function for calls for which the other side's loop stands still."""

    @functools.wraps(function)
    async def run(*args: Any, **kwargs: Any) -> Any:
        _held.set(session)
        return await function(*args, **kwargs)

    return run


def hold_taken_along() -> Function:
    """Return what runs a function elsewhere as it would run here, where the other side's loop may stand still.

    That alone goes along: the thread of a caller takes over what is set here, and would keep it.
    """
    held = _held.get()
    _held.set(None)

    def run(function: Function, /, *args: Any, **kwargs: Any) -> Any:
        token = _held.set(held)
        try:
            return function(*args, **kwargs)
        finally:
            _held.reset(token)

    return run


def is_any_held() -> bool:
    """Tell whether this runs in a callback for which the loop of some other side stands still."""
    return _held.get() is not None


def is_held(session: Session) -> bool:
    """Tell whether this runs in a callback for which the loop of the session's other side stands still."""
    return _held.get() is session
