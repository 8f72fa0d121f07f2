"""Own a service: where it listens, who may come in, and how it ends."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import time
from typing import TYPE_CHECKING, Any, final

from ..bridge import REMOTE, receiver_of
from ..errors import UsageError
from ..rpc.calling import note_existing
from ..runtime import runtime_of
from ..transport.endpoints import Address, listen
from ._doors import Doors
from ._gate import gate_of
from ._guest import home_of
from ._limits import ServiceLimits
from ._publisher import Publisher
from ._reception import Reception
from ._remote import RUNTIME
from ._statistics import ServiceStatistics

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from types import TracebackType

    from typing_extensions import Self

    from ..rpc.calling import Observer
    from ..transport.endpoints import Listener
    from ._events import Cursor, EventLog
    from ._identity import Identity
    from ._statistics import ProgramStatistics, State

_log = logging.getLogger(__name__)
_HEARD_S = 1.0  # how long a client that does not listen keeps others from the next process: arbitrary
DRAIN_S = 30.0  # arbitrary: well below the 90 s after which systemd kills what it has asked to end
_DEFAULT = ServiceLimits()
NO_SOCKETS = (
    "a service manager has handed no sockets to this process: start it by a socket unit, or give an address to listen "
    "at, as in unix:///run/user/1000/weather.sock"
)


@final
class Program:
    """Stand for a program where it is served in the place of an object: it has statistics, and nothing to call.

    `told` returns them, given the service that is asked.
    """

    def __init__(self, told: Callable[[Service], ProgramStatistics]) -> None:
        self.told = told


class Service:
    """Serve an object at an address, from `start` on, or for the time of an `async with` block.

    `obj` is of a class that a manifest makes public, or a face of one in this process. All of it runs on the loop of
    its synchronizer, as calls in this process do. `address` is "unix:///run/user/1000/weather.sock", a path, for this
    user's processes; or "tcp+tls://0.0.0.0:7000", for clients who have one of the keys in `allow`: `identity` is then
    who this service is, and an `AllowedKeys` may change while it serves. Instead of an address it may be what
    `inherited_sockets()` gives: sockets that a service manager has opened, all on Unix addresses or all on TCP.
    `events` keeps what is published, for clients to follow; it is a log, or a `Publisher` of one, which the object that
    is served may have, too. `observer` hears of each call of a client, on that loop.

    Raises:
        UsageError: no manifest makes the object public, the address is none, no sockets were inherited, or keys are
            missing, or are none.
    """

    def __init__(
        self,
        obj: object,
        address: str | Sequence[Listener],
        *,
        identity: Identity | None = None,
        allow: Collection[str] = (),
        limits: ServiceLimits = _DEFAULT,
        events: EventLog | Publisher | None = None,
        observer: Observer | None = None,
    ) -> None:
        self._events = events if isinstance(events, Publisher) or events is None else Publisher(events)
        self._program = obj if isinstance(obj, Program) else None
        self._root = None if self._program else receiver_of(obj)
        kind: type[Any] = type(self._root)  # pyright: ignore[reportUnknownVariableType]  of any class
        if getattr(kind, REMOTE, False):
            raise UsageError(f"{obj!r} is in another process, and is served there: serve an object of this one")
        self._home = runtime_of(RUNTIME) if self._program else home_of(self._root)
        self._asked = Address.parse(address) if isinstance(address, str) else None
        self._inherited = () if isinstance(address, str) else tuple(address)
        if self._asked is None and not self._inherited:
            raise UsageError(NO_SOCKETS)
        asked = [self._asked] if self._asked else [each.address for each in self._inherited]
        gate = gate_of(asked, identity, allow)
        self._allowed = gate.allowed
        self._reception = Reception(self, self._root, gate, limits, self._events, observer)
        self._doors: Doors | None = None  # while it listens
        self._since = 0.0

    @property
    def address(self) -> str:
        """Where it listens, the first place of several."""
        return self.addresses[0]

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where it listens: more than one place where it has inherited several sockets."""
        if self._doors is not None:
            return self._doors.addresses
        return tuple(str(each.address) for each in self._inherited) or (str(self._asked or "inherited sockets"),)

    @property
    def clients(self) -> int:
        """How many clients it has."""
        return len(self._reception.guests)

    @property
    def tells_program(self) -> bool:
        """Whether it serves no object, and tells of the program."""
        return self._program is not None

    def statistics(self) -> ServiceStatistics:
        """Return what it has done since it was made, and does at this moment; on any thread."""
        state: State = "stopped"
        if self._is_serving:
            state = "leaving" if self._reception.is_leaving else "serving"
        return ServiceStatistics(
            state=state,
            addresses=self.addresses,
            pid=os.getpid(),
            since_s=0.0 if state == "stopped" else time.monotonic() - self._since,
            **self._reception.statistics()._asdict(),
            last_event=None if self._events is None else self._events.last,
            program=None if self._program is None else self._program.told(self),
        )

    @property
    def _is_serving(self) -> bool:
        return self._doors is not None or bool(self._reception.guests)

    async def start(self) -> None:
        """Listen from now on; nothing happens where it does.

        Raises:
            UsageError: the address is none that can be served, or the inherited sockets were closed.
            OSError: the system refuses it.
            EventLogUnavailable: the log of events cannot be opened.
        """
        await self._home.await_(self._start, (), {}, "Service.start")

    async def _start(self) -> None:
        if self._doors:
            return
        self._loop = asyncio.get_running_loop()
        if self._events is not None:
            await self._events.open_on(self._home)
        try:
            listeners = self._opened()
        except BaseException:  # any: it serves nothing, and it is passed on
            await self._shut()
            raise
        self._reception.is_leaving = False
        self._since = time.monotonic()
        note_existing("service", self)
        if self._allowed is not None:
            self._allowed.watch(self, self._expel)
        self._doors = Doors(listeners, self._loop, self._reception.let_in)

    def _opened(self) -> tuple[Listener, ...]:
        if self._asked is not None:
            return (listen(self._asked),)
        inherited, self._inherited = self._inherited, ()
        if not inherited:
            raise UsageError("the sockets that were inherited are closed: a service on them starts once")
        return inherited

    async def drain(self, timeout_s: float = DRAIN_S) -> None:
        """Let nobody in any more, let what is open end for up to `timeout_s` seconds, and `close`.

        Each client is told: its open calls and streams go on, its next ones go to whoever serves the address then.
        Inherited sockets stay open for the next process, where their manager has them, too: nobody is refused.
        """
        await self._home.await_(self._drain, (timeout_s,), {}, "Service.drain")

    async def _drain(self, timeout_s: float) -> None:
        if not self._doors:
            return
        reception = self._reception
        reception.leave()
        end = self._loop.time() + timeout_s
        # What a client has begun to open before it has heard of this is to be let in; another one is not waited for
        await reception.wait(lambda: reception.have_all_heard, min(timeout_s, _HEARD_S))
        self._stop(is_in_order=True)
        if not reception.is_empty:
            await reception.wait(lambda: reception.is_empty, end - self._loop.time())
            if not reception.is_empty:
                _log.warning("%s ends %d clients that have not left in %g s", self.address, self.clients, timeout_s)
        await self._close()

    async def close(self) -> None:
        """Let nobody in any more, and end each client: its calls are cancelled, and their clean-up is waited for."""
        await self._home.await_(self._close, (), {}, "Service.close")

    async def _close(self) -> None:
        self._stop(is_in_order=False)
        await self._reception.close()
        await self._shut()

    def _expel(self, key: str) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed, and nobody is there
            self._loop.call_soon_threadsafe(self._reception.expel, key)

    async def _shut(self) -> None:
        if self._allowed is not None:
            self._allowed.unwatch(self)
        if self._events is not None:
            await self._events.shut()

    # -- events

    def publish(self, topic: str, value: object) -> Cursor:
        """Publish plain data to a topic, from blocking code; return its cursor when the log has it.

        Raises:
            UsageError: the value cannot be sent, or the service does not run, or was made without `events`.
            ValueError: it cannot be the name of a topic, or the value is too long.
            RuntimeClosed: the service is closing; this was not published.
            EventLogUnavailable: the log could not take it; it was not published.
        """
        return self._published.publish(topic, value)

    async def apublish(self, topic: str, value: object) -> Cursor:
        """Do the same, awaited, on any loop."""
        return await self._published.apublish(topic, value)

    @property
    def _published(self) -> Publisher:
        if self._events is None:
            raise UsageError(f"{self!r} publishes no events: make it as Service(..., events=MemoryLog())")
        return self._events

    def _stop(self, *, is_in_order: bool) -> None:
        """Listen no more; in order, who has connected is let in before."""
        doors, self._doors = self._doors, None
        self._reception.is_leaving = True
        if doors is not None:
            doors.close(is_in_order=is_in_order)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        state = "not serving"
        if self._is_serving:
            state = f"{self.clients} clients" + (", leaving" if self._reception.is_leaving else "")
        return f"<Service at {self.address}: {state}>"


async def serve(
    obj: object,
    address: str | Sequence[Listener],
    *,
    identity: Identity | None = None,
    allow: Collection[str] = (),
    limits: ServiceLimits = _DEFAULT,
    events: EventLog | Publisher | None = None,
    observer: Observer | None = None,
) -> None:
    """Serve an object at an address until this is cancelled. Arguments as for `Service`.

    Raises:
        UsageError: no manifest makes the object public, or the address is none that can be served, or wants keys.
        OSError: the system refuses the address.
        EventLogUnavailable: the log of events cannot be opened.
    """
    async with Service(obj, address, identity=identity, allow=allow, limits=limits, events=events, observer=observer):
        await asyncio.get_running_loop().create_future()
