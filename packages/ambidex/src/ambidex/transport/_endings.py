"""Own telling what an error says of a connection.

A thread that waits in a system call may be interrupted there, and what the handler of the signal raises comes out of
that call: a `TimeoutError` of the program's own is none of the connection's.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from ..errors import ProtocolError

if TYPE_CHECKING:
    from typing_extensions import Literal

_Timeout = socket.timeout


class StreamCut(ConnectionResetError):
    """Report a stream that has ended in a layer where the other side has not announced its end: somebody has cut it."""


class BeyondLimit(ProtocolError):
    """Report that the other side goes beyond a limit that it is not told of, or does not keep; `limit` is its name."""

    def __init__(self, message: str, limit: str) -> None:
        super().__init__(f"{message} (the limit `{limit}`)")
        self.limit = limit


def ending_of(error: BaseException) -> Literal["lost", "late"] | None:
    """Tell what an error says of a connection: it is over, or what was waited for did not come in time.

    None where this folder has not raised it.
    """
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    if not isinstance(error, (EOFError, OSError)) or place is None:
        return None
    if place.tb_frame.f_globals.get("__package__") != __package__:
        return None
    return "late" if isinstance(error, (TimeoutError, _Timeout)) else "lost"
