"""Own the channel of the object that a service serves: each call takes the channel of the session that there is then.

A call that came too late for a session whose service is leaving, and so was not sent, is made in the next one.

What comes of a call belongs to that session, and its faces have the channel of that: where it is over, they say so.
"""

from __future__ import annotations

import contextlib
import copy
import time
from typing import TYPE_CHECKING, Any

from ..errors import ServiceLost, UsageError
from ..rpc.calling import forwarded, left_of, refuse_blocking, remaining_of
from ..runtime import check_blocking, loop_here

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator, Mapping

    from typing_extensions import Self

    from ..bridge import FaceInfo, Future, Member
    from ..rpc.calling import RemoteChannel
    from ._calls import RootCalls
    from ._session import ServiceSession

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

    def _of(self, session: ServiceSession) -> RemoteChannel:
        channel: RemoteChannel = session.peer.channel
        for option in self._options:
            channel = option(channel)
        return channel

    # -- calls

    def call(self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None) -> Any:
        """Run the member and wait for its result."""
        if loop_here() is not None and member.instead:
            check_blocking(None, member.name, member.instead)
        begun, given_s = time.monotonic(), remaining_of(timeout_s)
        while True:
            session = self._calls.session(member.name, left_of(given_s, begun))
            try:
                return self._of(session).call(member, receiver, args, kwargs, left_of(given_s, begun))
            except ServiceLost as error:
                if not session.has_left(error):
                    raise

    async def acall(self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None) -> Any:
        """Run the member and await its result."""
        begun, given_s = time.monotonic(), remaining_of(timeout_s)
        while True:
            session = await self._calls.asession(member.name, left_of(given_s, begun))
            try:
                return await self._of(session).acall(member, receiver, args, kwargs, left_of(given_s, begun))
            except ServiceLost as error:
                if not session.has_left(error):
                    raise

    def submit(self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None) -> Future[Any]:
        """Start the member and return its future at once; where there is no session, its loop waits for one.

        Raises:
            UsageError: there is none, and it takes functions that belong to the thread or loop of a caller.
        """
        session = self._calls.current
        if session is not None:
            return self._of(session).submit(member, receiver, args, kwargs, timeout_s)
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
        begun, given_s = time.monotonic(), remaining_of(timeout_s)
        while True:
            session = self._calls.session(member.name, left_of(given_s, begun))
            left_s = left_of(given_s, begun)
            try:
                yield from self._of(session).stream(member, receiver, args, kwargs, left_s, read_ahead)
            except ServiceLost as error:
                if not session.has_left(error):  # else it has not begun
                    raise
            else:
                return

    def astream(
        self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None
    ) -> AsyncGenerator[Any, Any]:
        """Return a generator whose steps are awaited; a context manager is a stream of one item."""
        begun: float | None = None
        given_s: float | None = None

        @contextlib.asynccontextmanager
        async def opened() -> AsyncGenerator[AsyncGenerator[Any, Any], None]:
            nonlocal begun, given_s
            if begun is None:  # at the first step
                begun, given_s = time.monotonic(), remaining_of(timeout_s)
            session = await self._calls.asession(member.name, left_of(given_s, begun))
            try:
                yield self._of(session).astream(member, receiver, args, kwargs, left_of(given_s, begun))
            except ServiceLost as error:
                if not session.has_left(error):  # else it has not begun, and the next one is tried
                    raise

        return forwarded(iter(opened, None))

    # -- attributes

    def get(self, member: Member, receiver: Any) -> Any:
        """Read an attribute."""
        return self._on_attribute(member, lambda channel: channel.get(member, receiver))

    async def aget(self, member: Member, receiver: Any) -> Any:
        """Await an attribute, which `get` would block for."""
        while True:
            session = await self._calls.asession(member.name, remaining_of(None))
            try:
                return await self._of(session).aget(member, receiver)
            except ServiceLost as error:
                if not session.has_left(error):
                    raise

    def set(self, member: Member, receiver: Any, value: Any) -> None:
        """Write an attribute."""
        self._on_attribute(member, lambda channel: channel.set(member, receiver, value))

    def delete(self, member: Member, receiver: Any) -> None:
        """Delete an attribute."""
        self._on_attribute(member, lambda channel: channel.delete(member, receiver))

    def _on_attribute(self, member: Member, ask: Callable[[RemoteChannel], Any]) -> Any:
        if loop_here() is not None:
            refuse_blocking(member.name, member.attribute)
        while True:
            session = self._calls.session(member.name, remaining_of(None))
            try:
                return ask(self._of(session))
            except ServiceLost as error:
                if not session.has_left(error):
                    raise

    def create(self, info: FaceInfo, member: Member | None, args: Args, kwargs: Kwargs) -> Any:
        """Refuse an object: those of a service are made by what it serves.

        Raises:
            UsageError: always.
        """
        _ = member, args, kwargs
        raise UsageError(f"{info.path} cannot be made at {self._calls.whose}: have a method of what is served give one")
