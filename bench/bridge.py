"""`make bench`: what a call through the bridge costs, beside its peers and the floor, in one run.

Writes a table for each section and the table of targets to the terminal and, with `--json`, the figures to a file.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from concurrent.futures import Future
from typing import TYPE_CHECKING

from access import measure_access
from busy import measure_busy
from calls import measure_awaited, measure_blocking, measure_echo, measure_suspending
from candidates import open_world
from driver import machine_of, parser_of, positive, publish
from generator import measure_generator
from imports import measure_imports
from many import measure_streamed, measure_threads, measure_threads_suspending
from measure import CPU, WALL, Settings
from peers import PEERS
from pending import FULL_WINDOW_S, measure_pending
from report import answers_of

from ambidex.runtime import close_all

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

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
    machine = machine_of(settings, time.monotonic() - started, PEERS)
    publish(machine, sections, answers_of(sections), options.json)


def _parser() -> argparse.ArgumentParser:
    parser = parser_of(__doc__, SECTIONS)
    parser.add_argument(
        "--idle-window",
        type=positive(float),
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
    return parser


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


if __name__ == "__main__":
    main()
