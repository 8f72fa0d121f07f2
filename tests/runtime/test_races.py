"""Races hunted with seeds: eight threads, every way to call at once, and somebody who closes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.runtime.kinds import KNOWN
from tests.stress.conftest import run_harness

if TYPE_CHECKING:
    from tests.stress.conftest import RunHarness

__all__ = ["run_harness"]

SECONDS = float(os.environ.get("AMBIDEX_RACES_SECONDS", "120"))  # how long the slow one hunts


@pytest.mark.parametrize("kind", KNOWN)
def test_mixed_calls_in_eight_threads_each_end_once_with_their_own_answer(kind: str, run_harness: RunHarness) -> None:
    """Each call ends with its answer or an allowed error; nothing is lost, told twice, or left over."""
    did = run_harness("races", "--seed", 1, "--rounds", 6, "--least-refused", 1, "--kind", kind)
    assert did["rounds"] >= 6
    assert did["calls"] == did["rounds"] * 8 * 150
    assert did["refused"] > 0, "closing has met no call"


@pytest.mark.slow
@pytest.mark.timeout(SECONDS + 100)
@pytest.mark.parametrize("kind", KNOWN)
def test_mixed_calls_with_many_seeds_each_end_once_with_their_own_answer(kind: str, run_harness: RunHarness) -> None:
    """As many rounds as fit into the time that AMBIDEX_RACES_SECONDS gives, a seed each; a failure prints it."""
    run_harness("races", "--seed", 1_000, "--seconds", SECONDS, "--kind", kind, limit_s=SECONDS + 60)
