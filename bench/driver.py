"""What each program of the benchmarks does around its sections: read options, name the machine, write the report."""

from __future__ import annotations

import argparse
import json
import os
import platform
from pathlib import Path
from typing import TYPE_CHECKING

from peers import versions
from report import as_data, as_text, cores

from ambidex import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from measure import Settings
    from report import Answer, Section


def parser_of(description: str | None, sections: Iterable[str]) -> argparse.ArgumentParser:
    """Return a parser of what all programs take."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument(
        "--section",
        action="append",
        dest="sections",
        choices=tuple(sections),
        help="measure this section alone; may be repeated",
    )
    parser.add_argument("--rounds", type=positive(int), default=15, help="interleaved rounds (%(default)s)")
    parser.add_argument(
        "--slice", type=positive(float), default=0.1, help="seconds a candidate runs in each round (%(default)s)"
    )
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    return parser


def positive(kind: type[int | float]) -> Callable[[str], float]:
    """Return what reads a number of that kind above 0."""

    def number(text: str) -> float:
        value = kind(text)
        if value <= 0:
            raise argparse.ArgumentTypeError(f"{text}: write a number above 0")
        return value

    return number


def machine_of(settings: Settings, seconds: float, peers: Sequence[str]) -> dict[str, Any]:
    """Return what was measured with, on and for how long."""
    found = versions(peers)
    return {
        "ambidex": __version__,
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "system": platform.system(),
        "processor": platform.machine(),
        "cpus": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "peers": found,
        "absent": [peer for peer in peers if peer not in found],
        "clock": settings.clock.name,
        "rounds": settings.rounds,
        "slice_s": settings.slice_s,
        "idle_window_s": settings.idle_window_s,
        "seconds": round(seconds, 1),
    }


def publish(
    machine: dict[str, Any], sections: Sequence[Section], answers: Sequence[Answer], figures: Path | None
) -> None:
    """Print the tables, and write the figures to a file where one is given."""
    print(_heading(machine))
    print(as_text(sections, answers, machine["clock"]))
    if figures is not None:
        figures.parent.mkdir(parents=True, exist_ok=True)
        figures.write_text(json.dumps({"machine": machine, **as_data(sections, answers)}, indent=2) + "\n")


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
