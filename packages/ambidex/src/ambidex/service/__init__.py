"""Serve an object to other processes: a daemon behind a socket, and its clients."""

from __future__ import annotations

from ..transport.endpoints import Listener
from ..transport.endpoints import inherited as inherited_sockets
from ._allowed_keys import AllowedKeys
from ._callers import ServiceClient, current_client
from ._events import Cursor, Event, EventLog, EventsLost, Kept, Page
from ._following import Events
from ._health import Health
from ._identity import Identity
from ._limits import ServiceLimits
from ._memory_log import MemoryLog
from ._program import ServedStatistics, serve_statistics
from ._publisher import Publisher
from ._reconnecting import ReconnectPolicy
from ._remote import Remote, connect
from ._server import NO_SOCKETS, Service, serve
from ._sqlite_log import SQLiteLog
from ._statistics import CallerStatistics, LoopStatistics, ProgramStatistics, ServiceStatistics
from ._subscriber import Subscriber

__all__ = (
    "AllowedKeys",
    "CallerStatistics",
    "Cursor",
    "Event",
    "EventLog",
    "Events",
    "EventsLost",
    "Health",
    "Identity",
    "Kept",
    "Listener",
    "LoopStatistics",
    "MemoryLog",
    "NO_SOCKETS",
    "Page",
    "ProgramStatistics",
    "Publisher",
    "ReconnectPolicy",
    "Remote",
    "SQLiteLog",
    "ServedStatistics",
    "Service",
    "ServiceClient",
    "ServiceLimits",
    "ServiceStatistics",
    "Subscriber",
    "connect",
    "current_client",
    "inherited_sockets",
    "serve",
    "serve_statistics",
)
