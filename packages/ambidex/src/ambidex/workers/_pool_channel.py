"""Own the channel of functions that a pool runs: each call takes the channel of the worker it is placed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._attempts import Attempts, astream_through, stream_through
from ._function_channel import FunctionChannel

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator

    from ..bridge import Member
    from ..runtime import Runtime
    from ._crew import Crew
    from ._function_channel import Args, Kwargs
    from ._parent import ParentWorker


class PoolChannel(FunctionChannel):
    """Carry calls of functions and class methods; objects that they give stay in their worker, over its channel."""

    def __init__(self, crew: Crew, runtime: Runtime) -> None:
        super().__init__(runtime)
        self._crew = crew

    def _attempts(self, member: Member, timeout_s: float | None) -> Attempts:
        return Attempts(self._crew, member.name, self.options(timeout_s), is_idempotent=self.retry > 0)

    def _channel(self, worker: ParentWorker, member: Member) -> Any:
        life = worker.last_life(member.name)
        life.peer.learn(member.stub)
        return self.optioned(life.peer.channel)

    def call(self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None) -> Any:
        """Run the member and wait for its result."""
        for attempt in self._attempts(member, timeout_s):
            with attempt as worker:
                channel = self._channel(worker, member)
                return channel.call(member, receiver, args, kwargs, attempt.options.timeout_s)
        raise AssertionError("the attempts of a call end with its outcome")

    async def acall(self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None) -> Any:
        """Run the member and await its result."""
        for attempt in self._attempts(member, timeout_s):
            async with attempt as worker:
                channel = self._channel(worker, member)
                return await channel.acall(member, receiver, args, kwargs, attempt.options.timeout_s)
        raise AssertionError("the attempts of a call end with its outcome")

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
        return stream_through(
            self._attempts(member, timeout_s),
            lambda worker, options: self._channel(worker, member).stream(
                member, receiver, args, kwargs, options.timeout_s, read_ahead
            ),
        )

    def astream(
        self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None
    ) -> AsyncGenerator[Any, Any]:
        """Return a generator whose steps are awaited; a context manager is a stream of one item."""
        return astream_through(
            self._attempts(member, timeout_s),
            lambda worker, options: self._channel(worker, member).astream(
                member, receiver, args, kwargs, options.timeout_s
            ),
        )
