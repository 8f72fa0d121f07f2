"""Give the implementation an async iterable for what a user hands in where it wants one: a blocking or an async one.

Each item is asked for where the user's callables run (see `Callback`): of a blocking iterable off the loop, on the
thread of the caller while that waits for its call; of an async one on its own loop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...runtime import Callback
from .._identity import class_of
from ._awaiting import handed, run_step, taking
from ._binding import take_async_with
from ._plans import ItemsOf

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ...runtime import Caller
    from ._binding import Convert

_END: Any = object()  # what a step gives after the last item: a StopIteration cannot be a result


class Items:
    """Read what the user has handed in: each `async for` begins anew where that can, as `for` does."""

    def __init__(self, source: Any, caller: Caller, give: Convert | None) -> None:
        self._source = source
        self._caller = caller
        self._give = give
        self._own: _Steps | None = None

    def __aiter__(self) -> _Steps:
        return _Steps(self._source, self._caller, self._give)

    async def __anext__(self) -> Any:
        """Return the next item: what wants an async iterator may ask without beginning."""
        if self._own is None:
            self._own = self.__aiter__()
        return await self._own.__anext__()


class _Steps:
    def __init__(self, source: Any, caller: Caller, give: Convert | None) -> None:
        self._give = give
        if hasattr(class_of(source), "__aiter__"):
            self._step = Callback(_asked(source))
        else:
            self._step = Callback(_taken(source), is_value=_is_item)
        self._step.hand_over(caller)

    def __aiter__(self) -> _Steps:
        return self

    async def __anext__(self) -> Any:
        item = await run_step(self._step)
        if item is _END:
            raise StopAsyncIteration
        return item if self._give is None else self._give(item)


def _is_item(_: object) -> bool:
    """Tell that what a blocking iterable gives is an item as it is, though one could await it: `for` would not."""
    return True


def _taken(source: Any) -> Callable[[], Any]:
    """Return what takes the next item of a blocking iterable, which it begins to iterate itself."""
    iterator: Any = None

    def take() -> Any:
        nonlocal iterator
        if iterator is None:
            iterator = iter(source)
        return next(iterator, _END)

    return take


def _asked(source: Any) -> Callable[[], Any]:
    """Return what awaits the next item of an async iterable."""
    iterator: Any = None

    async def ask() -> Any:
        nonlocal iterator
        if iterator is None:
            iterator = source.__aiter__()
        try:
            return await iterator.__anext__()
        except StopAsyncIteration:
            return _END

    return ask


def _reading(plan: ItemsOf, names: Mapping[str, Any]) -> Convert:
    """Return the function that makes an async iterable of what the user hands in."""
    give = taking(plan.item, names)

    def make(source: Any, caller: Caller) -> Items:
        return Items(source, caller, give(caller))

    return lambda value: handed(value, make)


take_async_with(ItemsOf, ("__aiter__", "__iter__"), _reading)
