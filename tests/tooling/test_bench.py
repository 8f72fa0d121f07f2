"""`make bench` measures every line of the table of targets, and writes what it found into the README."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from report import Section

    from tests.conftest import Once

BENCH = Path(__file__).parents[2] / "bench"
README = BENCH.parent / "README.md"
TINY = ("--rounds", "1", "--slice", "0.002", "--idle-window", "0.2")
SECTIONS = (
    "blocking",
    "suspending",
    "echo",
    "awaited",
    "streamed",
    "threads",
    "threads-suspending",
    "access",
    "imports",
    "busy",
    "pending",
    "generator",
)
PEERS = {
    "blocking": ("asyncio.run_coroutine_threadsafe", "synchronicity", "anyio blocking portal", "asgiref async_to_sync"),
    "awaited": ("wrap_future(run_coroutine_threadsafe)", "synchronicity", "anyio blocking portal"),
    "streamed": ("asyncio.run_coroutine_threadsafe", "synchronicity", "anyio blocking portal"),
    "threads": ("asyncio.run_coroutine_threadsafe", "synchronicity", "anyio blocking portal", "asgiref async_to_sync"),
}
HIDE_PEERS = "import sys\nsys.modules.update(dict.fromkeys(('anyio', 'asgiref', 'synchronicity', 'uvloop')))\n"

pytestmark = [
    pytest.mark.usefixtures("find_bench"),
    pytest.mark.timeout(300),  # a whole run, however small, starts some twenty processes
]


def run_bench(folder: Path, *options: str, places: tuple[Path, ...] = ()) -> tuple[dict[str, Any], str]:
    """Run the benchmark and return its JSON and what it printed."""
    import ambidex

    figures = folder / "figures.json"
    path = os.pathsep.join(map(str, (*places, Path(ambidex.__file__).parents[1])))
    done = subprocess.run(
        [sys.executable, str(BENCH / "bridge.py"), *TINY, *options, "--json", str(figures)],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=290,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(figures.read_text())
    return report, done.stdout


@pytest.fixture(scope="module")
def whole_run(once: Once) -> tuple[dict[str, Any], str]:
    """Return one whole run with settings that make it short, and its figures meaningless."""

    def run(folder: Path) -> None:
        _, printed = run_bench(folder)
        (folder / "printed").write_text(printed, encoding="utf-8")

    folder = once.folder("bench", run)
    report: dict[str, Any] = json.loads((folder / "figures.json").read_text())
    return report, (folder / "printed").read_text(encoding="utf-8")


def test_whole_run_has_a_row_for_every_line(whole_run: tuple[dict[str, Any], str]) -> None:
    """Each line of the table, and each of its cases, has a figure and a verdict, or the reason why it has none."""
    from targets import LINES, TARGETS

    report, printed = whole_run
    answers = {(answer["line"], answer["case"]): answer for answer in report["targets"]}
    assert {line for line, _ in answers} == set(LINES)
    assert set(answers) == {(target.line, target.case) for target in TARGETS}
    table = printed[printed.index("The targets") :]
    for target in TARGETS:
        answer = answers[target.line, target.case]
        assert f"  {target.line}\n" in table
        assert target.case in table
        if answer["figure"] is None:
            assert answer["verdict"] == "uvloop is not installed"
        elif target.bound is not None:
            assert answer["verdict"].startswith(("reached", "missed by "))
        assert answer["figure"] is None or target.of == "figure" or answer["ratio"] > 0


@pytest.mark.parametrize("name", SECTIONS)
def test_section_measures_each_candidate(name: str, whole_run: tuple[dict[str, Any], str]) -> None:
    """Each section prints a row for each candidate: a figure, or the reason why it has none."""
    report, printed = whole_run
    section = next(section for section in report["sections"] if section["name"] == name)
    assert section["title"] in printed
    assert len(section["rows"]) >= 2
    for row in section["rows"]:
        assert row["name"] in printed
        assert row["figure"] is not None or row["note"]
    ratios = {row["name"]: row["ratio"] for row in section["rows"]}
    if section["reference"]:
        assert ratios[section["reference"]] == 1.0
    assert set(PEERS.get(name, ())) <= set(ratios)


def test_sections_are_those_the_driver_offers() -> None:
    """No section of the driver is left out above."""
    import bridge

    assert tuple(bridge.SECTIONS) == SECTIONS


def test_one_section_answers_its_own_lines_alone(tmp_path: Path) -> None:
    """`--section` leaves the other lines out, `--cpu` says by which clock the figures are."""
    report, printed = run_bench(tmp_path, "--section", "access", "--cpu")
    assert [section["name"] for section in report["sections"]] == ["access"]
    assert [answer["line"] for answer in report["targets"]] == ["`obj.method` on a face"]
    assert report["machine"]["clock"].startswith("CPU time")
    assert "ratios by CPU time" in printed
    assert {row["unit"] for row in report["sections"][0]["rows"]} == {"ns CPU"}


def test_absent_peer_keeps_its_row_with_the_reason(tmp_path: Path) -> None:
    """Where peers and uvloop are not installed, the rest is measured and the tables say what is missing."""
    (tmp_path / "sitecustomize.py").write_text(HIDE_PEERS)
    report, printed = run_bench(tmp_path, "--section", "blocking", "--section", "pending", places=(tmp_path,))
    absent = {
        (section["name"], row["name"])
        for section in report["sections"]
        for row in section["rows"]
        if row["figure"] is None and row["note"] == "not installed"
    }
    assert absent == {
        ("blocking", "synchronicity"),
        ("blocking", "anyio blocking portal"),
        ("blocking", "asgiref async_to_sync"),
        ("pending", "synchronicity"),
        ("pending", "anyio blocking portal"),
    }
    verdicts = {answer["line"]: answer["verdict"] for answer in report["targets"]}
    assert verdicts["the same with uvloop"] == "uvloop is not installed"
    assert report["machine"]["absent"] == ["synchronicity", "anyio", "asgiref", "uvloop"]
    assert "not installed, and left out: synchronicity, anyio, asgiref, uvloop" in printed
    assert "0.2 s measured, scaled to 60 s" in printed


def test_measuring_happens_on_a_worker_thread() -> None:
    """Callers may take first steps, which the main thread may not; what fails there reaches the main thread."""
    import bridge

    threads: list[threading.Thread] = []

    def measure() -> list[Section]:
        threads.append(threading.current_thread())
        return []

    def fail() -> list[Section]:
        raise LookupError("no such candidate")

    assert bridge._in_a_worker_thread(measure) == []  # pyright: ignore[reportPrivateUsage]
    threads[0].join(10)
    assert threads[0] is not threading.main_thread()
    with pytest.raises(LookupError, match="no such candidate"):
        bridge._in_a_worker_thread(fail)  # pyright: ignore[reportPrivateUsage]


def test_verdict_names_what_is_missing() -> None:
    """A figure on the bound reaches it; one beyond says by how much, in the target's own direction."""
    from targets import Target

    most = Target("line", "case", "ratio", 2.5, "x")
    least = Target("line", "case", "figure", 100.0, " %", is_least=True)
    none = Target("line", "case", "ratio", None, "x", why="none here")
    assert most.text == "2.5x or less"
    assert most.judge(2.5) == "reached"
    assert most.judge(3.0) == "missed by 0.5x (20 %)"
    assert least.text == "100 % or more"
    assert least.judge(100.0) == "reached"
    assert least.judge(90.0) == "missed by 10 % (10 %)"
    assert (none.text, none.judge(7.0)) == ("none here", "")


