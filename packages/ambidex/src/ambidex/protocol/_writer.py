"""Own writing: what is to be sent waits here, and comes out in an order in which nothing short waits for long data."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple, Union

from ..errors import UsageError
from ._frames import CHUNK, HEADER, LENGTH, PIECE, PLACED, Flags, Kind, Slot
from ._limits import HELD_PER_BUFFER, Limits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ._memory import Memory

Bytes = Union[bytes, memoryview]
Slots = tuple[tuple[int, Slot], ...]
_BULK, _CANCEL, _PLACED = int(Kind.BULK), int(Kind.CANCEL), int(Kind.PLACED)
_LONGEST = CHUNK - LENGTH.size  # bytes of a payload in a frame without buffers: as if one buffer was to be added
_pack = HEADER.pack  # looked up for each frame
_DEFAULT = Limits()


class _Waiting(NamedTuple):
    """Hold a message that is behind another one of its id."""

    kind: int
    payload: bytes
    buffers: Sequence[memoryview]
    flags: int
    slots: Slots


class _Sending:
    """Hold what is left of the buffers of one message, and what follows it for the same id."""

    __slots__ = ("_place", "_views", "behind", "held")

    def __init__(self, views: list[memoryview], held: int) -> None:
        self._views = deque(views)
        self.held = held  # bytes that the other side keeps of the message until it is whole
        self._place = 0  # in the first view
        self.behind: deque[_Waiting] = deque()

    def rest(self) -> memoryview:
        """Return what is left of the buffer that is sent now."""
        return self._views[0][self._place :]

    def note(self, count: int) -> None:
        """Note that so many bytes of `rest` are sent."""
        view = self._views[0]
        self._place += count
        if self._place == len(view):
            self._views.popleft()
            self._place = 0

    def count_bytes(self) -> int:
        """Return how many bytes are left of it, and of what is behind it."""
        count = sum(map(len, self._views)) - self._place
        for each in self.behind:
            count += len(each.payload) + sum(map(len, each.buffers))
        return count

    @property
    def is_done(self) -> bool:
        """Tell whether all was sent."""
        return not self._views


class Writer:
    """Put messages into frames, those of long messages between others.

    Messages of one id keep their order, a cancel excepted, which overtakes what is left of the message before it: the
    other side then gets none of that. Between ids, frames of short messages go first, and long ones take turns by
    chunks. `limits` are those of the other side, which `keep_to` says once they are known; a payload of `longest` bytes
    or less, alone, goes in one frame without a further look. `dropped` has the slots of messages that a cancel has
    overtaken, of which the other side has heard nothing. With `memory` long data goes there; `placed` counts its bytes.
    """

    def __init__(self, limits: Limits = _DEFAULT, memory: Memory | None = None) -> None:
        self._memory = memory
        self.placed = 0
        self.keep_to(limits)
        self._held = 0
        self.dropped: list[Slot] = []
        self.is_empty = True  # there is nothing to write
        self._ready: deque[Bytes] = deque()
        self._sending: dict[int, _Sending] = {}

    def keep_to(self, limits: Limits) -> None:
        """Send nothing from now on that is more than `limits` allow."""
        self._limits = limits
        self.longest = min(_LONGEST, limits.message)

    def send(
        self,
        kind: int,
        id_: int,
        payload: bytes = b"",
        buffers: Sequence[memoryview] = (),
        flags: int = 0,
        slots: Slots = (),
        promised: int | None = None,
    ) -> None:
        """Queue a message; the buffers are flat views of bytes, and stay as they are until they were written.

        `slots` have the buffers that are in shared memory, by their places; these are empty among `buffers`. What was
        `promised` is what `promise` has given for the message.

        Raises:
            UsageError: it is larger than the other side takes, or has more buffers; nothing of it is sent.
        """
        if not (buffers or self._sending) and len(payload) <= self.longest:  # nearly always: nothing to look up
            self.is_empty = False
            self._ready.append(_pack(len(payload), kind, flags, 0, id_) + payload)
            return
        if promised is None:
            self._check(payload, buffers)
        else:
            self._held -= promised
        self.is_empty = False
        if kind == _CANCEL:
            cancelled = self._sending.pop(id_, None)
            if cancelled is not None:
                self._held -= cancelled.held
                self.dropped.extend(slot for each in cancelled.behind for _, slot in each.slots)
            payload = payload[:_LONGEST]  # the text has to fit in the frame that overtakes
        sending = self._sending.get(id_)
        if sending is None:
            self._put(kind, id_, payload, buffers, flags, slots)
        else:
            sending.behind.append(_Waiting(kind, payload, buffers, flags, slots))

    def promise(self, payload: bytes, buffers: Sequence[memoryview]) -> int:
        """Keep room for a message that is sent later, and return how much, in bytes; `withdraw` takes it back.

        Raises:
            UsageError: as `send` does.
        """
        held = self._check(payload, buffers)
        self._held += held
        return held

    def withdraw(self, promised: int) -> None:
        """Take back what `promise` has given, for a message that is not sent."""
        self._held -= promised

    def _check(self, payload: bytes, buffers: Sequence[memoryview]) -> int:
        """Return how many bytes the other side keeps for a message until it is whole.

        Refuse what the other side would: it takes a connection to be broken that does not keep to its limits.
        """
        size = len(payload) + sum(map(len, buffers)) + LENGTH.size * (len(buffers) + 1)
        if size > self._limits.message:
            raise UsageError(
                f"a message of {size} bytes is too long: the other process takes {self._limits.message} at the most "
                "(its limit `message`); send it in parts"
            )
        if len(buffers) >= self._limits.buffers:  # a long payload is one, too
            raise UsageError(
                f"a message with {len(buffers)} buffers beside it cannot be sent: the other process takes fewer than "
                f"{self._limits.buffers} (its limit `buffers`); put several together"
            )
        held = size + HELD_PER_BUFFER * (len(buffers) + 1)
        if self._held + held > self._limits.buffered:
            raise UsageError(
                f"a message of {size} bytes cannot be sent while {self._held} bytes of others are under way: the other "
                f"process keeps {self._limits.buffered} at the most (its limit `buffered`); send one after the other"
            )
        return held

    def _put(
        self, kind: int, id_: int, payload: bytes, buffers: Sequence[memoryview], flags: int, slots: Slots = ()
    ) -> None:
        lengths = (PLACED if slots else LENGTH).size * (len(buffers) + 1)
        if len(payload) + lengths > CHUNK:
            buffers = (*buffers, memoryview(payload))
            payload, flags = b"", flags | Flags.BODY_IN_BULK
        if slots:
            placed = [PLACED.pack(len(each), 0, 0) for each in buffers]
            for place, slot in slots:
                placed[place] = PLACED.pack(slot.length, slot.id, slot.offset)
            payload, flags = b"".join(placed) + payload, flags | Flags.SHARED
        elif buffers:
            payload = b"".join(LENGTH.pack(len(each)) for each in buffers) + payload
        self._ready.append(_pack(len(payload), kind, flags, len(buffers), id_) + payload)
        views = [each for each in buffers if len(each)]
        if views:
            held = len(payload) + sum(map(len, views)) + HELD_PER_BUFFER * len(buffers)
            self._sending[id_] = _Sending(views, held)
            self._held += held

    def count_bytes(self) -> int:
        """Return about how many bytes there are to write; it looks at each message."""
        count = sum(map(len, self._ready))
        for sending in self._sending.values():
            count += sending.count_bytes()
        return count

    def close(self) -> None:
        """Let go of all that there is to write."""
        self._ready.clear()
        self._sending.clear()
        self.is_empty = True

    def take(self, most: int = CHUNK) -> list[Bytes]:
        """Return what to write next, about `most` bytes of it: all short frames that wait, then chunks in turn.

        It may be nothing while the memory for the chunks is full.
        """
        ready = self._ready
        taken: list[Bytes] = []
        if not self._sending:  # nearly always
            taken.extend(ready)
            ready.clear()
            self.is_empty = True
            return taken
        size = 0
        while size < most and (ready or self._sending):
            if ready:
                taken.append(ready.popleft())
            elif self._memory is not None and self._memory.is_full:
                break
            else:
                parts, length = self._chunk()
                taken.extend(parts)
                size += length
                continue
            size += len(taken[-1])
        self.is_empty = not (ready or self._sending)
        return taken

    def _chunk(self) -> tuple[Sequence[Bytes], int]:
        """Return a chunk of the message whose turn it is, and how long it is; have the next one take its turn."""
        id_, sending = next(iter(self._sending.items()))
        rest = sending.rest()
        piece = rest[:PIECE]
        slot = None if self._memory is None else self._memory.place(piece)
        if slot is None:
            data = rest[:CHUNK]
            parts: Sequence[Bytes] = (_pack(len(data), _BULK, 0, 0, id_), data)
            length = len(data)
        else:
            parts = (_pack(PLACED.size, _PLACED, 0, 0, id_) + PLACED.pack(slot.length, slot.id, slot.offset),)
            length = slot.length
            self.placed += length
        del self._sending[id_]
        sending.note(length)
        if not sending.is_done:
            self._sending[id_] = sending
        else:
            self._held -= sending.held
            self._release(id_, sending.behind)
        return parts, length

    def _release(self, id_: int, behind: deque[_Waiting]) -> None:
        """Queue what was behind a message that is whole now, up to the next one with buffers."""
        while behind:
            self._put(id_=id_, **behind.popleft()._asdict())
            if id_ in self._sending:
                self._sending[id_].behind = behind
                return
