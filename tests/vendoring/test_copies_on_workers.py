"""Two libraries that each carry a copy of this one are placed on one worker by an application that has ambidex."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.limits import LIMIT_S
from tests.vendoring.conftest import PACKAGE

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
    assert worker.create(north.Counter, 1).next() + worker.create(south.Counter, 2).next() == 5
    assert "north._tool" not in sys.modules
    assert "south._tool" not in sys.modules
print("done")
"""


def test_two_copies_are_placed_on_one_worker(libraries: Path, tmp_path: Path) -> None:
    """Their faces are of other classes than ours, and of each other's; each works as in its own process."""
    (tmp_path / "tools.py").write_text(CHILD, encoding="utf-8")
    (tmp_path / "program.py").write_text(PROGRAM, encoding="utf-8")
    path = os.pathsep.join(map(str, (libraries, PACKAGE.parent)))
    done = subprocess.run(
        [sys.executable, "program.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT_S,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "done\n"
