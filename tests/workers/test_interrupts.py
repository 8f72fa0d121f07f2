"""Interrupts of a blocking caller of a child: Ctrl-C, a second one, and exceptions of signal handlers at any moment."""

from __future__ import annotations

import sys
import textwrap
from typing import TYPE_CHECKING

import pytest

from tests.programs import run_program

if TYPE_CHECKING:
    from pathlib import Path

    from tests.programs import Ended

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="timers that send signals are a Unix matter"),
    pytest.mark.usefixtures("nothing_left"),
]

CHILD = """
import asyncio, os, time
from ambidex import ChildWorker

class Child(ChildWorker):
    def __init__(self):
        self.begun = self.ended = 0
        self.log = []
        self.may_end = asyncio.Event()

    def double(self, number):
        return number * 2

    async def slow(self, number):
        self.begun += 1
        try:
            await asyncio.sleep(0.002)
            return number * 2
        finally:
            self.ended += 1

    async def count(self, first, stop):
        self.begun += 1
        try:
            for number in range(first, stop):
                if number % 8 == 0:
                    await asyncio.sleep(0)
                yield number
        finally:
            self.ended += 1

    async def tell(self, times, callback):
        return sum([await callback(each) for each in range(times)])

    async def echo(self, value):
        return value

    async def waits(self, parent, clean_up_s):
        try:
            os.kill(parent, __import__("signal").SIGALRM)
            await asyncio.Event().wait()
        finally:
            await (self.may_end.wait() if clean_up_s is None else asyncio.sleep(clean_up_s))
            self.log.append("cleaned up")

    async def let_end(self):
        self.may_end.set()

    async def stream_waits(self, parent, clean_up_s):
        yield 1
        await self.waits(parent, clean_up_s)

    async def broken_stream(self):
        yield 1
        raise FileNotFoundError(2, "gone")

    async def look(self):
        return self.log

    async def state(self):
        return self.begun - self.ended, len(asyncio.all_tasks()), len(os.listdir("/proc/self/fd"))
"""
PRELUDE = """
import gc, os, random, signal, sys, time
from ambidex import ParentWorker

def hear(*_):
    if armed:
        raise kind

armed, kind = True, KeyboardInterrupt
signal.signal(signal.SIGALRM, hear)
worker = ParentWorker("child.py")
"""
WORK = {
    "call": """
        for number in range(1_000_000):
            assert call.double(number) == 2 * number
            assert call.slow(number) == 2 * number
    """,
    "long": """
        data = bytes([turn % 256]) * 3_000_000
        while True:
            assert call.echo(data) == data
    """,
    "stream": """
        while True:
            assert list(call.count(turn, turn + 500)) == list(range(turn, turn + 500))
    """,
    "callback": """
        while True:
            assert call.tell(5, lambda number: sum(range(number))) == 10
    """,
}
STORM = """
def work(call, turn):
{work}

def state():
    gc.collect()
    session = worker.life("it").session
    return len(os.listdir("/proc/self/fd")), len(session._lanes), session._lanes.unsettled, *worker.call.state()

kinds = {kinds}

def pass_over(unraisable, show=sys.unraisablehook):
    if unraisable.exc_type not in kinds:
        show(unraisable)

# What a handler raises in the callback of a weak reference Python itself drops: the timer's next signal is heard then.
sys.unraisablehook = pass_over
chance = random.Random({seed})
heard = 0
with worker.sync:
    for turn in range({turns}):
        kind = kinds[turn % len(kinds)]
        try:
            try:
                armed = True
                signal.setitimer(signal.ITIMER_REAL, chance.uniform(0.0001, 0.003), 1.0)
                work(worker.call, turn)
            finally:
                armed = False
                signal.setitimer(signal.ITIMER_REAL, 0)
        except kind:
            heard += 1
        assert worker.call.double(turn) == 2 * turn
        if turn == 20:
            early = state()
    late = state()
    fds, *rest = (after - before for before, after in zip(early, late))
    print(heard, abs(fds) <= 1, rest[:2], late[3:5], abs(rest[-1]) <= 1)
"""


