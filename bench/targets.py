"""What the bridge and the generator are to reach, line by line, and the verdict on a figure."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Literal

CALL = "a blocking call, stock asyncio"
UVLOOP = "the same with uvloop"
FIRST_STEP = "a blocking call that never suspends, first_step='caller', from a worker thread"
SUSPENDING = "a call that suspends once"
ECHO = "a TCP echo through the face, against a blocking socket's own"
AWAITED = "`.aio` from another loop"
STREAM = "blocking iteration of an async generator"
THREADS = "8 threads calling at once"
PENDING = "100 pending calls"
WORST = "must never exceed, whatever the machine"
ACCESS = "`obj.method` on a face"
IMPORT = "`import ambidex` over `import asyncio`"
GENERATOR = "the generator, 1,000 functions and 200 classes"
BUSY = "a busy loop (timers every 5 ms, open sockets) under a hot caller"

# Every line of the specifications' tables, in their order.
LINES = (
    CALL,
    UVLOOP,
    FIRST_STEP,
    SUSPENDING,
    ECHO,
    AWAITED,
    STREAM,
    THREADS,
    PENDING,
    WORST,
    ACCESS,
    IMPORT,
    BUSY,
    GENERATOR,
)

_IS_EAGER = sys.version_info >= (3, 12)  # asyncio has eager tasks: a first step needs no pass of the loop at all


@dataclass(frozen=True)
class Target:
    """One case of a line: what its `of` may be at most, or, with `is_least`, must be at least.

    A `bound` of None is a case that the specification sets no figure for on this version; `why` says so.
    """

    line: str
    case: str
    of: Literal["figure", "ratio"]
    bound: float | None
    unit: str
    is_least: bool = False
    why: str = ""

    @property
    def text(self) -> str:
        """Return the bound as people write it."""
        if self.bound is None:
            return self.why
        return f"{_number(self.bound)}{self.unit} or {'more' if self.is_least else 'less'}"

    def judge(self, value: float) -> str:
        """Return whether `value` reaches the bound, or by how much it misses it; nothing where there is none."""
        if self.bound is None:
            return ""
        missed = self.bound - value if self.is_least else value - self.bound
        if missed <= 0:
            return "reached"
        share = f" ({missed / self.bound * 100:.0f} %)" if self.bound else ""
        return f"missed by {_number(missed)}{self.unit}{share}"


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


TARGETS = (
    Target(CALL, "idle", "ratio", 2.5, "x"),
    Target(CALL, "sockets open", "ratio", 3.0, "x"),
    Target(UVLOOP, "idle", "ratio", 2.0, "x"),
    Target(FIRST_STEP, "idle", "ratio", 0.4 if _IS_EAGER else 0.9, "x"),
    Target(SUSPENDING, "idle", "ratio", 2.9, "x"),
    Target(ECHO, "64 bytes", "ratio", 3.5, "x"),
    Target(AWAITED, "plain", "ratio", 0.6, "x"),
    Target(
        AWAITED,
        "first_step='caller', never suspends",
        "ratio",
        0.1 if _IS_EAGER else None,
        "x",
        why="none before 3.12",
    ),
    Target(AWAITED, "aio='caller', over a bare await", "figure", 2.0, " us"),
    Target(STREAM, "plain", "ratio", 0.4, "x", is_least=True),
    Target(STREAM, "first_step='caller'", "ratio", 1.0, "x", is_least=True),
    Target(STREAM, "read_ahead=64", "ratio", 10.0, "x", is_least=True),
    Target(THREADS, "plain", "ratio", 2.2, "x", is_least=True),
    Target(THREADS, "first_step='caller', never suspends", "ratio", 3.0, "x", is_least=True),
    Target(THREADS, "first_step='caller', suspends, against plain", "ratio", 1.0, "x", is_least=True),
    Target(PENDING, "process time in 60 s", "figure", 6.0, " ms"),
    Target(WORST, "blocking call", "ratio", 3.5, "x"),
    Target(WORST, "blocking call with first_step='caller'", "ratio", 1.2, "x"),
    Target(ACCESS, "attribute access, cached", "ratio", 1.0, "x"),
    Target(IMPORT, "import ambidex", "figure", 10.0, " ms"),
    Target(IMPORT, "with its runtime and bridge loaded", "figure", 10.0, " ms"),
    Target(IMPORT, "modules that a generated one adds beside itself", "figure", 0.0, ""),
    Target(BUSY, "plain: ticks done", "figure", 100.0, " %", is_least=True),
    Target(BUSY, "plain: p99 lateness", "figure", 6.0, " ms"),
    Target(BUSY, "first_step='caller': ticks done", "figure", 100.0, " %", is_least=True),
    Target(BUSY, "first_step='caller': p99 lateness", "figure", 6.0, " ms"),
    Target(GENERATOR, "generate", "figure", 3.0, " s"),
    Target(GENERATOR, "check, unchanged", "figure", 1.5, " s"),
    Target(GENERATOR, "import of a generated module of 1,000 functions", "figure", 50.0, " ms"),
)


def target_of(line: str, case: str, targets: Sequence[Target] = TARGETS) -> Target:
    """Return the target of that case.

    Raises:
        LookupError: the table has no such case.
    """
    for target in targets:
        if (target.line, target.case) == (line, case):
            return target
    raise LookupError(f"the table of targets has no case {case!r} of {line!r}")
