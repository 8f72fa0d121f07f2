"""Own shared memory between two processes on one machine: long buffers go through it, and not through the socket.

Each side has an `Outbound`, into which it alone writes, and an `Inbound` over that of the other side. The owner
reserves and frees; the reader tells it over the wire which slots it has done with. So no lock is shared by processes,
and the death of either leaves nothing locked.

The memory is one file without a name, as long as it may ever get, and sparse: only what was written takes memory. Both
processes have it before the first call, so that no slot can be named on one connection while the memory it lies in is
still on its way on another. Slots are used again: memory that is new for each message is slower than the socket at
every size, since the system has to find and clear its pages. The first write to a range goes through the file: that
takes half the time of touching pages that are not there, and gives an error, and no signal, where there is no more
memory. `trim` gives idle memory back.
"""

from __future__ import annotations

import contextlib
import errno
import os
import weakref
from typing import TYPE_CHECKING, NamedTuple

from ..errors import ProtocolError
from ..protocol import PIECE
from ._memory import discard, new_mapping, write_to_file
from ._moving import Moving
from ._slots import UNIT, Slots, end_of

if TYPE_CHECKING:
    from collections.abc import Generator
    from contextlib import AbstractContextManager
    from typing import Any

    from ..protocol import Slot

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.ENOMEM)
_TRIMMED = 16 * 1024 * 1024  # bytes that are given back at once, in 2 ms


class ArenaStatistics(NamedTuple):
    """Count what an arena holds and did.

    `most_bytes` may be written, for `backed_bytes` there is memory, `used_bytes` are in slots; a buffer that was
    `refused` took the socket.
    """

    most_bytes: int
    backed_bytes: int
    used_bytes: int
    slots: int
    puts: int
    put_bytes: int
    refused: int


class _Memory:
    """Hold a mapping of a file and the file, as long as anybody refers to this: an exception may come at any line."""

    __slots__ = ("__weakref__", "descriptor", "mapping")

    def __init__(self, descriptor: int, size: int) -> None:
        self.descriptor = descriptor
        weakref.finalize(self, os.close, descriptor).atexit = False
        self.mapping = new_mapping(descriptor, size)


