"""Own shared memory between two processes on one machine: long buffers go through it, and not through the socket.

Each side has an `Outbound`, into which it alone writes, and an `Inbound` over that of the other side. The owner
reserves and frees; the reader tells it over the wire which slots it has done with. So no lock is shared by processes,
and the death of either leaves nothing locked.

The memory is one file without a name, as long as it may ever get, and sparse: only what was written takes memory. It is
passed to the other side once, before the first call, so that no slot can be named on one connection while the memory it
lies in is still on its way on another; and slots that were freed make room for buffers of any length. Slots are used
again: memory that is new for each message is slower than the socket at every size, since the system has to find and
clear its pages. The first write to a range goes through the file: that takes half the time of touching pages that are
not there, and gives an error, and no signal, where there is no more memory. `trim` gives idle memory back.

The file is not sealed. The other process runs as the same user, so it can do worse than shorten a file; and one that
breaks the rules could pass a file that takes no seals.
"""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, NamedTuple

from ..errors import ProtocolError
from ..runtime import lock_that_forks_wait_for
from ._memory import copy_in_pieces, discard, new_mapping, new_memory_file, write_to_file
from ._slots import UNIT, Slots

if TYPE_CHECKING:
    from ._slots import Slot

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.ENOMEM)
_changing = lock_that_forks_wait_for()  # of all arenas: held for microseconds, or while `trim` gives pages back


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


class Outbound:
    """Own an arena of `most_bytes`: write buffers into its slots, and free them.

    Any thread may call any method. `descriptor` is to be passed to the other side, with `size`; `close` closes it.

    Raises:
        OSError: the system has no such file, or no addresses for it.
    """

    def __init__(self, most_bytes: int) -> None:
        self.size = most_bytes // UNIT * UNIT
        self.descriptor = new_memory_file(self.size)
        try:
            self._mapping = new_mapping(self.descriptor, self.size)
        except BaseException:
            os.close(self.descriptor)
            raise
        self._slots = Slots(self.size)
        self._backed = bytearray(self.size // UNIT)  # 1 for each unit whose pages are there
        self._is_changing = False  # seen only by a signal handler or a finalizer that interrupts a change in its thread
        self._is_closed = False
        self._users = 0  # of the memory, at this moment: the last one out of a closed arena gives it back
        self._puts = self._put_bytes = self._refused = 0

    def put(self, buffer: memoryview) -> Slot | None:
        """Copy a flat view of 1 byte or more into a slot; None where there is no room, so that it takes the socket.

        There is none in a closed arena, either, nor for a signal handler that has interrupted `put` or `trim`.
        """
        slot = self._allocate(len(buffer))
        if slot is None:
            return None
        is_written = False
        try:
            is_written = self._write(slot, buffer)
        finally:
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

    def trim(self) -> int:
        """Give back the memory of what is not in use; return how many bytes that were.

        Outside Linux, only what lies behind the last slot can be given back.
        """
        with _changing:
            if self._is_changing or self._is_closed:
                return 0
            self._is_changing = True
            self._users += 1
            try:
                return sum(map(self._give_back, self._slots.holes()))
            finally:
                self._is_changing = False
                self._leave()

    def statistics(self) -> ArenaStatistics:
        """Return what there is and was."""
        used, slots = self._slots.used()
        backed = self._backed.count(1) * UNIT
        return ArenaStatistics(self.size, backed, used, slots, self._puts, self._put_bytes, self._refused)

    def close(self) -> None:
        """Refuse all buffers from now on, and give back all memory that the other side does not hold."""
        with _changing:
            self._users += 1
            self._is_closed = True
            self._leave()

    def _allocate(self, length: int) -> Slot | None:
        with _changing:
            slot = None
            if not self._is_changing and not self._is_closed:
                self._is_changing = True
                try:
                    slot = self._slots.allocate(length)
                finally:
                    self._is_changing = False
            if slot is None:
                self._refused += 1
            else:
                self._users += 1
            return slot

    def _end_put(self, slot: Slot, is_written: bool) -> None:
        with _changing:
            if is_written:
                self._puts += 1
                self._put_bytes += slot.length
            else:
                self._refused += 1
                self._slots.free(slot.id)
            self._leave()

    def _leave(self) -> None:
        self._users -= 1
        if self._is_closed and self._users == 0 and self.descriptor >= 0:
            descriptor, self.descriptor = self.descriptor, -1
            self._mapping.close()
            os.close(descriptor)

    def _write(self, slot: Slot, buffer: memoryview) -> bool:
        """Copy a buffer to its slot; tell whether there was memory for it."""
        first, last = slot.offset // UNIT, slot.end // UNIT
        if self._backed.find(0, first, last) < 0:
            copy_in_pieces(self._mapping, slot.offset, buffer)
            return True
        end = slot.offset + slot.length
        try:
            write_to_file(self.descriptor, slot.offset, buffer)
            write_to_file(self.descriptor, end, memoryview(bytes(slot.end - end)))
        except OSError as error:
            if error.errno in _FULL:
                return False
            raise
        self._backed[first:last] = b"\1" * (last - first)
        return True

    def _give_back(self, hole: tuple[int, int]) -> int:
        begin, end = hole[0], sum(hole)
        first, last = begin // UNIT, end // UNIT
        count = self._backed.count(1, first, last)
        if count == 0 or not discard(self.descriptor, self._mapping, begin, end):
            return 0
        self._backed[first:last] = bytes(last - first)
        return count * UNIT
