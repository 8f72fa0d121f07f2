"""The channel of a face whose class overrides methods: it reaches what they override.

A generated member that is asked for on such a face stands below the overrides: they are found first. So it is what
`super()` asks for, and must not lead back to the override, to which the implementation's own calls go. Each call is
made by a `Caller`, so that blocking overrides run on its thread while it waits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...runtime import check_blocking
from .._identity import ELSEWHERE

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator

    from ...runtime import Future
    from .._identity import FaceInfo
    from .._member import Member
    from ._channel import Args, Channel, Kwargs


class Originals:
    """Stand before another channel, `inner`, and ask it for what a user's subclass overrides."""

    def __init__(self, inner: Channel) -> None:
        self.inner = inner
        self._below: dict[Member, Member] = {}

    def call(self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None) -> Any:
        return self.inner.call(self._member(member), receiver, args, kwargs, timeout_s)

    async def acall(self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None) -> Any:
        return await self.inner.acall(self._member(member), receiver, args, kwargs, timeout_s)

    def submit(self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None) -> Future[Any]:
        return self.inner.submit(self._member(member), receiver, args, kwargs, timeout_s)

    def stream(
        self,
        member: Member,
        receiver: Any,
        args: Args,
        kwargs: Kwargs,
        timeout_s: float | None,
        read_ahead: int | None = None,
    ) -> Generator[Any, Any, None]:
        return self.inner.stream(self._member(member), receiver, args, kwargs, timeout_s, read_ahead)

    def astream(
        self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None
    ) -> AsyncGenerator[Any, Any]:
        return self.inner.astream(self._member(member), receiver, args, kwargs, timeout_s)

    def get(self, member: Member, receiver: Any) -> Any:
        return self.inner.get(self._member(member), receiver)

    def set(self, member: Member, receiver: Any, value: Any) -> None:
        self.inner.set(self._member(member), receiver, value)

    def delete(self, member: Member, receiver: Any) -> None:
        self.inner.delete(self._member(member), receiver)

    def create(self, info: FaceInfo, member: Member | None, args: Args, kwargs: Kwargs) -> Any:
        return self.inner.create(info, member, args, kwargs)

    def _member(self, member: Member) -> Member:
        return self._below.get(member) or self._below.setdefault(member, member.below())


class OriginalsElsewhere(Originals):
    """The same before a channel to another process.

    Raises:
        DeadlockError: a call would block the loop on which the async methods of the user's class run.
    """

    def tried(self, retry: int) -> OriginalsElsewhere:
        """Return the same channel for calls that may run twice."""
        inner: Any = self.inner
        return OriginalsElsewhere(inner.tried(retry))

    def viewing(self) -> OriginalsElsewhere:
        """Return the same channel for calls whose long buffers stay in the memory that both processes share."""
        inner: Any = self.inner
        return OriginalsElsewhere(inner.viewing())

    def call(self, member: Member, receiver: Any, args: Args, kwargs: Kwargs, timeout_s: float | None) -> Any:
        self._check_blocking(member)
        return super().call(member, receiver, args, kwargs, timeout_s)

    def stream(
        self,
        member: Member,
        receiver: Any,
        args: Args,
        kwargs: Kwargs,
        timeout_s: float | None,
        read_ahead: int | None = None,
    ) -> Generator[Any, Any, None]:
        self._check_blocking(member)
        return super().stream(member, receiver, args, kwargs, timeout_s, read_ahead)

    async def aget(self, member: Member, receiver: Any) -> Any:
        """Await an attribute, which `get` would block for."""
        inner: Any = self.inner
        return await inner.aget(self._member(member), receiver)

    def _check_blocking(self, member: Member) -> None:
        if member.instead:
            check_blocking(member.runtime_of_implementation().thread, member.name, member.instead)


setattr(OriginalsElsewhere, ELSEWHERE, True)
