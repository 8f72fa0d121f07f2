"""`make bench WHAT=services`: what calls of a service cost, beside their peers and the floor, in one run.

Writes a table for each section to the terminal and, with `--json`, the figures to a file. Peers send their numbers by
`struct`, and have neither deadlines nor errors nor types: what they take is what a hand-written protocol has to.
"""

from __future__ import annotations

import contextlib
import sys
import time
from typing import TYPE_CHECKING

from candidates import cost_rows, rate_rows
from cores import cores, kept_on
from driver import machine_of, parser_of, publish
from measure import WALL, Settings, compare
from report import Row, Section
from service_candidates import SERVICE_PEERS, candidates
from worker_floor import open_floor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from worker_floor import Floor
    from worker_peers import Candidate, Opened

PING_PONG = "a blocking socket pair, ping-pong"
PIPELINED = "a blocking socket pair, pipelined"


def measure_calls(
    floor: Floor, found: Sequence[Candidate], opened: Mapping[str, Opened], settings: Settings
) -> Section:
    """Measure calls one at a time, client and service on a core of their own."""
    operations = {PING_PONG: floor.ping_pong, **{name: each.add for name, each in opened.items()}}
    with contextlib.ExitStack() as stack:
        if len(usable := cores()) > 1:
            stack.enter_context(kept_on(usable[0], usable[1]))
        rows = cost_rows(compare(operations, settings), PING_PONG, settings, {})
    return Section("calls", "add(1, 2) of a service, one call at a time", PING_PONG, [*rows, *_absent(found)])


def measure_in_flight(
    floor: Floor, found: Sequence[Candidate], opened: Mapping[str, Opened], settings: Settings
) -> Section:
    """Measure many calls at a time."""
    offered = {name: each.in_flight for name, each in opened.items() if each.in_flight is not None}
    rounds = compare({PIPELINED: floor.pipelined, **offered}, settings)
    rows = rate_rows(rounds, PIPELINED, settings, "calls", {})
    return Section("in-flight", "add(1, 2) of a service, 128 calls in flight", PIPELINED, [*rows, *_absent(found)])


def measure_items(
    floor: Floor, found: Sequence[Candidate], opened: Mapping[str, Opened], settings: Settings
) -> Section:
    """Measure a stream of numbers."""
    offered = {name: each.items for name, each in opened.items() if each.items is not None}
    rounds = compare({PIPELINED: floor.pipelined, **offered}, settings)
    rows = rate_rows(rounds, PIPELINED, settings, "items", {})
    return Section("items", "numbers that a service yields", PIPELINED, [*rows, *_absent(found)])


SECTIONS = {"calls": measure_calls, "in-flight": measure_in_flight, "items": measure_items}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the sections that were asked for and report them."""
    parser = parser_of(__doc__, SECTIONS)
    parser.add_argument("--quick", action="store_true", help="3 rounds of 0.02 s: a rough picture")
    options = parser.parse_args(arguments)
    if options.quick:
        options.rounds, options.slice = 3, 0.02
    settings = Settings(options.rounds, options.slice, 0.0, WALL)  # half of the work is another process's
    started = time.monotonic()
    found = candidates()
    sections: list[Section] = []
    with contextlib.ExitStack() as stack:
        floor = stack.enter_context(open_floor())
        opened = {each.name: stack.enter_context(each.open()) for each in found if not each.absent}
        for name in options.sections or tuple(SECTIONS):
            print(f"measuring: {name}", file=sys.stderr, flush=True)
            sections.append(SECTIONS[name](floor, found, opened, settings))
    publish(machine_of(settings, time.monotonic() - started, SERVICE_PEERS), sections, [], options.json)


def _absent(found: Sequence[Candidate]) -> list[Row]:
    return [Row(each.name, note=each.absent) for each in found if each.absent]


if __name__ == "__main__":
    main()
