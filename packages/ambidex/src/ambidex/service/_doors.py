"""Own where a service listens: its sockets, and that who connects to them is let in, some at a time."""

from __future__ import annotations

import errno
import logging
from typing import TYPE_CHECKING, final

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from ..transport import Socket
    from ..transport.endpoints import Listener

_log = logging.getLogger(__name__)
_BACKLOG_S = 0.1  # how long nobody is let in when this process has no more descriptors
_NO_MORE = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
_MOST_AT_ONCE = 64  # clients that are let in by one pass of the loop: arbitrary


@final
class Doors:
    """Give each connection to `let_in`, on the loop that runs, until `close`; `addresses` are where it listens."""

    def __init__(
        self, listeners: tuple[Listener, ...], loop: asyncio.AbstractEventLoop, let_in: Callable[[Socket], None]
    ) -> None:
        self.addresses = tuple(str(each.address) for each in listeners)
        self._listeners = listeners
        self._loop = loop
        self._let_in = let_in
        self._listen()

    def close(self, *, is_in_order: bool) -> None:
        """Listen no more; in order, who has connected is let in before."""
        listeners, self._listeners = self._listeners, ()
        for listener in listeners:
            for sock in listener.sockets:
                self._loop.remove_reader(sock.fileno())
                while is_in_order and self._accept(sock):
                    pass
            listener.close()

    def _listen(self) -> None:
        for listener in self._listeners:
            for sock in listener.sockets:
                self._loop.add_reader(sock.fileno(), self._accept, sock)

    def _accept(self, listening: Socket) -> bool:
        """Let in who has connected, some at a time; tell whether there may be more."""
        for _ in range(_MOST_AT_ONCE):
            try:
                sock, _ = listening.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return False
            except OSError as error:
                if error.errno not in _NO_MORE:
                    raise
                self._pause(error)
                return False
            self._let_in(sock)
        return True

    def _pause(self, error: OSError) -> None:
        """Let nobody in for a moment: the system has no descriptor for one more, and others give theirs back."""
        _log.warning("%s lets nobody in for %g s: %s", self.addresses[0], _BACKLOG_S, error)
        for listener in self._listeners:
            for sock in listener.sockets:
                self._loop.remove_reader(sock.fileno())
        self._loop.call_later(_BACKLOG_S, self._listen)
