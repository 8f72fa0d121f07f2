"""Own the calling side of a session: blocking and awaited calls, and the faces of objects that are elsewhere."""

from __future__ import annotations

from ._channel import RemoteChannel
from ._handles import CallingHandles, holding
from ._session import END_KNOWN_S, Session, check_may_block

__all__ = (
    "CallingHandles",
    "END_KNOWN_S",
    "RemoteChannel",
    "Session",
    "check_may_block",
    "holding",
)
