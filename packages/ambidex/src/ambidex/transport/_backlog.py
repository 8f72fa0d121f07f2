"""Own the count of what connections keep of messages that are under way, each of them and all together.

That is what has come and is not whole, or waits to be taken by whom it is for, and what is to be sent and waits for the
socket. A message that is sent as it comes is never counted, so most cost nothing here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from ..errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Callable


@final
class Backlog:
    """Count the bytes that connections of one loop keep; `passed` is called where they are more than `most`.

    It ends connections until they are not: at once, also the one whose bytes these are.
    """

    __slots__ = ("_passed", "most", "size")

    def __init__(self, most: int, passed: Callable[[], None]) -> None:
        self.most = most
        self.size = 0
        self._passed = passed

    def add(self, size: int) -> None:
        """Count so many bytes more, or fewer where that is negative."""
        self.size += size
        if size > 0 and self.size > self.most:
            self._passed()


@final
class Share:
    """Count what one connection has of a backlog, until it is over."""

    __slots__ = ("_backlog", "_is_over", "_unread", "_unsent", "size")

    def __init__(self, backlog: Backlog) -> None:
        self._backlog = backlog
        self._is_over = False
        self.size = 0
        self._unread = 0
        self._unsent = 0

    def keep(self, size: int) -> None:
        """Count bytes that have come, or will, before there is room for them; negative ones where they are taken.

        Raises:
            ProtocolError: the connection was ended for that, or is over.
        """
        self._count(size)
        if self._is_over and size > 0:
            raise ProtocolError("the connection is over")

    def note_unread(self, size: int) -> None:
        """Note how many bytes have come of a frame that is not whole."""
        if size != self._unread:
            change, self._unread = size - self._unread, size
            self._count(change)

    def note_unsent(self, size: int) -> None:
        """Note how many bytes wait for the socket."""
        change, self._unsent = size - self._unsent, size
        self._count(change)

    def note_sent(self, size: int) -> None:
        """Note that the socket has taken some of them."""
        self.note_unsent(max(0, self._unsent - size))

    def note_more_unsent(self, size: int) -> None:
        """Note that so many more wait."""
        self._unsent += size
        self._count(size)

    def end(self) -> None:
        """Count nothing any more: the connection is over, and keeps nothing."""
        if not self._is_over:
            self._is_over = True
            self._backlog.add(-self.size)
            self.size = 0

    def _count(self, size: int) -> None:
        if not self._is_over:
            self.size += size
            self._backlog.add(size)
