"""Own the called side of a session: whatever connections the other side opens, and what is served over them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...errors import ProtocolError
from ...protocol import Kind
from ...transport import Connection
from ._incoming import Incoming, Served

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from ...protocol import Limits
    from ...transport import Sharing, Socket

_SETTLED = int(Kind.SETTLED)


class Serving:
    """Serve a session over its connections.

    `main` is the connection over which the other side is told that the calls of another one have ended. `broken` is
    given what a connection ended with that broke the rules of the wire. With `sharing` long buffers go through memory.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        served: Served,
        limits: Limits,
        main: Callable[[], Connection],
        broken: Callable[[Exception], None],
        sharing: Sharing | None = None,
    ) -> None:
        self._loop = loop
        self._served = served
        self._limits = self._theirs = limits
        self._main = main
        self._broken = broken
        self._sharing = sharing
        self._open: dict[int, tuple[Connection, Incoming]] = {}
        self._drained: asyncio.Future[None] | None = None

    def keep_to(self, limits: Limits) -> None:
        """Note what the other side takes; nothing that is more is sent over connections that are added from now on."""
        self._theirs = limits

    def add(self, number: int, sock: Socket) -> None:
        """Serve over one more connection, which the other side knows by `number`."""
        self.adopt(number, Connection(self._loop, sock, self._limits, None, _pass_over, self._sharing, number))

    def adopt(self, number: int, connection: Connection) -> None:
        """Serve over a connection that is there already; no other one has this number.

        Raises:
            ProtocolError: another one has.
        """
        if number in self._open:
            raise ProtocolError(f"connection {number} was opened twice")

        def ended(error: Exception | None) -> None:
            incoming.end()
            if error is not None:
                self._broken(error)

        incoming = Incoming(connection, self._served, lambda: self._settle(number))
        connection.receive, connection.ended = incoming.receive, ended
        connection.keep_to(self._theirs)
        self._open[number] = (connection, incoming)

    def __len__(self) -> int:
        return len(self._open)

    @property
    def backlog_bytes(self) -> int:
        """How many bytes wait in the connections, where they are counted."""
        return sum(connection.backlog_bytes for connection, _ in self._open.values())

    def cut(self) -> None:
        """End every connection at once, which cancels what runs."""
        for connection, _ in tuple(self._open.values()):
            connection.cut(None)

    def _settle(self, number: int) -> None:
        del self._open[number]
        kept = b"" if self._sharing is None else self._sharing.kept(number)
        self._main().send(_SETTLED, number, kept)
        if not self._open and self._drained is not None and not self._drained.done():
            self._drained.set_result(None)

    async def end(self) -> None:
        """Close every connection, which cancels what runs, and wait for the clean-up of all of it."""
        for connection, _ in tuple(self._open.values()):
            connection.close()
        if self._open:
            self._drained = self._loop.create_future()
            await self._drained


def _pass_over(error: Exception | None) -> None:
    """Do nothing at an end that nobody can see yet."""
