"""Own what a program tells of itself to who may look: its synchronizers, what it calls elsewhere, and its services.

It is told by a service without an object, so the same sockets, keys and limits hold.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, final, overload

from ..rpc.calling import existing
from ..runtime import all_runtimes, runtime_of, statistics_of
from ._remote import RUNTIME
from ._server import Program, Service
from ._statistics import CallerStatistics, LoopStatistics, ProgramStatistics

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from types import TracebackType

    from typing_extensions import Self

    from ._identity import Identity
    from ._statistics import ServiceStatistics

VARIABLE = "AMBIDEX_STATS"


@final
class ServedStatistics:
    """Be the place where a program lets others look at it: from `serve_statistics` on, until `close`."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._process = os.getpid()

    @property
    def address(self) -> str:
        """Where it is."""
        return self._service.address

    def close(self) -> None:
        """Let nobody look any more. In a process that was forked from that of the program, nothing happens."""
        if os.getpid() == self._process:
            runtime_of(RUNTIME).run(self._service.close, (), {}, "close", "await served.aclose()")

    async def aclose(self) -> None:
        """Do the same, awaited."""
        if os.getpid() == self._process:
            await self._service.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return f"<ServedStatistics at {self.address}>"


@overload
def serve_statistics(
    address: str, *, identity: Identity | None = None, allow: Collection[str] = ()
) -> ServedStatistics: ...


@overload
def serve_statistics(
    address: None = None, *, identity: Identity | None = None, allow: Collection[str] = ()
) -> ServedStatistics | None: ...


def serve_statistics(
    address: str | None = None,
    *,
    identity: Identity | None = None,
    allow: Collection[str] = (),
    environment: Mapping[str, str] = os.environ,
) -> ServedStatistics | None:
    """Let `ambidex top` look at this program, at an address as that of a `Service`, until the process ends, or `close`.

    Without an address it is that of the environment variable AMBIDEX_STATS, and where that is not set nothing happens
    and None is returned. Blocks as long as it takes to listen there. It may be called on any thread, also on one that
    runs a loop.

    Raises:
        UsageError: the address is none that can be served, or keys are missing, or are none.
        OSError: the system refuses it.
    """
    place = address or environment.get(VARIABLE)
    if not place:
        return None
    service = Service(Program(_told), place, identity=identity, allow=allow)
    runtime_of(RUNTIME).run(service.start, (), {}, "serve_statistics", "")
    return ServedStatistics(service)


def _told(asked: Service) -> ProgramStatistics:
    """Return what there is, without the service that is asked."""
    loops = tuple(
        LoopStatistics(runtime.name, found.tasks, found.in_flight, found.started)
        for runtime in all_runtimes()
        for found in (statistics_of(runtime),)
    )
    callers = (_of_caller(kind, thing) for kind, thing in existing("worker", "pool", "client"))
    services: list[ServiceStatistics] = [
        each.statistics() for _, each in existing("service") if each is not asked and not each.tells_program
    ]
    running = (each for each in services if each.state != "stopped")
    return ProgramStatistics(_name(), loops, tuple(callers), tuple(running))


def _of_caller(kind: Any, thing: Any) -> CallerStatistics:
    counted = thing.statistics()
    if kind != "client":
        return CallerStatistics(kind, str(thing), thing.state(), counted.restarts, counted.methods)
    health = thing.health()
    state = health.state if health.last_error is None else f"{health.state}; last: {health.last_error}"
    return CallerStatistics(kind, thing.address, state, health.connections, counted.methods)


def _name() -> str:
    return os.path.basename(sys.argv[0]) if sys.argv and sys.argv[0] else "python"  # noqa: PTH119  of a word, not a path
