"""Processes that gevent has patched: greenlets wait together, and the loop keeps a real thread to itself."""

from __future__ import annotations

import sys
import textwrap
from typing import TYPE_CHECKING

import pytest

from tests.environments.greenlets import MOMENTS, PATCH, every_moment
from tests.programs import run_program

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.programs import Ended

pytest.importorskip("gevent", reason="gevent is not installed")


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
    ended = run_program(
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
    ended = run_program(
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


def test_async_face_works_on_a_loop_of_a_greenlet(run_patched: Callable[[str], Ended]) -> None:
    """`asyncio.run` in a patched process awaits a call on the runtime's loop."""
    ended = run_patched("print(asyncio.run(own.aio(give, 4)))")
    assert (ended.code, ended.out, ended.err) == (0, "4\n", "")


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
    ended = run_program(tmp_path, UNPATCHED.format(first=first, absent=absent))
    assert (ended.code, ended.out, ended.err) == (0, "[]\n", "")
