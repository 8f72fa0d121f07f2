"""Own the channel of the object that a service serves: each call takes the channel of the session that there is then.

What comes of a call belongs to that session, and its faces have the channel of that: where it is over, they say so.
"""

from __future__ import annotations

import contextlib
import copy
import time
from typing import TYPE_CHECKING, Any

from ..errors import UsageError
from ..rpc.calling import forwarded, left_of, refuse_blocking, remaining_of
from ..runtime import check_blocking, loop_here

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator, Mapping

    from typing_extensions import Self

    from ..bridge import FaceInfo, Future, Member
    from ..rpc.calling import RemoteChannel
    from ._calls import RootCalls

    Args = tuple[Any, ...]
    Kwargs = Mapping[str, Any]


class RootChannel:
    """Carry the calls of the faces of one root."""

    def __init__(self, calls: RootCalls) -> None:
        self._calls = calls
        self._options: tuple[Callable[[RemoteChannel], RemoteChannel], ...] = ()
        self.runtime = calls.remote.runtime

    def tried(self, retry: int) -> Self:
        """Return the same channel for calls that may run twice; what may not is refused by the service."""
        return self._with(lambda channel: channel.tried(retry))

    def viewing(self) -> Self:
        """Return the same channel: a service shares no memory with its clients."""
        return self

    def _with(self, option: Callable[[RemoteChannel], RemoteChannel]) -> Self:
        other = copy.copy(self)
        other._options = (*self._options, option)  # noqa: SLF001  its own copy
        return other

    def _blocking(self, name: str, timeout_s: float | None) -> tuple[RemoteChannel, float | None]:
        """Return the channel of the session, which is waited for, and how many seconds are left."""
        begun, given_s = time.monotonic(), remaining_of(timeout_s)
        return self._of(self._calls.session(name, given_s).peer.channel), left_of(given_s, begun)

    async def _awaited(self, name: str, timeout_s: float | None) -> tuple[RemoteChannel, float | None]:
        begun, given_s = time.monotonic(), remaining_of(timeout_s)
        session = await self._calls.asession(name, given_s)
        return self._of(session.peer.channel), left_of(given_s, begun)

    def _of(self, channel: RemoteChannel) -> RemoteChannel:
        for option in self._options:
            channel = option(channel)
        return channel

    # -- calls

    def call(self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None) -> Any:
        """Run the member and wait for its result."""
        if loop_here() is not None and member.instead:
            check_blocking(None, member.name, member.instead)
        channel, left_s = self._blocking(member.name, timeout_s)
        return channel.call(member, receiver, args, kwargs, left_s)

    async def acall(self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None) -> Any:
        """Run the member and await its result."""
        channel, left_s = await self._awaited(member.name, timeout_s)
        return await channel.acall(member, receiver, args, kwargs, left_s)

    def submit(self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None) -> Future[Any]:
        """Start the member and return its future at once; where there is no session, its loop waits for one.

        Raises:
            UsageError: there is none, and it takes functions that belong to the thread or loop of a caller.
        """
        session = self._calls.current
        if session is not None:
            return self._of(session.peer.channel).submit(member, receiver, args, kwargs, timeout_s)
        if member.hands_over:
            raise UsageError(
                f"{member.name} takes functions that are called back, and {self._calls.whose} is not connected as yet: "
                "call it from a thread, or use .aio in a task"
            )
        return self.runtime.submit(self.acall, (member, receiver, args, kwargs, timeout_s), {}, member.name)

    # -- streams

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
        channel, left_s = self._blocking(member.name, timeout_s)
        yield from channel.stream(member, receiver, args, kwargs, left_s, read_ahead)

    def astream(
        self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None
    ) -> AsyncGenerator[Any, Any]:
        """Return a generator whose steps are awaited; a context manager is a stream of one item."""

        @contextlib.asynccontextmanager
        async def opened() -> AsyncGenerator[AsyncGenerator[Any, Any], None]:
            channel, left_s = await self._awaited(member.name, timeout_s)
            yield channel.astream(member, receiver, args, kwargs, left_s)

        return forwarded([opened()])

    # -- attributes

    def get(self, member: Member, receiver: Any) -> Any:
        """Read an attribute."""
        return self._reached(member).get(member, receiver)

    async def aget(self, member: Member, receiver: Any) -> Any:
        """Await an attribute, which `get` would block for."""
        channel, _ = await self._awaited(member.name, None)
        return await channel.aget(member, receiver)

    def set(self, member: Member, receiver: Any, value: Any) -> None:
        """Write an attribute."""
        self._reached(member).set(member, receiver, value)

    def delete(self, member: Member, receiver: Any) -> None:
        """Delete an attribute."""
        self._reached(member).delete(member, receiver)

    def _reached(self, member: Member) -> RemoteChannel:
        if loop_here() is not None:
            refuse_blocking(member.name, member.attribute)
        return self._blocking(member.name, None)[0]

    def create(self, info: FaceInfo, member: Member | None, args: Args, kwargs: Kwargs) -> Any:
        """Refuse an object: those of a service are made by what it serves.

        Raises:
            UsageError: always.
        """
        _ = member, args, kwargs
        raise UsageError(f"{info.path} cannot be made at {self._calls.whose}: have a method of what is served give one")
