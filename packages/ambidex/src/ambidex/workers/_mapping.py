"""Own maps over a pool: many calls of one function, of which a bounded number is under way or done and unread.

Arguments are read one call at a time, by whoever iterates, as there is room. So an endless iterable is no trouble, and
a reader that stops reading stops the calls. Whatever ends the iteration early cancels what runs and waits for its
clean-up: an error of a call, `close` and `aclose`, a cancellation, Ctrl-C.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from ..errors import UsageError
from ..runtime import wait_for_first

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Iterable, Iterator

    from ..runtime import Future

    Args = tuple[Any, ...]


class Ended(Protocol):
    """What the future of a blocking map and the task of an awaited one have in common."""

    def done(self) -> bool:
        """Tell whether the call has ended."""
        ...

    def cancelled(self) -> bool:
        """Tell whether it was cancelled."""
        ...

    def exception(self) -> BaseException | None:
        """Return what it has raised."""
        ...

    def result(self) -> Any:
        """Return what it has given, or raise that."""
        ...


E = TypeVar("E", bound=Ended)
_END_S = 60.0  # arbitrary: for calls that were cancelled, each of which ends within its own grace period


def check_ahead(ahead: int | None, default: int) -> int:
    """Return how many calls may be under way or unread.

    Raises:
        UsageError: it is no whole number of 1 or more.
    """
    if ahead is None:
        return default
    if type(ahead) is not int or ahead < 1:
        raise UsageError(f"ahead={ahead!r}: write how many calls may be under way or unread, 1 or more")
    return ahead


def arguments_of(iterables: tuple[Iterable[Any], ...]) -> Iterator[Args]:
    """Return the arguments of each call: one of each iterable, until the shortest ends.

    Raises:
        UsageError: there is no iterable.
    """
    if not iterables:
        raise UsageError("a map was given nothing to go over: give an iterable for each argument of the function")
    return zip(*iterables)


def iterate_blocking(
    start: Callable[[Args], Future[Any]],
    arguments: Iterator[Args],
    ahead: int,
    *,
    is_ordered: bool,
    return_exceptions: bool,
) -> Generator[Any, None, None]:
    """Yield the results of the calls that `start` starts: in the order of their arguments, or as they end."""
    under_way: list[Future[Any]] = []
    try:
        for args in arguments:
            under_way.append(start(args))
            while len(under_way) >= ahead or _has_result(under_way, is_ordered=is_ordered):
                yield _result(_take_blocking(under_way, is_ordered=is_ordered), return_exceptions=return_exceptions)
        while under_way:
            yield _result(_take_blocking(under_way, is_ordered=is_ordered), return_exceptions=return_exceptions)
    finally:
        for future in under_way:
            future.cancel()
        until = time.monotonic() + _END_S
        while (waiting := [each for each in under_way if not each.done()]) and time.monotonic() < until:
            wait_for_first(waiting, until - time.monotonic())
        _pass_over(each for each in under_way if each.done())


async def iterate_awaited(
    start: Callable[[Args], Coroutine[Any, Any, Any]],
    arguments: Iterator[Args],
    ahead: int,
    *,
    is_ordered: bool,
    return_exceptions: bool,
) -> AsyncGenerator[Any, None]:
    """Yield the results of the calls that `start` makes, as `iterate_blocking` does."""
    loop = asyncio.get_running_loop()
    under_way: list[asyncio.Task[Any]] = []
    try:
        for args in arguments:
            under_way.append(loop.create_task(start(args)))
            while len(under_way) >= ahead or _has_result(under_way, is_ordered=is_ordered):
                yield _result(
                    await _take_awaited(under_way, is_ordered=is_ordered), return_exceptions=return_exceptions
                )
        while under_way:
            yield _result(await _take_awaited(under_way, is_ordered=is_ordered), return_exceptions=return_exceptions)
    finally:
        for task in under_way:
            task.cancel()
        if under_way:
            ended, _ = await asyncio.wait(under_way, timeout=_END_S)
            _pass_over(ended)


# -- what is next. It stays under way until it has ended: what ends the waiting for it ends it, too.


def _candidates(under_way: list[E], *, is_ordered: bool) -> list[E]:
    return under_way[:1] if is_ordered else under_way


def _has_result(under_way: list[Any], *, is_ordered: bool) -> bool:
    return any(each.done() for each in _candidates(under_way, is_ordered=is_ordered))


def _take_blocking(under_way: list[Future[Any]], *, is_ordered: bool) -> Future[Any]:
    candidates = _candidates(under_way, is_ordered=is_ordered)
    if not _has_result(candidates, is_ordered=is_ordered):
        wait_for_first(candidates)
    return _taken(under_way)


async def _take_awaited(under_way: list[asyncio.Task[Any]], *, is_ordered: bool) -> asyncio.Task[Any]:
    candidates = _candidates(under_way, is_ordered=is_ordered)
    if not _has_result(candidates, is_ordered=is_ordered):
        await asyncio.wait(candidates, return_when=asyncio.FIRST_COMPLETED)
    return _taken(under_way)


def _taken(under_way: list[E]) -> E:
    """Take out the first one that has ended; in order, that is the first of all."""
    ended = next(each for each in under_way if each.done())
    under_way.remove(ended)
    return ended


def _result(ended: Ended, *, return_exceptions: bool) -> Any:
    if return_exceptions and not ended.cancelled():
        error = ended.exception()
        if isinstance(error, Exception):
            return error
    return ended.result()


def _pass_over(ended: Iterable[Ended]) -> None:
    """Take note of errors that nobody reads any more: another one has ended the map, or its reader."""
    for each in ended:
        if not each.cancelled():
            each.exception()
