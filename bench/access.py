"""The section of attribute access: what reading a method of a face costs."""

from __future__ import annotations

import timeit
from typing import TYPE_CHECKING

import _measured
import measured
from measure import compare
from report import Row, Section
from targets import ACCESS, target_of

if TYPE_CHECKING:
    from candidates import World
    from measure import Operation, Settings

_ACCESSES = 10  # in one operation, so that the loop around them weighs little


def measure_access(world: World, settings: Settings) -> Section:
    """Measure what reading a method costs; the calls that follow are not comparable."""
    reference = "plain bound method"
    operations = {
        reference: _access(_measured.Connection(world.port)),
        "ambidex, a face's method, read before": _access(measured.Connection(world.port)),
    }
    rounds = compare(operations, settings)
    rows = [
        Row(
            name,
            rounds.microseconds(name) * 1e3 / _ACCESSES,
            settings.unit.replace("us", "ns"),
            rounds.ratio(name, reference),
            () if name == reference else (target_of(ACCESS, "attribute access, cached"),),
        )
        for name in operations
    ]
    return Section("access", "`obj.method` alone, without a call", reference, rows)


def _access(obj: object) -> Operation:
    """Return the operation that reads a method, in code of its own: the interpreter adapts code to what it meets."""
    timer = timeit.Timer("; ".join(["obj.exchange"] * _ACCESSES), "obj = given", globals={"given": obj})

    def run(n: int) -> None:
        timer.timeit(n)

    return run
