"""Own memory that the two sides of a conversation share, as a transport has it: pieces, and how they are copied out."""

from __future__ import annotations

from ambidex.errors import ProtocolError
from ambidex.protocol import Slot

SIZE = 1 << 16  # bytes: more than the pieces of one conversation take
_MOST_PIECES = 3  # that are under way
_LEAST = 40  # bytes of a piece that is placed
_PATTERN = bytes(index * 7 % 251 for index in range(SIZE))


class Memory:
    """Hold one side's memory; what is read from it is the same for whoever reads, and whenever."""

    def __init__(self) -> None:
        self.data = bytearray(_PATTERN)
        self.copied = 0  # pieces
        self.under_way: list[Slot] = []
        self._given = 0
        self._end = 0

    @property
    def is_full(self) -> bool:
        """Tell whether a piece has to be copied before more are placed."""
        return len(self.under_way) >= _MOST_PIECES

    def place(self, piece: memoryview) -> Slot | None:
        """Place what is long, as long as there is room."""
        if len(piece) < _LEAST or self._end + len(piece) > SIZE:
            return None
        self._given += 1
        slot = Slot(self._given, self._end, len(piece))
        self.data[slot.offset : slot.offset + slot.length] = piece
        self._end += slot.length
        self.under_way.append(slot)
        return slot

    def copy_out(self, slot: Slot, room: memoryview) -> None:
        """Copy a piece to where it stays, as a reader asks for it."""
        if slot.offset + slot.length > SIZE:
            raise ProtocolError("there is no such range of shared memory")
        room[:] = self.data[slot.offset : slot.offset + slot.length]
        self.copied += 1
