"""What the sections measure with: this library in its kinds, its peers, and the floor that none of them can pass.

The floor of a blocking call is two threads that hand a lock back and forth: the least that changing threads costs. The
floor of an awaited call is the plain await, without any change of threads.
"""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
import threading
from _thread import allocate_lock
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import _measured
import measured_first_step
import measured_first_step_sockets
import measured_sockets
import measured_uvloop
from peers import (
    Bridge,
    asgiref_bridge,
    face_bridge,
    is_installed,
    portal_bridge,
    stdlib_bridge,
    synchronicity_bridge,
    synchronizer_bridge,
)
from report import Row

from ambidex import Synchronizer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator, Iterable, Mapping, Sequence

    from measure import Operation, Rounds, Settings
    from targets import Target

FLOOR = "two threads and a lock"
FACE = "ambidex"  # a generated face, as all that says nothing else
SOCKETS = 4  # arbitrary: how many connections "sockets open" means


@dataclass(frozen=True)
class World:
    """Every candidate's threads and loops, running; `port` is the echo server's."""

    ping_pong: Operation
    loop: asyncio.AbstractEventLoop  # of the standard library's candidate
    caller_loop: asyncio.AbstractEventLoop  # what the awaited candidates are called from
    port: int
    direct: Bridge
    sockets: Bridge
    first_step: Bridge
    first_step_sockets: Bridge
    uvloop: Bridge
    stdlib: Bridge
    peers: Sequence[Bridge]

    @property
    def others(self) -> tuple[Bridge, ...]:
        """Return every bridge that is not ours."""
        return (self.stdlib, *self.peers)

    def await_each(self, function: Callable[[int], Awaitable[object]]) -> Operation:
        """Return the operation that awaits `function` again and again on the caller's loop."""

        async def run(n: int) -> None:
            for _ in range(n):
                await function(1)

        return lambda n: self.caller_loop.run_until_complete(run(n))


def each(function: Callable[[int], object]) -> Operation:
    """Return the operation that calls `function` again and again."""

    def run(n: int) -> None:
        for _ in range(n):
            function(1)

    return run


def consume(stream: Callable[[int], Iterable[object]]) -> Operation:
    """Return the operation that iterates what `stream` yields."""

    def run(n: int) -> None:
        for _ in stream(n):
            pass

    return run


def absent_rows(bridges: Iterable[Bridge]) -> list[Row]:
    """Return a row for each bridge that cannot be measured here."""
    return [Row(bridge.name, note=bridge.absent) for bridge in bridges if bridge.absent]


def cost_rows(
    rounds: Rounds, reference: str, settings: Settings, answers: Mapping[str, tuple[Target, ...]]
) -> list[Row]:
    """Return a row for each candidate: its median cost, and its ratio to the reference's."""
    return [
        Row(name, rounds.microseconds(name), settings.unit, rounds.ratio(name, reference), answers.get(name, ()))
        for name in rounds.costs
    ]


def rate_rows(
    rounds: Rounds, reference: str, settings: Settings, what: str, answers: Mapping[str, tuple[Target, ...]]
) -> list[Row]:
    """Return a row for each candidate: its rate, and its share of the reference's."""
    unit = f"{what}/{settings.second}"
    return [
        Row(name, 1e6 / rounds.microseconds(name), unit, rounds.ratio(reference, name), answers.get(name, ()))
        for name in rounds.costs
    ]


@contextlib.contextmanager
def open_world() -> Generator[World]:
    """Start every candidate's threads and loops, and end them afterwards; the library's own end with `close_all`."""
    with contextlib.ExitStack() as stack:
        port = stack.enter_context(_echo_server())
        for name in ("bench-sockets", "bench-step-sockets"):  # of those manifests
            stack.enter_context(open_connections(Synchronizer(name), port))
        loop = stack.enter_context(_loop_in_thread())
        yield World(
            ping_pong=stack.enter_context(_ping_pong()),
            loop=loop,
            caller_loop=stack.enter_context(contextlib.closing(asyncio.new_event_loop())),
            port=port,
            direct=synchronizer_bridge("ambidex, Synchronizer", Synchronizer("bench-direct")),
            sockets=face_bridge("ambidex, sockets open", measured_sockets),
            first_step=face_bridge("ambidex, first_step='caller'", measured_first_step),
            first_step_sockets=face_bridge("ambidex, first_step='caller', sockets open", measured_first_step_sockets),
            uvloop=_uvloop_bridge(),
            stdlib=stdlib_bridge(loop),
            peers=(synchronicity_bridge(), portal_bridge(stack), asgiref_bridge()),
        )


def _uvloop_bridge() -> Bridge:
    name = "ambidex, loop='uvloop'"
    if not is_installed("uvloop"):
        return Bridge(name, absent="uvloop is not installed")
    return face_bridge(name, measured_uvloop)


@contextlib.contextmanager
def open_connections(synchronizer: Synchronizer, port: int) -> Generator[None]:
    """Let the synchronizer's loop watch a few connections meanwhile."""
    connections = [_measured.Connection(port) for _ in range(SOCKETS)]
    for connection in connections:
        synchronizer.run(connection.open)
    yield
    for connection in connections:
        synchronizer.run(connection.close)


@contextlib.contextmanager
def _echo_server() -> Generator[int]:
    command = [sys.executable, str(Path(__file__).with_name("echo_server.py"))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield int(server.stdout.readline())
        server.communicate()  # the end of its standard input ends it


@contextlib.contextmanager
def _loop_in_thread() -> Generator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield loop
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@contextlib.contextmanager
def _ping_pong() -> Generator[Operation]:
    there, back = allocate_lock(), allocate_lock()
    there.acquire()
    back.acquire()
    is_over = False

    def answer() -> None:
        while True:
            there.acquire()
            if is_over:
                return
            back.release()

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()

    def run(n: int) -> None:
        for _ in range(n):
            there.release()
            back.acquire()

    yield run
    is_over = True
    there.release()
    thread.join()
