"""Own reading: bytes arrive where the reader says, and whole messages come out.

Small frames share one buffer. What a long message brings goes straight to where it stays: nothing is copied, and
nothing is allocated before its length has been compared with the limits.
"""

from __future__ import annotations

from ..errors import ProtocolError
from ._frames import CHUNK, HEADER, LENGTH, Flags, Kind, Message
from ._limits import Limits

_KINDS = frozenset(map(int, Kind))
_BULK, _CANCEL = int(Kind.BULK), int(Kind.CANCEL)  # looked up for each frame
_BODY_IN_BULK = int(Flags.BODY_IN_BULK)
_ROOM = 64 * 1024  # bytes read at once where no chunk is under way: arbitrary, the default of asyncio's streams


class _Transfer:
    """Hold a message whose buffers are still to come."""

    __slots__ = ("_filled", "_views", "buffers", "flags", "id", "kind", "missing", "payload")

    def __init__(self, kind: int, flags: int, id_: int, payload: bytes, lengths: list[int]) -> None:
        self.kind = kind
        self.flags = flags
        self.id = id_
        self.payload = payload
        self.buffers = tuple(map(bytearray, lengths))
        self.missing = sum(lengths)
        self._views = [memoryview(each) for each in reversed(self.buffers) if each]
        self._filled = 0  # of the last view

    def rest(self) -> memoryview:
        """Return where the next bytes go: what is left of the buffer that is filled now."""
        return self._views[-1][self._filled :]

    def note(self, count: int) -> None:
        """Note that this many bytes of `rest` have come."""
        self._filled += count
        self.missing -= count
        if self._filled == len(self._views[-1]):
            self._views.pop().release()
            self._filled = 0

    def message(self) -> Message:
        """Return the whole message."""
        if self.flags & _BODY_IN_BULK:
            return Message(self.kind, self.id, self.buffers[-1], self.buffers[:-1], self.flags)
        return Message(self.kind, self.id, self.payload, self.buffers, self.flags)


class Reader:
    """Turn the bytes of one connection into messages.

    Read into `get_buffer()`, and tell `buffer_updated` how many bytes came: the two methods of asyncio's
    `BufferedProtocol`, and of `socket.recv_into`.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._room = bytearray(_ROOM + HEADER.size + CHUNK)
        self._view = memoryview(self._room)
        self._begin = 0  # of what has not been read yet
        self._end = 0
        self._transfers: dict[int, _Transfer] = {}
        self._buffered = 0
        self._bulk: _Transfer | None = None  # whose chunk is arriving
        self._bulk_left = 0

    def get_buffer(self) -> memoryview:
        """Return where the next bytes are to be written; it is never empty."""
        if self._bulk is not None:
            return self._bulk.rest()[: self._bulk_left]
        return self._view[self._end : self._end + _ROOM]

    def buffer_updated(self, count: int) -> list[Message]:
        """Return the messages that are whole now that `count` bytes were written to `get_buffer()`.

        Raises:
            ProtocolError: what came is no frame, or one that may not come now; the connection is of no use any more.
        """
        messages: list[Message] = []
        if self._bulk is not None:
            self._fill(self._bulk, count, messages)
        else:
            self._end += count
        while self._bulk is None and self._next(messages):
            pass
        self._compact()
        return messages

    def _compact(self) -> None:
        """Move what has not been read to the front, where more follows: no frame is longer than the room."""
        if self._begin == self._end:
            self._begin = self._end = 0
        elif self._end > _ROOM:
            rest = self._end - self._begin
            self._room[:rest] = self._room[self._begin : self._end]
            self._begin, self._end = 0, rest

    def _next(self, messages: list[Message]) -> bool:
        """Read one frame, or the part of a chunk that is there; tell whether there was one."""
        begin = self._begin
        have = self._end - begin - HEADER.size
        if have < 0:
            return False
        length, kind, flags, count, id_ = HEADER.unpack_from(self._room, begin)
        if length > CHUNK:
            raise ProtocolError(f"a frame of {length} bytes came, where {CHUNK} is the most")
        if kind == _BULK:
            self._begin_bulk(id_, length)
            self._begin += HEADER.size
            self._take_bulk(messages)
            return True
        if have < length:
            return False
        begin += HEADER.size
        self._begin = begin + length
        if kind not in _KINDS:
            raise ProtocolError(f"a frame of the kind {kind} came, which there is not")
        if id_ in self._transfers:
            if kind != _CANCEL:
                raise ProtocolError(f"a frame came for {id_}, whose last message is not whole")
            self._end_transfer(id_)
        payload = bytes(self._view[begin : self._begin])
        if count == 0:
            if flags & _BODY_IN_BULK:
                raise ProtocolError(f"a message for {id_} has its payload in a buffer, and no buffers")
            messages.append(Message(kind, id_, payload, (), flags))
        else:
            self._begin_message(kind, flags, count, id_, payload, messages)
        return True

    def _begin_message(
        self, kind: int, flags: int, count: int, id_: int, payload: bytes, messages: list[Message]
    ) -> None:
        size = count * LENGTH.size
        if count > self._limits.buffers or len(payload) < size:
            raise ProtocolError(f"a message for {id_} says that it has {count} buffers, and not how long they are")
        if kind == _CANCEL:
            raise ProtocolError(f"a cancel for {id_} has buffers")
        lengths = [length for (length,) in LENGTH.iter_unpack(payload[:size])]
        total = sum(lengths)
        if total + len(payload) > self._limits.message:
            raise ProtocolError(f"a message of {total} bytes came for {id_}, where {self._limits.message} is the most")
        if self._buffered + total > self._limits.buffered:
            raise ProtocolError(f"more than {self._limits.buffered} bytes came of messages that are not whole")
        transfer = _Transfer(kind, flags, id_, payload[size:], lengths)
        if transfer.missing == 0:
            messages.append(transfer.message())
            return
        self._buffered += total
        self._transfers[id_] = transfer

    def _begin_bulk(self, id_: int, length: int) -> None:
        transfer = self._transfers.get(id_)
        if transfer is None or length == 0 or length > transfer.missing:
            raise ProtocolError(
                f"a chunk of {length} bytes came for {id_}, which waits for another number, or for none"
            )
        self._bulk = transfer
        self._bulk_left = length

    def _take_bulk(self, messages: list[Message]) -> None:
        """Copy what is there of a chunk already; the rest is read to where it stays."""
        while self._bulk is not None and self._begin < self._end:
            room = self._bulk.rest()[: self._bulk_left]
            count = min(len(room), self._end - self._begin)
            room[:count] = self._view[self._begin : self._begin + count]
            self._begin += count
            self._fill(self._bulk, count, messages)

    def _fill(self, transfer: _Transfer, count: int, messages: list[Message]) -> None:
        transfer.note(count)
        self._bulk_left -= count
        if self._bulk_left == 0:
            self._bulk = None
        if transfer.missing == 0:
            messages.append(self._end_transfer(transfer.id).message())

    def _end_transfer(self, id_: int) -> _Transfer:
        """Forget a message that has begun: it is whole, or cancelled."""
        transfer = self._transfers.pop(id_)
        self._buffered -= sum(map(len, transfer.buffers))
        return transfer
