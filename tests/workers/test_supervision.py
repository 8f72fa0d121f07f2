"""A child that ends by itself is started again as its policy says, and given up loudly; close ends all of it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import re
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import ParentWorker
from ambidex.errors import DeadlineExceeded, RuntimeClosed, UsageError, WorkerDied, WorkerNotStarted
from ambidex.workers.parent import RestartPolicy
from tests.limits import HANG_S

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

if sys.platform == "win32":
    pytest.skip("processes are killed by signals here", allow_module_level=True)

pytestmark = pytest.mark.usefixtures("nothing_left")

LIVES = Path(__file__).with_name("children") / "lives.py"
AT_ONCE = RestartPolicy(first_delay_s=0.0, longest_delay_s=0.0)


@pytest.fixture
def new_worker(tmp_path: Path) -> Callable[..., ParentWorker]:
    """Give what makes a worker whose lives do one thing after the other."""

    def make(
        *plans: str, restart: RestartPolicy | Any = AT_ONCE, grace: float = 5.0, start_timeout: float = 60.0
    ) -> ParentWorker:
        (tmp_path / "plans").write_text(" ".join(plans))
        os.mkfifo(tmp_path / "gate")
        folder = str(tmp_path)
        return ParentWorker(
            LIVES, args=(folder,), output="drop", restart=restart, grace=grace, start_timeout=start_timeout
        )

    return make


def starts(folder: Path) -> list[float]:
    """Return when each life was started."""
    return [float(line.split()[0]) for line in (folder / "starts").read_text().splitlines()]


def test_child_that_was_killed_is_started_again(new_worker: Callable[..., ParentWorker]) -> None:
    """The next call reaches the new one, blocking or awaited; the number changes, and is counted."""
    worker = new_worker("serve")
    assert (worker.pid, worker.restarts) == (None, 0)
    with worker:
        first = worker.call.pid()
        assert (first, worker.restarts) == (worker.pid, 0)
        with pytest.raises(WorkerDied):
            worker.call.leave(3)
        second = worker.call.pid()
        assert (second, worker.restarts) == (worker.pid, 1)

        async def main() -> int:
            with pytest.raises(WorkerDied):
                await worker.acall.leave(0)
            pid: int = await worker.acall.pid()
            return pid

        third = asyncio.run(main())
        assert (third, worker.restarts) == (worker.pid, 2)
        assert len({first, second, third}) == 3
        assert worker.statistics().restarts == 2
    assert worker.pid is None
    assert worker.statistics().restarts == 2


_LESS = """
import os
from ambidex import ChildWorker

class Less(ChildWorker):
    def pid(self):
        return os.getpid()

    def leave(self):
        os._exit(3)

    def harbour(self):
        return "here"

    def boats(self):
        yield "here"

if __name__ == "__main__":
    Less().run()
