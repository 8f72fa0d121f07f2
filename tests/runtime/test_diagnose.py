"""What hangs is shown: each caller's stack joined to that of the work, while it hangs."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import Synchronizer, diagnose
from ambidex.runtime._diagnosis._stack import has_gil
from tests.limits import HANG_S

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ambidex.runtime import Diagnosis
    from tests.programs import Ended


class Started:
    """Run a function in threads, and join them."""

    def __init__(self) -> None:
        self.threads: list[threading.Thread] = []

    def __call__(self, function: Callable[[], object], name: str) -> None:
        thread = threading.Thread(target=function, name=name)
        self.threads.append(thread)
        thread.start()


@pytest.fixture
def start() -> Iterator[Started]:
    """Give the test a way to start threads that end with it."""
    started = Started()
    yield started
    for thread in started.threads:
        thread.join(HANG_S)


def wait_until(condition: Callable[[Diagnosis], bool]) -> Diagnosis:
    """Diagnose until what the test has started shows; the test's own limit bounds it."""
    while not condition(found := diagnose()):
        threading.Event().wait(0.001)
    return found


async def innermost(go: asyncio.Event) -> None:
    """Wait."""
    await go.wait()


async def outermost(kept: list[Any]) -> None:
    """Wait in another coroutine, for what the test sets."""
    go = asyncio.Event()
    kept.append((asyncio.get_running_loop(), go))
    await innermost(go)


def release(kept: list[Any]) -> None:
    """End the waiting."""
    for loop, event in kept:
        loop.call_soon_threadsafe(event.set)


def test_idle_process_shows_nobody(synchronizer: Synchronizer) -> None:
    """A loop that waits for work is not held."""
    synchronizer.run(asyncio.sleep, 0)
    assert str(wait_until(lambda found: not found.held)) == "nobody waits"


def test_blocked_thread_shows_its_stack_and_the_tasks(synchronizer: Synchronizer, start: Started) -> None:
    """A task that waits for ever: the caller's line, then the chain of awaits, innermost last, and the deadline."""
    kept: list[Any] = []

    def blocked_caller() -> None:
        synchronizer.with_options(timeout=60).run(outermost, kept)

    start(blocked_caller, "the caller")
    # What has taken the first step may still be about to wake the loop, inside asyncio.
    found = wait_until(lambda found: any(one.work.stack and "blocked_caller" in one.stack[-1] for one in found.waiting))
    (waiting,) = found.waiting
    assert waiting.caller == "thread 'the caller' is blocked at"
    work = waiting.work
    assert (work.call, work.runtime, work.state) == ("outermost", synchronizer.name, "running")
    assert work.remaining_s is not None
    assert work.age_s is not None
    assert 0 < work.remaining_s < 60
    assert 0 <= work.age_s < 60
    names = [line.partition(", in ")[2].partition("\n")[0] for line in work.stack]
    assert names[:2] == ["outermost", "innermost"]
    text = str(found)
    assert text.index("blocked_caller") < text.index("in outermost") < text.index("await go.wait()")
    release(kept)


def test_waiting_for_a_future_and_awaiting_elsewhere_are_shown(synchronizer: Synchronizer, start: Started) -> None:
    """A thread in `result()`, a task of another loop that awaits a call, and one that awaits a future."""
    kept: list[Any] = []

    async def awaits_call() -> None:
        await synchronizer.aio(outermost, kept)

    async def awaits_future() -> None:
        await synchronizer.submit(outermost, kept)

    start(lambda: synchronizer.submit(outermost, kept).result(), "future")
    start(lambda: asyncio.run(awaits_call()), "call")
    start(lambda: asyncio.run(awaits_future()), "awaited future")
    found = wait_until(lambda found: sum(bool(each.work.stack) for each in found.waiting) == 3)
    assert sorted(each.caller.partition(" ")[0] for each in found.waiting) == ["task", "task", "thread"]
    lines = " ".join(each.stack[-1] for each in found.waiting)
    assert "await synchronizer.aio(outermost, kept)" in " ".join(line for each in found.waiting for line in each.stack)
    assert "awaits_future" in lines
    assert {each.work.call for each in found.waiting} == {"outermost"}
    release(kept)


def test_held_loop_shows_the_line_that_holds_it(synchronizer: Synchronizer, start: Started) -> None:
    """`time.sleep` in a coroutine: the loop's own stack, and a caller whose call has not begun.

    Without a GIL, who takes a first step itself is not seen to wait: its thread runs.
    """
    begun, go = threading.Event(), threading.Event()
    holding: list[str] = []

    async def hold() -> None:
        holding.append(threading.current_thread().name)
        begun.set()
        while not go.is_set():
            time.sleep(0.05)  # noqa: ASYNC251  what the test is about

    async def never_begun() -> None:
        pass

    start(lambda: synchronizer.run(hold), "holder")
    assert begun.wait(HANG_S)
    start(lambda: synchronizer.run(never_begun), "behind")
    seen = {"hold": "running", "never_begun": "not begun"}
    if not has_gil() and holding == ["holder"]:  # not the loop, which had this first step to take
        print("without a GIL: the thread of a caller that takes a first step cannot be looked at")
        del seen["hold"]
    try:
        found = wait_until(lambda found: len(found.waiting) == len(seen) and bool(found.held))
    finally:
        go.set()
    (held,) = found.held
    assert held.runtime == synchronizer.name
    assert "in hold" in held.stack[-1]
    states = {each.work.call.rpartition(".")[2]: each.work.state for each in found.waiting}
    assert states == seen
    assert "is held at" in str(found)


