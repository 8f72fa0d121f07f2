"""Own reading from the arena of the other process: views that pin their slots, and copies."""

from __future__ import annotations

import errno
import os
import stat
import weakref
from pickle import PickleBuffer
from typing import TYPE_CHECKING

from ..errors import ProtocolError, RuntimeClosed
from ._memory import copied, new_mapping
from ._slots import UNIT, rounded

if TYPE_CHECKING:
    import mmap
    from collections.abc import Callable

    from ._slots import Slot


class Inbound:
    """Own a mapping of the other side's arena; any thread may call any method.

    `descriptor` and `size` are what the other side has passed; the descriptor is closed here, whatever comes of it.

    Raises:
        ProtocolError: there are not so many bytes, more than `most_bytes`, or the descriptor is of something else.
        OSError: this process has no addresses for them.
    """

    def __init__(self, descriptor: int, size: int, most_bytes: int) -> None:
        self._size = size
        try:
            import ctypes  # takes milliseconds, and not every child gets long buffers

            self._byte = ctypes.c_ubyte
            self._untrack = ctypes.PYFUNCTYPE(None, ctypes.py_object)(("PyObject_GC_UnTrack", ctypes.pythonapi))
            self._mapping: mmap.mmap | None = _checked_mapping(descriptor, size, most_bytes)
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
        # An object of ctypes is what the standard library has over memory of another object and under weak references;
        # slices of a view do not keep the view itself. ctypes keeps its types, hence one for each multiple of UNIT.
        pin = (self._byte * rounded(slot.length)).from_buffer(mapping, slot.offset)
        # The collector calls weak references back before the `__del__` of what else is in a cycle, which may read the
        # view, and keep it. What it does not track goes when its last reference does, after that.
        self._untrack(pin)
        weakref.finalize(pin, on_free, slot.id).atexit = False
        # Not over a view of the pin: two in a row in a cycle crash the collector before Python 3.13.
        return PickleBuffer(pin).raw().toreadonly()[: slot.length]

    def copy(self, slot: Slot) -> memoryview:
        """Return a writable copy of a slot, flat and of bytes; the slot can be freed at once.

        Raises:
            ProtocolError: the arena has no such range.
            RuntimeClosed: this was closed.
        """
        with memoryview(self._checked(slot)) as whole, whole[slot.offset : slot.offset + slot.length] as source:
            return copied(source)

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


def _checked_mapping(descriptor: int, size: int, most_bytes: int) -> mmap.mmap:
    if not 0 < size <= most_bytes or size % UNIT:
        raise ProtocolError(
            f"the other side offers {size} bytes of shared memory; a multiple of {UNIT}, at most {most_bytes}, was due"
        )
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode) or found.st_size < size:
        raise ProtocolError(f"the other side offers {size} bytes of shared memory, and passes no file that has them")
    try:
        return new_mapping(descriptor, size)
    except OSError as error:
        if error.errno not in (errno.EACCES, errno.EPERM):
            raise
        raise ProtocolError("the other side offers shared memory, and passes a file that cannot be mapped") from error
