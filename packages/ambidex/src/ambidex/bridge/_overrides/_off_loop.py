"""Run a user's blocking functions for an implementation that awaits them: off its loop, as callbacks run.

What it hands over itself belongs to the call that leads to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...runtime import Callback, Caller, current_caller
from .._identity import is_face

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ...runtime import Runtime
    from .._channels._channel import Channel
    from .._implementation import Implementation


class OffLoop:
    """Run blocking functions under one name: on the waiting caller's own thread, else on a thread of the pool.

    What runs is no callable that somebody has handed over, but part of the calls that lead to it. So it sees the
    context variables of the task that awaits it, and that one those which it sets, whoever made the call.
    """

    __slots__ = ("_callback", "_callers", "_owner", "_runtime")

    def __init__(self, name: str, runtime: Runtime, owner: Channel) -> None:
        self._callback = Callback(_apply, is_value=is_face)
        self._callback.name = name
        self._callers: list[Caller] = []  # those who wait for a call that has led here; each leaves when that ends
        self._runtime = runtime
        self._owner = owner

    async def run(self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        """Call `function` and return its result, awaited where it is awaitable."""
        caller = current_caller()
        if caller is not None and caller.runtime is self._runtime and caller.is_waiting():
            if caller not in self._callers:
                self._callers.append(caller)
                caller.stand_in(self._callers)
                self._callback.hand_over(caller)
            return await self._callback.run((function, *args), kwargs)
        caller = Caller(self._runtime, self._owner)
        try:
            with caller:
                self._callback.hand_over(caller)
                return await self._callback.run((function, *args), kwargs)
        finally:
            caller.close()


def with_caller(implementation: Implementation, has_callables: bool, work: Callable[[], Any]) -> Any:
    """Run what hands callables over; they belong to the call that leads here, or to none."""
    if current_caller() is not None or not has_callables:
        return work()
    caller = Caller(implementation.runtime, implementation.channel)
    try:
        with caller:
            return work()
    finally:
        caller.close()


def _apply(function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    return function(*args, **kwargs)
