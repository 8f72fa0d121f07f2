"""Own reading: bytes arrive where the reader says, and whole messages come out.

Small frames share one buffer. What a long message brings goes straight to where it stays: only what came along with
the header of a chunk is copied. Nothing is allocated before its length has been compared with the limits.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, cast

from ..errors import ProtocolError
from ._frames import CHUNK, HEADER, LENGTH, PIECE, PLACED, Flags, Kind, Message, Slot
from ._limits import HELD_PER_BUFFER, Limits

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Union

    Keep = Callable[[int], object]
    NewRoom = Callable[[int], Union[bytearray, memoryview]]
    CopyOut = Callable[[Slot, memoryview], object]

_ROOM = 64 * 1024  # bytes read at once where no chunk is under way: arbitrary, the default of asyncio's streams

# What follows is looked up for each frame.
_BULK, _CANCEL, _PLACED = int(Kind.BULK), int(Kind.CANCEL), int(Kind.PLACED)
_WHOLE_AT_ONCE = frozenset(map(int, Kind)) - {_BULK, _PLACED}
_BODY_IN_BULK, _SHARED = int(Flags.BODY_IN_BULK), int(Flags.SHARED)
_ALL_FLAGS = sum(map(int, Flags))
_HEADER_SIZE, _unpack = HEADER.size, HEADER.unpack_from
# What the class does, without a Python function in between, which costs a fifth of reading a frame.
_message: Callable[[tuple[object, ...]], Message] = partial(cast("Any", tuple).__new__, Message)


class _Transfer:
    """Hold a message whose buffers are still to come."""

    __slots__ = ("_filled", "_view", "_views", "buffers", "flags", "held", "id", "kind", "missing", "payload", "slots")

    def __init__(
        self, kind: int, flags: int, id_: int, payload: bytes, lengths: list[int], slots: tuple[tuple[int, Slot], ...]
    ) -> None:
        self.kind = kind
        self.flags = flags
        self.id = id_
        self.payload = payload
        self.slots = slots
        self.missing = sum(lengths)
        self.held = self.missing + len(payload) + HELD_PER_BUFFER * len(lengths)
        self.buffers: tuple[bytearray | memoryview, ...] = ()
        self._filled = 0  # of the view

    def allocate(self, lengths: list[int], new_room: NewRoom) -> None:
        """Make the buffers, whose lengths were compared with the limits."""
        self.buffers = tuple(map(new_room, lengths))
        self._views = (memoryview(each) for each in self.buffers if each)  # one at a time: it is larger than a buffer
        self._view = next(self._views, memoryview(b""))

    def rest(self) -> memoryview:
        """Return where the next bytes go: what is left of the buffer that is filled now."""
        return self._view[self._filled :]

    def note(self, count: int) -> None:
        """Note that this many bytes of `rest` have come."""
        self._filled += count
        self.missing -= count
        if self._filled == len(self._view):
            self._view.release()
            self._view = next(self._views, memoryview(b""))
            self._filled = 0

    def message(self) -> Message:
        """Return the whole message."""
        if self.flags & _BODY_IN_BULK:
            return Message(self.kind, self.id, self.buffers[-1], self.buffers[:-1], self.flags, self.slots)
        return Message(self.kind, self.id, self.payload, self.buffers, self.flags, self.slots)


class Reader:
    """Turn the bytes of one connection into messages.

    Read into `get_buffer()`, and tell `buffer_updated` how many bytes came: the two methods of asyncio's
    `BufferedProtocol`, and of `socket.recv_into`. `new_room` makes the memory of a buffer of so many bytes, to which it
    is read, and which the message then has. `copy_out` copies what was placed in a slot; without it slots are refused.
    `done` has the slots that can be freed: those that were copied, and those of messages that a cancel has ended.
    `keep` may be set: it is told how many bytes a long message takes before there is room for them, and raises what
    refuses it; and minus so many when it is whole, or was cancelled.
    """

    def __init__(self, limits: Limits, new_room: NewRoom = bytearray, copy_out: CopyOut | None = None) -> None:
        self._limits = limits
        self._longest = min(CHUNK, limits.message)  # bytes of a frame's payload
        self._copy_out = copy_out
        self.done: list[Slot] = []
        self._new_room = new_room
        self._have_room(_ROOM + _HEADER_SIZE)  # until a longer frame comes: most of a service's connections have none
        self._begin = 0  # of what has not been read yet
        self._end = 0
        self._transfers: dict[int, _Transfer] = {}
        self._held = 0
        self.keep: Keep | None = None
        self._bulk: _Transfer | None = None  # whose chunk is arriving; nothing else is in the room then
        self._bulk_left = 0

    def _have_room(self, size: int) -> None:
        self._room = bytearray(size)
        self._view = memoryview(self._room)
        self._front = self._view[:_ROOM]

    def get_buffer(self) -> memoryview:
        """Return where the next bytes are to be written; it is never empty."""
        if self._bulk is not None:
            return self._bulk.rest()[: self._bulk_left]
        return self._view[self._end : self._end + _ROOM] if self._end else self._front

    @property
    def unread(self) -> int:
        """How many bytes have come of a frame that is not whole."""
        return self._end - self._begin

    def close(self) -> None:
        """Let go of what has come: it is read no more."""
        self._transfers.clear()
        self._bulk = None

    def buffer_updated(self, count: int) -> list[Message]:
        """Return the messages that are whole now that `count` bytes were written to `get_buffer()`.

        Raises:
            ProtocolError: what came is no frame, or one that may not come now. What else came in the same read is
                lost, the connection is of no use any more, and each further call raises again.
        """
        messages: list[Message] = []
        if self._bulk is not None:
            self._fill(self._bulk, count, messages)
            return messages
        begin = self._begin
        self._end = end = self._end + count
        while end - begin >= _HEADER_SIZE:
            length, kind, flags, buffers, id_ = _unpack(self._room, begin)
            body = begin + _HEADER_SIZE
            if length > self._longest:
                raise ProtocolError(f"a frame of {length} bytes came, where {self._longest} is the most")
            if kind == _PLACED:
                if body + length > end:
                    break
                begin = body + length
                self._take_placed(id_, self._view[body:begin], flags or buffers, messages)
                continue
            if kind not in _WHOLE_AT_ONCE:
                self._begin_bulk(kind, id_, length, flags or buffers)
                begin = self._take_bulk(body, end, messages)
                continue
            if body + length > end:
                break
            begin = body + length
            payload = self._view[body:begin].tobytes()
            if id_ in self._transfers:
                self._interrupt(kind, id_)
            if flags or buffers:
                self._begin_message(kind, flags, buffers, id_, payload, messages)
            else:
                messages.append(_message((kind, id_, payload, (), 0, ())))
        if begin == end:
            self._begin = self._end = 0
        else:
            self._keep(begin, end)
        return messages

    def _keep(self, begin: int, end: int) -> None:
        """Keep the begin of a frame, at the front, so that the next read is as long as can be: it is moved once."""
        size, rest = _HEADER_SIZE, end - begin
        if rest >= size:
            size += _unpack(self._room, begin)[0]  # which was compared with the limit
        room = self._room
        if begin or size > len(room):
            if size > len(room):
                self._have_room(_HEADER_SIZE + CHUNK + _ROOM)
            self._room[:rest] = room[begin:end]
            begin, end = 0, rest
        self._begin, self._end = begin, end

    def _interrupt(self, kind: int, id_: int) -> None:
        """End a message that is not whole, which a cancel alone may."""
        if kind != _CANCEL:
            raise ProtocolError(f"a frame came for {id_}, whose last message is not whole")
        self.done.extend(slot for _, slot in self._end_transfer(id_).slots)

    def _begin_message(
        self, kind: int, flags: int, count: int, id_: int, payload: bytes, messages: list[Message]
    ) -> None:
        """Begin a message that has buffers or flags."""
        if flags > _ALL_FLAGS:
            raise ProtocolError(f"a frame for {id_} has the flags {flags}, which there are not")
        if flags & _SHARED and self._copy_out is None:
            raise ProtocolError(f"a message for {id_} names slots of shared memory, which this side does not take")
        size = count * (PLACED if flags & _SHARED else LENGTH).size
        if count > self._limits.buffers or len(payload) < size:
            raise ProtocolError(f"a message for {id_} says that it has {count} buffers, and not how long they are")
        if kind == _CANCEL and count:
            raise ProtocolError(f"a cancel for {id_} has buffers")
        if flags & _BODY_IN_BULK and (count == 0 or len(payload) > size):
            what = "a payload, too" if count else "no buffers"
            raise ProtocolError(f"a message for {id_} has its payload in a buffer, and {what}")
        if flags & _SHARED:
            lengths, slots = _read_placed(payload[:size], id_, is_body_in_bulk=bool(flags & _BODY_IN_BULK))
        else:
            lengths, slots = [length for (length,) in LENGTH.iter_unpack(payload[:size])], ()
        transfer = _Transfer(kind, flags, id_, payload[size:], lengths, slots)
        missing = transfer.missing
        total = missing + sum(slot.length for _, slot in slots)
        if total + len(payload) > self._limits.message:
            raise ProtocolError(f"a message of {total} bytes came for {id_}, where {self._limits.message} is the most")
        if missing and self._held + transfer.held > self._limits.buffered:
            raise ProtocolError(f"more than {self._limits.buffered} bytes came of messages that are not whole")
        if missing and self.keep is not None:
            self.keep(transfer.held)
        transfer.allocate(lengths, self._new_room)
        if missing == 0:
            messages.append(transfer.message())
            return
        self._held += transfer.held
        self._transfers[id_] = transfer

    def _begin_bulk(self, kind: int, id_: int, length: int, marks: int) -> None:
        if kind != _BULK:
            raise ProtocolError(f"a frame of the kind {kind} came, which there is not")
        transfer = self._transfers.get(id_)
        if transfer is None or length == 0 or length > transfer.missing:
            raise ProtocolError(
                f"a chunk of {length} bytes came for {id_}, which waits for another number, or for none"
            )
        if marks:
            raise ProtocolError(f"a chunk for {id_} has flags or buffers")
        self._bulk = transfer
        self._bulk_left = length

    def _take_placed(self, id_: int, payload: memoryview, marks: int, messages: list[Message]) -> None:
        """Copy what stands in a slot to where it stays."""
        transfer = self._transfers.get(id_)
        if self._copy_out is None or len(payload) != PLACED.size or marks:
            raise ProtocolError(f"what came for {id_} says of no slot of shared memory that this side can read it")
        length, slot_id, offset = PLACED.unpack(payload)
        rest = memoryview(b"") if transfer is None else transfer.rest()
        if transfer is None or not 0 < length <= len(rest) or length > PIECE:
            raise ProtocolError(
                f"{length} bytes came in a slot for {id_}, whose buffer waits for another number, or for none"
            )
        slot = Slot(slot_id, offset, length)
        self._copy_out(slot, rest[:length])
        self.done.append(slot)
        transfer.note(length)
        if transfer.missing == 0:
            messages.append(self._end_transfer(id_).message())

    def _take_bulk(self, begin: int, end: int, messages: list[Message]) -> int:
        """Copy what is there of a chunk already, and return its end; the rest is read to where it stays."""
        while self._bulk is not None and begin < end:
            room = self._bulk.rest()[: self._bulk_left]
            count = min(len(room), end - begin)
            room[:count] = self._view[begin : begin + count]
            begin += count
            self._fill(self._bulk, count, messages)
        return begin

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
        self._held -= transfer.held
        if self.keep is not None:
            self.keep(-transfer.held)
        return transfer


def _read_placed(entries: bytes, id_: int, *, is_body_in_bulk: bool) -> tuple[list[int], tuple[tuple[int, Slot], ...]]:
    """Return the lengths of the buffers, 0 for each that is in a slot, and the slots with their places."""
    lengths: list[int] = []
    slots: list[tuple[int, Slot]] = []
    for place, (length, slot, offset) in enumerate(PLACED.iter_unpack(entries)):
        lengths.append(0 if slot else length)
        if slot:
            slots.append((place, Slot(slot, offset, length)))
        elif offset:
            raise ProtocolError(f"a message for {id_} has a buffer with an offset, and in no slot")
    if not slots or (is_body_in_bulk and slots[-1][0] == len(lengths) - 1):
        raise ProtocolError(f"a message for {id_} says that buffers of it are in slots, which are not")
    return lengths, tuple(slots)
