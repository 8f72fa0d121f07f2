"""Interrupts at random moments of the main thread's blocking calls leave the runtime whole."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests.runtime.kinds import KNOWN
from tests.stress.conftest import spread

if TYPE_CHECKING:
    from tests.stress.conftest import RunHarness

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of a process to itself are a Unix matter")

STORMS = {
    "by the kernel's timer": (),
    "while workers call": ("--workers", 3),
    "from another process": ("--sender", "process"),
    "from another process while workers call": ("--sender", "process", "--workers", 3),
    "twice": ("--twice", "--workers", 1),
    "while it is closed": ("--close", "--workers", 1),
}


@pytest.mark.parametrize(("storm", "kind"), spread(STORMS))
def test_interrupts_at_random_moments_leave_the_runtime_whole(storm: str, kind: str, run_harness: RunHarness) -> None:
    """Every later call is right, no task outlives its call, no loop is left set, nothing escapes elsewhere."""
    did = run_harness("interrupts", "--count", 500, "--kind", kind, *STORMS[storm])
    assert did["heard"] == 500
    assert did["places"] > 2, "they have struck in one place alone"  # within the library they count as one


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize("kind", KNOWN)
@pytest.mark.parametrize("storm", STORMS)
def test_interrupts_by_the_ten_thousand_leave_the_runtime_whole(storm: str, kind: str, run_harness: RunHarness) -> None:
    """Ten thousand of each kind lose nothing either."""
    did = run_harness("interrupts", "--count", 10_000, "--seed", 2, "--kind", kind, *STORMS[storm], limit_s=380)
    assert did["heard"] == 10_000
