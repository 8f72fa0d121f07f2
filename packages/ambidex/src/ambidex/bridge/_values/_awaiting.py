"""Give the implementation something to await for what a user hands in, which is awaited on its own loop.

What else the user hands in that is asynchronous begins and runs its steps in the same way.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from ...errors import InternalError
from ...runtime import Callback, hide_library_frames
from .._identity import class_of, receiver_of
from ._binding import inward, raise_taken, take_async_with
from ._classes import for_channel
from ._handing import belonging, handing_caller
from ._plans import AwaitedOf

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from ...runtime import Caller
    from ._binding import Convert
    from ._plans import Plan


class HandedAwaitable:
    """Await what the user has handed in, as often as that can be."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self._work = work

    def __await__(self) -> Generator[Any, Any, Any]:
        steps: Generator[Any, Any, Any] = self._work().__await__()
        return steps


def handed(value: Any, make: Callable[[Any, Caller], Any]) -> Any:
    """Return what `make` makes of a value for whoever hands it over; what a face stands for needs nothing."""
    own = receiver_of(value)
    if own is not value:
        return own
    caller = handing_caller()
    if caller is None:
        raise InternalError(f"{value!r} is handed over by no call")
    return make(value, caller)


async def run_step(step: Callback, args: tuple[Any, ...] = ()) -> Any:
    """Run one step of what the user has handed in, where that runs; its exceptions are the implementation's."""
    try:
        return await step.run(args, {})
    except BaseException as error:  # any: it is passed on, without the library's frames
        raise_taken(error)
        hide_library_frames(error)
        raise


def taking(item: Plan | None, names: Mapping[str, Any]) -> Callable[[Caller], Convert | None]:
    """Return what gives, for who hands something in, the function that translates what comes of that, None for none."""
    if item is None:
        return lambda _: None
    take = inward(item, names)
    return lambda caller: belonging(for_channel(take, caller.owner), caller)


def _awaiting(plan: AwaitedOf, names: Mapping[str, Any]) -> Convert:
    """Return the function that makes something to await of what the user hands in: a coroutine of a coroutine."""
    taken = taking(plan.item, names)

    def make(source: Any, caller: Caller) -> Any:
        async def waiting() -> Any:
            return await source

        step = Callback(waiting, is_value=None if plan.item is None else _is_face)
        step.name = f"{class_of(source).__qualname__}.__await__"
        step.hand_over(caller)

        take = taken(caller)

        async def work() -> Any:
            value = await run_step(step)
            return value if take is None else take(value)

        return work() if inspect.iscoroutine(source) else HandedAwaitable(work)

    return lambda value: handed(value, make)


def _is_face(value: Any) -> bool:
    return receiver_of(value) is not value


take_async_with(AwaitedOf, ("__await__",), _awaiting)
