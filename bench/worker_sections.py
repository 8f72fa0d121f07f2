"""The sections of `bench/workers.py`: one line of the table of targets each, or two that are measured alike."""

from __future__ import annotations

import contextlib
import importlib.util
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable

from candidates import cost_rows, rate_rows
from cores import cores, kept_on
from measure import compare, compare_timed
from report import Row, Section
from targets import target_of
from worker_candidates import ASYNCIO, BLOCKING, BLOCKING_VIEWS, UVLOOP, open_cancelled, open_views
from worker_floor import open_floor
from worker_targets import AWAITED, CANCEL, DEATH, ECHO, IN_FLIGHT, ITEMS, START, TARGETS, WORST
from worker_targets import BLOCKING as BLOCKING_CALL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from measure import Operation, Settings
    from targets import Target
    from worker_floor import Floor
    from worker_peers import Candidate, Opened

PING_PONG = "a blocking socket pair, ping-pong"
PIPELINED = "a blocking socket pair, pipelined"
ONE_FRAME = "a blocking socket pair, one frame"
INTERPRETER = "a bare interpreter that imports asyncio"
END_OF_FILE = "a blocking socket pair, end of file"
_READY = "import asyncio, sys; sys.stdout.write('ready\\n'); sys.stdout.flush(); sys.stdin.read()"


@dataclass(frozen=True)
class World:
    """Hold what the sections measure: the floor and the children, running, and what more of them are made with."""

    floor: Floor
    candidates: Sequence[Candidate]
    opened: Mapping[str, Opened]
    size_bytes: int  # of a bulk transfer
    has_own: bool

    def data(self) -> Any:
        """Return what is sent in bulk: an array where numpy is installed."""
        if importlib.util.find_spec("numpy") is None:
            return bytearray(self.size_bytes)
        numpy: Any = importlib.import_module("numpy")
        return numpy.zeros(self.size_bytes, dtype=numpy.uint8)


def measure_calls(world: World, settings: Settings) -> Section:
    """Measure calls one at a time, from a blocking caller and from a loop; caller and child have a core each."""
    answers = {
        BLOCKING: (_target(BLOCKING_CALL, "add(1, 2)"),),
        ASYNCIO: (_target(AWAITED, "asyncio"),),
        UVLOOP: (_target(AWAITED, "uvloop"),),
    }
    title = "add(1, 2) in a child process, one call at a time"
    usable = cores()
    if len(usable) > 1:
        with kept_on(usable[0], usable[1]):
            return _calls("calls", f"{title}, each process on a core of its own", world, settings, answers)
    return _calls("calls", title, world, settings, answers)


def measure_calls_on_one_core(world: World, settings: Settings) -> Section:
    """Measure the same where both share a core: what is left is the work that a call takes, so no ratio is higher."""
    answers = {BLOCKING: (_target(WORST, "blocking call"),)}
    title = "the same, all processes on one core"
    usable = cores()
    if not usable:
        return Section("calls-on-one-core", title, PING_PONG, [Row(PING_PONG, note="this system does not tell cores")])
    with kept_on(usable[0], usable[0]):
        return _calls("calls-on-one-core", title, world, settings, answers)


def _calls(
    name: str, title: str, world: World, settings: Settings, answers: Mapping[str, tuple[Target, ...]]
) -> Section:
    operations: dict[str, Operation] = {PING_PONG: world.floor.ping_pong}
    operations.update({each: child.add for each, child in world.opened.items()})
    rounds = compare(operations, settings)
    return Section(name, title, PING_PONG, [*cost_rows(rounds, PING_PONG, settings, answers), *_absent(world, answers)])


def measure_in_flight(world: World, settings: Settings) -> Section:
    """Measure many calls at a time."""
    operations = {PIPELINED: world.floor.pipelined, **_offered(world, "in_flight")}
    rounds = compare(operations, settings)
    answers = {ASYNCIO: (_target(IN_FLIGHT, "asyncio"),), UVLOOP: (_target(IN_FLIGHT, "uvloop"),)}
    rows = rate_rows(rounds, PIPELINED, settings, "calls", answers) + _left_out(world, "in_flight", answers)
    return Section("in-flight", "add(1, 2) in a child process, 128 calls in flight", PIPELINED, rows)


def measure_items(world: World, settings: Settings) -> Section:
    """Measure a stream of numbers."""
    operations = {PIPELINED: world.floor.pipelined, **_offered(world, "items")}
    rounds = compare(operations, settings)
    answers = {ASYNCIO: (_target(ITEMS, "asyncio"),)}
    rows = rate_rows(rounds, PIPELINED, settings, "items", answers) + _left_out(world, "items", answers)
    return Section("items", "numbers that a child process yields", PIPELINED, rows)


