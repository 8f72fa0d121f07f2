"""Supply what runs a harness: a program of its own, with a watchdog, so that a hang cannot take pytest along."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.limits import LIMIT_S
from tests.programs import LIBRARY, run_to_its_end
from tests.runtime.kinds import KNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    RunHarness = Callable[..., dict[str, int]]

ROOT = Path(__file__).resolve().parents[2]


def spread(cases: Iterable[str]) -> list[object]:
    """Return parameters: each case with each kind. One kind of a case, in turn, is for every run, the others are slow.

    The long tests, which are slow, have each case with each kind too.
    """
    return [
        pytest.param(case, kind, marks=() if kind == KNOWN[number % len(KNOWN)] else pytest.mark.slow)
        for number, case in enumerate(cases)
        for kind in KNOWN
    ]


@pytest.fixture
def run_harness() -> RunHarness:
    """Give the test a function that runs a harness, fails when it does, and returns the numbers that it prints."""

    def run(harness: str, *options: str | float, limit_s: float = LIMIT_S) -> dict[str, int]:
        paths = [str(LIBRARY), str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        command = [sys.executable, "-m", f"tests.stress.{harness}", *map(str, options)]
        done = run_to_its_end(command, {"PYTHONPATH": os.pathsep.join(paths)}, cwd=ROOT, limit_s=limit_s)
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        pairs = (word.partition("=") for word in done.stdout.split())
        return {name: int(value) for name, _, value in pairs if value.lstrip("-").isdigit()}

    return run