"""


def test_function_that_the_next_life_has_not_says_so(tmp_path: Path) -> None:
    """A program may change between two starts; what was taken from `.call` before that names the function."""
    program = tmp_path / "less.py"
    program.write_text(_LESS)
    with ParentWorker(program, output="drop", restart=AT_ONCE) as worker:
        taken = [worker.call.harbour, worker.call.boats, worker.acall.harbour, worker.acall.boats]
        assert (taken[0](), list(taken[1]())) == ("here", ["here"])
        program.write_text(_LESS.replace("harbour", "port").replace("boats", "ships"))
        with pytest.raises(WorkerDied):
            worker.call.leave()
        pid = worker.call.pid()
        assert worker.call.port() == "here"
        for function, name in zip(taken, ["harbour", "boats"] * 2):
            said = rf"^worker {pid} has no {name}: the child has leave, pid, port, ships$"
            with pytest.raises(AttributeError, match=said):
                function()
            with pytest.raises(AttributeError, match=said):
                getattr(worker.call, name)()


@pytest.mark.parametrize(
    ("kind", "code", "is_again"),
    [("permanent", 0, True), ("transient", 0, False), ("transient", 1, True), ("temporary", 1, False)],
)
def test_kind_of_policy_decides(new_worker: Callable[..., ParentWorker], kind: str, code: int, is_again: bool) -> None:
    """It may be given alone, by its name."""
    with new_worker("serve", restart=kind) as worker:
        with pytest.raises(WorkerDied):
            worker.call.leave(code)
        if is_again:
            assert worker.call.pid() == worker.pid
        else:
            with pytest.raises(WorkerDied, match="its policy asks for no start after such an end"):
                worker.call.pid()
            assert worker.pid is None
            worker.call.start()
            assert worker.call.pid() == worker.pid


def test_call_that_has_waited_for_the_restart_and_is_late_says_its_own_limit(
    new_worker: Callable[..., ParentWorker], tmp_path: Path
) -> None:
    """And not what was left of that when it was sent."""
    limit_s = 2.25  # arbitrary: a child starts within it, and it is written out in full
    with new_worker("serve", "slow") as worker:
        with pytest.raises(WorkerDied):
            worker.call.leave(3)
        blocking, awaited = (each.with_options(timeout=limit_s) for each in (worker.call, worker.acall))

        async def read() -> None:
            async for _ in awaited.waits():
                pass

        with ThreadPoolExecutor(4) as threads:
            late = [
                threads.submit(blocking.wait),
                threads.submit(lambda: list(blocking.waits())),
                threads.submit(lambda: asyncio.run(awaited.wait())),
                threads.submit(lambda: asyncio.run(read())),
            ]
            threads.submit((tmp_path / "gate").write_text, "go")
            for each, name in zip(late, ("wait", "waits", "wait", "waits")):
                with pytest.raises(DeadlineExceeded, match=rf"^{name} did not end within 2\.25 s") as caught:
                    each.result()
                assert (caught.value.timeout_s, caught.value.args) == (limit_s, (name, limit_s))


def test_calls_wait_for_the_restart_within_their_timeout(
    new_worker: Callable[..., ParentWorker], tmp_path: Path
) -> None:
    """They were sent to nobody, so there is no harm in it; what takes too long says so."""
    with new_worker("serve", "slow") as worker:
        with pytest.raises(WorkerDied):
            worker.call.leave(3)
        with pytest.raises(DeadlineExceeded, match=r"pid did not end within 0\.05 s"):
            worker.call.with_options(timeout=0.05).pid()

        async def late() -> None:
            await worker.acall.with_options(timeout=0.05).pid()

        with pytest.raises(DeadlineExceeded):
            asyncio.run(late())

        async def main() -> list[int]:
            calls = [asyncio.ensure_future(worker.acall.pid()) for _ in range(2)]
            found: list[int] = []
            thread = threading.Thread(target=lambda: found.append(worker.call.pid()))
            thread.start()
            await asyncio.get_running_loop().run_in_executor(None, (tmp_path / "gate").write_text, "go")
            found += await asyncio.gather(*calls)
            thread.join()
            return found

        assert asyncio.run(main()) == [worker.pid] * 3


def test_wait_for_the_restart_is_a_part_of_the_timeout(new_worker: Callable[..., ParentWorker], tmp_path: Path) -> None:
    """The new child is told what is left of it: of calls and of streams, on both faces."""
    asks: list[Callable[[ParentWorker], list[float]]] = [
        lambda worker: [worker.call.with_options(timeout=1000).left()],
        lambda worker: list(worker.call.with_options(timeout=1000).lefts()),
        lambda worker: asyncio.run(awaited(worker)),
        lambda worker: asyncio.run(iterated(worker)),
    ]

    def timed(ask: Callable[[ParentWorker], list[float]], worker: ParentWorker) -> tuple[float, list[float]]:
        return time.monotonic(), ask(worker)

    async def awaited(worker: ParentWorker) -> list[float]:
        return [await worker.acall.with_options(timeout=1000).left()]

    async def iterated(worker: ParentWorker) -> list[float]:
        return [left async for left in worker.acall.with_options(timeout=1000).lefts()]

    with new_worker("serve", "slow") as worker, ThreadPoolExecutor() as threads:
        for ask in asks:
            with pytest.raises(WorkerDied):
                worker.call.leave(3)
            asked = threads.submit(timed, ask, worker)
            (tmp_path / "gate").write_text("go")  # the child opens it when it has imported what it needs
            opened = time.monotonic()
            begun, (left_s,) = asked.result(HANG_S)
            assert 1000 - HANG_S < left_s < 1000 - (opened - begun) / 2  # of this thread's time some is the test's own


def test_child_that_was_late_has_ended_before_the_next_one_is_started(
    new_worker: Callable[..., ParentWorker], tmp_path: Path
) -> None:
    """It has a grace to end; whoever has started it was told before that."""
    worker = new_worker("slow", "serve", grace=0.3, start_timeout=0.5)
    with pytest.raises(WorkerNotStarted, match=r"it was not ready within 0\.5 s"):
        worker.call.start()
    worker.call.start()
    try:
        lines = (tmp_path / "starts").read_text().splitlines()
        late, running = (int(line.split()[1]) for line in lines)
        assert running == worker.pid
        with pytest.raises(ProcessLookupError):
            os.kill(late, 0)
    finally:
        worker.call.close()


def test_start_that_is_cancelled_when_it_has_ended_leaves_no_child(new_worker: Callable[..., ParentWorker]) -> None:
    """`async with` is entered by nobody then, and left by nobody."""
    worker = new_worker("serve")

    async def main() -> None:
        entering = asyncio.ensure_future(worker.__aenter__())
        while worker.pid is None:
            await asyncio.sleep(0)
            end = time.monotonic() + 0.01  # for the loop that starts it: this one is to hear of it late
            while time.monotonic() < end:
                pass
        entering.cancel()
        with pytest.raises(asyncio.CancelledError):
            await entering

    asyncio.run(main())
    assert worker.pid is None


def test_start_that_is_interrupted_when_it_has_ended_leaves_no_child(new_worker: Callable[..., ParentWorker]) -> None:
    """Between the end of the start and the block; the interrupt comes where Python looks for one."""
    worker = new_worker("serve")

    def interrupt(frame: FrameType, event: str, _: object) -> None:
        if event == "return" and frame.f_code is ParentWorker.start_blocking.__code__:
            sys.setprofile(None)
            assert worker.pid is not None
            raise KeyboardInterrupt

    for manager in (worker, worker.sync):
        before = sys.getprofile()
        sys.setprofile(interrupt)
        try:
            with pytest.raises(KeyboardInterrupt), manager:
                pytest.fail("the block is not entered")
        finally:
            sys.setprofile(before)
        assert worker.pid is None


def test_first_start_that_fails_is_not_repeated(new_worker: Callable[..., ParentWorker], tmp_path: Path) -> None:
    """Whoever starts it is told at once, with what the child has said."""
    worker = new_worker("raise", "serve")
    with pytest.raises(WorkerNotStarted, match="this life ends early"):
        worker.call.start()
    assert len(starts(tmp_path)) == 1
    with worker:
        assert worker.call.pid() == worker.pid


def test_start_that_the_system_refuses_leaves_nothing_open(tmp_path: Path) -> None:
    """No pipe and no socket of a child that there never was; the check of each test sees to that."""
    worker = ParentWorker(LIVES, python=tmp_path / "none")
    for _ in range(2):
        with pytest.raises(UsageError, match="there is no "):
            worker.call.start()
    assert repr(worker).endswith(": not running>")


@pytest.mark.parametrize(
    ("plan", "said"),
    [("raise", "exit code 1"), ("exit", "exit code 0"), ("fail", "it reported ValueError: there is no model")],
)
def test_child_that_is_never_ready_counts(
    new_worker: Callable[..., ParentWorker], plan: str, said: str, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    """After as many restarts as allowed it is given up: one error is logged, and every call says so."""
    policy = RestartPolicy(most=3, first_delay_s=0.0, longest_delay_s=0.0)
    with caplog.at_level(logging.WARNING, "ambidex"), new_worker("serve", plan, restart=policy) as worker:
        with pytest.raises(WorkerDied):
            worker.call.leave(3)
        for _ in range(2):
            with pytest.raises(WorkerNotStarted, match=r"it is not started again: .* its policy allows 3") as caught:
                worker.call.pid()
            assert said in str(caught.value.__cause__)
        assert len(starts(tmp_path)) == 4
        assert worker.restarts == 3
    errors = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert len(errors) == 1
    assert said in errors[0]
    waits = [record.getMessage() for record in caplog.records if "it is started again in" in record.getMessage()]
    assert len(waits) == 3


def test_child_that_crashes_in_a_loop_is_given_up(
    new_worker: Callable[..., ParentWorker], caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    """It becomes ready and dies, again and again; the times of its starts are printed."""
    policy = RestartPolicy(most=3, first_delay_s=0.2)
    with caplog.at_level(logging.WARNING, "ambidex"), new_worker("crash", restart=policy) as worker:
        supervisor = worker.supervisor
        assert supervisor is not None

        async def main() -> None:
            while not supervisor.is_over:
                await asyncio.wait({asyncio.wrap_future(supervisor.change)}, timeout=HANG_S)

        asyncio.run(main())
        with pytest.raises(WorkerDied, match="it is not started again: it has ended again after 3 restarts") as caught:
            worker.call.pid()
        assert caught.value.status == 7
    times = starts(tmp_path)
    print("started after", *(f"{each - times[0]:.2f}" for each in times), "s")
    assert len(times) == 4
    assert len([each for each in times if each < times[0] + 10]) <= 5


def test_crash_loop_is_started_five_times_at_once_and_then_after_ten_seconds(
    new_worker: Callable[..., ParentWorker], caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    """Though its policy has no delays and allows a hundred restarts; each wait is logged when it begins."""

    class Waits(logging.Handler):
        """Tell when the wait for the sixth start begins."""

        def __init__(self) -> None:
            super().__init__()
            self.delays: list[float] = []
            self.sixth_at = 0.0
            self.is_sixth = threading.Event()

        def emit(self, record: logging.LogRecord) -> None:
            found = re.search(r"it is started again in ([\d.]+) s", record.getMessage())
            if found is not None:
                self.delays.append(float(found.group(1)))
            if len(self.delays) == 5:
                self.sixth_at = time.monotonic() + self.delays[-1]
                self.is_sixth.set()

    waits = Waits()
    policy = RestartPolicy(most=100, first_delay_s=0.0, longest_delay_s=0.0)
    logger = logging.getLogger("ambidex")
    logger.addHandler(waits)
    begun = time.monotonic()
    try:
        with new_worker("crash", restart=policy):
            assert waits.is_sixth.wait(HANG_S)
    finally:
        logger.removeHandler(waits)
    assert len(starts(tmp_path)) == 5
    assert waits.delays[:4] == [0.0] * 4
    assert waits.sixth_at - begun > 9.99  # seconds: the log has two places


def test_close_ends_a_wait_for_the_next_start(new_worker: Callable[..., ParentWorker], tmp_path: Path) -> None:
    """Nothing waits for the backoff; who waits for the child is told that the worker was closed."""
    policy = RestartPolicy(first_delay_s=1e6, longest_delay_s=1e6)
    worker = new_worker("serve", restart=policy)
    worker.call.start()
    with pytest.raises(WorkerDied):
        worker.call.leave(3)
    told: list[BaseException] = []

    def work() -> None:
        try:
            worker.call.pid()
        except UsageError as error:
            told.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    worker.call.close()
    thread.join(HANG_S)
    assert [str(each) for each in told] == [
        f"pid was called and {worker} does not run: start it first, or use it in a `with` block"
    ]
    assert len(starts(tmp_path)) == 1


def test_close_ends_a_child_that_is_being_started(new_worker: Callable[..., ParentWorker]) -> None:
    """Its start raises; nothing of it is left."""
    worker = new_worker("slow", grace=0.2)

    async def main() -> None:
        start = asyncio.ensure_future(worker.start())
        for _ in range(3):
            await asyncio.sleep(0)
        await worker.close()
        with pytest.raises(RuntimeClosed, match=r"^ParentWorker\(.*\) was closed before it was ready$"):
            await start

    asyncio.run(main())
    assert worker.pid is None


def test_callers_in_the_middle_of_a_restart_get_one_outcome_each(new_worker: Callable[..., ParentWorker]) -> None:
    """A child is killed again and again under many callers; each call gives its number, or says that it died."""
    policy = RestartPolicy(most=100, first_delay_s=0.0, longest_delay_s=0.0, healthy_s=0.0)
    with new_worker("serve", restart=policy) as worker:
        outcomes: list[Any] = []

        def work() -> None:
            for _ in range(50):
                try:
                    outcomes.append(worker.call.pid())
                except WorkerDied as error:
                    outcomes.append(error)

        async def main() -> None:
            for _ in range(50):
                outcomes.extend(await asyncio.gather(*(worker.acall.pid() for _ in range(4)), return_exceptions=True))

        threads = [threading.Thread(target=work) for _ in range(3)]
        threads.append(threading.Thread(target=lambda: asyncio.run(main())))
        for thread in threads:
            thread.start()
        for _ in range(3):
            with contextlib.suppress(WorkerDied):
                os.kill(worker.call.pid(), signal.SIGKILL)
        for thread in threads:
            thread.join(HANG_S)
        assert len(outcomes) == 350
        assert {type(each) for each in outcomes} <= {int, WorkerDied}
        assert any(isinstance(each, int) for each in outcomes)
