"""A worker, a pool and what they have say what they are, where, and whether they run; and tell no secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from ambidex import ParentWorker, UsageError, WorkerPool

SOURCE = """
from ambidex import ChildWorker, idempotent


class Clerk(ChildWorker):
    def add(self, a, b=1):
        return a + b

    @idempotent
    async def greet(self, name, *, polite=False):
        return name

    def face(self):
        return "mine"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give the file of a worker."""
    file = tmp_path / "clerk.py"
    file.write_text(SOURCE, encoding="utf-8")
    return file


def test_worker_says_what_it_is_and_what_it_has(file: Path) -> None:
    """Before its start, while it runs and after its end; once it runs, completion finds the child's functions."""
    worker = ParentWorker(file, env={"TOKEN": "a secret"}, args=["another secret"])
    name = f"ParentWorker({str(file)!r})"
    things = [worker, worker.call, worker.acall, worker.create, worker.sync, worker.call.add, worker.acall.add]
    assert repr(worker) == f"<{name}: not running>"
    assert "add" not in dir(worker.call)
    for thing in things:
        assert repr(thing).endswith(": not running>")
    with worker:
        at = f"running, pid {worker.pid}>"
        assert repr(worker) == f"<{name}: {at}"
        assert repr(worker.sync) == f"<{name}.sync: {at}"
        assert repr(worker.call) == f"<{name}.call: {at}"
        assert repr(worker.acall.with_options(timeout=5, retry=2)) == f"<{name}.acall with timeout=5.0, retry=2: {at}"
        assert repr(worker.call.add) == f"<{name}.call.add(a, b=1): {at}"
        assert repr(worker.call.add.with_options(timeout=5)) == f"<{name}.call.add(a, b=1) with timeout=5.0: {at}"
        for calls in (worker.call, worker.acall):
            assert {"add", "face", "greet", "list_functions", "with_options"} <= {*dir(calls)}
        assert worker.call.list_functions() == ["add", "face", "greet"]
        assert worker.call.list_functions(signatures=True) == ["add(a, b=1)", "face()", "greet(name, *, polite=False)"]
        assert worker.call.face() == "mine"
        for thing in things:
            assert "secret" not in repr(thing)
            assert str(worker.pid) in repr(thing)
    assert repr(worker) == f"<{name}: not running>"
    with pytest.raises(UsageError, match="does not run: start it first"):
        worker.call.add(1)


def test_pool_says_what_it_is_and_what_it_has(file: Path) -> None:
    """As a worker does."""
    pool = WorkerPool(file, size=1, env={"TOKEN": "a secret"})
    assert repr(pool) == f"<WorkerPool({str(file)!r}): not running>"
    with pool:
        at = f": 1 running, pids {pool.pids[0]}>"
        for thing in (pool, pool.sync, pool.call, pool.acall, pool.create, pool.call.add, pool.acall.add):
            assert repr(thing).endswith(at)
            assert "secret" not in repr(thing)
        assert "greet" in dir(pool.call)
        assert pool.call.list_functions(signatures=True)[0] == "add(a, b=1)"
