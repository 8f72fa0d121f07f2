"""Libraries that each carry a copy of this one are placed on one worker by an application that has ambidex.

One of the two carries another version: a release in which everything has another name that no ABI promises.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import ambidex
from ambidex.bridge import ABI
from tests.limits import LIMIT_S
from tests.vendoring.conftest import PACKAGE
from tests.vendoring.older import VERSION as OLDER

if TYPE_CHECKING:
    from pathlib import Path

CHILD = """
from ambidex import ChildWorker


class Tools(ChildWorker):
    pass
"""
PROGRAM = """
import asyncio
import os
import sys
import threading

from ambidex import ParentWorker, get, method, release
from ambidex.bridge import Face
from north import tool as north
from south import tool as south

with ParentWorker("tools.py") as worker:
    for tool in (north, south):
        counter = worker.create(tool.Counter, 4)
        assert type(counter) is tool.Counter
        assert not isinstance(counter, Face), "it is of the library's own copy"
        assert (counter.next(), asyncio.run(counter.next.aio()), counter.start) == (5, 6, 4)
        assert asyncio.run(get(counter, "start")) == 4
        assert worker.function(tool.give)(3) == 3
        numbers = worker.function(tool.numbers)()
        assert [next(numbers), next(numbers)] == [0, 1]
        numbers.close()
        assert worker.function(tool.pid)() == worker.pid
        assert worker.function(tool.same)(counter) is counter

        class Tens(tool.Counter):
            @method
            def next(self):
                threads.append(threading.get_ident())
                return super().next() * 10

        threads = []
        tens = worker.create(Tens, 1, overrides=True)
        assert (tens.twice(), tens.next(), threads) == ([20, 30], 40, [threading.get_ident()] * 3)
        assert asyncio.run(tens.twice.aio()) == [50, 60]
        release(tens)
        threads = []
        assert worker.function(tool.told)(lambda given: threads.append(given is counter) or given, counter) is counter
        assert threads == [True]
        try:
            worker.function(tool.wait).with_options(timeout=0.01)()
        except TimeoutError as late:
            assert str(late) == "wait did not end within 0.01 s and was cancelled"
        else:
            raise AssertionError("it ended")
    ours, theirs = worker.create(south.Counter, 1), worker.create(north.Counter, 5)
    for tool, counter, number in ((north, ours, 2), (south, theirs, 6)):
        assert worker.function(tool.count)(counter) == (number, counter), "of the other library"
        assert worker.function(tool.count)(counter)[1] is counter
        assert asyncio.run(worker.function(tool.count).aio(counter))[1] is counter
        made = worker.function(tool.make)(f"{type(counter).__module__.replace('.', '._')}:Counter", 7)
        assert type(made) is type(counter)
        assert made.next() == 8
    assert worker.create(north.Counter, 1).next() + worker.create(south.Counter, 2).next() == 5
    assert "north._tool" not in sys.modules
    assert "south._tool" not in sys.modules
    for tool in (north, south):  # whose errors are of the implementation, and have it imported
        try:
            worker.function(tool.refuse)("all")
        except tool.Refusal as refusal:
            assert refusal.what == "all"
        else:
            raise AssertionError("it was not refused")
print("done")
"""
ELSEWHERE = """
import re

from ambidex import ParentWorker, UsageError
from north import tool as north
from south import tool as south

with ParentWorker("tools.py") as worker, ParentWorker("tools.py") as other:
    for tool, given in (
        (south, north.Counter(1)),
        (south, south.Counter(1)),
        (north, south.Counter(1)),
        (north, worker.create(south.Counter, 1)),
        (north, worker.create(north.Counter, 1)),
    ):
        try:
            other.function(tool.count)(given)
        except UsageError as error:
            print(re.sub("<.*>", "<...>", str(error)))
"""
LENT = (
    "<...> is of a library that carries a copy of ambidex, and cannot be lent to another process than its own: make it "
    "in the process that uses it, as by `worker.create(...)`, or give a callable that uses it here"
)
FOREIGN = """
from ambidex import ParentWorker, UsageError
from east import tool as east
from south import tool as south
from west import tool as west

with ParentWorker("tools.py") as worker:
    for tool in (east, west):
        for use in (
            lambda: worker.create(tool.Counter, 1),
            lambda: worker.function(tool.give)(1),
            lambda: worker.function(south.count)(tool.Counter(1)),
            lambda: worker.function(south.make)(f"{tool.__name__.replace('.', '._')}:Counter", 1),
        ):
            try:
                use()
            except UsageError as error:
                print(error)
        assert tool.Counter(1).next() == 2, "it works in this process"
        assert south.use(tool.Counter(1))[:2] == (2, 1)
"""
REFUSED = (
    "{what} is of {library}, which carries ambidex {version} with version {abi} of the bridge, and ambidex {own} has "
    "version {own_abi}: the two cannot place it in another process together; {fix}, or use it in this process, where "
    "each keeps to itself"
)


@pytest.mark.parametrize("copies", ["libraries", "versions"])
def test_two_copies_are_placed_on_one_worker(copies: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """Their faces are of other classes than ours, and of each other's; each works as in its own process.

    Of one version, and of two.
    """
    out = run(PROGRAM, request.getfixturevalue(copies), tmp_path)
    assert [line for line in out.splitlines() if not line.endswith(("waits", "cleaned up"))] == ["done"]


def test_the_copies_are_of_different_versions(versions: Path) -> None:
    """Each says which one it is, in the file that lists it and where it runs; the files have other names."""
    north, south = versions / "north" / "_ambidex", versions / "south" / "_ambidex"
    heads = [(copy / "VENDORED.txt").read_text(encoding="utf-8").split(". ")[0] for copy in (north, south)]
    assert heads == [f"Copied by `ambidex vendor` from ambidex {version}" for version in (OLDER, ambidex.__version__)]
    modules = [{file.name for file in (copy / "bridge").rglob("_*.py")} - {"__init__.py"} for copy in (north, south)]
    assert len(modules[0]) == len(modules[1])
    assert sum(name.startswith("_older_") for name in modules[0]) > len(modules[0]) // 2


def test_an_object_of_a_copy_is_lent_to_no_other_process(versions: Path, tmp_path: Path) -> None:
    """Ours are, by what their faces offer, which this bridge does not know of those of another one."""
    assert run(ELSEWHERE, versions, tmp_path).splitlines() == [LENT] * 5


def test_a_copy_of_another_abi_is_refused(versions: Path, tmp_path: Path) -> None:
    """By name, with both versions and what to do, wherever it would be asked for something."""
    assert run(FOREIGN, versions, tmp_path).splitlines() == [
        REFUSED.format(
            what=what, library=library, version=OLDER, abi=abi, own=ambidex.__version__, own_abi=ABI, fix=fix
        )
        for library, abi, fix in (
            ("east", ABI - 1, "install a newer release of east"),
            ("west", ABI + 1, "install a newer ambidex"),
        )
        for what in ("Counter", "give", "Counter", "Counter")
    ]


def run(program: str, copies: Path, folder: Path) -> str:
    """Run a program that has ambidex, and the libraries of a folder; return what it prints."""
    (folder / "tools.py").write_text(CHILD, encoding="utf-8")
    (folder / "program.py").write_text(program, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "program.py"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (copies, PACKAGE.parent)))},
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT_S,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
