"""The rules that tests/conftest.py holds every test to are enforced."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.conftest import LONG_TEST_S, Once, pytest_collection_modifyitems

CONFTEST = Path(__file__).resolve().parents[1] / "conftest.py"

THREAD = """
import threading

def test_it():
    threading.Thread(target=threading.Event().wait, name="left", daemon=True).start()
"""
TASK = """
import asyncio

loop = asyncio.new_event_loop()
tasks = []

async def wait():
    await asyncio.Event().wait()

def test_it():
    tasks.append(loop.create_task(wait()))
"""
DESCRIPTOR = """
import os

def test_it():
    os.open(os.devnull, os.O_RDONLY)
"""
CHILD = """
import subprocess
import sys

kept = []

def test_it():
    kept.append(subprocess.Popen([sys.executable, "-c", ""]))
"""
KEPT = """
import socket
import pytest

sockets = []

@pytest.fixture(scope="module")
def shared(kept):
    sockets.append(socket.socket())

def test_one(shared): ...

def test_other(shared):
    sockets.append(socket.socket())
"""
SKIPS = {
    "inside": "import pytest\ndef test_it():\n    pytest.skip('for reason inside')\n",
    "mark": "import pytest\n@pytest.mark.skip(reason='for reason mark')\ndef test_it(): ...\n",
    "module": "import pytest\npytest.skip('for reason module', allow_module_level=True)\n",
    "import": "import pytest\npytest.importorskip('ambidex_that_is_not', reason='for reason import')\n",
}
XFAIL = "import pytest\n@pytest.mark.xfail(strict=True, reason='known')\ndef test_it():\n    raise ValueError\n"

pytestmark = pytest.mark.timeout(180)  # each starts pytest anew


def run_pytest(folder: Path, sources: dict[str, str], *, require_all: bool = False, jobs: int = 0) -> tuple[int, str]:
    """Run test files under a copy of our conftest and return how that ended."""
    shutil.copy(CONFTEST, folder)
    for name, source in sources.items():
        (folder / f"test_{name}.py").write_text(source)
    parallel = ["-p", "xdist", "-n", str(jobs)] if jobs else []
    alone = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # to load all plugins takes longer than all else
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *parallel, "-p", "no:cacheprovider", "-ra", str(folder)],
        cwd=folder,
        env={**os.environ, **alone, "AMBIDEX_REQUIRE_ALL": "1" if require_all else "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def test_leak_fails_the_test_and_is_named(tmp_path: Path) -> None:
    """What a test leaves behind fails it, and the report says what it is; a module that keeps something fails once."""
    sources = {"thread": THREAD, "task": TASK, "descriptor": DESCRIPTOR, "child": CHILD, "kept": KEPT}
    code, output = run_pytest(tmp_path, sources)
    assert code == 1
    assert "5 errors" in output
    assert (
        len(re.findall("^the test leaks:\n  ", output, re.MULTILINE)) == 4
    )  # and again in a summary, where that is long
    assert re.search(r"the module leaks:(\s+descriptor \d+ is open \(socket:\S+\)){2}\n", output)
    for culprit in ("thread 'left' still runs", "coro=<wait()", "is open (/dev/null)", "child process"):
        assert culprit in output


@pytest.mark.parametrize("jobs", [0, 1])
@pytest.mark.parametrize("names", [("inside", "mark"), ("module", "import")], ids=["tests", "modules"])
def test_skip_fails_where_everything_is_required(names: tuple[str, ...], jobs: int, tmp_path: Path) -> None:
    """A skip passes in ordinary runs and fails under AMBIDEX_REQUIRE_ALL=1, with its reason in both."""
    sources = {"passes": "def test_it(): ...\n", **{name: SKIPS[name] for name in names}}
    code, output = run_pytest(tmp_path, sources, jobs=jobs)
    assert code == 0
    assert [name for name in names if f"for reason {name}" not in output] == []
    code, output = run_pytest(tmp_path, sources, require_all=True, jobs=jobs)
    assert code in {1, 2}
    assert [name for name in names if f"AMBIDEX_REQUIRE_ALL=1 forbids it: for reason {name}" not in output] == []


def test_expected_failure_is_no_skip(tmp_path: Path) -> None:
    """A test that is expected to fail is not taken for a skipped one."""
    code, _ = run_pytest(tmp_path, {"known": XFAIL}, require_all=True)
    assert code == 0


def test_folder_of_all_workers_is_filled_once(tmp_path: Path) -> None:
    """Who comes while it is filled waits for the whole of it; where that failed, the next one begins anew."""
    filled: list[Path] = []

    def fail(folder: Path) -> None:
        (folder / "half").touch()
        raise LookupError

    def fill(folder: Path) -> None:
        filled.append(folder)
        assert list(folder.iterdir()) == []
        (folder / "whole").touch()

    with pytest.raises(LookupError):
        Once(tmp_path).folder("made", fail)
    with ThreadPoolExecutor(4) as workers:
        futures = [workers.submit(Once(tmp_path).folder, "made", fill) for _ in range(8)]
        folders = [future.result() for future in futures]
    assert [[file.name for file in folder.iterdir()] for folder in folders] == [["whole"]] * 8
    assert len(filled) == 1


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_long_tests_begin_each_workers_share_and_none_is_lost(
    workers: int, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The shares are as long as those that xdist makes of the list."""
    items: list[pytest.Item] = [
        pytest.Function.from_parent(request.node.parent, name="test", callobj=lambda: None)  # pyright: ignore[reportUnknownMemberType]  its keywords have no types
        for _ in range(22)
    ]
    for item in items[5::6]:
        item.add_marker(pytest.mark.timeout(LONG_TEST_S))
    ordered = [*items]
    monkeypatch.setenv("PYTEST_XDIST_WORKER_COUNT", str(workers))
    pytest_collection_modifyitems(ordered)
    assert sorted(map(id, ordered)) == sorted(map(id, items))
    long = items[5::6]
    for number in range(workers):
        share = ordered[22 * number // workers : 22 * (number + 1) // workers]
        expected = long[number::workers]
        assert share[: len(expected)] == expected
        assert not {*share[len(expected) :]} & {*long}
