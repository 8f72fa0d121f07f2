"""Own what makes calls to another process: a session, in spans or without, or whatever leads to one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator, Mapping, Sequence

    from ._channel import RemoteChannel

    Args = Sequence[Any]
    Kwargs = Mapping[str, Any]


class Calls(Protocol):
    """Make calls to another process, which messages call `whose`; `channel` is that of its objects' faces."""

    whose: str
    channel: RemoteChannel

    def are_of(self, session: Calls) -> bool:
        """Tell whether the calls are made in that session."""
        ...

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
        """Make a call from this thread and wait for its result; `name` is what its errors call it, if not `asked`."""
        ...

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
        """Make a call from the running loop and await its result."""
        ...

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
        """Yield what a stream of the other side yields; each step blocks. `holds` is kept alive for as long."""
        ...

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
        """Yield what a stream of the other side yields."""
        ...
