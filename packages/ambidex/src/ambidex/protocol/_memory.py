"""Own what writing asks of memory that is shared with the other side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ._frames import Slot


class Memory(Protocol):
    """Put pieces of long data into memory that is shared with the other side."""

    @property
    def is_full(self) -> bool:
        """Tell whether the other side has to copy something before more is put."""
        ...

    def place(self, piece: memoryview) -> Slot | None:
        """Return the slot in which a piece stands; None for one that is to go in frames."""
        ...
