"""Own a connection that a thread reads and writes by itself: no loop is between a caller and the other process."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ..errors import RuntimeClosed
from ..protocol import CHUNK, Flags, Kind, Reader, Writer, encoded
from ._endings import ending_of
from ._memory import new_room
from ._placing import LEAST, NOTHING, Placing
from ._stream import end_stream, hang_up

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..protocol import Limits, Message, Slot
    from ._meter import Meter
    from ._placing import Slots
    from ._sharing import Sharing
    from ._stream import Stream

_LONGEST_S = 1e9  # seconds that a socket can be told to wait everywhere: no process lives longer
_FREED, _VIEWS = int(Kind.FREED), int(Flags.VIEWS)


class BlockingConnection:
    """Carry messages over a socket; one thread at a time may use it.

    With `sharing` long buffers go through shared memory; both sides know the connection by `number`. `limits` are this
    side's, and taken for those of the other one until `keep_to` says them. What goes over it is counted in its `meter`,
    where it is given one.
    """

    def __init__(self, sock: Stream, limits: Limits, sharing: Sharing | None = None, number: int = 0) -> None:
        sock.setblocking(True)
        self._socket = sock
        self._placing = None if sharing is None else Placing(sharing, number)
        self._reader = Reader(limits, new_room) if sharing is None else Reader(limits, sharing.new_room, sharing.copy)
        self._writer = Writer(limits, self._placing)
        self._early: list[Message] = []  # that have come while this side was sending
        self._is_limited = False
        self.meter: Meter | None = None
        self._sendall = sock.sendall
        self._receive_into = sock.recv_into

    def keep_to(self, limits: Limits) -> None:
        """Send nothing from now on that is more than the other side's limits allow."""
        self._writer.keep_to(limits)

    def send(
        self, kind: int, id_: int, payload: bytes = b"", buffers: Sequence[memoryview] = (), flags: int = 0
    ) -> None:
        """Send a message and wait until the socket has taken it.

        Raises:
            OSError: the connection is over.
        """
        if self._is_limited:
            self._limit(None)
        if not buffers and len(payload) <= self._writer.longest:  # nearly always; between two messages nothing waits
            data = encoded(kind, id_, payload, flags)
            self._sendall(data)
            if self.meter is not None:
                self.meter.messages_sent += 1
                self.meter.bytes_sent += len(data)
            if flags & _VIEWS and self._placing is not None:
                self._placing.stays(kind, id_, (), flags)
            return
        writer, placing = self._writer, self._placing
        slots: Slots = ()
        if placing is not None and placing.stays(kind, id_, buffers, flags):
            promised = writer.promise(payload, buffers)
            buffers, slots = self._put(placing, buffers)
            writer.withdraw(promised)
        writer.send(kind, id_, payload, buffers, flags, slots)
        if self.meter is not None:
            self.meter.messages_sent += 1
        while not writer.is_empty:
            parts = writer.take(CHUNK)
            if parts:
                self._send_parts(parts)
            else:  # until something is freed
                self._early += self._read()

    def _put(self, placing: Placing, buffers: Sequence[memoryview]) -> tuple[Sequence[memoryview], Slots]:
        """Put what is long into slots; an exception in between ends the connection, and with that all of its slots."""
        rest: list[memoryview] = list(buffers)
        slots: list[tuple[int, Slot]] = []
        for place, buffer in enumerate(buffers):
            slot = placing.sharing.put(buffer, placing.number) if len(buffer) >= LEAST else None
            if slot is not None:
                rest[place] = NOTHING
                slots.append((place, slot))
        return rest, tuple(slots)

    def _send_parts(self, parts: list[bytes | memoryview]) -> None:
        """Send the parts in one call of the system, as far as the socket takes them at once."""
        if self.meter is not None:
            self.meter.bytes_sent += sum(map(len, parts))
        sent = 0
        if sys.platform != "win32" and len(parts) > 1:
            sent = self._socket.sendmsg(parts)
        for part in parts:
            if sent < len(part):
                self._sendall(memoryview(part)[sent:])
            sent = max(0, sent - len(part))

    def receive(self, timeout_s: float | None = None) -> list[Message]:
        """Wait for bytes and return the messages that are whole with them, perhaps none.

        Raises:
            EOFError: the other side has closed the connection.
            TimeoutError: nothing came within `timeout_s` seconds.
            ProtocolError: what came breaks the rules of the wire.
            OSError: the connection is over; a `StreamCut` where a layer such as TLS knows that somebody has cut it.
        """
        if self._early:
            early, self._early = self._early, []
            return early
        if timeout_s is not None or self._is_limited:
            self._limit(timeout_s)
        return self._read()

    def _read(self) -> list[Message]:
        count = self._receive_into(self._reader.get_buffer())
        if count == 0:
            raise EOFError
        placing, reader = self._placing, self._reader
        if placing is None:
            messages = reader.buffer_updated(count)
            if self.meter is not None:
                self.meter.note_received(count, len(messages))
            return messages
        try:
            messages = reader.buffer_updated(count)
            if reader.done:
                self._free(reader.done)
            return [*filter(None, map(placing.received, messages))]
        except RuntimeClosed:  # the memory, with the session, whose end ends this connection, too
            raise EOFError from None

    def _free(self, slots: list[Slot]) -> None:
        """Tell that slots were read; where the connection is over, the next one who reads it sees that."""
        frames = b"".join(encoded(_FREED, slot.id) for slot in slots)
        slots.clear()
        try:
            self._sendall(frames)
        except OSError as error:
            if ending_of(error) is None:
                raise

    def _limit(self, timeout_s: float | None) -> None:
        self._is_limited = timeout_s is not None
        self._socket.settimeout(None if timeout_s is None else min(max(timeout_s, 1e-3), _LONGEST_S))

    def end(self) -> None:
        """End the connection, from any thread; the one that waits on it gets an EOFError, and closes it."""
        hang_up(self._socket)

    def close(self) -> None:
        """End the connection, from the thread that uses it."""
        end_stream(self._socket)

    def abandon(self) -> None:
        """Let go of the connection in a process that was forked: it goes on in the one that has opened it."""
        self._socket.close()