def test_deadlocked_lock_of_the_user_shows_who_waits_where(synchronizer: Synchronizer, start: Started) -> None:
    """Two tasks, two locks, taken in two orders: both callers are shown at the line of the second lock."""
    locks: list[asyncio.Lock] = []
    tasks: list[asyncio.Task[Any]] = []

    async def make() -> None:
        locks[:] = [asyncio.Lock(), asyncio.Lock()]

    async def take(first: int, second: int, taken: threading.Barrier) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.append(task)
        async with locks[first]:
            await asyncio.get_running_loop().run_in_executor(None, taken.wait, HANG_S)
            async with locks[second]:
                pytest.fail("no deadlock")

    def caller(first: int, second: int, taken: threading.Barrier) -> None:
        with pytest.raises(asyncio.CancelledError):
            synchronizer.run(take, first, second, taken)

    synchronizer.run(make)
    taken = threading.Barrier(2)
    start(lambda: caller(0, 1, taken), "one")
    start(lambda: caller(1, 0, taken), "other")
    found = wait_until(lambda found: sum("locks[second]" in "".join(each.work.stack) for each in found.waiting) == 2)
    assert sorted(each.caller for each in found.waiting) == [
        "thread 'one' is blocked at",
        "thread 'other' is blocked at",
    ]

    async def end() -> None:
        for task in tasks:
            task.cancel()

    synchronizer.run(end)


def test_chain_through_two_loops_is_shown_to_its_end(synchronizer: Synchronizer, start: Started) -> None:
    """A call that awaits a call on another loop: both are shown, one inside the other."""
    kept: list[Any] = []
    with Synchronizer(f"{synchronizer.name} other", grace_s=15) as other:

        async def through() -> None:
            await other.aio(outermost, kept)

        start(lambda: synchronizer.run(through), "caller")
        found = wait_until(
            lambda found: any(each.work.waits_for and each.work.waits_for.stack for each in found.waiting)
        )
        (work,) = [each.work for each in found.waiting if each.caller.startswith("thread 'caller'")]
        assert work.call.endswith("through")
        assert work.waits_for is not None
        assert (work.waits_for.call, work.waits_for.runtime) == ("outermost", other.name)
        release(kept)
        start.threads[0].join(HANG_S)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGUSR1")
def test_diagnosis_in_a_signal_handler_shows_the_very_thread_it_interrupts(synchronizer: Synchronizer) -> None:
    """The main thread is blocked, a signal arrives, and the handler sees what it is blocked in."""
    kept: list[Any] = []
    shown: list[str] = []
    main = threading.get_ident()

    heard = threading.Event()

    def handler(*_: object) -> None:
        if not heard.is_set():
            heard.set()
            shown.append(str(diagnose()))
            release(kept)

    def send() -> None:
        wait_until(lambda found: bool(found.waiting) and bool(found.waiting[0].work.stack))
        while not heard.is_set():  # CPython hears no signal that comes in the instant before it waits for a lock
            signal.pthread_kill(main, signal.SIGUSR1)
            heard.wait(0.1)

    before = signal.signal(signal.SIGUSR1, handler)
    thread = threading.Thread(target=send)
    thread.start()
    try:
        synchronizer.run(outermost, kept)
    finally:
        thread.join(HANG_S)
        signal.signal(signal.SIGUSR1, before)
    assert "thread 'MainThread' is blocked at" in shown[0]
    assert "await go.wait()" in shown[0]


def test_diagnosis_while_threads_run_never_reads_what_has_gone(run_program: Callable[..., Ended]) -> None:
    """Threads that call, return and call at full speed: a reader of their frames must not end the process."""
    ended = run_program(
        """
        import threading
        from ambidex import Synchronizer, diagnose
        from ambidex.runtime._diagnosis._chain import thread_frames, waited_for
        from ambidex.runtime._diagnosis._stack import has_gil, line_of

        LOOKS = 1_000 if has_gil() else 20_000  # a few seconds either way: with a GIL a look waits for it
        own = Synchronizer("own")
        over = threading.Event()

        async def deep(left):
            return await deep(left - 1) if left else 1

        def climb(left):
            return climb(left - 1) if left else own.run(deep, 5)

        def call(index):
            while not over.is_set():
                climb(30)
                calls[index] += 1

        calls = [0] * 4
        threads = [threading.Thread(target=call, args=(index,)) for index in range(len(calls))]
        for thread in threads:
            thread.start()
        looks = 0
        while looks < LOOKS or not all(calls):
            looks += 1
            for stack in thread_frames().values():
                waited_for(stack)
                for frame in stack:
                    line_of(frame)
        diagnose()
        over.set()
        for thread in threads:
            thread.join()
        print("alive")
        """
    )
    assert (ended.code, ended.out, ended.err) == (0, "alive\n", "")
