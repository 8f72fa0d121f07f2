"""Own what goes along with one message: the callables that are handed over with it, and what it lends.

A call is open for as long as its caller waits for it, or reads its stream. What the other side raises of what was lent
with it is kept for as long: see `_kept`.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..runtime import Callback
    from ._exported import Lent


class Carried:
    """Gather what is lent while a message is encoded, to be taken back where that is not sent.

    `is_sent` is set right before it is: from then on the other side may have received it, and says when it lets it go.
    """

    __slots__ = ("_entries", "_lent", "handed", "is_open", "is_sent")

    def __init__(self) -> None:
        self.handed: list[Callback] = []
        self._lent: list[Callable[[], object]] = []
        self._entries: list[Lent] = []
        self.is_open = False
        self.is_sent = False

    def note(self, take_back: Callable[[], object]) -> None:
        """Note something that is lent, by what takes it back."""
        self._lent.append(take_back)

    def lends(self, entry: Lent) -> None:
        """Note what is known of something that is lent, while the call is open or before."""
        self._entries.append(entry)
        if self.is_open:
            entry.calls.add(self)
            if not self.is_open:  # it has ended meanwhile, on its own thread
                entry.calls.discard(self)

    def begin(self) -> None:
        """Note that the call is open from now on."""
        self.is_open = True
        for entry in self._entries:
            entry.calls.add(self)

    def end(self) -> None:
        """Note that the call has ended; another thread may note meanwhile what it lends."""
        self.is_open = False
        while self._entries:
            self._entries.pop().calls.discard(self)

    def give_up(self) -> None:
        """Take back what was lent, unless the message was sent."""
        if not self.is_sent:
            while self._lent:
                self._lent.pop()()


_carried: ContextVar[Carried | None] = ContextVar("ambidex_carried", default=None)  # by what is encoded at this moment


def carried_here() -> Carried:
    """Return what goes along with what is encoded at this moment."""
    carried = _carried.get()
    if carried is None:
        carried = Carried()
        _carried.set(carried)
    return carried


def take_carried() -> Carried | None:
    """Return what goes along with what was encoded, None for nothing; what is encoded next begins anew."""
    carried = _carried.get()
    if carried is not None:
        _carried.set(None)
    return carried


def give_up_carried() -> None:
    """Take back what was lent with what was encoded, and is not sent."""
    carried = take_carried()
    if carried is not None:
        carried.give_up()
