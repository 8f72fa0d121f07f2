"""A child that dies ends each call that is open with one outcome, which says how far the call was."""

from __future__ import annotations

import asyncio
import gc
import os
import pickle
import signal
import sys
import threading
import time
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import ParentWorker, WorkerNotStarted
from ambidex.errors import RemoteError, UsageError, WorkerDied
from ambidex.protocol import Kind, encoded
from tests.limits import HANG_S

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

if sys.platform == "win32":
    pytest.skip("processes are killed by signals here", allow_module_level=True)

pytestmark = pytest.mark.usefixtures("nothing_left")

FAULTS = Path(__file__).with_name("children") / "faults.py"


@pytest.fixture
def worker() -> Iterator[ParentWorker]:
    """Give a running worker whose child is not started again."""
    with ParentWorker(FAULTS, restart="temporary", output="drop") as started:
        yield started


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    """Give a named pipe, which a call of the child opens when it runs."""
    made = tmp_path / "runs"
    os.mkfifo(made)
    return made


def kill(worker: ParentWorker) -> int:
    """Kill the child, and return its number."""
    pid = worker.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    return pid


def kill_when_it_runs(worker: ParentWorker, pipe: Path) -> threading.Thread:
    """Kill the child, from a thread, when a call has opened the pipe."""

    def work() -> None:
        pipe.read_bytes()
        kill(worker)

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def check(error: WorkerDied, pid: int | None, call: str, *progress: str, status: int = -9) -> None:
    """Check the parts of an error, and that they survive pickling."""
    assert (error.pid, error.status, error.call) == (pid, status, call)
    assert error.progress in progress
    assert not error.was_closed
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), vars(again)) == (str(error), vars(error))


@pytest.mark.parametrize("name", ["wait", "wait_on_thread", "hold_loop"])
@pytest.mark.parametrize("is_awaited", [False, True])
def test_call_that_runs_when_the_child_dies_raises_worker_died(
    worker: ParentWorker, pipe: Path, name: str, is_awaited: bool
) -> None:
    """It says which process, how it ended, which call, and that the call had begun; whatever held it."""
    pid = worker.pid
    worker.call.say("one", "two")
    killer = kill_when_it_runs(worker, pipe)
    with pytest.raises(WorkerDied) as caught:
        call(worker, is_awaited, name, str(pipe))
    killer.join()
    check(caught.value, pid, name, "started")
    assert caught.value.last_lines == ("one", "two")
    assert worker.pid is None
    with pytest.raises(WorkerDied, match="its policy asks for no start after such an end") as caught:
        worker.call.add(1, 2)
    check(caught.value, pid, "add", "not_sent")


def call(worker: ParentWorker, is_awaited: bool, name: str, *args: Any, **options: Any) -> Any:
    """Make a call, from this thread or from a loop."""
    if not is_awaited:
        return getattr(worker.call, name)(*args, **options)

    async def main() -> Any:
        return await getattr(worker.acall, name)(*args, **options)

    return asyncio.run(main())


@pytest.mark.parametrize("name", ["count", "sync_count"])
def test_stream_ends_with_the_child(worker: ParentWorker, name: str) -> None:
    """Its reader, blocking or awaiting, gets the items that had come, and then the error."""
    pid = worker.pid
    items = getattr(worker.call, name)()
    assert next(items) == 1
    kill(worker)
    with pytest.raises(WorkerDied) as caught:
        next(items)
    check(caught.value, pid, name, "started")


@pytest.mark.parametrize("name", ["count", "sync_count"])
def test_awaited_stream_ends_with_the_child(worker: ParentWorker, name: str) -> None:
    """As above."""
    pid = worker.pid

    async def main() -> None:
        async for item in getattr(worker.acall, name)():
            assert item == 1
            kill(worker)

    with pytest.raises(WorkerDied) as caught:
        asyncio.run(main())
    check(caught.value, pid, name, "started")


def test_stream_that_raises_a_system_error_ends_nothing_else(worker: ParentWorker, tmp_path: Path) -> None:
    """An `OSError` of the child's own generator is its reader's, and no sign that the connection is over."""
    with pytest.raises(FileNotFoundError):
        list(worker.call.lines_of(str(tmp_path / "none")))
    assert worker.call.add(1, 2) == 3


