"""A mixed load of a hundred threads, kept up, makes nothing grow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.runtime.kinds import KNOWN

if TYPE_CHECKING:
    from tests.stress.conftest import RunHarness


# One kind takes half a minute, and longer on a slow machine; the ten minutes below are each kind's.
@pytest.mark.serial
@pytest.mark.timeout(300)
@pytest.mark.parametrize("kind", [KNOWN[0], *(pytest.param(kind, marks=pytest.mark.slow) for kind in KNOWN[1:])])
def test_mixed_load_for_a_while_makes_nothing_grow(kind: str, run_harness: RunHarness) -> None:
    """After ten seconds of warming up, at least 10,000 calls leave nothing: a tenth of a block each would be seen."""
    run_harness("soak", "--seconds", 22, "--warm-up", 10, "--kind", kind, limit_s=280)


@pytest.mark.slow
@pytest.mark.serial
@pytest.mark.timeout(800)
@pytest.mark.parametrize("kind", KNOWN)
def test_mixed_load_for_ten_minutes_makes_nothing_grow(kind: str, run_harness: RunHarness) -> None:
    """After the third minute memory grows by less than 2 MiB; tasks, threads and descriptors not at all."""
    run_harness("soak", "--seconds", 600, "--warm-up", 180, "--overload", 30, "--kind", kind, limit_s=780)
