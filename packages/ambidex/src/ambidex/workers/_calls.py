"""Own `.call` and `.acall`: a child's functions by name, blocking and awaited."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Any

from ..rpc import ROOT
from ..rpc.calling import check_may_block, forwarded, left_of, remaining_of
from ..runtime import loop_here
from ._names import NamedFunction
from ._retrying import acall_retried, call_retried

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Coroutine

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
        flags = self._flags
        life = worker.running
        if life is None:
            begun = time.monotonic()
            timeout_s = remaining_of(timeout_s)
            life = worker.life(name, timeout_s)
            timeout_s = left_of(timeout_s, begun)
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
        life, timeout_s = await self._life_to_come()
        return await life.session.acall(ROOT, self._name, args, kwargs, timeout_s, flags=self._flags)

    @contextlib.asynccontextmanager
    async def _opened(
        self, args: tuple[Any, ...], kwargs: dict[str, Any], ahead: int
    ) -> AsyncGenerator[AsyncGenerator[Any, Any], None]:
        life, timeout_s = await self._life_to_come()
        yield life.session.astream(ROOT, self._name, args, kwargs, timeout_s, ahead, flags=self._flags)

    async def _life_to_come(self) -> tuple[Life, float | None]:
        """Wait for a child that is started again; return it, and how many seconds the call has left."""
        begun = time.monotonic()
        timeout_s = remaining_of(self._options.timeout_s)
        life = await self._owner.life_to_come(self._name, timeout_s)
        return life, left_of(timeout_s, begun)