def test_ratio_is_taken_within_each_round() -> None:
    """A round in which the machine was slow counts as any other: it slowed both sides."""
    from measure import Rounds

    rounds = Rounds({"mine": [20.0, 4.0, 9.0], "floor": [10.0, 1.0, 2.0]})
    assert rounds.ratio("mine", "floor") == 4.0
    assert rounds.ratio("floor", "mine") == 0.25
    assert rounds.microseconds("mine") == 9e6
    assert rounds.microseconds_over("mine", "floor") == 7e6


def test_design_record_names_the_rows_that_show_how_the_generators_cost_grows() -> None:
    """By the names that the section gives them, in a run with as many rounds as the record says."""
    import generator

    record = (README.parent / "docs" / "design" / "0006-generator-passes.md").read_text(encoding="utf-8")
    sizes = generator._SIZES  # pyright: ignore[reportPrivateUsage]
    rows = generator._growth(sizes, [1.0, 10.0, 100.0], "ms")  # pyright: ignore[reportPrivateUsage]
    derived = [row.name for row in rows]
    assert len(derived) == len(sizes) - 1
    for name in (*(f"generate {size:,} functions" for size in sizes), *derived):
        assert f'"{name}"' in record
    assert f"fewer than {generator._FULL_ROUNDS} rounds" in record  # pyright: ignore[reportPrivateUsage]


def test_tick_that_was_due_and_not_done_is_lost() -> None:
    """A window's missing ticks are not made up for by another window's."""
    from busy import Tally, Ticker

    held, free = Ticker(), Ticker()
    held.late_s = [0.02] * 6
    free.late_s = [0.001] * 11
    tally = Tally()
    tally.add(held, 10, 5)
    tally.add(free, 10, 5)
    assert tally.share() == 80.0
    assert tally.p99_ms() == 20.0
    assert tally.calls == 10


def test_readme_takes_the_figures_of_a_whole_run(whole_run: tuple[dict[str, Any], str], tmp_path: Path) -> None:
    """The figures stand between the markers, once, however often they are written; the rest is left alone."""
    import readme

    report, _ = whole_run
    figures, copy = tmp_path / "figures.json", tmp_path / "README.md"
    figures.write_text(json.dumps(report))
    before = README.read_text()
    copy.write_text(before)
    readme.main([str(figures), "--readme", str(copy)])
    after = copy.read_text()
    assert after.partition(readme.BEGIN)[0] == before.partition(readme.BEGIN)[0]
    assert after.partition(readme.END)[2] == before.partition(readme.END)[2]
    for answer in report["targets"]:
        assert f"| {answer['line']}: {answer['case']} |" in after
    assert "| blocking call: **ambidex** |" in after
    assert "worst case" not in after
    readme.main([str(figures), "--readme", str(copy)])
    assert copy.read_text() == after


def test_readme_refuses_the_figures_of_a_part(
    whole_run: tuple[dict[str, Any], str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A run that left lines out is refused by their names, and so is a README without the markers."""
    import readme

    report, _ = whole_run
    figures, copy = tmp_path / "figures.json", tmp_path / "README.md"
    figures.write_text(json.dumps({**report, "targets": report["targets"][:-1]}))
    copy.write_text(README.read_text())
    with pytest.raises(SystemExit):
        readme.main([str(figures), "--readme", str(copy)])
    assert "did not measure: the generator" in capsys.readouterr().err
    assert copy.read_text() == README.read_text()
    with pytest.raises(ValueError, match="needs the lines"):
        readme.rewritten("# A README of another kind", report)