@pytest.mark.parametrize("is_awaited", [False, True])
def test_child_that_dies_while_it_calls_back_ends_the_call(worker: ParentWorker, is_awaited: bool) -> None:
    """The function of the parent runs to its end, and the call raises."""
    ran: list[int] = []

    def function(pid: int) -> int:
        os.kill(pid, signal.SIGKILL)
        ran.append(pid)
        return pid

    pid = worker.pid
    with pytest.raises(WorkerDied) as caught:
        call(worker, is_awaited, "call_back", function)
    check(caught.value, pid, "call_back", "started")
    assert ran == [pid]


def test_call_that_was_sent_and_had_not_begun_says_so(worker: ParentWorker) -> None:
    """A stopped child reads nothing."""

    async def main() -> None:
        assert await worker.acall.add(1, 2) == 3
        assert worker.pid is not None
        os.kill(worker.pid, signal.SIGSTOP)
        call = asyncio.ensure_future(worker.acall.add(1, 2))
        await asyncio.sleep(0)
        kill(worker)
        await call

    pid = worker.pid
    with pytest.raises(WorkerDied, match="after add was sent to it, and before that began") as caught:
        asyncio.run(main())
    check(caught.value, pid, "add", "sent")


@pytest.mark.parametrize("is_awaited", [False, True])
def test_child_that_dies_while_a_call_is_sent_to_it_has_not_begun_that(worker: ParentWorker, is_awaited: bool) -> None:
    """A stopped child takes as much of 64 MiB as its socket holds; what it had of the call is no call."""
    pid = worker.pid
    assert pid is not None
    assert call(worker, is_awaited, "size_of", b"ab") == 2
    os.kill(pid, signal.SIGSTOP)
    told: list[WorkerDied] = []

    def work() -> None:
        try:
            call(worker, is_awaited, "size_of", bytes(64 << 20))
        except WorkerDied as error:
            told.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    while worker.statistics().total.in_flight == 0:
        thread.join(0.01)
    kill(worker)
    thread.join(HANG_S)
    (error,) = told
    check(error, pid, "size_of", "not_sent", "sent")


def test_child_that_dies_while_it_sends_a_result_has_given_none(worker: ParentWorker, pipe: Path) -> None:
    """A loop that is held up reads nothing, so that the child can send no more than its socket holds."""

    async def main() -> None:
        reading = asyncio.ensure_future(worker.acall.give_long(64 << 20, str(pipe)))
        await asyncio.sleep(0)
        pipe.read_bytes()  # noqa: ASYNC240  this is to hold the loop
        kill(worker)
        await reading

    pid = worker.pid
    with pytest.raises(WorkerDied) as caught:
        asyncio.run(main())
    check(caught.value, pid, "give_long", "started")


def test_call_that_waits_for_a_thread_has_not_begun(worker: ParentWorker, pipe: Path) -> None:
    """A sync method begins when a thread of the child's pool takes it."""

    async def main() -> list[str]:
        calls = [asyncio.ensure_future(worker.acall.wait_on_thread()) for _ in range(33)]
        calls.append(asyncio.ensure_future(worker.acall.wait(str(pipe))))
        await asyncio.get_running_loop().run_in_executor(None, pipe.read_bytes)
        await worker.acall.wait_for_threads(32)
        kill(worker)
        errors = await asyncio.gather(*calls, return_exceptions=True)
        return [error.progress for error in errors if isinstance(error, WorkerDied)]

    progress = asyncio.run(main())
    assert (progress.count("started"), progress.count("sent")) == (33, 1)


def test_calls_to_an_idle_child_that_died_raise(worker: ParentWorker) -> None:
    """Blocking and awaited, whether its death was seen before or is seen by the call."""
    assert worker.call.add(1, 2) == 3
    pid = kill(worker)
    for _ in range(3):
        with pytest.raises(WorkerDied) as caught:
            worker.call.add(1, 2)
        check(caught.value, pid, "add", "sent", "not_sent")
    for _ in range(2):
        with pytest.raises(WorkerDied) as caught:
            call(worker, True, "add", 1, 2)
        check(caught.value, pid, "add", "not_sent")