def measure_echo(world: World, settings: Settings) -> Section:
    """Measure a bulk transfer there and back."""
    data = world.data()

    def timed(echo: Callable[[Any], object]) -> Callable[[], float]:
        def run() -> float:
            started = settings.clock.read()
            echo(data)
            return settings.clock.read() - started

        return run

    offered: dict[str, Callable[[Any], object]] = {ONE_FRAME: world.floor.echo, **_offered(world, "echo")}
    with contextlib.ExitStack() as stack:
        if world.has_own:
            offered.update(stack.enter_context(open_views()))
        rounds = compare_timed({name: timed(echo) for name, echo in offered.items()}, _few(settings))
    answers = {
        BLOCKING: (_target(ECHO, "blocking"),),
        BLOCKING_VIEWS: (_target(ECHO, "views"),),
        ASYNCIO: (_target(ECHO, "asyncio"),),
        UVLOOP: (_target(ECHO, "uvloop"),),
    }
    rows = [
        Row(
            name,
            rounds.microseconds(name) / 1e3,
            settings.unit.replace("us", "ms"),
            rounds.ratio(name, ONE_FRAME),
            answers.get(name, ()),
        )
        for name in rounds.costs
    ] + _left_out(world, "echo", answers)
    title = f"an echo of {world.size_bytes / 2**20:g} MiB ({type(data).__name__})"
    return Section("echo", title, ONE_FRAME, rows)


def measure_cancel(world: World, settings: Settings) -> Section:
    """Measure a cancel that is behind a bulk transfer."""
    answers = (_target(CANCEL, "to the child's task"),)
    rows = [
        Row(each.name, note=each.absent or "a cancel does not reach what runs in its child")
        for each in world.candidates
        if not each.name.startswith("ambidex")
    ]
    if world.has_own:
        with open_cancelled(world.data()) as seconds:
            rounds = compare_timed({ASYNCIO: seconds}, _few(settings))
        rows.insert(0, Row(ASYNCIO, rounds.microseconds(ASYNCIO) / 1e3, "ms", None, answers))
    return Section("cancel", f"a cancel behind {world.size_bytes / 2**20:g} MiB of data (wall clock)", "", rows)


def measure_start(world: World, settings: Settings) -> Section:
    """Measure how long a child takes until it has answered, by the wall clock: it works in another process."""

    def timed(candidate: Candidate) -> Callable[[], float]:
        def run() -> float:
            with contextlib.ExitStack() as stack:
                started = time.perf_counter()
                stack.enter_context(candidate.open())
                return time.perf_counter() - started

        return run

    operations = {each.name: timed(each) for each in _present(world)}
    rounds = compare_timed({INTERPRETER: _start_interpreter, **operations}, _few(settings))
    answers = {BLOCKING: (_target(START, "blocking"),)}
    rows = [
        Row(name, rounds.microseconds(name) / 1e3, "ms", rounds.ratio(name, INTERPRETER), answers.get(name, ()))
        for name in rounds.costs
    ] + _absent(world, answers)
    return Section("start", "from the start of a child process to its first answer (wall clock)", INTERPRETER, rows)


def measure_death(world: World, settings: Settings) -> Section:
    """Measure how long a caller waits for an exception when its child kills itself in the call."""

    def timed(candidate: Candidate) -> Callable[[], float]:
        def run() -> float:
            with candidate.open() as child:
                assert child.die is not None
                started = time.perf_counter()
                child.die()
                return time.perf_counter() - started

        return run

    operations = {each.name: timed(each) for each in _present(world)}
    rounds = compare_timed({END_OF_FILE: _die_on_the_floor, **operations}, _few(settings))
    answers = {BLOCKING: (_target(DEATH, "blocking"),)}
    rows = [
        Row(name, rounds.microseconds(name) / 1e3, "ms", rounds.ratio(name, END_OF_FILE), answers.get(name, ()))
        for name in rounds.costs
    ] + _absent(world, answers)
    title = "a child kills itself in a call: until its caller has the exception (wall clock)"
    return Section("death", title, END_OF_FILE, rows)


def _start_interpreter() -> float:
    started = time.perf_counter()
    command = [sys.executable, "-c", _READY]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        seconds = time.perf_counter() - started
        child.communicate()
    return seconds


def _die_on_the_floor() -> float:
    with open_floor() as floor:
        started = time.perf_counter()
        floor.kill()
        return time.perf_counter() - started


def _target(line: str, case: str) -> Target:
    return target_of(line, case, TARGETS)


def _few(settings: Settings) -> int:
    """Return how many rounds there are of what takes a tenth of a second and more."""
    return max(1, settings.rounds // 3)


def _present(world: World) -> list[Candidate]:
    return [each for each in world.candidates if not each.absent]


def _offered(world: World, verb: str) -> dict[str, Any]:
    """Return that verb of each child that has it."""
    verbs = {name: getattr(child, verb) for name, child in world.opened.items()}
    return {name: offered for name, offered in verbs.items() if offered is not None}


def _absent(world: World, answers: Mapping[str, tuple[Target, ...]]) -> list[Row]:
    return [
        Row(each.name, answers=answers.get(each.name, ()), note=each.absent) for each in world.candidates if each.absent
    ]


def _left_out(world: World, verb: str, answers: Mapping[str, tuple[Target, ...]]) -> list[Row]:
    """Return a row for each candidate that is absent, or does not offer the verb."""
    without = [each for each in _present(world) if getattr(world.opened[each.name], verb) is None]
    return [*(Row(each.name, note=each.reasons[verb]) for each in without), *_absent(world, answers)]
