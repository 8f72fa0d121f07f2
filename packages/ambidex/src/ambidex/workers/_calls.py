"""Own `.call` and `.acall`: a child's functions by name, blocking and awaited."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from ..options import AS_IT_IS, CallOptions
from ..rpc import ROOT
from ..rpc.calling import check_may_block, remaining_of
from ..runtime import loop_here
from ._opened import opened_with_first_step
from ._retrying import acall_retried, call_retried

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Coroutine

    from ._life import Life
    from ._parent import ParentWorker

_AHEAD = 64  # items that a one-way stream may be ahead of its reader, unless it is told otherwise


class BlockingCalls:
    """Call what a child has, each call blocking; iterate over what yields items."""

    def __init__(self, worker: ParentWorker, options: CallOptions) -> None:
        self._worker = worker
        self._options = options

    def start(self) -> None:
        """Start the child and wait until it is ready; nothing happens where it runs."""
        self._worker.start_blocking()

    def close(self) -> None:
        """End the child, and wait for that."""
        self._worker.close_blocking()

    def list_functions(self) -> list[str]:
        """Return the names of what can be called, sorted."""
        return self._worker.function_names()

    def with_options(self, *, timeout: float | None = AS_IT_IS, retry: int = AS_IT_IS) -> BlockingCalls:
        """Return the same with other options; what is left out stays as it is.

        `timeout` is a deadline, in seconds, that covers the whole call and stops the work itself; None takes it back.
        `retry` is how often a call is tried again whose worker has died, for what is declared `@ambidex.idempotent`.

        Raises:
            ValueError: `timeout` is negative or not a number, or `retry` is not a whole number of 0 or more.
        """
        return BlockingCalls(self._worker, self._options.changed(timeout, retry))

    def __getattr__(self, name: str) -> BlockingFunction:
        self._worker.check_name(name, "call")
        return BlockingFunction(self._worker, name, self._options)


class BlockingFunction:
    """Call one of a child's functions from this thread."""

    __slots__ = ("_name", "_options", "_worker")

    def __init__(self, worker: ParentWorker, name: str, options: CallOptions) -> None:
        self._worker = worker
        self._name = name
        self._options = options

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Return the result, or a generator of the items."""
        if self._options.retry:
            self._worker.check_retry(self._name, self._options)
            return call_retried(
                lambda left: BlockingFunction(self._worker, self._name, left)(*args, **kwargs), self._options
            )
        worker, name, timeout_s = self._worker, self._name, self._options.timeout_s
        if loop_here() is not None:
            check_may_block(f"{worker}.call.{name}")
        life = worker.running
        if life is None:
            begun = time.monotonic()
            timeout_s = remaining_of(timeout_s)
            life = worker.life(name, timeout_s)
            timeout_s = None if timeout_s is None else timeout_s - (time.monotonic() - begun)
        runs, is_two_way, _ = life.functions[name]
        if runs in ("stream", "sync_stream"):
            ahead = 0 if is_two_way else _AHEAD
            return life.session.stream(ROOT, name, args, kwargs, timeout_s, ahead)
        return life.session.call(ROOT, name, args, kwargs, timeout_s)

    def with_options(self, *, timeout: float | None = AS_IT_IS, retry: int = AS_IT_IS) -> BlockingFunction:
        """Return the same function with other options."""
        return BlockingFunction(self._worker, self._name, self._options.changed(timeout, retry))


class AwaitedCalls:
    """Call what a child has, each call awaited; iterate with `async for` over what yields items."""

    def __init__(self, worker: ParentWorker, options: CallOptions) -> None:
        self._worker = worker
        self._options = options

    async def start(self) -> None:
        """Start the child and wait until it is ready; nothing happens where it runs."""
        await self._worker.start()

    async def close(self) -> None:
        """End the child, and wait for that."""
        await self._worker.close()

    async def list_functions(self) -> list[str]:
        """Return the names of what can be called, sorted."""
        return self._worker.function_names()

    def with_options(self, *, timeout: float | None = AS_IT_IS, retry: int = AS_IT_IS) -> AwaitedCalls:
        """Return the same with other options, as `.call.with_options` does."""
        return AwaitedCalls(self._worker, self._options.changed(timeout, retry))

    def __getattr__(self, name: str) -> AwaitedFunction:
        self._worker.check_name(name, "acall")
        return AwaitedFunction(self._worker, name, self._options)


class AwaitedFunction:
    """Call one of a child's functions from the running loop."""

    __slots__ = ("_name", "_options", "_worker")

    def __init__(self, worker: ParentWorker, name: str, options: CallOptions) -> None:
        self._worker = worker
        self._name = name
        self._options = options

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Return what gives the result when it is awaited, or an async generator of the items."""
        if self._options.retry:
            self._worker.check_retry(self._name, self._options)
            return acall_retried(
                lambda left: AwaitedFunction(self._worker, self._name, left)(*args, **kwargs), self._options
            )
        worker, name, timeout_s = self._worker, self._name, self._options.timeout_s
        life = worker.running
        runs, is_two_way, _ = (life or worker.last_life(name)).functions[name]
        if runs in ("stream", "sync_stream"):
            ahead = 0 if is_two_way else _AHEAD
            if life is None:
                return opened_with_first_step(lambda: self._open(args, kwargs, ahead))
            return life.session.astream(ROOT, name, args, kwargs, timeout_s, ahead)
        if life is None:
            return self._call_later(args, kwargs)
        result: Coroutine[Any, Any, Any] = life.session.acall(ROOT, name, args, kwargs, timeout_s)
        return result

    async def _call_later(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        life, timeout_s = await self._life_to_come()
        return await life.session.acall(ROOT, self._name, args, kwargs, timeout_s)

    async def _open(self, args: tuple[Any, ...], kwargs: dict[str, Any], ahead: int) -> AsyncGenerator[Any, Any]:
        life, timeout_s = await self._life_to_come()
        return life.session.astream(ROOT, self._name, args, kwargs, timeout_s, ahead)

    async def _life_to_come(self) -> tuple[Life, float | None]:
        """Wait for a child that is started again; return it, and how many seconds the call has left."""
        begun = time.monotonic()
        timeout_s = remaining_of(self._options.timeout_s)
        life = await self._worker.life_to_come(self._name, timeout_s)
        return life, None if timeout_s is None else timeout_s - (time.monotonic() - begun)

    def with_options(self, *, timeout: float | None = AS_IT_IS, retry: int = AS_IT_IS) -> AwaitedFunction:
        """Return the same function with other options."""
        return AwaitedFunction(self._worker, self._name, self._options.changed(timeout, retry))
