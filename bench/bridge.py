"""`make bench`: what a call through the bridge costs, beside its peers and the floor, in one run.

Writes a table for each section and the table of targets to the terminal and, with `--json`, the figures to a file.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import threading
import time
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING

from access import measure_access
from busy import measure_busy
from calls import measure_awaited, measure_blocking, measure_echo, measure_suspending
from candidates import open_world
from generator import measure_generator
from imports import measure_imports
from many import measure_streamed, measure_threads, measure_threads_suspending
from measure import CPU, WALL, Settings
from peers import PEERS, versions
from pending import FULL_WINDOW_S, measure_pending
from report import answers_of, as_data, as_text, cores

from ambidex import __version__
from ambidex.runtime import close_all

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from candidates import World
    from report import Section

SECTIONS: dict[str, Callable[[World, Settings], Section]] = {
    "blocking": measure_blocking,
    "suspending": measure_suspending,
    "echo": measure_echo,
    "awaited": measure_awaited,
    "streamed": measure_streamed,
    "threads": measure_threads,
    "threads-suspending": measure_threads_suspending,
    "access": measure_access,
    "imports": measure_imports,
    "busy": measure_busy,
    "pending": measure_pending,
    "generator": measure_generator,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the sections that were asked for and report them."""
    options = _parser().parse_args(arguments)
    if options.quick:
        options.rounds, options.slice, options.idle_window = 3, 0.02, 5.0
    if options.one_core:
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    settings = Settings(options.rounds, options.slice, options.idle_window, CPU if options.cpu else WALL)
    started = time.monotonic()
    sections = _in_a_worker_thread(lambda: _measure(options.sections or tuple(SECTIONS), settings))
    machine = _machine(settings, time.monotonic() - started)
    answers = answers_of(sections)
    print(_heading(machine))
    print(as_text(sections, answers, settings.clock.name))
    if options.json is not None:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps({"machine": machine, **as_data(sections, answers)}, indent=2) + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--section",
        action="append",
        dest="sections",
        choices=tuple(SECTIONS),
        help="measure this section alone; may be repeated",
    )
    parser.add_argument("--rounds", type=_positive(int), default=15, help="interleaved rounds (%(default)s)")
    parser.add_argument(
        "--slice", type=_positive(float), default=0.1, help="seconds a candidate runs in each round (%(default)s)"
    )
    parser.add_argument(
        "--idle-window",
        type=_positive(float),
        default=FULL_WINDOW_S,
        help="seconds that the pending calls are watched; a shorter window is scaled up (%(default)s)",
    )
    parser.add_argument("--quick", action="store_true", help="3 rounds of 0.02 s and a window of 5 s: a rough picture")
    parser.add_argument(
        "--cpu",
        action="store_true",
        help="compare the CPU time of the process, not wall-clock time: for noisy machines",
    )
    if hasattr(os, "sched_setaffinity"):
        parser.add_argument(
            "--one-core",
            action="store_true",
            help="keep to one core: what a change of threads costs then does not hang on where the system puts them",
        )
    else:
        parser.set_defaults(one_core=False)
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    return parser


def _positive(kind: type[int | float]) -> Callable[[str], float]:
    def number(text: str) -> float:
        value = kind(text)
        if value <= 0:
            raise argparse.ArgumentTypeError(f"{text}: write a number above 0")
        return value

    return number


def _measure(names: Sequence[str], settings: Settings) -> list[Section]:
    sections: list[Section] = []
    with open_world() as world:
        for name in names:
            print(f"measuring: {name}", file=sys.stderr, flush=True)
            sections.append(SECTIONS[name](world, settings))
    close_all()
    return sections


def _in_a_worker_thread(work: Callable[[], list[Section]]) -> list[Section]:
    """Run `work` on another thread: the main one never takes the first step of a blocking call."""
    outcome: Future[list[Section]] = Future()

    def run() -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:  # noqa: BLE001  it belongs to the main thread
            outcome.set_exception(error)

    threading.Thread(target=run, daemon=True).start()  # daemon: an interrupt ends the program at once
    return outcome.result()


def _machine(settings: Settings, seconds: float) -> dict[str, Any]:
    found = versions()
    return {
        "ambidex": __version__,
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "system": platform.system(),
        "processor": platform.machine(),
        "cpus": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "peers": found,
        "absent": [peer for peer in PEERS if peer not in found],
        "clock": settings.clock.name,
        "rounds": settings.rounds,
        "slice_s": settings.slice_s,
        "idle_window_s": settings.idle_window_s,
        "seconds": round(seconds, 1),
    }


def _heading(machine: dict[str, Any]) -> str:
    lines = [
        f"{machine['implementation']} {machine['python']}, {cores(machine['cpus'])}, in {machine['seconds']} s",
        f"medians of {machine['rounds']} interleaved rounds of {machine['slice_s']:g} s",
        f"costs and ratios by {machine['clock']}",
        "peers: " + (", ".join(f"{name} {version}" for name, version in machine["peers"].items()) or "none"),
    ]
    if machine["absent"]:
        lines.append(f"not installed, and left out: {', '.join(machine['absent'])}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
