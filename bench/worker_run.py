"""Measure what calls to a child process cost, beside their peers and the floor, in one run.

Writes a table for each section and the table of targets to the terminal and, with `--json`, the figures to a file.
"""

from __future__ import annotations

import contextlib
import sys
import time
from typing import TYPE_CHECKING

from driver import machine_of, parser_of, positive, publish
from measure import WALL, Settings
from report import answers_of
from worker_candidates import own_candidates
from worker_deaths import measure_deaths
from worker_floor import open_floor
from worker_peers import WORKER_PEERS, peers
from worker_sections import (
    World,
    measure_calls,
    measure_calls_on_one_core,
    measure_cancel,
    measure_death,
    measure_echo,
    measure_in_flight,
    measure_items,
    measure_start,
)
from worker_targets import LINES, TARGETS

import ambidex

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Generator, Sequence

    from report import Section

SECTIONS: dict[str, Callable[[World, Settings], Section]] = {
    "calls": measure_calls,
    "calls-on-one-core": measure_calls_on_one_core,
    "in-flight": measure_in_flight,
    "items": measure_items,
    "echo": measure_echo,
    "cancel": measure_cancel,
    "start": measure_start,
    "death": measure_death,
    "deaths": measure_deaths,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the sections that were asked for and report them."""
    options = _parser().parse_args(arguments)
    if not (options.peers_only or hasattr(ambidex, "ParentWorker")):
        sys.exit(
            "this ambidex has no ParentWorker: nothing was measured; --peers-only measures the floor and the peers"
        )
    if options.quick:
        options.rounds, options.slice = 3, 0.02
    settings = Settings(options.rounds, options.slice, 0.0, WALL)  # half of the work is another process's
    started = time.monotonic()
    sections: list[Section] = []
    with open_world(options.size_mib, has_own=not options.peers_only) as world:
        for name in options.sections or tuple(SECTIONS):
            print(f"measuring: {name}", file=sys.stderr, flush=True)
            sections.append(SECTIONS[name](world, settings))
    machine = machine_of(settings, time.monotonic() - started, WORKER_PEERS)
    publish(machine, sections, answers_of(sections, LINES, TARGETS), options.json)


def _parser() -> argparse.ArgumentParser:
    parser = parser_of(__doc__, SECTIONS)
    parser.add_argument("--size-mib", type=positive(int), default=100, help="of a bulk transfer (%(default)s)")
    parser.add_argument("--quick", action="store_true", help="3 rounds of 0.02 s: a rough picture")
    parser.add_argument("--peers-only", action="store_true", help="measure the floor and the peers, without ambidex")
    return parser


@contextlib.contextmanager
def open_world(size_mib: int, *, has_own: bool) -> Generator[World]:
    """Start a child of each candidate, and end them afterwards."""
    candidates = [*(own_candidates() if has_own else []), *peers()]
    with contextlib.ExitStack() as stack:
        opened = {each.name: stack.enter_context(each.open()) for each in candidates if not each.absent}
        yield World(stack.enter_context(open_floor()), candidates, opened, size_mib << 20, has_own)
