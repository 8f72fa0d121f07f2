"""Own reading from the arena of the other process: views that pin their slots, and copies."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ..errors import ProtocolError, RuntimeClosed
from ._memory import new_mapping
from ._pins import pinned
from ._slots import UNIT

if TYPE_CHECKING:
    import mmap
    from collections.abc import Callable

    from ..protocol import Slot


class Inbound:
    """Own a mapping of the other side's arena; any thread may call any method.

    `descriptor` is of a file of `size` bytes that nobody can make shorter, and is closed here, whatever comes of it.

    Raises:
        OSError: this process has no addresses for them.
    """

    def __init__(self, descriptor: int, size: int) -> None:
        self._size = size
        try:
            self._mapping: mmap.mmap | None = new_mapping(descriptor, size)
        finally:
            os.close(descriptor)

    def view(self, slot: Slot, on_free: Callable[[int], None]) -> memoryview:
        """Return a read-only view of a slot, flat and of bytes, which nobody writes to until it is freed.

        When the last object over it is gone (the view, its slices, an array that was unpickled from it), `on_free` is
        called with the slot's id, once. That may be in any thread, in the middle of anything, and after `close`; so it
        may do no more than append to a deque. What is made of the view is read-only too: an array of NumPy's has a
        `writeable` that is false. A process that was forked meanwhile shares the memory, and pins nothing.

        Raises:
            ProtocolError: the arena has no such range.
            RuntimeClosed: this was closed.
        """
        mapping = self._checked(slot)
        return pinned(mapping, slot.offset, slot.length, on_free, slot.id).toreadonly()

    def copy(self, slot: Slot, room: memoryview) -> None:
        """Copy a slot to where it stays, which is as long; the slot can be freed at once.

        Raises:
            ProtocolError: the arena has no such range.
            RuntimeClosed: this was closed.
        """
        with memoryview(self._checked(slot)) as whole:
            room[:] = whole[slot.offset : slot.offset + slot.length]

    def close(self) -> None:
        """Let go of the memory; views that there are keep it, and what they show, for as long as they live."""
        self._mapping = None

    def _checked(self, slot: Slot) -> mmap.mmap:
        mapping = self._mapping
        if mapping is None:
            raise RuntimeClosed("shared memory of a worker was read after it was closed")
        if slot.length < 1 or slot.offset % UNIT or slot.offset + slot.length > self._size:
            raise ProtocolError(
                f"the other side names {slot.length} bytes at {slot.offset} of shared memory, which has {self._size}, "
                f"in slots that begin at multiples of {UNIT}"
            )
        return mapping
