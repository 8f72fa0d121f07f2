"""Own what goes along with one call: the callables that are handed over with it, and what it lends."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...runtime import Callback


class Carried:
    """Gather what is lent while a call is encoded, to be taken back where the call is not sent.

    `is_sent` is set right before it is: from then on the other side may have received it, and says when it lets it go.
    """

    __slots__ = ("_lent", "handed", "is_sent")

    def __init__(self) -> None:
        self.handed: list[Callback] = []
        self._lent: list[Callable[[], object]] = []
        self.is_sent = False

    def note(self, take_back: Callable[[], object]) -> None:
        """Note something that is lent, by what takes it back."""
        self._lent.append(take_back)

    def give_up(self) -> None:
        """Take back what was lent, unless the call was sent."""
        if not self.is_sent:
            while self._lent:
                self._lent.pop()()
