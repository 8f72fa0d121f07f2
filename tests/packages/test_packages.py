"""Somebody else's packages work through their faces: the quick ones here, all of them in `make packages`."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from tests.packages.declaration import HERE, Package, find_packages
from tests.packages.page import PAGE, count_kinds
from tests.packages.trial import try_packages

PACKAGES = {package.folder.name: package for package in find_packages()}
QUICK = [package for package in PACKAGES.values() if package.is_quick]
REQUIREMENTS = HERE.parents[1] / "requirements" / "packages.txt"
PINNED = dict(re.findall(r"^([\w-]+)==(\S+)", REQUIREMENTS.read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.timeout(240)  # two checkers, from cold
def test_quick_packages_are_clean_and_work(tmp_path: Path) -> None:
    """What is generated and a user's program are clean for two checkers, and the program passes."""
    for outcome in try_packages(QUICK, tmp_path):
        assert outcome.problems == []
        assert outcome.faces > 0


@pytest.mark.timeout(240)  # two checkers, from cold
def test_trial_tells_what_is_wrong_with_a_program(tmp_path: Path) -> None:
    """A program that misuses the types, and fails, is told of by both checkers and by the run."""
    folder, tree = tmp_path / "folder", tmp_path / "tree"
    for each in (folder, tree):
        each.mkdir()
    program = 'import sqlite_sync\n\nprint("open")\nsqlite_sync.connect(3).result().execute("select nonsense")\n'
    (folder / "exercise.py").write_text(program, encoding="utf-8")
    (outcome,) = try_packages([dataclasses.replace(PACKAGES["aiosqlite"], folder=folder)], tree)
    assert outcome.wrapping == []
    assert [line.partition(": ")[0] for line in outcome.basedpyright] == ["use_sqlite_sync.py:4"]
    assert [line.partition(": ")[0] for line in outcome.mypy] == ["use_sqlite_sync.py:4"]
    assert outcome.running[:2] == ["use_sqlite_sync.py ended with exit code 1", "open"]
    assert "OperationalError" in outcome.running[-1]


@pytest.mark.timeout(180)  # one run of `wrap`
def test_package_that_is_not_installed_fails(tmp_path: Path) -> None:
    """Nothing is skipped."""
    missing = Package(tmp_path, ("nowhere",), "nowhere", "somewhere", "nothing")
    (outcome,) = try_packages([missing], tmp_path)
    (problem,) = outcome.problems
    assert problem.startswith("ambidex: nowhere could not be imported (ModuleNotFoundError")


def test_page_shows_each_package_in_the_pinned_version_passing() -> None:
    """A package that is declared is on the page, as it was tried last, and it passed."""
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.endswith("| passed |")]
    titles = [row.split("|")[1].strip() for row in rows]
    assert len(titles) == len(PACKAGES)
    for package, title in zip(PACKAGES.values(), titles):
        for name in package.distributions:
            assert f"{name} {PINNED[name]}" in title


def test_kinds_are_counted_by_their_frequency() -> None:
    """What no kind covers comes last."""
    lines = ["a.py:1: x: strange", "a.py:2: y: is deprecated", "a.py:3: z: the parameter p of z has no annotation"]
    assert count_kinds([*lines, lines[2]]) == "types that are not said: 2, deprecated: 1, other refusals: 1"
