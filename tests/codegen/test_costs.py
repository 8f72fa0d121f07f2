"""What a run costs grows with what it reads, and no faster: counted in calls, which are the same on every machine."""

from __future__ import annotations

import cProfile
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.codegen.conftest import Project

BENCH = Path(__file__).parents[2] / "bench"


@pytest.fixture(autouse=True)
def find_bench(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each test import the benchmark's files, which are no package."""
    monkeypatch.setattr(sys, "path", [str(BENCH), *sys.path])


def count_calls(project: Project, functions: int, classes: int) -> int:
    """Return how many calls it takes to generate from an implementation of this size."""
    from implementations import write_implementation

    name = f"sized{functions}_{classes}"
    write_implementation(project.folder, name, functions, classes)
    with cProfile.Profile() as profile:
        project.compile(f"_{name}")
    return sum(entry.callcount for entry in profile.getstats())


@pytest.mark.parametrize(("functions", "classes"), [(0, 30), (100, 2)])
def test_generating_twice_as_much_takes_twice_the_calls(project: Project, functions: int, classes: int) -> None:
    """Twice the classes, or the functions, take no more than twice the calls: nothing looks through all of the run."""
    once = count_calls(project, functions, classes)
    twice = count_calls(project, functions * 2, classes * 2)
    assert twice < 2.05 * once
