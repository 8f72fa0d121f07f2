"""Own a connection to a service until it has said who it is."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ..errors import ProtocolError, SecurityError
from ..protocol import Kind
from ..transport import Connection
from ._callers import Visitor, receiving

if TYPE_CHECKING:
    from ..protocol import Limits, Message
    from ..transport import Socket
    from ._gate import Gate
    from ._reception import Reception


class Stranger:
    """Hold a connection until it has said who it is, which it has some seconds for."""

    def __init__(self, reception: Reception, sock: Socket, gate: Gate, limits: Limits, greeting_s: float) -> None:
        self._reception = reception
        self._limits = limits
        self._visitor: Visitor
        self._connection: Connection | None = None
        self._loop = asyncio.get_running_loop()
        self._timer = self._loop.call_later(greeting_s, self._give_up)
        self._entering = self._loop.create_task(self._enter(sock, gate, greeting_s))

    async def _enter(self, sock: Socket, gate: Gate, greeting_s: float) -> None:
        try:
            stream, self._visitor = await gate.enter(sock, greeting_s)
        except (OSError, ProtocolError, SecurityError) as error:
            self._ended(error)
        else:
            receiving(self._visitor)  # in this task's context, which the loop runs in what comes over the connection
            self._connection = Connection(self._loop, stream, self._limits, self._receive, self._ended)
            self._reception.count(self._connection)

    def _give_up(self) -> None:
        self._reception.count_turned_away("greeting_s")
        self.close()

    def close(self) -> None:
        """Let it go."""
        self._entering.cancel()
        if self._connection is not None:
            self._connection.close()
        self._leave()

    @property
    def backlog_bytes(self) -> int:
        """How many bytes wait in its connection."""
        return 0 if self._connection is None else self._connection.backlog_bytes

    def cut(self, error: Exception) -> None:
        """End its connection at once, by an error."""
        if self._connection is not None:
            self._connection.cut(error)

    def _receive(self, message: Message) -> None:
        assert self._connection is not None
        if message.kind != Kind.HELLO:
            raise ProtocolError(f"the first message is of the kind {message.kind}, and no hello")
        self._leave()
        take = self._reception.join if message.id else self._reception.welcome
        take(self._connection, message, self._visitor)

    def _ended(self, error: Exception | None) -> None:
        self._leave()
        if error is not None:
            self._reception.note_turned_away(error)

    def _leave(self) -> None:
        self._timer.cancel()
        self._reception.forget_stranger(self)
