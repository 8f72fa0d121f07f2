"""Own the channel of functions that a pool runs: each call takes the channel of the worker it is placed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import UsageError
from ..rpc import CallOptions
from ._attempts import Attempts, astream_through, stream_through

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator, Mapping

    from ..bridge import FaceInfo, Future, Member
    from ..rpc.calling import RemoteChannel
    from ..runtime import Runtime
    from ._crew import Crew
    from ._parent import ParentWorker

    Args = tuple[Any, ...]
    Kwargs = Mapping[str, Any]


class PoolChannel:
    """Carry calls of functions and class methods; objects that they give stay in their worker, over its channel."""

    def __init__(self, crew: Crew, runtime: Runtime) -> None:
        self._crew = crew
        self._runtime = runtime

    def _attempts(self, member: Member, timeout_s: float | None) -> Attempts:
        return Attempts(self._crew, member.name, CallOptions(timeout_s))

    def call(self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None) -> Any:
        """Run the member and wait for its result."""
        for attempt in self._attempts(member, timeout_s):
            with attempt as worker:
                return _channel(worker, member).call(member, receiver, args, kwargs, attempt.options.timeout_s)
        raise AssertionError("the attempts of a call end with its outcome")

    async def acall(self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None) -> Any:
        """Run the member and await its result."""
        for attempt in self._attempts(member, timeout_s):
            async with attempt as worker:
                return await _channel(worker, member).acall(member, receiver, args, kwargs, attempt.options.timeout_s)
        raise AssertionError("the attempts of a call end with its outcome")

    def submit(self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None) -> Future[Any]:
        """Start the member and return its future at once; it waits for a worker on the loop of the workers.

        Raises:
            UsageError: it takes functions that are called back, which belong to the thread or loop of a caller.
        """
        if member.hands_over:
            raise UsageError(
                f"{member.name} takes functions that are called back: submit it to one worker, or use .aio in a task"
            )
        return self._runtime.submit(self.acall, (member, receiver, args, kwargs, timeout_s), {}, member.name)

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
            lambda worker, options: _channel(worker, member).stream(
                member, receiver, args, kwargs, options.timeout_s, read_ahead
            ),
        )

    def astream(
        self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None
    ) -> AsyncGenerator[Any, Any]:
        """Return a generator whose steps are awaited; a context manager is a stream of one item."""
        return astream_through(
            self._attempts(member, timeout_s),
            lambda worker, options: _channel(worker, member).astream(member, receiver, args, kwargs, options.timeout_s),
        )

    # -- what no function has: only functions and class methods are placed over this channel

    def get(self, member: Member, receiver: Any) -> Any:
        """Refuse an attribute."""
        raise _of_an_object(member.name, receiver)

    def set(self, member: Member, receiver: Any, value: Any) -> None:
        """Refuse an attribute."""
        _ = value
        raise _of_an_object(member.name, receiver)

    def delete(self, member: Member, receiver: Any) -> None:
        """Refuse an attribute."""
        raise _of_an_object(member.name, receiver)

    def create(self, info: FaceInfo, member: Member | None, args: Args, kwargs: Kwargs) -> Any:
        """Refuse an object, whose face is to have the channel of one worker: `Create` makes it there."""
        _ = member, args, kwargs
        raise _of_an_object(info.path, info)


def _channel(worker: ParentWorker, member: Member) -> RemoteChannel:
    life = worker.last_life(member.name)
    life.learn(member.stub)
    return life.channel


def _of_an_object(name: str, receiver: object) -> UsageError:
    return UsageError(f"{name} of {receiver!r} belongs to one worker, not to a pool: reach it by an object made there")
