"""`make bench`: what a call through the bridge costs, beside its peers and the floor, in one run.

Writes a table to the terminal and, with `--json`, the figures to a file.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from candidates import FLOOR, open_sections
from measure import compare

from ambidex.runtime import close_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from measure import Figure

_PEERS = ("synchronicity", "anyio", "asgiref")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the three sections and report them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="interleaved rounds (%(default)s)")
    parser.add_argument("--slice", type=float, default=0.1, help="seconds a candidate runs in each round (%(default)s)")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    options = parser.parse_args(arguments)
    with open_sections() as sections:
        reports = {
            "a blocking call of `async def echo(x): return x`": (sections.blocking, FLOOR),
            "the same awaited from another event loop": (sections.awaited, next(iter(sections.awaited))),
            "one item of an async generator, iterated by blocking code": (sections.streamed, FLOOR),
        }
        figures = {
            title: compare(candidates, reference, rounds=options.rounds, slice_s=options.slice)
            for title, (candidates, reference) in reports.items()
        }
    close_all()
    machine: dict[str, object] = {
        "python": platform.python_version(),
        "cpus": os.cpu_count(),
        "peers": {peer: importlib.metadata.version(peer) for peer in _PEERS},
        "rounds": options.rounds,
    }
    print(_as_table(figures, machine))
    if options.json is not None:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        report = {
            "machine": machine,
            "sections": {title: [asdict(row) for row in rows] for title, rows in figures.items()},
        }
        options.json.write_text(json.dumps(report, indent=2) + "\n")


def _as_table(figures: dict[str, list[Figure]], machine: dict[str, object]) -> str:
    lines = [f"CPython {machine['python']}, {machine['cpus']} cores, medians of {machine['rounds']} interleaved rounds"]
    for title, rows in figures.items():
        lines += ["", f"{title} (ratio to: {rows[0].name})"]
        lines += [f"  {row.name:<40} {row.microseconds:9.1f} us {row.ratio:8.2f}x" for row in rows]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