def test_every_caller_is_told_and_no_error_is_kept(
    worker: ParentWorker, pipe: Path, request: pytest.FixtureRequest
) -> None:
    """Two threads and a loop, each with a call and one with a stream, all at once.

    An error is gone when its last reader has let go of it: one that a cycle kept would keep the frames of its caller.
    """
    told: list[BaseException] = []

    def work(function: Callable[[], Any]) -> None:
        try:
            function()
        except BaseException as error:  # noqa: BLE001  any: it is looked at below
            told.append(error)

    threads = [
        threading.Thread(target=work, args=(function,))
        for function in (worker.call.wait, worker.call.wait_on_thread, lambda: list(worker.call.count()))
    ]
    for thread in threads:
        thread.start()

    async def main() -> None:
        calls = [worker.acall.wait(), worker.acall.wait_on_thread(), items(), worker.acall.wait(str(pipe))]
        tasks = [asyncio.ensure_future(call) for call in calls]
        await asyncio.wait(tasks)
        told.extend(filter(None, (task.exception() for task in tasks)))  # frames of asyncio keep what this would return

    async def items() -> None:
        async for _ in worker.acall.count():
            pass

    gc.disable()
    request.addfinalizer(gc.enable)
    killer = kill_when_it_runs(worker, pipe)
    asyncio.run(main())
    for thread in (*threads, killer):
        thread.join(HANG_S)
    assert [type(each) for each in told] == [WorkerDied] * 7
    kept = [weakref.ref(each) for each in told]
    told.clear()
    assert [each() for each in kept] == [None] * 7


def test_ten_thousand_calls_in_flight_end_once_each(worker: ParentWorker) -> None:
    """None is lost, none ends twice; the time from the death being visible to the last outcome is printed."""

    async def main() -> None:
        ended: list[tuple[int, str]] = []
        last = 0.0

        async def one(number: int) -> None:
            nonlocal last
            try:
                await worker.acall.wait()
            except WorkerDied as error:
                ended.append((number, error.progress))
                last = time.perf_counter()

        calls = [asyncio.ensure_future(one(number)) for number in range(10_000)]
        await asyncio.sleep(0)
        assert await worker.acall.add(1, 2) == 3
        life = worker.running
        assert life is not None
        seen = 0.0

        def note(_: object) -> None:
            nonlocal seen
            seen = time.perf_counter()

        life.fate.add_done_callback(note)
        kill(worker)
        await asyncio.gather(*calls)
        print(f"10,000 calls ended {(last - seen) * 1e3:.1f} ms after the death was visible")
        assert sorted(number for number, _ in ended) == list(range(10_000))
        assert {progress for _, progress in ended} == {"started"}

    asyncio.run(main())


def test_one_call_ends_at_once(worker: ParentWorker, pipe: Path) -> None:
    """The time from the kill to the caller's exception is printed, not judged."""
    killed = 0.0

    def work() -> None:
        nonlocal killed
        pipe.read_bytes()
        killed = time.perf_counter()
        kill(worker)

    killer = threading.Thread(target=work)
    killer.start()
    with pytest.raises(WorkerDied):
        worker.call.wait(str(pipe))
    print(f"from kill to the exception: {(time.perf_counter() - killed) * 1e3:.2f} ms")
    killer.join()


def test_close_after_death_is_quiet(worker: ParentWorker) -> None:
    """It may be closed, twice, and started again."""
    pid = kill(worker)
    worker.call.close()
    worker.call.close()
    with pytest.raises(UsageError, match="does not run: start it first"):
        worker.call.add(1, 2)
    worker.call.start()
    assert worker.call.pid() == worker.pid != pid


@pytest.mark.parametrize("code", [0, 3])
def test_child_that_leaves_during_a_call_tells_its_exit_code(worker: ParentWorker, code: int) -> None:
    """However it ends, the call has an outcome."""
    pid = worker.pid
    with pytest.raises(WorkerDied) as caught:
        worker.call.leave(code)
    check(caught.value, pid, "leave", "started", status=code)


def test_child_that_forks_dies_all_the_same(worker: ParentWorker, pipe: Path) -> None:
    """A process that holds the child's ends of everything, and lives on, does not hide its death."""
    pid = worker.pid
    other = worker.call.fork_apart()
    try:
        killer = kill_when_it_runs(worker, pipe)
        with pytest.raises(WorkerDied) as caught:
            worker.call.wait(str(pipe))
        killer.join()
        check(caught.value, pid, "wait", "started")
    finally:
        os.kill(other, signal.SIGKILL)


def test_child_that_closes_its_descriptors_is_killed(worker: ParentWorker) -> None:
    """It can be told nothing any more; the error says so."""
    with pytest.raises(WorkerDied, match="it was killed because it closed a connection, and went on") as caught:
        worker.call.close_descriptors()
    assert caught.value.status == -9


