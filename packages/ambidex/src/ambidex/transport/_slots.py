"""Own which ranges of an arena are taken: pure, no memory is touched here.

Best fit. Of ranges that fit equally well the first is taken, so that the memory that was used last is used again: its
pages are there already. Which ranges are free is looked up among those that are taken, each time: an exception out of a
signal handler, at whatever line, leaves nothing half done then. Few are taken at a time.
"""

from __future__ import annotations

import itertools

from ..protocol import Slot

UNIT = 64 * 1024  # bytes: as long as the longest page of any platform here, and a quarter of the shortest buffer


def rounded(length: int) -> int:
    """Return the next multiple of `UNIT`."""
    return -(-length // UNIT) * UNIT


def end_of(slot: Slot) -> int:
    """Return the end of what is reserved for a slot."""
    return slot.offset + rounded(slot.length)


class Slots:
    """Give out ranges of `size` bytes, a multiple of `UNIT`, and take them back.

    One thread at a time allocates, and is not interrupted by what allocates, too.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._ids = itertools.count(1)
        self._used: dict[int, tuple[Slot, int]] = {}  # with its owner

    def allocate(self, length: int, owner: int = 0) -> Slot | None:
        """Reserve room for 1 byte or more, for an owner; None where there is no range that is long enough."""
        extent = rounded(length)
        fitting = [(size, offset) for offset, size in self.holes() if size >= extent]
        if not fitting:
            return None
        slot = Slot(next(self._ids), min(fitting)[1], length)
        self._used[slot.id] = slot, owner
        return slot

    def free(self, id_: int) -> None:
        """Take a slot back; in any thread, a signal handler, a finalizer, while another thread allocates.

        Raises:
            KeyError: there is no such slot, or it was freed before.
        """
        del self._used[id_]

    def used(self) -> tuple[int, int]:
        """Return how many bytes are reserved, and how many slots."""
        slots = self._used.copy().values()
        return sum(rounded(slot.length) for slot, _ in slots), len(slots)

    def of(self, owner: int) -> list[int]:
        """Return the slots of an owner."""
        return [id_ for id_, (_, whose) in self._used.copy().items() if whose == owner]

    def holes(self) -> list[tuple[int, int]]:
        """Return offset and length of each range that is free, in order; no two of them touch."""
        found: list[tuple[int, int]] = []
        begin = 0
        for offset, end in sorted((slot.offset, end_of(slot)) for slot, _ in self._used.copy().values()):
            if offset > begin:
                found.append((begin, offset - begin))
            begin = end
        if begin < self._size:
            found.append((begin, self._size - begin))
        return found
