"""A child that is asked to end does so in order, by its parent or by a signal; one that does not do so is made to."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import ParentWorker
from ambidex.errors import UsageError, WorkerDied, WorkerNotStarted
from tests.limits import HANG_S

if TYPE_CHECKING:
    from collections.abc import Callable

if sys.platform == "win32":
    pytest.skip("processes are ended by signals here", allow_module_level=True)

pytestmark = pytest.mark.usefixtures("nothing_left")

ENDS = Path(__file__).with_name("children") / "ends.py"


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """Give the file that the child writes to."""
    file = tmp_path / "notes"
    file.touch()
    return file


@pytest.fixture
def new_worker(notes: Path) -> Callable[..., ParentWorker]:
    """Give what makes a worker that ends in some way."""

    def make(mode: str = "", *, grace: float = 5.0, start_timeout: float = HANG_S) -> ParentWorker:
        return ParentWorker(
            ENDS, args=(str(notes), mode), output="drop", restart="temporary", grace=grace, start_timeout=start_timeout
        )

    return make


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_to_the_child_ends_it_in_order(
    new_worker: Callable[..., ParentWorker], notes: Path, number: signal.Signals
) -> None:
    """Its calls are cancelled and cleaned up, `teardown` and `atexit` run, the exit code is the shell's."""
    with new_worker() as worker:

        async def main() -> None:
            call = asyncio.ensure_future(worker.acall.wait())
            await asyncio.sleep(0)
            os.kill(await worker.acall.pid(), number)
            await call

        with pytest.raises(WorkerDied) as caught:
            asyncio.run(main())
    assert (caught.value.status, caught.value.progress) == (128 + number, "started")
    assert notes.read_text().split("\n") == ["call cancelled", "teardown", "exit", ""]


