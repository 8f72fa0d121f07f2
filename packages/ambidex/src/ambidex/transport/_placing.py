"""Own what one connection has of its session's shared memory: pieces that are copied, and views that stay there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..protocol import Flags, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..protocol import Message, Slot
    from ._sharing import Sharing

    Slots = tuple[tuple[int, Slot], ...]

LEAST = 256 * 1024  # bytes: what is shorter is as fast through the socket
_MOST_PIECES = 6  # that are under way: the other side copies all of them before it looks at a cancel
_ANSWERS = frozenset((int(Kind.RESULT), int(Kind.ERROR), int(Kind.END)))  # the last message for a call is one of these
_FREED, _CALL, _VIEWS = int(Kind.FREED), int(Kind.CALL), int(Flags.VIEWS)
NOTHING = memoryview(b"")


class Placing:
    """Share memory over the connection that both sides know by `number`; for whoever uses that."""

    def __init__(self, sharing: Sharing, number: int) -> None:
        self.sharing = sharing
        self.number = number
        self._pieces: set[int] = set()  # that the other side has not copied as yet
        self._viewed: set[int] = set()  # calls whose long buffers stay in shared memory

    # -- what goes out

    @property
    def is_full(self) -> bool:
        """Tell whether the other side has to copy something before more is put."""
        return len(self._pieces) >= _MOST_PIECES

    def place(self, piece: memoryview) -> Slot | None:
        """Put a piece of long data into a slot that is copied at once; None for one that goes in frames."""
        if len(piece) < LEAST or not self.sharing.may_put:
            return None
        slot = self.sharing.put(piece, self.number)
        if slot is not None:
            self._pieces.add(slot.id)
        return slot

    def stays(self, kind: int, id_: int, buffers: Sequence[memoryview], flags: int) -> bool:
        """Tell whether buffers of a message that is sent now are to stay in shared memory."""
        if flags & _VIEWS:
            self._viewed.add(id_)
        if id_ not in self._viewed:
            return False
        if kind in _ANSWERS:
            self._viewed.discard(id_)
        return self.sharing.may_put and any(len(each) >= LEAST for each in buffers)

    # -- what comes in

    def received(self, message: Message) -> Message | None:
        """Return a message with views of what of it is in shared memory, or take one that is about memory alone.

        Raises:
            ProtocolError: it frees what is not in use, or as `Sharing.view` does.
        """
        kind, id_, _, _, flags, slots = message
        if kind == _FREED:
            self._pieces.discard(id_)
            self.sharing.freed(id_)
            return None
        if kind == _CALL and flags & _VIEWS:
            self._viewed.add(id_)
        elif self._viewed and kind in _ANSWERS:
            self._viewed.discard(id_)
        return self._with_views(message) if slots else message

    def _with_views(self, message: Message) -> Message:
        buffers = list(message.buffers)
        for place, slot in message.slots:
            buffers[place] = self.sharing.view(slot, self.number)
        return message._replace(buffers=tuple(buffers), slots=())
