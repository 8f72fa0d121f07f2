"""The section of a loop that has timers to serve while a caller never rests."""

from __future__ import annotations

import asyncio
import contextlib
import random
import threading
import time
from typing import TYPE_CHECKING

import _measured
from candidates import open_connections
from report import Row, Section
from targets import BUSY, target_of

from ambidex import Synchronizer

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

    from candidates import World
    from measure import Settings

_INTERVAL_S = 0.005
_SLICES = 3  # of the other sections make one window: a window of 0.3 s has 60 ticks
_PLAIN = "ambidex, Synchronizer"
_FIRST_STEP = "ambidex, Synchronizer, first_step='caller'"
_STDLIB = "asyncio.run_coroutine_threadsafe"
_NOBODY = "nobody calls: the machine's own lateness"


class Ticker:
    """A timer every 5 ms on a loop, at times fixed beforehand; a late one is caught up, and counted as late."""

    def __init__(self) -> None:
        self.late_s: list[float] = []
        self._loop: asyncio.AbstractEventLoop
        self._due_s = 0.0
        self._first_s = 0.0
        self._timer: asyncio.TimerHandle

    async def start(self) -> None:
        """Start on the running loop."""
        self._loop = asyncio.get_running_loop()
        self._first_s = self._due_s = self._loop.time() + _INTERVAL_S
        self._timer = self._loop.call_at(self._due_s, self._tick)

    def _tick(self) -> None:
        self.late_s.append(self._loop.time() - self._due_s)
        self._due_s += _INTERVAL_S
        self._timer = self._loop.call_at(self._due_s, self._tick)

    async def stop(self, ended_s: float) -> int:
        """Stop, and return how many ticks were due an interval before the loop's time `ended_s`, or earlier."""
        self._timer.cancel()
        return max(0, int((ended_s - self._first_s) / _INTERVAL_S))


class Tally:
    """What became of one candidate's ticks, over all rounds."""

    def __init__(self) -> None:
        self.due = 0
        self.lost = 0
        self.calls = 0
        self.late_s: list[float] = []

    def add(self, ticker: Ticker, due: int, calls: int) -> None:
        """Add one window; a tick that was due and is not among those done is lost."""
        self.due += due
        self.lost += max(0, due - len(ticker.late_s))
        self.calls += calls
        self.late_s += ticker.late_s

    def share(self) -> float:
        """Return how many of the ticks that were due were done, in per cent."""
        return 100.0 * (1 - self.lost / self.due)

    def p99_ms(self) -> float:
        """Return the lateness that one tick in a hundred exceeds."""
        ordered = sorted(self.late_s)
        return ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))] * 1e3


def measure_busy(world: World, settings: Settings) -> Section:
    """Measure the lateness of timers, by the wall clock always, while this thread calls without a pause."""
    window_s = max(settings.slice_s * _SLICES, 4 * _INTERVAL_S)
    pause = threading.Event()
    with contextlib.ExitStack() as stack:
        runs: dict[str, Synchronizer] = {}
        for name, options in {_PLAIN: "bench-busy", _FIRST_STEP: "bench-busy-first-step"}.items():
            runs[name] = Synchronizer(options, first_step="caller" if name == _FIRST_STEP else "loop")
            stack.enter_context(open_connections(runs[name], world.port))

        def on_stdlib(function: Callable[..., Coroutine[Any, Any, Any]], *args: Any) -> Any:
            return asyncio.run_coroutine_threadsafe(function(*args), world.loop).result()

        tallies = {name: Tally() for name in (_NOBODY, _PLAIN, _FIRST_STEP, _STDLIB)}
        order = list(tallies)
        shuffle = random.Random(0).shuffle
        for _ in range(settings.rounds):
            shuffle(order)
            for name in order:
                run = on_stdlib if name == _STDLIB else runs.get(name, runs[_PLAIN]).run
                _observe(tallies[name], run, window_s, pause if name == _NOBODY else None)
    rows: list[Row] = []
    for name, tally in tallies.items():
        case = {_PLAIN: "plain", _FIRST_STEP: "first_step='caller'"}.get(name)
        ticks = () if case is None else (target_of(BUSY, f"{case}: ticks done"),)
        lateness = () if case is None else (target_of(BUSY, f"{case}: p99 lateness"),)
        note = f"{tally.due} ticks due, {tally.calls:,} calls meanwhile"
        rows.append(Row(f"{name}: ticks done", tally.share(), "%", None, ticks, note))
        rows.append(Row(f"{name}: p99 lateness", tally.p99_ms(), "ms", None, lateness))
    return Section("busy", "a loop with a timer every 5 ms and open sockets, under a hot caller (wall clock)", "", rows)


def _observe(tally: Tally, run: Callable[..., Any], window_s: float, pause: threading.Event | None) -> None:
    """Call without a pause for one window, or rest where `pause` is given, with a ticker on the loop behind `run`."""
    ticker = Ticker()
    run(ticker.start)
    calls = 0
    ends_s = time.monotonic() + window_s
    if pause is not None:
        pause.wait(window_s)
    else:
        while time.monotonic() < ends_s:
            run(_measured.echo, 1)
            calls += 1
    due = run(ticker.stop, time.monotonic())  # asyncio's loops have this clock
    tally.add(ticker, due, calls)