class Outbound:
    """Own an arena in a file of `size` bytes: write buffers into its slots, and free them.

    The descriptor belongs to it, whatever comes of it. With a `lock`, which is held for microseconds, or while `trim`
    gives pages back, any thread may call any method; without one a single thread, but for `free`. In a process that was
    forked meanwhile there is no room.

    Raises:
        OSError: this process has no addresses for it.
    """

    def __init__(self, descriptor: int, size: int, lock: AbstractContextManager[Any] | None = None) -> None:
        self.size = size
        self._memory: _Memory | None = _Memory(descriptor, size)
        self._lock: AbstractContextManager[Any] = contextlib.nullcontext() if lock is None else lock
        self._process = os.getpid()
        self._slots = Slots(self.size)
        self._backed = bytearray(self.size // UNIT)  # 1 for each unit whose pages are there
        self._is_changing = False  # seen only by a signal handler or a finalizer that interrupts a change in its thread
        self._puts = self._put_bytes = self._refused = 0

    @property
    def descriptor(self) -> int:
        """The file's descriptor, -1 when this was closed."""
        return -1 if self._memory is None else self._memory.descriptor

    def put(self, buffer: memoryview, owner: int = 0) -> Slot | None:
        """Copy a flat view of 1 byte or more into a slot; None where there is no room, so that it takes the socket.

        `owner` is whose slot it is from the first moment on, for `free_of`. There is no room in a closed arena, either,
        nor for a signal handler that has interrupted `put` or `trim`.
        """
        steps = self.putting(buffer, owner)
        while True:
            try:
                next(steps)
            except StopIteration as done:
                slot: Slot | None = done.value
                return slot

    def putting(self, buffer: memoryview, owner: int = 0) -> Generator[None, None, Slot | None]:
        """Do what `put` does, a piece in each step; whoever closes it has no slot."""
        memory = self._memory  # which stays until this has ended
        slot = None if memory is None else self._allocate(len(buffer), owner)
        if slot is None or memory is None:
            return None
        is_written = False
        moving = Moving(buffer, memory.mapping, slot.offset)
        try:
            if self._backed.find(0, slot.offset // UNIT, end_of(slot) // UNIT) >= 0:
                is_written = yield from self._writing(memory, slot, buffer)
            else:
                yield from moving.steps()
                is_written = True
        finally:
            moving.end()  # where an interrupt ends that, nobody gets the slot before its connection has ended
            self._end_put(slot, is_written)
        return slot if is_written else None

    def free(self, id_: int) -> None:
        """Take back a slot with which the other side has done.

        Raises:
            ProtocolError: there is no such slot, or it was freed before.
        """
        try:
            self._slots.free(id_)
        except KeyError:
            raise ProtocolError(f"the other side frees slot {id_} of shared memory, which is not in use") from None

    def free_of(self, owner: int, kept: frozenset[int]) -> None:
        """Take back the slots of an owner, those excepted that the other side has kept and will free one by one."""
        for id_ in self._slots.of(owner):
            if id_ not in kept:
                with contextlib.suppress(KeyError):  # freed meanwhile
                    self._slots.free(id_)

    def trim(self, most: int | None = None) -> int:
        """Give back the memory of what is not in use, about `most` bytes of it; return how many that were."""
        with self._lock:
            memory = self._memory
            if self._is_changing or memory is None:
                return 0
            self._is_changing = True
            given = 0
            try:
                for offset, length in self._slots.holes():
                    for begin in range(offset, offset + length, _TRIMMED):
                        given += self._give_back(memory, begin, min(begin + _TRIMMED, offset + length))
                        if most is not None and given >= most:
                            return given
            finally:
                self._is_changing = False
            return given

    @property
    def puts(self) -> int:
        """How many buffers were put so far."""
        return self._puts

    def statistics(self) -> ArenaStatistics:
        """Return what there is and was."""
        used, slots = self._slots.used()
        backed = self._backed.count(1) * UNIT
        return ArenaStatistics(self.size, backed, used, slots, self._puts, self._put_bytes, self._refused)

    def close(self) -> None:
        """Refuse all buffers from now on, and let go of the memory when the last one that is under way is written."""
        self._memory = None

    def _allocate(self, length: int, owner: int) -> Slot | None:
        if os.getpid() != self._process:
            return None
        with self._lock:
            slot = None
            if not self._is_changing:
                self._is_changing = True
                try:
                    slot = self._slots.allocate(length, owner)
                finally:
                    self._is_changing = False
            if slot is None:
                self._refused += 1
            return slot

    def _end_put(self, slot: Slot, is_written: bool) -> None:
        with self._lock:
            if is_written:
                self._puts += 1
                self._put_bytes += slot.length
            else:
                self._refused += 1
                self._slots.free(slot.id)

    def _writing(self, memory: _Memory, slot: Slot, buffer: memoryview) -> Generator[None, None, bool]:
        """Write a buffer to its slot, whose pages are not all there; tell whether there was memory for it."""
        try:
            for begin in range(0, slot.length, PIECE):
                write_to_file(memory.descriptor, slot.offset + begin, buffer[begin : begin + PIECE])
                if begin + PIECE < slot.length:
                    yield
            end = slot.offset + slot.length
            write_to_file(memory.descriptor, end, memoryview(bytes(end_of(slot) - end)))
        except OSError as error:
            if error.errno in _FULL:
                return False
            raise
        self._backed[slot.offset // UNIT : end_of(slot) // UNIT] = b"\1" * ((end_of(slot) - slot.offset) // UNIT)
        return True

    def _give_back(self, memory: _Memory, begin: int, end: int) -> int:
        first, last = begin // UNIT, end // UNIT
        count = self._backed.count(1, first, last)
        if count:
            discard(memory.mapping, begin, end)
            self._backed[first:last] = bytes(last - first)
        return count * UNIT
