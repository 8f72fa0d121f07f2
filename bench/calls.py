"""The sections of single calls: blocking, suspending, over a socket, and awaited from another loop."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import TYPE_CHECKING

import _measured
import measured
import measured_for_callers
from candidates import FACE, FLOOR, absent_rows, cost_rows, each
from measure import compare
from report import Row, Section
from targets import AWAITED, CALL, ECHO, FIRST_STEP, SUSPENDING, UVLOOP, WORST, target_of

from ambidex import Synchronizer

if TYPE_CHECKING:
    from candidates import World
    from measure import Operation, Rounds, Settings

_PLAIN_AWAIT = "plain await, no thread"
_CALLER = "ambidex, aio='caller'"
_ALONE = "asyncio alone, no other thread"
_DATA = b"x" * 64


def measure_blocking(world: World, settings: Settings) -> Section:
    """Measure a blocking call that never suspends."""
    ours = (world.direct, world.sockets, world.uvloop, world.first_step, world.first_step_sockets)
    operations = {FLOOR: world.ping_pong, FACE: each(measured.echo)}
    for bridge in (*ours, *world.others):
        if bridge.blocking is not None:
            operations[bridge.name] = each(bridge.blocking(_measured.echo))
    rounds = compare(operations, settings)
    answers = {
        FACE: (target_of(CALL, "idle"),),
        world.sockets.name: (target_of(CALL, "sockets open"),),
        world.uvloop.name: (target_of(UVLOOP, "idle"),),
        world.first_step.name: (target_of(FIRST_STEP, "idle"),),
    }
    rows = cost_rows(rounds, FLOOR, settings, answers)
    if world.uvloop.absent:
        rows.append(Row(world.uvloop.name, answers=answers[world.uvloop.name], note=world.uvloop.absent))
    rows += absent_rows(world.peers)
    plain = (FACE, world.direct.name, world.sockets.name)
    lent = (world.first_step.name, world.first_step_sockets.name)
    rows += [
        _worst(rounds, plain, settings, "blocking call"),
        _worst(rounds, lent, settings, "blocking call with first_step='caller'"),
    ]
    return Section("blocking", "a blocking call of `async def echo(x): return x`, from a worker thread", FLOOR, rows)


def _worst(rounds: Rounds, names: tuple[str, ...], settings: Settings, case: str) -> Row:
    name = max(names, key=lambda each_: rounds.ratio(each_, FLOOR))
    return Row(
        f"worst case: {case}",
        rounds.microseconds(name),
        settings.unit,
        rounds.ratio(name, FLOOR),
        (target_of(WORST, case),),
        f"it is: {name}",
        is_derived=True,
    )


def measure_suspending(world: World, settings: Settings) -> Section:
    """Measure a blocking call that suspends once."""
    operations = {FLOOR: world.ping_pong, FACE: each(measured.echo_later)}
    for bridge in (world.uvloop, world.first_step, *world.others):
        if bridge.blocking is not None:
            operations[bridge.name] = each(bridge.blocking(_measured.echo_later))
    rounds = compare(operations, settings)
    rows = cost_rows(rounds, FLOOR, settings, {FACE: (target_of(SUSPENDING, "idle"),)})
    rows += absent_rows((world.uvloop, *world.peers))
    return Section("suspending", "a blocking call that suspends once, in `asyncio.sleep(0)`", FLOOR, rows)


def measure_echo(world: World, settings: Settings) -> Section:
    """Measure a TCP round trip of 64 bytes to a server in another process."""
    reference = "blocking socket"
    with contextlib.ExitStack() as stack:
        raw = stack.enter_context(socket.create_connection(("127.0.0.1", world.port)))
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        face = measured.Connection(world.port)
        face.open()
        stack.callback(face.close)
        standard = _measured.Connection(world.port)

        def on_loop(value: int) -> bytes:
            return asyncio.run_coroutine_threadsafe(standard.exchange(_DATA), world.loop).result()

        asyncio.run_coroutine_threadsafe(standard.open(), world.loop).result()
        stack.callback(lambda: asyncio.run_coroutine_threadsafe(standard.close(), world.loop).result())
        operations: dict[str, Operation] = {
            reference: each(lambda _: _exchange(raw)),
            FACE: each(lambda _: face.exchange(_DATA)),
        }
        alone = _measured.Connection(world.port)
        world.caller_loop.run_until_complete(alone.open())
        stack.callback(lambda: world.caller_loop.run_until_complete(alone.close()))
        operations[_ALONE] = world.await_each(lambda _: alone.exchange(_DATA))
        kinds = ["first-step"] if world.uvloop.absent else ["first-step", "uvloop"]
        for kind in kinds:
            name = f"ambidex, Synchronizer, {kind}"
            operations[name] = _over(Synchronizer(f"bench-{kind}"), world.port, stack)
        operations[world.stdlib.name] = each(on_loop)
        rounds = compare(operations, settings)
    rows = cost_rows(rounds, reference, settings, {FACE: (target_of(ECHO, "64 bytes"),)})
    rows += absent_rows((world.uvloop,))
    return Section("echo", "a TCP echo of 64 bytes; the server is another process, not counted", reference, rows)


def _exchange(connection: socket.socket) -> None:
    connection.sendall(_DATA)
    received = 0
    while received < len(_DATA):
        received += len(connection.recv(len(_DATA) - received))


def _over(synchronizer: Synchronizer, port: int, stack: contextlib.ExitStack) -> Operation:
    connection = _measured.Connection(port)
    synchronizer.run(connection.open)
    stack.callback(synchronizer.run, connection.close)
    return each(lambda _: synchronizer.run(connection.exchange, _DATA))


def measure_awaited(world: World, settings: Settings) -> Section:
    """Measure the same function awaited from another event loop."""
    reference = "wrap_future(run_coroutine_threadsafe)"
    assert world.stdlib.awaited is not None
    operations = {
        reference: world.await_each(world.stdlib.awaited(_measured.echo)),
        FACE: world.await_each(measured.echo.aio),
        f"{FACE}, suspends once": world.await_each(measured.echo_later.aio),
    }
    for bridge in (world.first_step, world.uvloop, *world.peers):
        if bridge.awaited is not None:
            operations[bridge.name] = world.await_each(bridge.awaited(_measured.echo))
    operations[_CALLER] = world.await_each(measured_for_callers.echo.aio)
    operations[_PLAIN_AWAIT] = world.await_each(_measured.echo)
    rounds = compare(operations, settings)
    answers = {
        FACE: (target_of(AWAITED, "plain"),),
        world.first_step.name: (target_of(AWAITED, "first_step='caller', never suspends"),),
    }
    over = target_of(AWAITED, "aio='caller', over a bare await")
    rows = cost_rows(rounds, reference, settings, answers)
    rows += absent_rows((world.uvloop, *(peer for peer in world.peers if peer.awaited is not None or peer.absent)))
    cost = rounds.microseconds_over(_CALLER, _PLAIN_AWAIT)
    rows.append(Row("aio='caller', over a bare await", cost, settings.unit, answers=(over,), is_derived=True))
    return Section("awaited", "`async def echo(x): return x` awaited from another event loop", reference, rows)
