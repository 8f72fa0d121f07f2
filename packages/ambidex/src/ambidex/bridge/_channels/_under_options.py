"""The channel of what has options: the same as the one behind it, which gets the options with each call.

What a call gives has no options: its faces are those of the channel behind this one.
"""

from __future__ import annotations

import functools
import time
from typing import TYPE_CHECKING, Any

from ...deadlines import deadline_of, within
from ...errors import UsageError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator

    from ...options import CallOptions
    from ...runtime import Future
    from .._identity import FaceInfo
    from .._member import Member
    from ._channel import Args, Channel, Kwargs


class UnderOptions:
    """Stand before another channel, and give it the deadline of each call that has none of its own, and the rest.

    Another process is where tries and views of its memory are anything: a channel that leads there returns itself for
    such calls, by `tried(retry)` and `viewing()`. One that has none of these ways goes on as it is.
    """

    __slots__ = ("_behind", "_next", "_tried", "options")

    def __init__(self, channel: Channel, options: CallOptions) -> None:
        self.options = options
        self._behind = channel
        viewing: Any = getattr(channel, "viewing", None) if options.views else None
        self._next: Channel = channel if viewing is None else viewing()
        tried: Any = getattr(self._next, "tried", None)
        self._tried: Any = tried(options.retry) if options.retry and tried is not None else None

    @property
    def inner(self) -> Any:
        """The channel that all of them lead to, as every channel calls it that stands before another one."""
        return getattr(self._behind, "inner", self._behind)

    def over(self, channel: Channel) -> UnderOptions:
        """Return the same options before another channel."""
        return UnderOptions(channel, self.options)

    def _limit(self, timeout_s: float | None) -> float | None:
        return self.options.timeout_s if timeout_s is None else timeout_s

    def _for_call(self, member: Member, receiver: Any) -> Any:
        """Return the channel that makes a call: what is read or computed at once is never tried again.

        Raises:
            UsageError: it may not be called again, as far as that is known here.
        """
        if not self.options.retry or member.runs == "here":
            return self._next
        if self._tried is not None:
            return self._tried
        is_idempotent = member.is_idempotent(receiver)
        self.options.check_retry(member.name, is_stream=False, is_idempotent=is_idempotent)
        return self._next

    def call(self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None) -> Any:
        return self._for_call(member, receiver).call(member, receiver, args, kwargs, self._limit(timeout_s))

    async def acall(self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None) -> Any:
        return await self._for_call(member, receiver).acall(member, receiver, args, kwargs, self._limit(timeout_s))

    def submit(self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None) -> Future[Any]:
        channel: Channel = self._for_call(member, receiver)
        return channel.submit(member, receiver, args, kwargs, self._limit(timeout_s))

    def stream(
        self,
        member: Member,
        receiver: Any,
        args: Args,
        kwargs: Kwargs,
        timeout_s: float | None,
        read_ahead: int | None = None,
    ) -> Generator[Any, Any, None]:
        self.options.check_retry(member.name, is_stream=True, is_idempotent=False)
        return self._next.stream(member, receiver, args, kwargs, self._limit(timeout_s), read_ahead)

    def astream(
        self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None
    ) -> AsyncGenerator[Any, Any]:
        self.options.check_retry(member.name, is_stream=True, is_idempotent=False)
        return self._next.astream(member, receiver, args, kwargs, self._limit(timeout_s))

    def get(self, member: Member, receiver: Any) -> Any:
        with within(self._deadline()):
            return self._next.get(member, receiver)

    @property
    def aget(self) -> Any:
        """The awaited `get` of a channel that has one; an AttributeError where it has none, as it would itself."""
        return functools.partial(self._aget, getattr(self._next, "aget"))  # noqa: B009  no channel is known to have it

    async def _aget(self, aget: Any, member: Member, receiver: Any) -> Any:
        with within(self._deadline()):
            return await aget(member, receiver)

    def set(self, member: Member, receiver: Any, value: Any) -> None:
        with within(self._deadline()):
            self._next.set(member, receiver, value)

    def delete(self, member: Member, receiver: Any) -> None:
        with within(self._deadline()):
            self._next.delete(member, receiver)

    def create(self, info: FaceInfo, member: Member | None, args: Args, kwargs: Kwargs) -> Any:
        """Refuse an object: no class has options.

        Raises:
            UsageError: always.
        """
        _ = member, args, kwargs
        raise UsageError(f"{info.path} cannot be made with options: give them to a method of its object")

    def _deadline(self) -> float | None:
        return deadline_of(self.options.timeout_s, time.monotonic())
