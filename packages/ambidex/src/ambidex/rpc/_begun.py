"""Own the record of calls that have begun: the called side writes it, the caller reads it when the other side has died.

It is memory that both processes have: `SLOTS` numbers of 8 bytes. A call's slot is chosen by its number, and holds it
from the moment at which its function is called. A slot is used again by the `SLOTS`-th call after it; if the first one
is open still, it counts as begun, which it nearly always has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import mmap

SLOTS = 16_384  # as many as calls may be open by default; a power of 2
SIZE = SLOTS * 8  # bytes
_MASK = SLOTS - 1


class Begun:
    """Note calls, or look them up, in `memory`, which is `SIZE` bytes long."""

    __slots__ = ("_memory", "_numbers")

    def __init__(self, memory: mmap.mmap | bytearray) -> None:
        self._memory = memory
        self._numbers = memoryview(memory).cast("Q")

    def note(self, id_: int) -> None:
        """Note that a call has begun."""
        self._numbers[id_ >> 1 & _MASK] = id_

    def has(self, id_: int) -> bool:
        """Tell whether a call has begun."""
        return self._numbers[id_ >> 1 & _MASK] >= id_

    def kept(self) -> Begun:
        """Return a copy as it stands, and let go of the memory that is shared."""
        copy = bytearray(self._numbers.cast("B"))
        self.close()
        return Begun(copy)

    def close(self) -> None:
        """Let go of the memory; nothing is noted or looked up any more."""
        self._numbers.release()
        if not isinstance(self._memory, bytearray):
            self._memory.close()
