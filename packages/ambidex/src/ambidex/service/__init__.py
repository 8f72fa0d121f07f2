"""Serve an object to other processes: a daemon behind a socket, and its clients."""

from __future__ import annotations

from ._events import Cursor, Event, EventLog, EventsLost, Kept, Page
from ._following import Events
from ._health import Health
from ._memory_log import MemoryLog
from ._publisher import Publisher
from ._reconnecting import ReconnectPolicy
from ._remote import Remote, connect
from ._server import Service, ServiceLimits, serve
from ._sqlite_log import SQLiteLog
from ._subscriber import Subscriber

__all__ = (
    "Cursor",
    "Event",
    "EventLog",
    "Events",
    "EventsLost",
    "Health",
    "Kept",
    "MemoryLog",
    "Page",
    "Publisher",
    "ReconnectPolicy",
    "Remote",
    "SQLiteLog",
    "Service",
    "ServiceLimits",
    "Subscriber",
    "connect",
    "serve",
)
