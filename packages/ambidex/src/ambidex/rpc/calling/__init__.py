"""Own the calling side of a session: blocking and awaited calls, and the faces of objects that are elsewhere."""

from __future__ import annotations

from ._channel import RemoteChannel
from ._handles import CallingHandles
from ._session import Session, check_may_block, remaining_of

__all__ = (
    "CallingHandles",
    "RemoteChannel",
    "Session",
    "check_may_block",
    "remaining_of",
)
