"""Own a connection that is read and written by an event loop.

It watches the socket itself (`add_reader`) instead of having a transport of asyncio's do so. A loop that is closed
with the connection open then leaves nothing behind that warns, and long data is sent from where it stands: the
transports of asyncio before 3.12 copy it several times.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import ProtocolError, RuntimeClosed
from ..protocol import CHUNK, Kind, Reader, Writer, encoded
from ._copies import Copies
from ._endings import BeyondLimit, StreamCut
from ._memory import new_room
from ._placing import LEAST, NOTHING, Placing
from ._stream import Layer, end_stream

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Generator, Sequence

    from ..protocol import Limits, Message, Slot
    from ._backlog import Share
    from ._meter import Meter
    from ._sharing import Sharing
    from ._stream import Stream

_MOST_IN_A_TURN = 4 * CHUNK  # bytes: while the other side keeps up, the socket would take all there is
_MOST_READS = 16  # of what a layer has, before others have their turn: arbitrary
_MOST_TOGETHER = 32  # messages that wait to be sent together, while the other side could work: arbitrary
_FRAME_BYTES = 16  # of a frame beside its payload
_FREED, _CANCEL = int(Kind.FREED), int(Kind.CANCEL)


class Connection:
    """Carry messages over a socket on a loop; only that loop's thread may use it.

    `receive` is given each message that comes, and may be set later, before the loop goes on, or by itself. `ended` is
    called once, when the connection is over: with what broke it, a `StreamCut` where a layer knows that somebody has
    cut it, or None where the other side or this one has closed it; it may be set later, too. With
    `sharing` long buffers go through shared memory; both sides know the connection by `number`. `limits` are this
    side's, and taken for those of the other one until `keep_to` says them. What goes over it is counted in its `meter`,
    where it is given one.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        sock: Stream,
        limits: Limits,
        receive: Callable[[Message], None] | None,
        ended: Callable[[Exception | None], None],
        sharing: Sharing | None = None,
        number: int = 0,
    ) -> None:
        sock.setblocking(False)
        self.loop = loop
        self._socket = sock
        self._placing = None if sharing is None else Placing(sharing, number)
        self._putting = Copies(loop)
        self._reader = Reader(limits, new_room) if sharing is None else Reader(limits, sharing.new_room, sharing.copy)
        self._writer = Writer(limits, self._placing)
        self._receive_into = sock.recv_into
        self.receive = _refuse if receive is None else receive
        self.ended = ended
        self.meter: Meter | None = None
        self._left: list[bytes | memoryview] = []  # taken from the writer, and not yet by the socket
        self._is_flushing = False  # a call of `_flush` is queued
        self._is_reading = False  # messages are handed on: what is sent meanwhile goes together, after them
        self._is_waiting = False  # the socket is full
        self.most_unsent: int | None = None  # bytes that may wait while the socket is full; who owns this may set it
        self._unsent = 0  # bytes that came to wait since it is full, and do so
        self._share: Share | None = None
        self._together = 0  # messages that wait for the end of what was read, or of the loop's pass
        self.is_open = True
        if isinstance(sock, Layer):
            self._is_reading_on = False  # a call of `_read_on` is queued
            loop.add_reader(sock.fileno(), self._read_through, sock)
            self._read_later(sock)
        else:
            loop.add_reader(sock.fileno(), self._read)

    def keep_to(self, limits: Limits) -> None:
        """Send nothing from now on that is more than the other side's limits allow."""
        self._writer.keep_to(limits)

    def count_in(self, share: Share) -> None:
        """Have what waits here counted from now on, of both directions; nothing of it is in shared memory."""
        self._share = share
        self._reader.keep = share.keep

    def keep(self, size: int) -> None:
        """Count bytes that wait to be taken by whom they are for, where that is done; negative ones were taken.

        Raises:
            ProtocolError: they are too many; the connection is over.
        """
        if self._share is not None:
            self._share.keep(size)

    @property
    def backlog_bytes(self) -> int:
        """How many bytes wait here, where they are counted; 0 once it is over."""
        return 0 if self._share is None else self._share.size

    def send(
        self,
        kind: int,
        id_: int,
        payload: bytes = b"",
        buffers: Sequence[memoryview] = (),
        flags: int = 0,
        *,
        at_once: bool = True,
    ) -> None:
        """Send a message; one that is not wanted `at_once` goes with those of the same pass of the loop.

        After the end of the connection nothing happens: who waits for an answer is told by `ended`.
        """
        if not self.is_open:
            return
        if self.meter is not None:
            self.meter.messages_sent += 1
        if self._placing is not None and (buffers or flags or self._putting or kind == _CANCEL):
            self._send_shared(self._placing, kind, id_, payload, buffers, flags, at_once=at_once)
        else:
            self._send(kind, id_, payload, buffers, flags, at_once=at_once)

    def _send_shared(
        self,
        placing: Placing,
        kind: int,
        id_: int,
        payload: bytes,
        buffers: Sequence[memoryview],
        flags: int,
        *,
        at_once: bool,
    ) -> None:
        """Send a message whose long buffers may stay in shared memory, or that follows one such, or overtakes it."""
        if kind == _CANCEL:
            self._putting.drop(id_)
        if placing.stays(kind, id_, buffers, flags) or id_ in self._putting:
            promised = self._writer.promise(payload, buffers)
            work = self._put(placing, kind, id_, payload, buffers, flags, promised, at_once=at_once)
            self._putting.run(id_, work)
            return
        self._send(kind, id_, payload, buffers, flags, at_once=at_once)
        if kind == _CANCEL and self._writer.dropped:
            placing.sharing.take_back(self._writer.dropped)
            self._writer.dropped.clear()

    def _put(
        self,
        placing: Placing,
        kind: int,
        id_: int,
        payload: bytes,
        buffers: Sequence[memoryview],
        flags: int,
        promised: int,
        *,
        at_once: bool,
    ) -> Generator[None, None, None]:
        """Put the long buffers of a message into slots, a piece in each step, and send it with the last one."""
        slots: list[tuple[int, Slot]] = []
        rest = list(buffers)
        is_sent = False
        try:
            yield
            for place, buffer in enumerate(buffers):
                if len(buffer) >= LEAST:
                    slot = yield from placing.sharing.putting(buffer, placing.number)
                    if slot is not None:
                        slots.append((place, slot))
                        rest[place] = NOTHING
            is_sent = True
            self._send(kind, id_, payload, rest, flags, tuple(slots), promised, at_once=at_once)
        finally:
            if not is_sent:
                self._writer.withdraw(promised)
                placing.sharing.take_back(slot for _, slot in slots)

    def _send(
        self,
        kind: int,
        id_: int,
        payload: bytes,
        buffers: Sequence[memoryview],
        flags: int,
        slots: tuple[tuple[int, Slot], ...] = (),
        promised: int | None = None,
        *,
        at_once: bool,
    ) -> None:
        is_quiet = not (self._is_reading or self._is_flushing or self._is_waiting)
        if is_quiet and at_once and not buffers and len(payload) <= self._writer.longest and self._writer.is_empty:
            self._left.append(encoded(kind, id_, payload, flags))
            self._write()
            return
        self._writer.send(kind, id_, payload, buffers, flags, slots, promised)
        if self._is_waiting and (self.most_unsent is not None or self._share is not None):
            self._note_unsent(len(payload) + sum(map(len, buffers)) + _FRAME_BYTES)
            return
        if is_quiet and at_once:
            self._write()
        elif is_quiet:
            self._is_flushing = True
            self.loop.call_soon(self._flush)
        elif not self._is_waiting:
            self._together += 1
            if self._together >= _MOST_TOGETHER:
                self._write()

    def _note_unsent(self, size: int) -> None:
        """Count a message that waits; the other side is given up that takes none, and lets them pile up here."""
        self._unsent += size
        if self.most_unsent is not None and self._unsent > self.most_unsent:
            self._end(BeyondLimit(f"{self._unsent} bytes wait for it to read them", "unsent"))
        elif self._share is not None:
            self._share.note_more_unsent(size)

    def close(self) -> None:
        """Send what is short and waits, as far as the socket takes it, and end the connection."""
        if self.is_open and not self._is_waiting:
            self._write()
        self._end(None)

    def cut(self, error: Exception | None) -> None:
        """End the connection at once, by an error or none: what waits is not sent."""
        self._end(error)

    @property
    def is_drained(self) -> bool:
        """Tell whether the socket has taken all that was sent."""
        return not (self._left or self._putting) and self._writer.is_empty

    def _flush(self) -> None:
        self._is_flushing = False
        if self.is_open and not self._is_waiting:
            self._write()

    def _write(self) -> None:
        """Write until nothing is left, the socket is full, or so much was written that others have their turn."""
        left, writer, send = self._left, self._writer, self._socket.send
        written = self._together = 0
        try:
            while written < _MOST_IN_A_TURN:
                if not left:
                    if writer.is_empty:
                        if self._is_waiting:
                            self._stop_writing()
                        return
                    left.extend(writer.take(CHUNK))
                    written += writer.placed
                    writer.placed = 0
                    if not left:  # until something is freed
                        if self._is_waiting:
                            self._stop_writing()
                        return
                    if len(left) > 1:
                        _join(left)
                data = left[0]
                count = send(data)
                written += count
                if self.meter is not None:
                    self.meter.bytes_sent += count
                if count == len(data):
                    del left[0]
                else:
                    left[0] = memoryview(data)[count:]
        except (BlockingIOError, InterruptedError):
            pass
        except (OSError, ProtocolError) as error:
            self._stop_writing()  # where the other side is gone, what it had sent before has been read, or is of no use
            self._end(error if isinstance(error, ProtocolError) else None)
            return
        self._unsent = max(0, self._unsent - written)
        if self._is_waiting:
            if self._share is not None:
                self._share.note_sent(written)
            return
        self._is_waiting = True
        self.loop.add_writer(self._socket.fileno(), self._write)
        if self._share is not None:
            self._share.note_unsent(sum(map(len, left)) + writer.count_bytes())

    def _stop_writing(self) -> None:
        if self._is_waiting:
            self._is_waiting = False
            self._unsent = 0
            if self._share is not None:
                self._share.note_unsent(0)
            self.loop.remove_writer(self._socket.fileno())

    def _read_through(self, layer: Layer) -> None:
        """Read what has come, and what the layer has of it still: the loop sees the socket alone."""
        try:
            for _ in range(_MOST_READS):
                if self.is_open:
                    self._read()
                if not (self.is_open and layer.has_more):
                    break
        finally:
            self._read_later(layer)

    def _read_later(self, layer: Layer) -> None:
        if self.is_open and layer.has_more and not self._is_reading_on:
            self._is_reading_on = True
            self.loop.call_soon(self._read_on, layer)

    def _read_on(self, layer: Layer) -> None:
        self._is_reading_on = False
        if self.is_open:
            self._read_through(layer)

    def _read(self) -> None:
        try:
            count = self._receive_into(self._reader.get_buffer())
        except (BlockingIOError, InterruptedError):
            return
        except (OSError, ProtocolError) as error:
            self._end(error if isinstance(error, (ProtocolError, StreamCut)) else None)
            return
        if count == 0:
            self._end(None)
            return
        try:
            messages = self._reader.buffer_updated(count)
        except ProtocolError as error:
            self._end(error)
            return
        except RuntimeClosed:  # the memory, with the session
            self._end(None)
            return
        if self.meter is not None:
            self.meter.note_received(count, len(messages))
        if self._share is not None:
            self._share.note_unread(self._reader.unread)
        self._hand_on(messages)

    def _hand_on(self, messages: list[Message]) -> None:
        """Give messages to whom they are for, and send what that answers at once."""
        self._is_reading = True
        placing = self._placing
        place, count = 0, len(messages)
        try:
            for slot in self._reader.done:  # before what answers the messages: who waits for that reads this first
                self.send(_FREED, slot.id, at_once=False)
            self._reader.done.clear()
            for message in messages:
                place += 1
                if place == count:
                    self._is_reading = False  # what answers the last one waits for nothing
                mine = message if placing is None else placing.received(message)
                if mine is not None:
                    self.receive(mine)
        except ProtocolError as error:
            self._end(error)
        except RuntimeClosed:  # the memory, with the session
            self._end(None)
        except BaseException:  # an interrupt in the code of somebody who was told: the others are told nevertheless
            self.loop.call_soon(self._hand_on, messages[place:])
            raise
        finally:
            self._is_reading = False
        if self.is_open and not self._is_waiting and not self._writer.is_empty:
            self._write()

    def abandon(self) -> None:
        """Let go of the connection in a process that was forked: it goes on in the one that has opened it."""
        self.is_open = False
        self._socket.close()

    def _end(self, error: Exception | None) -> None:
        if not self.is_open:
            return
        self.is_open = False
        self._putting.close()
        if not self.loop.is_closed():
            self._stop_writing()
            self.loop.remove_reader(self._socket.fileno())
        end_stream(self._socket)
        if self._share is not None:
            self._forget(self._share)
        self.ended(error)

    def _forget(self, share: Share) -> None:
        """Let go of what waits here: who had the connection may have it for a while yet."""
        share.end()
        self._left.clear()
        self._writer.close()
        self._reader.close()


def _refuse(message: Message) -> None:
    raise ProtocolError(f"a message of the kind {message.kind} came, and nobody receives here")


def _join(parts: list[bytes | memoryview]) -> None:
    """Put parts that are short together: one call of the system for all of them."""
    most = CHUNK // 4
    if sum(map(len, parts)) <= most:
        parts[:] = [b"".join(parts)]
        return
    size = count = 0
    while count < len(parts) and size + len(parts[count]) <= most:
        size += len(parts[count])
        count += 1
    if count > 1:
        parts[:count] = [b"".join(parts[:count])]