def run(folder: Path, source: str) -> Ended:
    """Run a program beside the child's file; its folder is the current one."""
    (folder / "child.py").write_text(CHILD, encoding="utf-8")
    return run_program(folder, f"import os\nos.chdir({str(folder)!r})\n{source}")


@pytest.mark.timeout(120)
@pytest.mark.parametrize("work", WORK)
def test_a_thousand_interrupts_leave_every_next_answer_right_and_nothing_behind(tmp_path: Path, work: str) -> None:
    """Each is heard once; what ran for it in the child has ended; descriptors and lanes are as many as before."""
    body = textwrap.indent(textwrap.dedent(WORK[work]), "    ")
    kinds = "KeyboardInterrupt, TimeoutError"
    ended = run(tmp_path, PRELUDE + STORM.format(work=body, kinds=kinds, seed=1, turns=1000))
    assert (ended.code, ended.out, ended.err) == (0, "1000 True [0, 0] (0, 2) True\n", "")


@pytest.mark.parametrize(
    "call", ["call.waits(os.getpid(), 0.05)", "list(call.stream_waits(os.getpid(), 0.05))"], ids=["call", "stream"]
)
def test_interrupt_is_raised_when_the_clean_up_in_the_child_has_ended(tmp_path: Path, call: str) -> None:
    """What the handler has raised is raised, of whatever class, and by then the child's task has cleaned up."""
    ended = run(
        tmp_path,
        f"""{PRELUDE}
call = worker.call
with worker.sync:
    for number, cls in enumerate((KeyboardInterrupt, TimeoutError, OSError, EOFError, ValueError), 1):
        kind = cls("mine")
        try:
            {call}
        except cls as error:
            print(error is kind, call.look() == ["cleaned up"] * number, call.double(2))
""",
    )
    assert (ended.code, ended.out, ended.err) == (0, "True True 4\n" * 5, "")


def test_second_interrupt_is_raised_at_once(tmp_path: Path) -> None:
    """While the clean-up in the child is awaited another interrupt ends the wait; calls go on to work."""
    ended = run(
        tmp_path,
        f"""{PRELUDE}
class Second(Exception):
    pass

def hear(*_):
    signal.signal(signal.SIGALRM, hear_second)
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    raise KeyboardInterrupt

def hear_second(*_):
    raise Second

signal.signal(signal.SIGALRM, hear)
worker = ParentWorker("child.py", grace=3600)
with worker.sync:
    try:
        worker.call.waits(os.getpid(), None)
    except Second as error:
        print(repr(error.__context__), worker.call.look(), worker.call.double(2))
    worker.call.let_end()
""",
    )
    assert (ended.code, ended.out, ended.err) == (0, "KeyboardInterrupt() [] 4\n", "")


def test_interrupt_of_a_callback_ends_the_call_that_handed_it_over(tmp_path: Path) -> None:
    """KeyboardInterrupt in a function that the child calls back is raised where the program waits, as it is."""
    ended = run(
        tmp_path,
        f"""{PRELUDE}
def callback(number):
    if number == 3:
        os.kill(os.getpid(), signal.SIGALRM)
    return number

kind = KeyboardInterrupt("mine")
with worker.sync:
    try:
        worker.call.tell(5, callback)
    except KeyboardInterrupt as error:
        print(error is kind, worker.call.state()[:2], worker.call.double(2))
""",
    )
    assert (ended.code, ended.out, ended.err) == (0, "True (0, 2) 4\n", "")


def test_os_error_of_a_stream_is_its_own(tmp_path: Path) -> None:
    """An OSError that the child's generator raises is raised as it is: it says nothing of the connection."""
    ended = run(
        tmp_path,
        f"""{PRELUDE}
with worker.sync:
    try:
        list(worker.call.broken_stream())
    except FileNotFoundError as error:
        print(error, worker.call.double(2), len(worker.life("it").session._lanes))
""",
    )
    assert (ended.code, ended.out, ended.err) == (0, "[Errno 2] gone 4 1\n", "")