def test_close_ends_it_in_order(
    new_worker: Callable[..., ParentWorker], notes: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The same, with nothing to report."""
    with caplog.at_level(logging.WARNING, "ambidex"), new_worker() as worker:
        assert worker.call.pid() == worker.pid
    assert notes.read_text().split() == ["teardown", "exit"]
    assert caplog.records == []


def test_open_calls_end_when_it_is_closed(new_worker: Callable[..., ParentWorker], notes: Path) -> None:
    """They raise `WorkerDied`, and were cancelled in the child."""
    worker = new_worker()
    told: list[BaseException] = []

    def work() -> None:
        try:
            worker.call.wait()
        except WorkerDied as error:
            told.append(error)

    with worker:
        thread = threading.Thread(target=work)
        thread.start()
        worker.call.wait_for_wait()
    thread.join(HANG_S)
    (error,) = told
    assert isinstance(error, WorkerDied)
    assert (error.was_closed, error.progress, error.status) == (True, "started", 0)
    assert str(error).endswith(" was closed during wait")
    assert "teardown" in notes.read_text()


def test_child_that_hangs_when_it_is_closed_has_died(notes: Path) -> None:
    """Its open calls say that it was killed, and why: it has not ended as it was asked to."""
    with ParentWorker(ENDS, args=(str(notes), ""), output="drop", heartbeat=0.5, grace=HANG_S) as worker:
        told: list[BaseException] = []

        def work() -> None:
            try:
                worker.call.wait()
            except WorkerDied as error:
                told.append(error)

        thread = threading.Thread(target=work)
        thread.start()
        worker.call.wait_for_wait()
        assert worker.pid is not None
        os.kill(worker.pid, signal.SIGSTOP)
    thread.join(HANG_S)
    (error,) = told
    assert isinstance(error, WorkerDied)
    assert (error.was_closed, error.progress, error.status) == (False, "started", -signal.SIGKILL)
    assert "killed because it did not answer a heartbeat within 0.5 s" in str(error)


def test_teardown_that_fails_is_reported(
    new_worker: Callable[..., ParentWorker], notes: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Closing logs how the child has ended; its traceback is in its output."""
    lines: list[str] = []
    worker = ParentWorker(ENDS, args=(str(notes), "teardown fails"), output=lambda line: lines.append(line.text))
    with caplog.at_level(logging.WARNING, "ambidex"), worker:
        pass
    assert [record.getMessage().partition(" was closed")[2] for record in caplog.records] == [
        ", and ended with exit code 1"
    ]
    assert lines[-1] == "ValueError: no clean-up"


@pytest.mark.parametrize("mode", ["setup fails", "import waits", "setup waits"])
def test_child_that_does_not_become_ready_is_reported_and_ended(
    new_worker: Callable[..., ParentWorker], notes: Path, mode: str
) -> None:
    """What it said, or that it took too long; `teardown` does not run where `setup` has not ended well.

    Whoever starts it does not wait until it has ended, which may take the grace. Closing the worker ends it at once.
    """
    worker = new_worker(mode, start_timeout=HANG_S if mode == "setup fails" else 0.5, grace=2 * HANG_S)
    with pytest.raises(
        WorkerNotStarted, match="no model" if mode == "setup fails" else r"it was not ready within 0\.5 s"
    ) as caught:
        worker.call.start()
    worker.call.close()
    if mode == "setup fails":
        assert type(caught.value.__cause__) is ValueError
    assert "teardown" not in notes.read_text()
    assert worker.pid is None


def test_child_that_refuses_to_end_is_killed(
    new_worker: Callable[..., ParentWorker], caplog: pytest.LogCaptureFixture
) -> None:
    """After the grace and SIGTERM, which it ignores here, and one more grace; both are logged."""
    with caplog.at_level(logging.WARNING, "ambidex"), new_worker("teardown hangs", grace=0.2):
        pass
    said = [record.getMessage().partition(" ")[2].partition(" ")[2] for record in caplog.records]
    assert said == ["does not end, and is made to", "was closed, and ended with signal 9"]


def test_child_with_stuck_threads_ends_after_the_grace(new_worker: Callable[..., ParentWorker], notes: Path) -> None:
    """A sync call cannot be cancelled; it has the grace to end, `teardown` runs all the same."""
    worker = new_worker(grace=0.5)
    told: list[BaseException] = []

    def work() -> None:
        try:
            worker.call.stick()
        except WorkerDied as error:
            told.append(error)

    worker.call.start()
    threads = [threading.Thread(target=work) for _ in range(32)]
    for thread in threads:
        thread.start()

    while notes.read_text().count("stuck") < 32:
        worker.call.pid()
    worker.call.close()
    for thread in threads:
        thread.join(HANG_S)
    assert [getattr(each, "progress", "") for each in told] == ["started"] * 32
    assert "teardown" in notes.read_text()


def test_forked_process_has_no_worker(new_worker: Callable[..., ParentWorker], tmp_path: Path) -> None:
    """Calls there raise, closing and leaving do nothing, and the one that has started the child goes on."""
    said = tmp_path / "said"
    with new_worker() as worker:
        pid = worker.call.pid()

        async def awaited() -> Any:
            return await worker.acall.pid()

        assert asyncio.run(awaited()) == pid
        forked = os.fork()
        if forked == 0:
            _use_in_fork(worker, awaited, said)
        os.waitpid(forked, 0)
        assert worker.call.pid() == asyncio.run(awaited()) == pid
    outcomes = said.read_text().splitlines()
    assert len(outcomes) == 4, outcomes
    for each in outcomes[:2]:
        assert each.startswith("UsageError: pid was called in a process that was forked from the one that has started")
    assert outcomes[2].startswith("UsageError: ")
    assert outcomes[3] == "closed"


def _use_in_fork(worker: ParentWorker, awaited: Callable[[], Any], said: Path) -> None:
    outcomes: list[str] = []
    try:
        for function in (worker.call.pid, lambda: asyncio.run(awaited()), worker.call.start):
            try:
                outcomes.append(f"gave {function()}")
            except UsageError as error:
                outcomes.append(f"UsageError: {error}")
        worker.call.close()
        outcomes.append("closed")
    finally:
        said.write_text("\n".join(outcomes))
        os._exit(0)


def test_child_that_cleans_up_after_a_signal_has_its_grace(tmp_path: Path) -> None:
    """It has told its parent that it is leaving, so that it has closed its connections is no fault of it."""
    file = tmp_path / "leaving.py"
    file.write_text(
        "import asyncio, os, pathlib, signal\nfrom ambidex import ChildWorker\n\nclass Leaving(ChildWorker):\n"
        "    async def leave(self):\n        os.kill(os.getpid(), signal.SIGTERM)\n"
        "        await asyncio.Event().wait()\n\n"
        "    async def teardown(self):\n        await asyncio.sleep(0.8)\n"
        "        pathlib.Path(__file__).with_name('done').touch()\n",
        encoding="utf-8",
    )
    with ParentWorker(file, restart="temporary") as worker:
        fate = worker.life("leave").fate
        with pytest.raises((WorkerDied, asyncio.CancelledError)):
            worker.call.leave()
        assert fate.result(HANG_S) == 128 + signal.SIGTERM
    assert (tmp_path / "done").exists()


def test_setup_that_waits_is_cancelled_when_the_worker_is_closed(tmp_path: Path) -> None:
    """Its clean-up runs, and nobody waits for the grace."""
    file = tmp_path / "waiting.py"
    file.write_text(
        "import asyncio, pathlib\nfrom ambidex import ChildWorker\n\nFOLDER = pathlib.Path(__file__).parent\n\n"
        "class Waiting(ChildWorker):\n    async def setup(self):\n        (FOLDER / 'begun').touch()\n"
        "        try:\n            await asyncio.Event().wait()\n"
        "        finally:\n            (FOLDER / 'cancelled').touch()\n",
        encoding="utf-8",
    )
    worker = ParentWorker(file, grace=1.0)

    async def main() -> None:
        start = asyncio.ensure_future(worker.start())
        while not (tmp_path / "begun").exists():  # noqa: ASYNC110  another process tells by it
            await asyncio.sleep(0)
        await worker.close()
        assert (tmp_path / "cancelled").exists()
        await asyncio.wait({start})
        assert start.cancelled() or start.exception() is not None

    asyncio.run(main())


def test_clean_up_that_runs_when_the_worker_is_closed_is_not_cut_short(tmp_path: Path) -> None:
    """A call that its caller has cancelled is not cancelled once more."""
    file = tmp_path / "cleaning.py"
    file.write_text(
        "import asyncio, pathlib\nfrom ambidex import ChildWorker\n\nFOLDER = pathlib.Path(__file__).parent\n\n"
        "class Cleaning(ChildWorker):\n    def __init__(self):\n        self.is_closed = asyncio.Event()\n\n"
        "    async def wait(self):\n"
        "        try:\n            (FOLDER / 'begun').touch()\n            await asyncio.Event().wait()\n"
        "        finally:\n            (FOLDER / 'cleaning').touch()\n"
        "            await self.is_closed.wait()\n            (FOLDER / 'clean').touch()\n\n"
        "    async def wait_for_close(self):\n"
        "        try:\n            (FOLDER / 'waiting').touch()\n            await asyncio.Event().wait()\n"
        "        finally:\n            self.is_closed.set()\n",
        encoding="utf-8",
    )

    async def exists(name: str) -> None:
        while not (tmp_path / name).exists():  # noqa: ASYNC110  another process tells by it
            await asyncio.sleep(0)

    async def main() -> None:
        async with ParentWorker(file) as worker:
            calls = [asyncio.ensure_future(each()) for each in (worker.acall.wait, worker.acall.wait_for_close)]
            await exists("begun")
            await exists("waiting")
            calls[0].cancel()
            await exists("cleaning")
        assert (tmp_path / "clean").exists()
        await asyncio.wait(calls)

    asyncio.run(main())
