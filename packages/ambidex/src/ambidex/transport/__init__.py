"""Own sockets: ordered byte streams that carry messages, awaited on a loop or waited for by the calling thread."""

from __future__ import annotations

from ._blocking import BlockingConnection
from ._connection import Connection
from ._endings import ending_of
from ._page import new_page, take_page
from ._pairs import Control, Socket, new_pair, receive_connection, socket_of

__all__ = (
    "BlockingConnection",
    "Connection",
    "Control",
    "Socket",
    "ending_of",
    "new_page",
    "new_pair",
    "receive_connection",
    "socket_of",
    "take_page",
)
