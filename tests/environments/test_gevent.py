"""Processes that gevent has patched: greenlets wait together, and the loop keeps a real thread to itself."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import ambidex

if TYPE_CHECKING:
    from collections.abc import Callable

pytest.importorskip("gevent", reason="gevent is not installed")

LIBRARY = Path(ambidex.__file__).resolve().parent.parent
LIMIT_S = 18.0  # a program that takes longer hangs; below the limit of one test

IMPORTS = """
import asyncio, _thread, os, queue, signal, socket, sys, threading, time
import concurrent.futures
from contextlib import asynccontextmanager
from ambidex import DeadlineExceeded, DeadlockError, Synchronizer, run_async_task

own = Synchronizer("own", grace_s=5)

async def give(value):
    await asyncio.sleep(0.001)
    return value

async def thread_id():
    return threading.get_native_id()

class Slow:
    def __init__(self):
        self.begun, self.cleaning, self.may_end = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.log = []

    async def run(self):
        self.begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.cleaning.set()
            await self.may_end.wait()
            self.log.append("cleaned up")

    async def allow(self):
        self.may_end.set()

    def call(self, **options):
        try:
            own.with_options(**options).run(self.run)
        except BaseException as error:
            self.log.append(type(error).__name__)
            raise

async def make_slow(may_end=True):
    slow = Slow()
    if may_end:
        slow.may_end.set()
    return slow
"""
PATCH = """
from gevent import monkey
monkey.patch_all()
import gevent
"""
MOMENTS = {
    "patched-first": PATCH + IMPORTS,
    "imported-first": IMPORTS + PATCH,
    "started-first": IMPORTS + "assert own.run(give, 0) == 0" + PATCH,
}


@dataclass(frozen=True)
class Ended:
    """How a program ended."""

    code: int
    out: str
    err: str


every_moment = pytest.mark.parametrize("run_patched", list(MOMENTS), indirect=True)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give each test that leaves it open one of two moments, chosen by its name; the slow run has both."""
    is_open = all("run_patched" not in mark.args for mark in metafunc.definition.iter_markers("parametrize"))
    if "run_patched" in metafunc.fixturenames and is_open:
        both = ("patched-first", "started-first")
        chosen = both[zlib.crc32(metafunc.function.__name__.encode()) % 2]
        moments = [pytest.param(name, marks=() if name == chosen else pytest.mark.slow) for name in both]
        metafunc.parametrize("run_patched", moments, indirect=True)


@pytest.fixture
def run_patched(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], Ended]:
    """Give the test a function that runs a program which is patched at one moment or another."""
    return lambda source: run(tmp_path, MOMENTS[request.param] + textwrap.dedent(source))


