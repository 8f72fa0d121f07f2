"""The sections of many operations: items of a stream, and calls from eight threads at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import _measured
import measured
from candidates import FACE, FLOOR, absent_rows, consume, rate_rows
from measure import compare
from report import Section
from targets import STREAM, THREADS, target_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from candidates import World
    from measure import Operation, Settings

_THREADS = 8
_READ_AHEAD = 64


def measure_streamed(world: World, settings: Settings) -> Section:
    """Measure the items of an async generator that blocking code iterates."""
    ahead = f"ambidex, read_ahead={_READ_AHEAD}"
    operations = {FLOOR: world.ping_pong, FACE: consume(measured.count)}
    for bridge in (world.first_step, world.first_step_sockets, world.uvloop):
        if bridge.streamed is not None:
            operations[bridge.name] = consume(bridge.streamed(_measured.count))
    operations[ahead] = consume(measured.count.with_options(read_ahead=_READ_AHEAD))
    for bridge in world.others:
        if bridge.streamed is not None:
            operations[bridge.name] = consume(bridge.streamed(_measured.count))
    rounds = compare(operations, settings)
    answers = {
        FACE: (target_of(STREAM, "plain"),),
        world.first_step.name: (target_of(STREAM, "first_step='caller'"),),
        ahead: (target_of(STREAM, "read_ahead=64"),),
    }
    rows = rate_rows(rounds, FLOOR, settings, "items", answers)
    rows += absent_rows((world.uvloop, *(peer for peer in world.peers if peer.streamed is not None or peer.absent)))
    title = "items of an async generator, iterated by blocking code; the floor's are round trips"
    return Section("streamed", title, FLOOR, rows)


def measure_threads(world: World, settings: Settings) -> Section:
    """Measure calls from eight threads at once, of a function that never suspends."""
    with ThreadPoolExecutor(_THREADS) as pool:
        assert world.stdlib.blocking is not None
        operations = {
            world.stdlib.name: _shared(pool, world.stdlib.blocking(_measured.echo)),
            FACE: _shared(pool, measured.echo),
        }
        for bridge in (world.first_step, world.uvloop, *world.peers):
            if bridge.blocking is not None:
                operations[bridge.name] = _shared(pool, bridge.blocking(_measured.echo))
        rounds = compare(operations, settings)
    answers = {
        FACE: (target_of(THREADS, "plain"),),
        world.first_step.name: (target_of(THREADS, "first_step='caller', never suspends"),),
    }
    rows = rate_rows(rounds, world.stdlib.name, settings, "calls", answers)
    rows += absent_rows((world.uvloop, *world.peers))
    return Section("threads", "8 threads calling `async def echo(x): return x`", world.stdlib.name, rows)


def measure_threads_suspending(world: World, settings: Settings) -> Section:
    """Measure calls from eight threads at once, of a function that suspends once."""
    with ThreadPoolExecutor(_THREADS) as pool:
        operations = {FACE: _shared(pool, measured.echo_later)}
        for bridge in (world.first_step, world.uvloop, *world.others):
            if bridge.blocking is not None:
                operations[bridge.name] = _shared(pool, bridge.blocking(_measured.echo_later))
        rounds = compare(operations, settings)
    answers = {world.first_step.name: (target_of(THREADS, "first_step='caller', suspends, against plain"),)}
    rows = rate_rows(rounds, FACE, settings, "calls", answers)
    rows += absent_rows((world.uvloop, *world.peers))
    return Section("threads-suspending", "8 threads calling a function that suspends once", FACE, rows)


def _shared(pool: ThreadPoolExecutor, function: Callable[[int], object]) -> Operation:
    """Return the operation that spreads its calls over the threads of `pool`."""

    def share(calls: int) -> None:
        for _ in range(calls):
            function(1)

    def run(n: int) -> None:
        whole, rest = divmod(n, _THREADS)
        for _ in pool.map(share, [whole + 1] * rest + [whole] * (_THREADS - rest)):
            pass

    return run
