"""Own sockets: ordered byte streams that carry messages, awaited on a loop or waited for by the calling thread."""

from __future__ import annotations

from ._backlog import Backlog, Share
from ._blocking import BlockingConnection
from ._connection import Connection
from ._endings import BeyondLimit, StreamCut, ending_of
from ._meter import Meter
from ._page import new_page, take_page
from ._pairs import Control, Socket, has_arrived, new_pair, receive_connection, socket_of
from ._pins import is_own_memory
from ._placing import LEAST
from ._sharing import ARENA_BYTES, Sharing, new_arenas, sharing_of
from ._stream import Stream

__all__ = (
    "ARENA_BYTES",
    "Backlog",
    "BeyondLimit",
    "BlockingConnection",
    "Connection",
    "Control",
    "LEAST",
    "Meter",
    "Share",
    "Sharing",
    "Socket",
    "Stream",
    "StreamCut",
    "ending_of",
    "has_arrived",
    "is_own_memory",
    "new_arenas",
    "new_page",
    "new_pair",
    "receive_connection",
    "sharing_of",
    "socket_of",
    "take_page",
)