def run(folder: Path, source: str, *options: str) -> Ended:
    """Run a program in a new interpreter, to its end or the time limit."""
    file = folder / "program.py"
    file.write_text(source, encoding="utf-8")
    path = os.pathsep.join([str(LIBRARY), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        [sys.executable, *options, str(file)],
        env={**os.environ, "PYTHONPATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


@every_moment
def test_calls_of_many_greenlets_all_answers_are_right_and_others_run(run_patched: Callable[[str], Ended]) -> None:
    """50 greenlets make 20 calls each and get their own answers, while another greenlet keeps running."""
    ended = run_patched("""
    ticks = 0

    def tick():
        global ticks
        while True:
            gevent.sleep(0)
            ticks += 1

    def work(number):
        return [own.run(give, (number, turn)) for turn in range(20)]

    ticker = gevent.spawn(tick)
    workers = [gevent.spawn(work, number) for number in range(50)]
    gevent.joinall(workers)
    ticker.kill()
    print([worker.value for worker in workers] == [[(number, turn) for turn in range(20)] for number in range(50)])
    print(ticks >= 20)
    print(run_async_task(give(3)))
    """)
    assert (ended.code, ended.out, ended.err) == (0, "True\nTrue\n3\n", "")


def test_calls_of_many_greenlets_are_in_flight_at_once(run_patched: Callable[[str], Ended]) -> None:
    """50 calls that wait for each other all end, so none of their greenlets has held the others."""
    ended = run_patched("""
    class Meeting:
        def __init__(self):
            self.arrived, self.all_here = 0, asyncio.Event()

        async def join(self):
            self.arrived += 1
            if self.arrived == 50:
                self.all_here.set()
            await self.all_here.wait()
            return self.arrived

    async def make():
        return Meeting()

    meeting = own.run(make)
    guests = [gevent.spawn(own.run, meeting.join) for _ in range(50)]
    gevent.joinall(guests)
    print({guest.value for guest in guests})
    """)
    assert (ended.code, ended.out, ended.err) == (0, "{50}\n", "")


@every_moment
def test_loop_runs_in_a_thread_of_its_own_and_no_greenlet_is_inside_it(run_patched: Callable[[str], Ended]) -> None:
    """The loop has its own thread of the system: asyncio sees it running there and in no greenlet."""
    ended = run_patched("""
    def look():
        return asyncio._get_running_loop(), own.run(thread_id) != threading.get_native_id()

    async def call_in_place():
        try:
            own.run(give, 1)
        except DeadlockError as error:
            return threading.current_thread().name

    greenlets = [gevent.spawn(look) for _ in range(3)]
    gevent.joinall(greenlets)
    print([greenlet.value for greenlet in greenlets])
    print(own.run(call_in_place))
    """)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == "[(None, True), (None, True), (None, True)]\nambidex-own\n"


def test_timeout_of_gevent_cancels_the_call_and_waits_for_its_clean_up(run_patched: Callable[[str], Ended]) -> None:
    """A `gevent.Timeout` ends the waiting of its greenlet once the task has cleaned up."""
    ended = run_patched("""
    slow = own.run(make_slow)
    try:
        with gevent.Timeout(0.5):
            slow.call()
    except gevent.Timeout:
        print(slow.log)
    """)
    assert (ended.code, ended.out, ended.err) == (0, "['cleaned up', 'Timeout']\n", "")


def test_kill_of_a_waiting_greenlet_cancels_the_call_and_waits_for_its_clean_up(
    run_patched: Callable[[str], Ended],
) -> None:
    """Killing a greenlet in mid-call ends its task first; other greenlets run meanwhile."""
    ended = run_patched("""
    slow = own.run(make_slow, False)
    greenlet = gevent.spawn(slow.call)
    own.run(slow.begun.wait)
    greenlet.kill(block=False)
    own.run(slow.cleaning.wait)
    print(greenlet.dead)
    own.run(slow.allow)
    greenlet.join()
    print(slow.log)
    """)
    assert (ended.code, ended.out, ended.err) == (0, "False\n['cleaned up', 'GreenletExit']\n", "")


def test_second_kill_raises_at_once(run_patched: Callable[[str], Ended]) -> None:
    """Who is killed again does not wait for the clean-up any longer."""
    ended = run_patched("""
    slow = own.run(make_slow, False)
    greenlet = gevent.spawn(slow.call)
    own.run(slow.begun.wait)
    greenlet.kill(block=False)
    own.run(slow.cleaning.wait)
    greenlet.kill()
    print(slow.log)
    own.run(slow.allow)
    """)
    assert (ended.code, ended.out, ended.err) == (0, "['GreenletExit']\n", "")


def test_clean_up_that_refuses_to_end_is_waited_for_within_the_grace_period(
    run_patched: Callable[[str], Ended],
) -> None:
    """The killed greenlet waits no longer than the grace period, and the task is named in the log."""
    ended = run_patched("""
    import logging
    logging.basicConfig(format="%(message)s", stream=sys.stdout)
    hasty = Synchronizer("hasty", grace_s=0.2)
    slow = hasty.run(make_slow, False)
    greenlet = gevent.spawn(hasty.run, slow.run)
    hasty.run(slow.begun.wait)
    greenlet.kill()
    print(greenlet.dead, slow.log)
    hasty.run(slow.allow)
    """)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("Slow.run did not end within 0.2 s of being cancelled; it stands at:\n")
    assert ended.out.endswith("True []\n")


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot send itself SIGINT there")
def test_interrupt_of_the_waiting_main_greenlet_cancels_the_call(run_patched: Callable[[str], Ended]) -> None:
    """SIGINT raises KeyboardInterrupt in the main greenlet once the task has cleaned up."""
    ended = run_patched("""
    slow = own.run(make_slow)

    async def interrupt():
        await slow.begun.wait()
        os.kill(os.getpid(), signal.SIGINT)

    ticker = gevent.spawn(gevent.sleep, 60)
    own.submit(interrupt)
    try:
        slow.call()
    except KeyboardInterrupt:
        print(slow.log)
    print(own.run(give, 1))
    """)
    assert (ended.code, ended.out) == (0, "['cleaned up', 'KeyboardInterrupt']\n1\n")
    assert ended.err == "" or ended.err.startswith("KeyboardInterrupt\n")  # what gevent's hub says of it
    assert "ambidex" not in ended.err


def test_deadline_ends_the_call_while_other_greenlets_run(run_patched: Callable[[str], Ended]) -> None:
    """A call's own deadline works in a greenlet, and holds no other one."""
    ended = run_patched("""
    slow = own.run(make_slow)
    greenlet = gevent.spawn(lambda: [own.run(give, value) for value in range(3)])
    try:
        slow.call(timeout=0.5)
    except DeadlineExceeded:
        print(slow.log, greenlet.dead, greenlet.value)
    """)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == "['cleaned up', 'DeadlineExceeded'] True [0, 1, 2]\n"


def test_thread_of_the_loop_needs_nothing_of_gevent(run_patched: Callable[[str], Ended]) -> None:
    """Calls and futures leave no hub in the loop's thread, and the loop wakes itself through plain sockets."""
    ended = run_patched("""
    from gevent._hub_local import get_hub_if_exists

    async def look():
        return get_hub_if_exists(), type(asyncio.get_running_loop()._ssock).__module__.startswith("gevent")

    greenlets = [gevent.spawn(own.submit(give, value).result) for value in range(3)]
    print([greenlet.get() for greenlet in greenlets])
    print(own.run(look))
    """)
    assert (ended.code, ended.out, ended.err) == (0, "[0, 1, 2]\n(None, False)\n", "")


@every_moment
def test_future_is_waited_for_by_greenlets(run_patched: Callable[[str], Ended]) -> None:
    """`result`, its timeout, and the functions of `concurrent.futures` let other greenlets run, and find the end."""
    ended = run_patched("""
    slow = own.run(make_slow)
    future = own.submit(slow.run)
    waiting = [gevent.spawn(future.exception) for _ in range(3)]
    try:
        future.result(0.05)
    except concurrent.futures.TimeoutError:
        print("not yet")
    future.cancel()
    gevent.joinall(waiting)
    print([type(greenlet.exception).__name__ for greenlet in waiting])
    print(own.submit(give, 1).result())

    done, pending = concurrent.futures.wait([own.submit(give, value) for value in range(3)])
    print(sorted(future.result() for future in done), pending)
    ended = concurrent.futures.as_completed([own.submit(give, value) for value in range(3)])
    print(sorted(future.result() for future in ended))
    """)
    errors = [line for line in ended.err.splitlines() if "CancelledError" not in line]
    assert ended.code == 0, errors
    assert ended.out == (
        "not yet\n['CancelledError', 'CancelledError', 'CancelledError']\n1\n[0, 1, 2] set()\n[0, 1, 2]\n"
    )


@every_moment
def test_streams_of_two_greenlets_interleave(run_patched: Callable[[str], Ended]) -> None:
    """Two greenlets iterate at once, each stream one step behind the other, and both are closed."""
    ended = run_patched("""
    class Pair:
        def __init__(self):
            self.turn = 0
            self.changed = asyncio.Condition()
            self.log = []

        async def numbers(self, mine):
            try:
                for number in range(mine, 6, 2):
                    async with self.changed:
                        await self.changed.wait_for(lambda: self.turn == number)
                        self.turn += 1
                        self.changed.notify_all()
                        yield number
            finally:
                self.log.append("closed")

    async def make():
        return Pair()

    pair = own.run(make)
    first, second = (gevent.spawn(list, own.iterate(pair.numbers, mine)) for mine in (0, 1))
    print(first.get(), second.get(), pair.log)
    """)
    assert (ended.code, ended.out, ended.err) == (0, "[0, 2, 4] [1, 3, 5] ['closed', 'closed']\n", "")


def test_context_manager_of_two_greenlets_each_leaves_its_own(run_patched: Callable[[str], Ended]) -> None:
    """One context manager that two greenlets are inside of is left by each where it entered."""
    ended = run_patched("""
    from gevent.event import Event
    opened, log = [], []

    @asynccontextmanager
    async def connection():
        opened.append(len(opened))
        mine = opened[-1]
        yield mine
        log.append(mine)

    context = own.context(connection)
    second_is_in, first_is_out = Event(), Event()

    def first():
        with context as mine:
            second_is_in.wait()
        first_is_out.set()
        return mine

    def second():
        with context as mine:
            second_is_in.set()
            first_is_out.wait()
        return mine

    greenlets = [gevent.spawn(first), gevent.spawn(second)]
    print([greenlet.get() for greenlet in greenlets], log)
    """)
    assert (ended.code, ended.out, ended.err) == (0, "[0, 1] [0, 1]\n", "")


def test_executor_from_before_the_patch_ends_in_silence(tmp_path: Path) -> None:
    """The threads that the loop's executor had when the patch came serve on, and say nothing when they end."""
    before = MOMENTS["started-first"].replace(
        PATCH, "\nold = own.run(asyncio.to_thread, threading.current_thread)" + PATCH
    )
    ended = run(
        tmp_path,
        before
        + textwrap.dedent("""
    print(own.run(give, 1))
    print(own.run(asyncio.to_thread, abs, -2), old.is_alive())
    own.close()
    old.join()
    print(old.is_alive(), old.name)
    """),
    )
    assert (ended.code, ended.out, ended.err) == (0, "1\n2 True\nFalse ambidex-own-executor-0\n", "")


def test_function_in_a_thread_of_the_executor_does_not_hold_the_loop(run_patched: Callable[[str], Ended]) -> None:
    """`asyncio.to_thread` uses a real thread: one that blocks in C holds neither the loop nor a greenlet."""
    ended = run_patched("""
    read, write = os.pipe()

    async def wait_in_c():
        return await asyncio.get_running_loop().run_in_executor(None, os.read, read, 4)

    greenlet = gevent.spawn(own.run, wait_in_c)
    print([own.run(give, value) for value in range(3)])
    os.write(write, b"done")
    print(greenlet.get())
    """)
    assert (ended.code, ended.out, ended.err) == (0, "[0, 1, 2]\nb'done'\n", "")


def test_work_that_a_held_loop_begins_before_all_else_uses_a_real_thread(tmp_path: Path) -> None:
    """The executor is a real one by the time that the first call from a greenlet begins."""
    before = MOMENTS["started-first"].replace(
        PATCH,
        textwrap.dedent("""
        gate = _thread.allocate_lock()
        gate.acquire()

        async def hold():
            await asyncio.sleep(0)  # so that the loop looks for new work next
            gate.acquire()

        holding = own.submit(hold)
        """)
        + PATCH,
    )
    ended = run(
        tmp_path,
        before
        + textwrap.dedent("""
        read, write = os.pipe()

        async def wait_in_c():
            return await asyncio.get_running_loop().run_in_executor(None, os.read, read, 4)

        greenlet = gevent.spawn(own.run, wait_in_c)
        gevent.sleep(0)
        gate.release()
        print([own.run(give, value) for value in range(3)])
        os.write(write, b"done")
        print(greenlet.get(), holding.result())
        """),
    )
    assert (ended.code, ended.out, ended.err) == (0, "[0, 1, 2]\nb'done' None\n", "")


@every_moment
def test_the_interpreter_ends_after_the_hubs_of_the_executors_threads(run_patched: Callable[[str], Ended]) -> None:
    """A lookup makes a hub of gevent's, and a thread of its own, in each thread of the loop's executor.

    On one core the interpreter's end would come before theirs, unless it is waited for.
    """
    ended = run_patched("""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

    async def look_up():
        loop = asyncio.get_running_loop()
        return await asyncio.gather(*(loop.getaddrinfo("localhost", 0) for _ in range(4)))

    print(len(own.run(look_up)))
    """)
    assert (ended.code, ended.out, ended.err) == (0, "4\n", "")


@every_moment
def test_sockets_and_names_work_on_the_loop(run_patched: Callable[[str], Ended]) -> None:
    """The loop resolves a name, listens, connects, and sees the end of a connection."""
    ended = run_patched("""
    async def echo_once():
        async def serve(reader, writer):
            writer.write(await reader.readline())
            writer.close()

        server = await asyncio.start_server(serve, "localhost", 0, family=socket.AF_INET)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b"hello\\n")
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        server.close()
        await server.wait_closed()
        return answer

    for _ in range(3):
        print(own.run(echo_once))
    """)
    assert (ended.code, ended.out, ended.err) == (0, "b'hello\\n'\n" * 3, "")


def test_thread_that_an_implementation_starts_runs_beside_the_loop(run_patched: Callable[[str], Ended]) -> None:
    """`threading.Thread` on the loop's thread makes a greenlet there, which runs while the loop waits."""
    ended = run_patched("""
    async def ask_a_thread():
        questions, loop = queue.Queue(), asyncio.get_running_loop()

        def answer():
            while (question := questions.get()) is not None:
                loop.call_soon_threadsafe(question.set_result, "answer")

        thread = threading.Thread(target=answer)
        thread.start()
        answers = []
        for _ in range(3):
            question = loop.create_future()
            questions.put(question)
            answers.append(await question)
        questions.put(None)
        return answers

    print(own.run(ask_a_thread))
    """)
    assert (ended.code, ended.out, ended.err) == (0, "['answer', 'answer', 'answer']\n", "")


def test_call_from_a_real_thread_and_from_the_hub_itself_works(run_patched: Callable[[str], Ended]) -> None:
    """Where there is no greenlet to let run, the call waits as an unpatched one does."""
    ended = run_patched("""
    hub = gevent.get_hub()
    print(hub.threadpool.apply(lambda: own.run(give, 1)))
    answers = []
    hub.loop.run_callback(lambda: answers.append(own.run(give, 2)))
    gevent.sleep(0)
    print(answers)
    """)
    assert (ended.code, ended.out, ended.err) == (0, "1\n[2]\n", "")


def test_close_in_a_greenlet_lets_others_run_and_the_next_call_starts_anew(run_patched: Callable[[str], Ended]) -> None:
    """Closing waits for clean-ups as a call does; a greenlet that is in a call is told."""
    ended = run_patched("""
    slow = own.run(make_slow, False)
    calling = gevent.spawn(own.run, slow.run)
    own.run(slow.begun.wait)
    loop = own._runtime.thread.loop
    closing = gevent.spawn(own.close)
    gevent.sleep(0)  # it has asked the loop to close, and waits
    print(closing.dead)
    loop.call_soon_threadsafe(slow.may_end.set)
    calling.join()
    closing.join()
    print(type(calling.exception).__name__, slow.log, own.run(give, 2))
    """)
    assert (ended.code, ended.out) == (0, "False\nRuntimeClosed ['cleaned up'] 2\n")
    assert "Greenlet" in ended.err  # gevent's own report of the greenlet that raised
    assert "RuntimeClosed: Slow.run was cancelled because the synchronizer 'own' was closed" in ended.err


def test_async_face_works_on_a_loop_of_a_greenlet(run_patched: Callable[[str], Ended]) -> None:
    """`asyncio.run` in a patched process awaits a call on the runtime's loop."""
    ended = run_patched("print(asyncio.run(own.aio(give, 4)))")
    assert (ended.code, ended.out, ended.err) == (0, "4\n", "")


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
@pytest.mark.parametrize("end", ["sys.exit()", "os._exit(0)"])
def test_fork_child_and_parent_both_work(end: str, run_patched: Callable[[str], Ended]) -> None:
    """After a fork each process makes calls of its own, though a greenlet of the parent was in one."""
    ended = run_patched(f"""
    import warnings
    warnings.simplefilter("ignore", DeprecationWarning)  # Python warns of every fork beside a thread

    async def pid():
        await asyncio.sleep(0)
        return os.getpid()

    parent = own.run(pid)
    slow = own.run(make_slow)
    greenlet = gevent.spawn(slow.call)
    own.run(slow.begun.wait)
    child = os.fork()
    if child == 0:
        greenlets = [gevent.spawn(own.run, pid) for _ in range(20)]
        gevent.joinall(greenlets)
        right = {{greenlet.value for greenlet in greenlets}} == {{os.getpid()}}
        os.write(1, f"child {{right}} {{slow.log}}\\n".encode())
        {end}
    print("exit code", os.waitpid(child, 0)[1])
    print("parent", {{own.run(pid) for _ in range(20)}} == {{parent}}, slow.log, greenlet.dead)
    greenlet.kill()
    print(slow.log)
    """)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines() == [
        "child True []",
        "exit code 0",
        "parent True [] False",
        "['cleaned up', 'GreenletExit']",
    ]


EXITS = {
    "idle": ("print(own.run(give, 1))", "1\n"),
    "never used": ("", ""),
    "task pending": (
        """
        slow = own.run(make_slow)
        own.submit(slow.run)
        own.run(slow.begun.wait)
        slow.log = type("Log", (), {"append": lambda self, text: os.write(1, (text + "\\n").encode())})()
        """,
        "cleaned up\n",
    ),
    "greenlet in a call": (
        """
        slow = own.run(make_slow)
        greenlet = gevent.spawn(own.run, slow.run)
        own.run(slow.begun.wait)
        print("end")
        """,
        "end\n",
    ),
    "greenlets that go on": (
        """
        ending = False
        def tick():
            while True:
                gevent.sleep(0)
                if ending:
                    os.write(1, b"a greenlet ran after the end\\n")
        async def wait_forever():
            global ending
            try:
                await asyncio.Event().wait()
            finally:
                ending = True
                await asyncio.sleep(0.05)
                os.write(1, b"cleaned up\\n")
        gevent.spawn(tick)
        own.submit(wait_forever)
        own.run(give, 1)
        """,
        "cleaned up\n",
    ),
    "greenlet hub in the loop's thread": (
        """
        async def start():
            threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        own.run(start)
        """,
        "",
    ),
    "call at exit": (
        """
        import atexit
        atexit.register(lambda: os.write(1, str(own.run(give, 5)).encode()))
        gevent.spawn(gevent.sleep, 60)
        """,
        "5",
    ),
}


@pytest.mark.parametrize("case", list(EXITS))
def test_exit_is_silent_and_bounded(case: str, run_patched: Callable[[str], Ended]) -> None:
    """The program ends with code 0 and says nothing of its own, whatever is under way."""
    source, output = EXITS[case]
    ended = run_patched(source)
    assert (ended.code, ended.out, ended.err) == (0, output, "")


UNPATCHED = """
import sys
{first}
import _thread
from ambidex import Synchronizer
from ambidex.runtime import _native

async def give(value):
    return value

own = Synchronizer("own")
assert own.run(give, 1) == own.submit(give, 1).result() == 1
assert type(_native.new_waiter()) is type(_thread.allocate_lock())
assert _native.allocate_lock is _thread.allocate_lock
assert type(own._runtime.thread.loop) is _native.SelectorLoop
print([name for name in sys.modules if name.partition(".")[0] == "{absent}"])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the loop is another one there")
@pytest.mark.parametrize(("first", "absent"), [("", "gevent"), ("import gevent.monkey", "ambidex.runtime._gevent")])
def test_process_that_is_not_patched_waits_on_a_real_lock(first: str, absent: str, tmp_path: Path) -> None:
    """Without the patch nothing is different: gevent is not imported, and a caller waits on a plain lock."""
    ended = run(tmp_path, UNPATCHED.format(first=first, absent=absent))
    assert (ended.code, ended.out, ended.err) == (0, "[]\n", "")
