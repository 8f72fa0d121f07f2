"""`make bench WHAT=workers` measures the floor and each peer in every section, and says what is missing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Once

BENCH = Path(__file__).parents[2] / "bench"
TINY = ("--rounds", "1", "--slice", "0.002", "--size-mib", "1", "--peers-only")
SECTIONS = ("calls", "calls-on-one-core", "in-flight", "items", "echo", "cancel", "start", "death", "deaths")
PEERS = {
    "multiprocessing.Pipe",
    "multiprocessing.Manager",
    "ProcessPoolExecutor",
    "ProcessPoolExecutor, run_in_executor",
    "execnet",
    "RPyC",
}
HIDE_PEERS = "import sys\nsys.modules.update(dict.fromkeys(('execnet', 'rpyc', 'uvloop')))\n"

pytestmark = [
    pytest.mark.usefixtures("find_bench"),
    pytest.mark.timeout(300),  # a whole run, however small, starts some thirty processes
]


def run_bench(*options: str, places: tuple[Path, ...] = ()) -> subprocess.CompletedProcess[str]:
    """Run the benchmark."""
    import ambidex

    path = os.pathsep.join(map(str, (*places, Path(ambidex.__file__).parents[1])))
    return subprocess.run(
        [sys.executable, str(BENCH / "workers.py"), *options],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=290,
        check=False,
    )


def figures_of(folder: Path, *options: str, places: tuple[Path, ...] = ()) -> dict[str, Any]:
    """Run the benchmark with settings that make it short, and its figures meaningless; return them."""
    done = run_bench(*TINY, *options, "--json", str(folder / "figures.json"), places=places)
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads((folder / "figures.json").read_text())
    return report


@pytest.fixture(scope="module")
def peers_alone(once: Once) -> dict[str, Any]:
    """Return one run of all sections without this library."""
    folder = once.folder("bench-workers", figures_of)
    report: dict[str, Any] = json.loads((folder / "figures.json").read_text())
    return report


@pytest.mark.parametrize("name", SECTIONS)
def test_section_measures_each_peer_beside_the_floor(name: str, peers_alone: dict[str, Any]) -> None:
    """Each has a row: a figure with its ratio to the floor of the same run, or the reason why there is none."""
    section = next(section for section in peers_alone["sections"] if section["name"] == name)
    rows = {row["name"]: row for row in section["rows"]}
    assert rows.keys() >= PEERS
    if section["reference"]:
        assert rows[section["reference"]]["ratio"] == 1.0
    for row in rows.values():
        assert row["note"] or (row["figure"] > 0 and row["ratio"] > 0)


def test_sections_and_targets_are_those_of_the_driver() -> None:
    """No section is left out above, and each case of a target stands in the list of lines."""
    import worker_run
    import worker_targets

    assert tuple(worker_run.SECTIONS) == SECTIONS
    assert {target.line for target in worker_targets.TARGETS} == set(worker_targets.LINES)


def test_peer_that_is_not_installed_keeps_its_row(tmp_path: Path) -> None:
    """The others are measured, and the run says what is missing."""
    (tmp_path / "sitecustomize.py").write_text(HIDE_PEERS)
    report = figures_of(tmp_path, "--section", "calls", places=(tmp_path,))
    (section,) = report["sections"]
    absent = {row["name"] for row in section["rows"] if row["note"] == "not installed"}
    assert absent == {"execnet", "RPyC"}
    assert report["machine"]["absent"] == ["execnet", "rpyc", "uvloop"]


def test_floor_answers_every_frame() -> None:
    """However many there are at a time, nothing is left over for the next measurement."""
    from worker_floor import open_floor

    with open_floor() as floor:
        for count in (1, 127, 128, 129, 1000):
            floor.pipelined(count)
        data = os.urandom(300_000)
        floor.echo(data)
        assert floor.echoed == data
        floor.ping_pong(3)
        floor.kill()
