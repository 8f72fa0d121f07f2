"""Own which ranges of an arena are taken: pure, no memory is touched here.

Best fit, and freed ranges grow together with their neighbours. Of ranges that fit equally well the first is taken, so
that the memory that was used last is used again: its pages are there already.

A slot as the wire has it, little-endian:

    id      u64   never given twice by one arena
    offset  u64   in the arena, a multiple of `UNIT`
    length  u64   in bytes, 1 or more; what is reserved is this, rounded up to a multiple of `UNIT`
"""

from __future__ import annotations

import struct
from bisect import bisect_left, insort
from collections import deque
from typing import NamedTuple

from ..errors import ProtocolError

UNIT = 64 * 1024  # bytes: as long as the longest page of any platform here, and a quarter of the shortest buffer
SLOT = struct.Struct("<QQQ")  # id, offset, length


class Slot(NamedTuple):
    """Name a range of an arena; `length` in bytes."""

    id: int
    offset: int
    length: int

    @property
    def end(self) -> int:
        """Return the end of what is reserved."""
        return self.offset + rounded(self.length)

    def encoded(self) -> bytes:
        """Return the slot as the wire has it."""
        return SLOT.pack(*self)


def read_slot(payload: bytes | bytearray | memoryview) -> Slot:
    """Return the slot that these bytes name; whether there is such a range, the arena tells that it is of.

    Raises:
        ProtocolError: they are of another length.
    """
    if len(payload) != SLOT.size:
        raise ProtocolError(f"{len(payload)} bytes came to name a slot of shared memory, which takes {SLOT.size}")
    return Slot(*SLOT.unpack(payload))


def rounded(length: int) -> int:
    """Return the next multiple of `UNIT`."""
    return -(-length // UNIT) * UNIT


class Slots:
    """Give out ranges of `size` bytes, a multiple of `UNIT`, and take them back.

    One thread at a time allocates, or asks for holes.
    """

    def __init__(self, size: int) -> None:
        self._used: dict[int, Slot] = {}
        self._freed: deque[Slot] = deque()  # not yet among the holes
        self._last_id = 0
        self._offsets: list[int] = []  # of the holes, in order
        self._lengths: dict[int, int] = {}  # of the hole at each offset
        self._by_length: list[tuple[int, int]] = []  # length and offset of the holes, in order
        if size:
            self._add_hole(0, size)

    def allocate(self, length: int) -> Slot | None:
        """Reserve room for 1 byte or more; None where there is no range that is long enough."""
        self._merge()
        extent = rounded(length)
        place = bisect_left(self._by_length, (extent, 0))
        if place == len(self._by_length):
            return None
        size, offset = self._by_length[place]
        self._remove_hole(offset)
        if size > extent:
            self._add_hole(offset + extent, size - extent)
        self._last_id += 1
        slot = self._used[self._last_id] = Slot(self._last_id, offset, length)
        return slot

    def free(self, id_: int) -> None:
        """Take a slot back; in any thread, a signal handler, a finalizer, while another thread allocates.

        Raises:
            KeyError: there is no such slot, or it was freed before.
        """
        self._freed.append(self._used.pop(id_))

    def used(self) -> tuple[int, int]:
        """Return how many bytes are reserved, and how many slots."""
        slots = self._used.copy().values()
        return sum(rounded(slot.length) for slot in slots), len(slots)

    def holes(self) -> list[tuple[int, int]]:
        """Return offset and length of each range that is free, in order; no two of them touch."""
        self._merge()
        return [(offset, self._lengths[offset]) for offset in self._offsets]

    def _merge(self) -> None:
        """Make holes of what was freed, each one with its neighbours."""
        while self._freed:
            slot = self._freed.popleft()
            begin, end = slot.offset, slot.end
            place = bisect_left(self._offsets, begin)
            if place < len(self._offsets) and self._offsets[place] == end:
                end += self._remove_hole(end)
            if place > 0:
                before = self._offsets[place - 1]
                if before + self._lengths[before] == begin:
                    self._remove_hole(before)
                    begin = before
            self._add_hole(begin, end - begin)

    def _add_hole(self, offset: int, length: int) -> None:
        insort(self._offsets, offset)
        self._lengths[offset] = length
        insort(self._by_length, (length, offset))

    def _remove_hole(self, offset: int) -> int:
        """Forget the hole at `offset`; return its length."""
        del self._offsets[bisect_left(self._offsets, offset)]
        length = self._lengths.pop(offset)
        del self._by_length[bisect_left(self._by_length, (length, offset))]
        return length
