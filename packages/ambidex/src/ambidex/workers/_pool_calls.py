"""Own `.call` and `.acall` of a pool: functions by name, each call in the worker with the fewest calls in flight."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from ..errors import UsageError
from ..rpc.calling import check_may_block
from ..runtime import loop_here
from ._attempts import Attempts, astream_through, stream_through
from ._calls import AwaitedFunction, BlockingFunction
from ._mapping import arguments_of, check_ahead, iterate_awaited, iterate_blocking
from ._names import NO_OPTIONS, NamedFunction

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence

    from ..options import CallOptions
    from ._pool import WorkerPool

    OfPool = NamedFunction[WorkerPool]
else:
    OfPool = NamedFunction


class BlockingPoolFunction(OfPool):
    """Call one of the workers' functions from this thread."""

    __slots__ = ()

    _face = "call"

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Return the result, or a generator of the items, which holds a place in its worker from its first step on.

        Raises:
            PoolFull: every worker is busy, and as many calls wait as may.
            DeadlineExceeded: the call, the waiting for a worker included, took longer than its `timeout`.
            WorkerDied: the worker has died during the call.
        """
        listed = self._owner.functions(self._name)[self._name]
        is_idempotent = listed.is_idempotent
        self._options.check_retry(self._name, is_stream=listed.is_stream, is_idempotent=is_idempotent)
        if loop_here() is not None:
            check_may_block(f"{self._owner}.call.{self._name}")
        if listed.is_stream:
            return stream_through(
                Attempts(self._owner.crew, self._name, self._options),
                lambda worker, options: BlockingFunction(worker, self._name, options)(*args, **kwargs),
            )
        for attempt in Attempts(self._owner.crew, self._name, self._options, is_idempotent=is_idempotent):
            with attempt as worker:
                return BlockingFunction(worker, self._name, attempt.options)(*args, **kwargs)
        raise AssertionError("the attempts of a call end with its outcome")

    def map(
        self, *iterables: Iterable[Any], ahead: int | None = None, return_exceptions: bool = False
    ) -> Iterator[Any]:
        """Yield the results of many calls, in the order of their arguments: one of each iterable for each call.

        `ahead` is how many calls may be under way or done and unread; without it, twice as many as the workers take at
        a time. It begins with the first result that is asked for, and reads the iterables on the thread that asks. An
        error is raised in its call's place and the calls after it are cancelled; with `return_exceptions` it is given
        instead. `close()` of what is returned, and whatever else ends the iteration early, cancels what runs and waits
        for its clean-up. Calls of a map wait for workers without regard to `queue_size`: `ahead` bounds them.

        Raises:
            UsageError: there is no iterable, or the function yields items itself, or `ahead` is out of its range.
        """
        return self._iterate(iterables, ahead, is_ordered=True, return_exceptions=return_exceptions)

    def as_completed(
        self, *iterables: Iterable[Any], ahead: int | None = None, return_exceptions: bool = False
    ) -> Iterator[Any]:
        """Yield the results of many calls as they end, else as `map` does."""
        return self._iterate(iterables, ahead, is_ordered=False, return_exceptions=return_exceptions)

    def _iterate(
        self, iterables: tuple[Iterable[Any], ...], ahead: int | None, *, is_ordered: bool, return_exceptions: bool
    ) -> Iterator[Any]:
        pool, name = self._owner, self._name
        call = AwaitedPoolFunction(pool, name, self._options, may_be_refused=False)
        _check_no_stream(pool, name)
        if loop_here() is not None:
            check_may_block(f"{pool}.call.{name}")
        return iterate_blocking(
            lambda args: pool.runtime.submit(functools.partial(call, *args), (), {}, name),
            arguments_of(iterables),
            check_ahead(ahead, pool.default_ahead),
            is_ordered=is_ordered,
            return_exceptions=return_exceptions,
        )


class AwaitedPoolFunction(OfPool):
    """Call one of the workers' functions from the running loop."""

    __slots__ = ("_may_be_refused",)

    _face = "acall"

    def __init__(
        self, pool: WorkerPool, name: str, options: CallOptions = NO_OPTIONS, *, may_be_refused: bool = True
    ) -> None:
        super().__init__(pool, name, options)
        self._may_be_refused = may_be_refused

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Return what gives the result when it is awaited, or an async generator of the items.

        Raises, when it is awaited, what the blocking call raises.
        """
        listed = self._owner.functions(self._name)[self._name]
        is_idempotent = listed.is_idempotent
        self._options.check_retry(self._name, is_stream=listed.is_stream, is_idempotent=is_idempotent)
        if listed.is_stream:
            return astream_through(
                Attempts(self._owner.crew, self._name, self._options),
                lambda worker, options: AwaitedFunction(worker, self._name, options)(*args, **kwargs),
            )
        return self._call(args, kwargs, is_idempotent=is_idempotent)

    async def _call(self, args: Sequence[Any], kwargs: Mapping[str, Any], *, is_idempotent: bool) -> Any:
        for attempt in Attempts(
            self._owner.crew,
            self._name,
            self._options,
            is_idempotent=is_idempotent,
            may_be_refused=self._may_be_refused,
        ):
            async with attempt as worker:
                return await AwaitedFunction(worker, self._name, attempt.options)(*args, **kwargs)
        raise AssertionError("the attempts of a call end with its outcome")

    def map(
        self, *iterables: Iterable[Any], ahead: int | None = None, return_exceptions: bool = False
    ) -> AsyncIterator[Any]:
        """Yield the results of many calls, in the order of their arguments, as the blocking `map` does.

        The iterables are read on the running loop. Leaving an `async for` early does not end what is returned: close it
        with `contextlib.aclosing`, or cancel the task that iterates.
        """
        return self._iterate(iterables, ahead, is_ordered=True, return_exceptions=return_exceptions)

    def as_completed(
        self, *iterables: Iterable[Any], ahead: int | None = None, return_exceptions: bool = False
    ) -> AsyncIterator[Any]:
        """Yield the results of many calls as they end, else as `map` does."""
        return self._iterate(iterables, ahead, is_ordered=False, return_exceptions=return_exceptions)

    def _iterate(
        self, iterables: tuple[Iterable[Any], ...], ahead: int | None, *, is_ordered: bool, return_exceptions: bool
    ) -> AsyncIterator[Any]:
        pool, name = self._owner, self._name
        call = AwaitedPoolFunction(pool, name, self._options, may_be_refused=False)
        _check_no_stream(pool, name)
        return iterate_awaited(
            lambda args: call(*args),
            arguments_of(iterables),
            check_ahead(ahead, pool.default_ahead),
            is_ordered=is_ordered,
            return_exceptions=return_exceptions,
        )


def _check_no_stream(pool: WorkerPool, name: str) -> None:
    if pool.functions(name)[name].is_stream:
        raise UsageError(f"{name} yields items: a map goes over functions that give one result; iterate over each call")
