"""Write a capability once, as plain async code; use it blocking or awaited, here or elsewhere.

This module is a lazy door (PEP 562): a name is imported from the part that owns it when it is first asked for, so that
`from ambidex import Module` loads the manifest alone.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ambidex.bridge import get as get
    from ambidex.bridge import release as release
    from ambidex.bridge.overriding import async_method as async_method
    from ambidex.bridge.overriding import method as method
    from ambidex.deadlines import remaining_time as remaining_time
    from ambidex.errors import AddressInUse as AddressInUse
    from ambidex.errors import AmbidexError as AmbidexError
    from ambidex.errors import BlockingInAsyncWarning as BlockingInAsyncWarning
    from ambidex.errors import DeadlineExceeded as DeadlineExceeded
    from ambidex.errors import DeadlockError as DeadlockError
    from ambidex.errors import EventLogUnavailable as EventLogUnavailable
    from ambidex.errors import GenerationError as GenerationError
    from ambidex.errors import ImplementationUnavailable as ImplementationUnavailable
    from ambidex.errors import InternalError as InternalError
    from ambidex.errors import NoRunningLoop as NoRunningLoop
    from ambidex.errors import PeerRefused as PeerRefused
    from ambidex.errors import PoolFull as PoolFull
    from ambidex.errors import ProtocolError as ProtocolError
    from ambidex.errors import RemoteError as RemoteError
    from ambidex.errors import RuntimeClosed as RuntimeClosed
    from ambidex.errors import SecurityError as SecurityError
    from ambidex.errors import ServiceLost as ServiceLost
    from ambidex.errors import UsageError as UsageError
    from ambidex.errors import WorkerDied as WorkerDied
    from ambidex.errors import WorkerNotStarted as WorkerNotStarted
    from ambidex.module import ON_LOOP as ON_LOOP
    from ambidex.module import Module as Module
    from ambidex.options import idempotent as idempotent
    from ambidex.rpc.calling import MethodStatistics as MethodStatistics
    from ambidex.rpc.calling import Observer as Observer
    from ambidex.rpc.calling import Spans as Spans
    from ambidex.rpc.calling import Statistics as Statistics
    from ambidex.runtime import Future as Future
    from ambidex.runtime import Synchronizer as Synchronizer
    from ambidex.runtime import diagnose as diagnose
    from ambidex.runtime import get_synchronizer as get_synchronizer
    from ambidex.runtime import run_async_task as run_async_task
    from ambidex.service import AllowedKeys as AllowedKeys
    from ambidex.service import Cursor as Cursor
    from ambidex.service import Event as Event
    from ambidex.service import EventLog as EventLog
    from ambidex.service import Events as Events
    from ambidex.service import EventsLost as EventsLost
    from ambidex.service import Health as Health
    from ambidex.service import Identity as Identity
    from ambidex.service import MemoryLog as MemoryLog
    from ambidex.service import ProgramStatistics as ProgramStatistics
    from ambidex.service import Publisher as Publisher
    from ambidex.service import ReconnectPolicy as ReconnectPolicy
    from ambidex.service import Remote as Remote
    from ambidex.service import ServedStatistics as ServedStatistics
    from ambidex.service import Service as Service
    from ambidex.service import ServiceClient as ServiceClient
    from ambidex.service import ServiceLimits as ServiceLimits
    from ambidex.service import ServiceStatistics as ServiceStatistics
    from ambidex.service import SQLiteLog as SQLiteLog
    from ambidex.service import Subscriber as Subscriber
    from ambidex.service import connect as connect
    from ambidex.service import current_client as current_client
    from ambidex.service import inherited_sockets as inherited_sockets
    from ambidex.service import serve as serve
    from ambidex.service import serve_statistics as serve_statistics
    from ambidex.workers.child import ChildWorker as ChildWorker
    from ambidex.workers.parent import ParentWorker as ParentWorker
    from ambidex.workers.parent import RestartPolicy as RestartPolicy
    from ambidex.workers.parent import WorkerPool as WorkerPool

_OWNERS = {
    "AddressInUse": "errors",
    "AllowedKeys": "service",
    "AmbidexError": "errors",
    "BlockingInAsyncWarning": "errors",
    "ChildWorker": "workers.child",
    "Cursor": "service",
    "DeadlineExceeded": "errors",
    "DeadlockError": "errors",
    "Event": "service",
    "EventLog": "service",
    "EventLogUnavailable": "errors",
    "Events": "service",
    "EventsLost": "service",
    "Future": "runtime",
    "GenerationError": "errors",
    "Health": "service",
    "Identity": "service",
    "ImplementationUnavailable": "errors",
    "InternalError": "errors",
    "MemoryLog": "service",
    "MethodStatistics": "rpc.calling",
    "Module": "module",
    "NoRunningLoop": "errors",
    "ON_LOOP": "module",
    "Observer": "rpc.calling",
    "ParentWorker": "workers.parent",
    "PeerRefused": "errors",
    "PoolFull": "errors",
    "ProgramStatistics": "service",
    "ProtocolError": "errors",
    "Publisher": "service",
    "ReconnectPolicy": "service",
    "Remote": "service",
    "RemoteError": "errors",
    "RestartPolicy": "workers.parent",
    "RuntimeClosed": "errors",
    "SQLiteLog": "service",
    "SecurityError": "errors",
    "ServedStatistics": "service",
    "Service": "service",
    "ServiceClient": "service",
    "ServiceLimits": "service",
    "ServiceLost": "errors",
    "ServiceStatistics": "service",
    "Spans": "rpc.calling",
    "Statistics": "rpc.calling",
    "Subscriber": "service",
    "Synchronizer": "runtime",
    "UsageError": "errors",
    "WorkerDied": "errors",
    "WorkerNotStarted": "errors",
    "WorkerPool": "workers.parent",
    "async_method": "bridge.overriding",
    "connect": "service",
    "current_client": "service",
    "diagnose": "runtime",
    "get": "bridge",
    "get_synchronizer": "runtime",
    "idempotent": "options",
    "inherited_sockets": "service",
    "method": "bridge.overriding",
    "release": "bridge",
    "remaining_time": "deadlines",
    "run_async_task": "runtime",
    "serve": "service",
    "serve_statistics": "service",
}

__all__ = (
    "AddressInUse",
    "AllowedKeys",
    "AmbidexError",
    "BlockingInAsyncWarning",
    "ChildWorker",
    "Cursor",
    "DeadlineExceeded",
    "DeadlockError",
    "Event",
    "EventLog",
    "EventLogUnavailable",
    "Events",
    "EventsLost",
    "Future",
    "GenerationError",
    "Health",
    "Identity",
    "ImplementationUnavailable",
    "InternalError",
    "MemoryLog",
    "MethodStatistics",
    "Module",
    "NoRunningLoop",
    "ON_LOOP",
    "Observer",
    "ParentWorker",
    "PeerRefused",
    "PoolFull",
    "ProgramStatistics",
    "ProtocolError",
    "Publisher",
    "ReconnectPolicy",
    "Remote",
    "RemoteError",
    "RestartPolicy",
    "RuntimeClosed",
    "SQLiteLog",
    "SecurityError",
    "ServedStatistics",
    "Service",
    "ServiceClient",
    "ServiceLimits",
    "ServiceLost",
    "ServiceStatistics",
    "Spans",
    "Statistics",
    "Subscriber",
    "Synchronizer",
    "UsageError",
    "WorkerDied",
    "WorkerNotStarted",
    "WorkerPool",
    "async_method",
    "connect",
    "current_client",
    "diagnose",
    "get",
    "get_synchronizer",
    "idempotent",
    "inherited_sockets",
    "method",
    "release",
    "remaining_time",
    "run_async_task",
    "serve",
    "serve_statistics",
)
__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    owner = _OWNERS.get(name)
    if owner is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    module = importlib.import_module(f"{__name__}.{owner}")
    for other in [other for other in _OWNERS if _OWNERS[other] == owner]:
        globals()[other] = getattr(module, other)
    if owner == "runtime":  # its errors too: while the interpreter ends nothing can be imported any more
        __getattr__("RuntimeClosed")
    return globals()[name]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
