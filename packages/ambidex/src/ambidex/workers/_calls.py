"""Own `.call` and `.acall`: a child's functions by name, blocking and awaited."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Any

from ..rpc import ROOT
from ..rpc.calling import check_may_block, forwarded, left_of, remaining_of
from ..runtime import loop_here
from ._limits import limited_to
from ._names import NamedFunction
from ._retrying import acall_retried, call_retried

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Coroutine, Generator
    from contextlib import AbstractContextManager

    from ._life import Life
    from ._parent import ParentWorker

    OfWorker = NamedFunction[ParentWorker]
else:
    OfWorker = NamedFunction

_AHEAD = 64  # items that a one-way stream may be ahead of its reader, unless it is told otherwise


class BlockingFunction(OfWorker):
    """Call one of a child's functions from this thread."""

    __slots__ = ()

    _face = "call"

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Return the result, or a generator of the items."""
        if self._options.retry:
            self._owner.check_retry(self._name, self._options)
            return call_retried(
                lambda left: BlockingFunction(self._owner, self._name, left)(*args, **kwargs), self._options
            )
        worker, name, timeout_s = self._owner, self._name, self._options.timeout_s
        if loop_here() is not None:
            check_may_block(f"{worker}.call.{name}")
        life = worker.running
        return self._call_later(args, kwargs) if life is None else self._begin(life, args, kwargs, timeout_s)

    def _call_later(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        begun, given_s = time.monotonic(), remaining_of(self._options.timeout_s)
        life = self._owner.life(self._name, given_s)
        left_s = left_of(given_s, begun)
        limited = limited_to(self._name, given_s, left_s)
        if life.functions[self._name].is_stream:
            return _within(limited, self._begin(life, args, kwargs, left_s))
        with limited:
            return self._begin(life, args, kwargs, left_s)

    def _begin(self, life: Life, args: tuple[Any, ...], kwargs: dict[str, Any], timeout_s: float | None) -> Any:
        name, flags = self._name, self._flags
        runs, is_two_way, _, _ = life.functions[name]
        if runs in ("stream", "sync_stream"):
            ahead = 0 if is_two_way else _AHEAD
            return life.session.stream(ROOT, name, args, kwargs, timeout_s, ahead, flags=flags)
        return life.session.call(ROOT, name, args, kwargs, timeout_s, flags=flags)


class AwaitedFunction(OfWorker):
    """Call one of a child's functions from the running loop."""

    __slots__ = ()

    _face = "acall"

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Return what gives the result when it is awaited, or an async generator of the items."""
        if self._options.retry:
            self._owner.check_retry(self._name, self._options)
            return acall_retried(
                lambda left: AwaitedFunction(self._owner, self._name, left)(*args, **kwargs), self._options
            )
        worker, name, timeout_s = self._owner, self._name, self._options.timeout_s
        life = worker.running
        runs, is_two_way, _, _ = (life or worker.last_life(name)).functions[name]
        if runs in ("stream", "sync_stream"):
            ahead = 0 if is_two_way else _AHEAD
            if life is None:
                return forwarded([self._opened(args, kwargs, ahead)])
            return life.session.astream(ROOT, name, args, kwargs, timeout_s, ahead, flags=self._flags)
        if life is None:
            return self._call_later(args, kwargs)
        result: Coroutine[Any, Any, Any] = life.session.acall(ROOT, name, args, kwargs, timeout_s, flags=self._flags)
        return result

    async def _call_later(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        life, left_s, limited = await self._life_to_come()
        with limited:
            return await life.session.acall(ROOT, self._name, args, kwargs, left_s, flags=self._flags)

    @contextlib.asynccontextmanager
    async def _opened(
        self, args: tuple[Any, ...], kwargs: dict[str, Any], ahead: int
    ) -> AsyncGenerator[AsyncGenerator[Any, Any], None]:
        life, left_s, limited = await self._life_to_come()
        with limited:
            yield life.session.astream(ROOT, self._name, args, kwargs, left_s, ahead, flags=self._flags)

    async def _life_to_come(self) -> tuple[Life, float | None, AbstractContextManager[None]]:
        """Wait for a child that is started again; return it, how many seconds are left, and what the call is in."""
        begun, given_s = time.monotonic(), remaining_of(self._options.timeout_s)
        life = await self._owner.life_to_come(self._name, given_s)
        left_s = left_of(given_s, begun)
        return life, left_s, limited_to(self._name, given_s, left_s)


def _within(limited: AbstractContextManager[None], steps: Generator[Any, Any, None]) -> Generator[Any, Any, None]:
    with limited:
        yield from steps