def test_half_a_message_of_a_child_that_ends_is_its_death(worker: ParentWorker) -> None:
    """What came before the end is no outcome."""
    with pytest.raises(WorkerDied) as caught:
        worker.call.write_to_sockets(b"\x01\x00\x00", is_last=True)
    assert caught.value.status == 3


@pytest.mark.parametrize("is_awaited", [False, True])
def test_child_that_breaks_the_rules_of_the_wire_is_killed(worker: ParentWorker, is_awaited: bool) -> None:
    """The error says so, and has what was wrong as its cause."""
    with pytest.raises(WorkerDied, match="it was killed because it broke the rules of the wire: ") as caught:
        call(worker, is_awaited, "write_to_sockets", b"\xff" * 64, is_last=False)
    assert type(caught.value.__cause__).__name__ == "ProtocolError"
    assert not caught.value.was_closed


@pytest.mark.parametrize(
    ("kind", "payload", "reason"),
    [
        (Kind.RELEASE, b"abc", "a release of 3 bytes came"),
        (Kind.RESULT, b"", f"a message of the kind {int(Kind.RESULT)} came over the main connection"),  # no call is 0
        (Kind.CREDIT, b"", f"a message of the kind {int(Kind.CREDIT)} came over the main connection"),
    ],
)
def test_message_that_is_none_of_the_rules_kills_the_child(
    worker: ParentWorker, kind: Kind, payload: bytes, reason: str
) -> None:
    """As anything else does that is none of the wire's."""
    with pytest.raises(WorkerDied, match=f"broke the rules of the wire: {reason}"):
        worker.call.write_to_sockets(encoded(kind, 0, payload), is_last=False)


_WITHOUT_HELLO = """
from ambidex import ChildWorker
from ambidex.protocol import Kind
from ambidex.transport import Connection

send = Connection.send

def send_no_hello(self, kind, *args, **options):
    if kind != Kind.HELLO:
        send(self, kind, *args, **options)

Connection.send = send_no_hello

class Rude(ChildWorker):
    pass
"""


def test_child_that_does_not_greet_is_killed(tmp_path: Path) -> None:
    """Nothing that it says is taken before both have told what they can."""
    (tmp_path / "rude.py").write_text(_WITHOUT_HELLO, encoding="utf-8")
    with pytest.raises(
        WorkerNotStarted, match=r"broke the rules of the wire: a message of the kind \d+ came before the hello"
    ):
        ParentWorker(tmp_path / "rude.py").call.start()


def test_what_cannot_be_sent_ends_its_call_alone(worker: ParentWorker) -> None:
    """A result that does not pickle, and an exception that does not unpickle; the child goes on."""
    with pytest.raises(UsageError, match="what give_lock gives cannot be sent"):
        worker.call.give_lock()
    with pytest.raises(RemoteError, match="Unpicklable"):
        worker.call.fail_unpicklable()
    assert worker.call.add(1, 2) == 3


def test_child_that_writes_much_is_not_held_up(worker: ParentWorker) -> None:
    """100 MiB on descriptor 1 go somewhere, whoever wants them."""
    assert worker.call.write(100 << 20) == 100 << 20
    assert worker.call.add(1, 2) == 3


def test_call_that_is_cancelled_before_the_child_reads_it_ends(worker: ParentWorker) -> None:
    """The child reads the call and its cancellation together, and goes on."""

    async def main() -> float:
        assert await worker.acall.add(1, 2) == 3
        assert worker.pid is not None
        os.kill(worker.pid, signal.SIGSTOP)
        call = asyncio.ensure_future(worker.acall.wait())
        await asyncio.sleep(0)
        call.cancel()
        await asyncio.sleep(0)
        os.kill(worker.pid, signal.SIGCONT)
        begun = time.perf_counter()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert await worker.acall.add(1, 2) == 3
        return time.perf_counter() - begun

    print(f"ended after {asyncio.run(main()) * 1e3:.1f} ms; the grace is 5 s")


def test_loops_that_come_and_go_do_not_end_the_child(worker: ParentWorker) -> None:
    """The connection of a closed loop is closed by the next one, and that is no sign that anything is wrong."""
    pid = worker.pid
    for _ in range(3):
        assert call(worker, True, "add", 1, 2) == 3
    worker.call.hold_for(1.0)  # longer than a child may live on that has closed a connection
    assert (worker.pid, worker.call.add(1, 2)) == (pid, 3)