def test_closing_a_stream_that_waits_cancels_its_step(tmp_path: Path) -> None:
    """A reader that leaves does not wait for an item that nobody reads, whichever face it has."""
    ended = run(
        tmp_path,
        f"""{PRELUDE}
import asyncio

async def leave():
    async with ParentWorker("child.py", grace=600) as worker:
        reading = worker.acall.stream_waits(os.getpid(), 0)
        async for _ in reading:
            await reached.wait()
            break
        await reading.aclose()
        reached.clear()
        reading = worker.acall.stream_waits(os.getpid(), 0)
        await anext_of(reading)
        step = asyncio.ensure_future(anext_of(reading))
        await asyncio.sleep(0)
        await reached.wait()
        step.cancel()
        await asyncio.wait({{step}})
        print(step.cancelled(), await worker.acall.look())

async def anext_of(reading):
    return await reading.__anext__()

async def main():
    global reached
    reached = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGALRM, reached.set)
    await leave()

begin = time.monotonic()
asyncio.run(main())
reading, writing = os.pipe()  # a signal that comes between a look and a wait is not lost
signal.signal(signal.SIGALRM, lambda *_: os.write(writing, b"."))
with ParentWorker("child.py", grace=600).sync as worker:
    for _ in worker.call.stream_waits(os.getpid(), 0):
        os.read(reading, 1)
        break
    print(worker.call.look(), time.monotonic() - begin < 60)
""",
    )
    assert (ended.code, ended.out, ended.err) == (
        0,
        "True ['cleaned up', 'cleaned up']\n['cleaned up'] True\n",
        "",
    )


STARTING = """
import asyncio, os, signal, sys
from ambidex import ChildWorker

class Child(ChildWorker):
    async def setup(self):
        if sys.argv[1:] == ["waits"]:
            os.kill(os.getppid(), signal.SIGALRM)
            await asyncio.Event().wait()
"""
CHILDREN = """
from pathlib import Path
from ambidex import WorkerPool

def children():
    return [each for task in Path("/proc/self/task").iterdir() for each in (task / "children").read_text().split()]
"""


@pytest.mark.skipif(sys.platform != "linux", reason="children are listed in /proc")
def test_interrupted_start_leaves_no_child_behind(tmp_path: Path) -> None:
    """By whichever way it was started; when the interrupt is raised the child is gone. It may be started again."""
    (tmp_path / "starting.py").write_text(STARTING, encoding="utf-8")
    ended = run(
        tmp_path,
        f"""{PRELUDE}{CHILDREN}
def enter(worker):
    with worker:
        print("entered")

worker = ParentWorker("starting.py", args=["waits"])
pool = WorkerPool("starting.py", args=["waits"], size=2)
for start in (lambda: enter(worker), lambda: enter(worker.sync), worker.call.start, lambda: enter(pool)):
    try:
        start()
    except KeyboardInterrupt:
        print(children(), worker.pid)
""",
    )
    assert (ended.code, ended.out, ended.err) == (0, "[] None\n" * 4, "")


@pytest.mark.skipif(sys.platform != "linux", reason="children are listed in /proc")
def test_start_that_is_interrupted_at_any_moment_leaves_no_child_behind(tmp_path: Path) -> None:
    """By the timer of the system, from before the process is there until after it is ready."""
    (tmp_path / "starting.py").write_text(STARTING, encoding="utf-8")
    ended = run(
        tmp_path,
        f"""{PRELUDE}{CHILDREN}
chance = random.Random(1)
worker = ParentWorker("starting.py")
with worker:
    begin = time.monotonic()
worker.call.start()
took = time.monotonic() - begin
worker.call.close()
outcomes = []
for turn in range(10):
    try:
        try:
            armed = True
            signal.setitimer(signal.ITIMER_REAL, chance.uniform(0.0001, took))
            with worker:
                armed = False
                outcomes.append("entered")
        finally:
            armed = False
            signal.setitimer(signal.ITIMER_REAL, 0)
    except KeyboardInterrupt:
        outcomes.append("interrupted")
    assert not children(), (turn, outcomes)
print(len(outcomes), "interrupted" in outcomes)
""",
    )
    assert (ended.code, ended.out, ended.err) == (0, "10 True\n", "")
