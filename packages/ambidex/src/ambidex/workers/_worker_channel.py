"""Own the channel of functions that one worker runs: each call takes the channel of the child that it has then."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from ..rpc.calling import forwarded, left_of, remaining_of
from ._function_channel import FunctionChannel
from ._limits import limited_to
from ._retrying import acall_retried, call_retried

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator
    from contextlib import AbstractContextManager

    from ..bridge import Future, Member
    from ..options import CallOptions
    from ..runtime import Runtime
    from ._function_channel import Args, Kwargs
    from ._life import Life
    from ._parent import ParentWorker


class WorkerChannel(FunctionChannel):
    """Carry calls of functions and class methods to a worker; one that is started again meanwhile is waited for.

    `bridge` names the bridge of a vendored copy, for functions of that.
    """

    def __init__(self, worker: ParentWorker, runtime: Runtime, bridge: str = "") -> None:
        super().__init__(runtime)
        self._worker = worker
        self._bridge = bridge

    def for_copy(self, name: str) -> WorkerChannel:
        """Return the channel of the functions whose bridge is the module of that name, in a vendored copy."""
        return WorkerChannel(self._worker, self.runtime, name)

    def _channel(self, life: Life, member: Member) -> Any:
        life.peer.learn(member.stub)
        return self.optioned(life.peer.channel.for_copy(self._bridge) if self._bridge else life.peer.channel)

    def call(self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None) -> Any:
        """Run the member and wait for its result."""
        if self.retry:
            return call_retried(lambda left: self._call(member, receiver, args, kwargs, left), self.options(timeout_s))
        life = self._worker.running
        if life is None:
            return self._call(member, receiver, args, kwargs, self.options(timeout_s))
        return self._channel(life, member).call(member, receiver, args, kwargs, timeout_s)

    def _call(self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, options: CallOptions) -> Any:
        channel, left_s, limited = self._wait(member, options.timeout_s)
        with limited:
            return channel.call(member, receiver, args, kwargs, left_s)

    async def acall(self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None) -> Any:
        """Run the member and await its result."""
        if self.retry:
            return await acall_retried(
                lambda left: self._acall(member, receiver, args, kwargs, left), self.options(timeout_s)
            )
        return await self._acall(member, receiver, args, kwargs, self.options(timeout_s))

    async def _acall(self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, options: CallOptions) -> Any:
        channel, left_s, limited = await self._wait_awaited(member, options.timeout_s)
        with limited:
            return await channel.acall(member, receiver, args, kwargs, left_s)

    def submit(self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None) -> Future[Any]:
        """Start the member and return its future at once; it waits for a child on the loop of workers.

        Raises:
            UsageError: it takes functions that are called back, and would have to wait, or may be tried again.
        """
        life = self._worker.running
        if life is None or self.retry:
            return super().submit(member, receiver, args, kwargs, timeout_s)
        future: Future[Any] = self._channel(life, member).submit(member, receiver, args, kwargs, timeout_s)
        return future

    def stream(
        self,
        member: Member,
        receiver: Any,
        args: Args,
        kwargs: Kwargs,
        timeout_s: float | None,
        read_ahead: int | None = None,
    ) -> Generator[Any, Any, None]:
        """Return a generator whose steps block; a context manager is a stream of one item."""
        channel, left_s, limited = self._wait(member, timeout_s)
        with limited:
            yield from channel.stream(member, receiver, args, kwargs, left_s, read_ahead)

    def astream(
        self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None
    ) -> AsyncGenerator[Any, Any]:
        """Return a generator whose steps are awaited; a context manager is a stream of one item."""

        @contextlib.asynccontextmanager
        async def opened() -> AsyncGenerator[AsyncGenerator[Any, Any], None]:
            channel, left_s, limited = await self._wait_awaited(member, timeout_s)
            with limited:
                yield channel.astream(member, receiver, args, kwargs, left_s)

        return forwarded([opened()])

    def _wait(self, member: Member, timeout_s: float | None) -> _Waited:
        """Wait for the child, where it is started again."""
        begun, given_s = time.monotonic(), remaining_of(timeout_s)
        return self._waited(member, self._worker.running or self._worker.life(member.name, given_s), begun, given_s)

    async def _wait_awaited(self, member: Member, timeout_s: float | None) -> _Waited:
        begun, given_s = time.monotonic(), remaining_of(timeout_s)
        life = self._worker.running or await self._worker.life_to_come(member.name, given_s)
        return self._waited(member, life, begun, given_s)

    def _waited(self, member: Member, life: Life, begun: float, given_s: float | None) -> _Waited:
        left_s = left_of(given_s, begun)
        return _Waited(self._channel(life, member), left_s, limited_to(member.name, given_s, left_s))


class _Waited(NamedTuple):
    """Hold the channel of the child, how many seconds are left, and what a call is made in."""

    channel: Any
    left_s: float | None
    limited: AbstractContextManager[None]
