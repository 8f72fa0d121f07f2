"""Own memory that long buffers are received into, and is used again when nobody has what came before.

Memory that is new costs as much as what is copied into it: the system has to find and clear its pages, and in a virtual
machine the host may have to give them first, which takes ten times as long.
"""

from __future__ import annotations

import sys
from collections import deque
from typing import TYPE_CHECKING

from ._memory import LONG, long_room, new_room
from ._pins import pinned
from ._slots import rounded

if TYPE_CHECKING:
    import mmap
    from collections.abc import Callable

_MOST_KEPT = 512 * 1024 * 1024  # bytes that nobody has; what is more is given back at once
_MOST_SPARE = 2  # a buffer takes no room of more than so many times its own length


class Rooms:
    """Give room for buffers; any thread may ask. `freed` is called, on any thread, when some can be given again."""

    def __init__(self, freed: Callable[[], object]) -> None:
        self._freed = freed
        self._free: deque[mmap.mmap] = deque()
        self._is_closed = False
        self.taken = 0  # how often one was asked for that is kept

    def take(self, size: int) -> bytearray | memoryview:
        """Return memory of `size` bytes that can be written to; what stands in it is anything."""
        if sys.platform != "linux" or size < LONG:
            return new_room(size)
        self.taken += 1
        mapping = self._fitting(rounded(size)) or long_room(rounded(size))
        return pinned(mapping, 0, size, self._give_back, mapping)

    def _fitting(self, size: int) -> mmap.mmap | None:
        """Return a room that is kept, the shortest one that is long enough."""
        kept: list[mmap.mmap] = []
        while (mapping := self._popped()) is not None:
            kept.append(mapping)
        kept.sort(key=len)
        found = next((each for each in kept if size <= len(each) <= _MOST_SPARE * size), None)
        total = 0
        for each in kept:
            if each is not found:
                total += len(each)
                if total <= _MOST_KEPT:
                    self._free.append(each)
        return found

    def _popped(self) -> mmap.mmap | None:
        try:
            return self._free.popleft()
        except IndexError:  # perhaps another thread was faster
            return None

    def _give_back(self, mapping: mmap.mmap) -> None:
        """Keep a room that nobody has any more: in any thread, in the middle of anything."""
        if not self._is_closed:
            self._free.append(mapping)
            self._freed()

    def trim(self) -> bool:
        """Give a room back to the system that nobody has, and tell whether there was one."""
        return self._popped() is not None

    def close(self) -> None:
        """Give all of it back to the system; what somebody has, when nobody does any more."""
        self._is_closed = True
        self._free.clear()
