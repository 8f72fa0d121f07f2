"""Forks while loops are starting: no child hangs, and the parent loses nothing."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests.runtime.kinds import KNOWN

if TYPE_CHECKING:
    from tests.stress.conftest import RunHarness

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")


# The loop is the same in most of what a fork meets; the thousands below are each kind's.
@pytest.mark.timeout(180)
@pytest.mark.parametrize("kind", [KNOWN[0], *(pytest.param(kind, marks=pytest.mark.slow) for kind in KNOWN[1:])])
def test_forks_from_several_threads_while_loops_start_every_child_works(kind: str, run_harness: RunHarness) -> None:
    """300 children, forked by three threads while four others start, call and close runtimes, make calls and end."""
    did = run_harness("forks", "--count", 300, "--least-starts", 100, "--kind", kind, limit_s=170)
    assert did["forked"] >= 300
    assert did["started"] >= 100


@pytest.mark.slow
@pytest.mark.timeout(620)  # two minutes on an idle machine; the threads beside the forks take whatever a busy one has
@pytest.mark.parametrize("kind", KNOWN)
@pytest.mark.parametrize("seed", [2, 3, 4])
def test_forks_by_the_thousand_while_loops_start_every_child_works(
    seed: int, kind: str, run_harness: RunHarness
) -> None:
    """Three times 3,000 do no harm either."""
    did = run_harness("forks", "--count", 3_000, "--seed", seed, "--kind", kind, limit_s=600)
    assert did["forked"] == 3_000
