"""Own calls of a session in spans; without spans nothing of this is in the way of a call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator, Mapping, Sequence

    from .._spans import Spans
    from ._channel import RemoteChannel
    from ._making import Calls
    from ._session import Session

    Args = Sequence[Any]
    Kwargs = Mapping[str, Any]


class TracedCalls:
    """Make the calls of a session, each in a span that goes along with it."""

    def __init__(self, session: Session, spans: Spans) -> None:
        self._session = session
        self._spans = spans
        self.whose = session.whose
        self.channel: RemoteChannel  # who makes it sets it

    def are_of(self, session: Calls) -> bool:
        """Tell whether the calls are made in that session."""
        return session is self

    def call(
        self,
        target: int,
        asked: str,
        args: Args,
        kwargs: Kwargs,
        timeout_s: float | None = None,
        name: str = "",
        flags: int = 0,
    ) -> Any:
        """Make a call and wait for its result."""
        with self._spans.call(name or asked) as carried:
            return self._session.call(target, asked + carried, args, kwargs, timeout_s, name or asked, flags)

    async def acall(
        self,
        target: int,
        asked: str,
        args: Args,
        kwargs: Kwargs,
        timeout_s: float | None = None,
        name: str = "",
        flags: int = 0,
    ) -> Any:
        """Make a call and await its result."""
        with self._spans.call(name or asked) as carried:
            return await self._session.acall(target, asked + carried, args, kwargs, timeout_s, name or asked, flags)

    def stream(
        self,
        target: int,
        asked: str,
        args: Args,
        kwargs: Kwargs,
        timeout_s: float | None = None,
        ahead: int = 0,
        name: str = "",
        holds: object = None,
        flags: int = 0,
    ) -> Generator[Any, Any, None]:
        """Yield what a stream yields; each step blocks."""
        name = name or asked
        return self._spans.stream(
            name,
            lambda carried: self._session.stream(
                target, asked + carried, args, kwargs, timeout_s, ahead, name, holds, flags
            ),
        )

    def astream(
        self,
        target: int,
        asked: str,
        args: Args,
        kwargs: Kwargs,
        timeout_s: float | None = None,
        ahead: int = 0,
        name: str = "",
        holds: object = None,
        flags: int = 0,
    ) -> AsyncGenerator[Any, Any]:
        """Return what yields what a stream yields."""
        name = name or asked
        return self._spans.astream(
            name,
            lambda carried: self._session.astream(
                target, asked + carried, args, kwargs, timeout_s, ahead, name, holds, flags
            ),
        )
