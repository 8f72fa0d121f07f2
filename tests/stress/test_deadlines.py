"""Work that ends at about the moment of its deadline ends once: with its value or with the deadline's error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.runtime.kinds import KNOWN

if TYPE_CHECKING:
    from tests.stress.conftest import RunHarness


@pytest.mark.parametrize("kind", KNOWN)
def test_work_that_ends_at_its_deadline_ends_once(kind: str, run_harness: RunHarness) -> None:
    """1,000 awaited calls, 400 blocking ones and 400 futures: value or deadline, nothing else, and nothing logged."""
    _check(run_harness("deadlines", "--count", 1_000, "--blocking", 400, "--kind", kind), 1_800)


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("kind", KNOWN)
def test_work_that_ends_at_its_deadline_ends_once_ten_thousand_times(kind: str, run_harness: RunHarness) -> None:
    """10,000 of each."""
    options = ("--count", 10_000, "--blocking", 10_000, "--seed", 2, "--kind", kind)
    _check(run_harness("deadlines", *options, limit_s=280), 30_000)


def _check(outcomes: dict[str, int], total: int) -> None:
    assert sum(outcomes.values()) == total
    assert outcomes["value"] > total // 20, "the deadline has come first nearly always: nothing was close"
    assert outcomes["deadline"] > total // 20, "the value has come first nearly always: nothing was close"
