"""Forked processes: the child gets a runtime of its own, and the parent is left alone."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests.runtime.kinds import HAS_UVLOOP

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.programs import Ended

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")

PRELUDE = """
import asyncio, os, sys, threading, warnings
from contextlib import asynccontextmanager
from ambidex import RuntimeClosed, Synchronizer, run_async_task

warnings.simplefilter("ignore", DeprecationWarning)  # Python warns of every fork beside a thread
own = Synchronizer("own", grace_s=15)  # ample: what is slow on a busy machine refuses nothing

async def give(value):
    await asyncio.sleep(0)
    return value, threading.get_ident(), os.getpid()

async def numbers():
    try:
        for number in range(10):
            yield number
    finally:
        write("closed in " + ("parent" if os.getpid() == parent else "child"))

def write(text):
    os.write(1, (text + "\\n").encode())  # one write, and no buffer for a fork to copy

parent = os.getpid()

def fork(work, end=sys.exit):
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            if code:
                import traceback
                traceback.print_exc()
                os._exit(code)
            end(code)
    return pid

def join(pid):
    _, status = os.waitpid(pid, 0)
    assert status == 0, status
"""


@pytest.mark.parametrize("end", ["sys.exit", "os._exit"])
def test_fork_with_a_running_runtime_child_and_parent_both_work(end: str, run_program: Callable[..., Ended]) -> None:
    """After a fork each process makes calls, on its own thread, and both end cleanly."""
    ended = run_program(f"""{PRELUDE}
assert own.run(give, 1)[2] == parent
thread = own.run(give, 1)[1]

def work():
    for value in range(100):
        assert own.run(give, value)[::2] == (value, os.getpid())
    assert run_async_task(give(7))[0] == 7
    assert asyncio.run(own.aio(give, 8))[0] == 8
    assert list(own.iterate(numbers)) == list(range(10))
    write("child works")

pid = fork(work, {end})
for value in range(100):
    assert own.run(give, value) == (value, thread, parent)
join(pid)
assert own.run(give, 2) == (2, thread, parent)
write("parent works")
""")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.split("\n") == ["closed in child", "child works", "parent works", ""]


def test_fork_before_first_use_both_processes_start_their_own_runtime(run_program: Callable[..., Ended]) -> None:
    """A fork before any call leaves nothing to forget."""
    ended = run_program(f"""{PRELUDE}
pid = fork(lambda: own.run(give, 1))
assert own.run(give, 1)[2] == parent
join(pid)
""")
    assert (ended.code, ended.err) == (0, "")


def test_fork_of_a_fork_works(run_program: Callable[..., Ended]) -> None:
    """A grandchild works, and so does the child after it has forked."""
    ended = run_program(f"""{PRELUDE}
own.run(give, 0)

def child():
    own.run(give, 1)
    join(fork(lambda: write(str(own.run(give, 2)[0])), os._exit))
    write(str(own.run(give, 3)[0]))

join(fork(child))
""")
    assert (ended.code, ended.out, ended.err) == (0, "2\n3\n", "")


def test_fork_from_several_threads_under_load_every_child_works(run_program: Callable[..., Ended]) -> None:
    """Threads fork while others call: no child hangs on a lock of the moment, and the parent loses no call."""
    ended = run_program(f"""{PRELUDE}
stop = threading.Event()
failures = []

def call():
    while not stop.is_set():
        if own.run(give, 5)[::2] != (5, parent):
            failures.append("wrong result")

def fork_often():
    for _ in range(5):
        join(fork(lambda: own.run(give, 6), os._exit))

callers = [threading.Thread(target=call) for _ in range(3)]
forkers = [threading.Thread(target=fork_often) for _ in range(3)]
for thread in callers + forkers:
    thread.start()
for thread in forkers:
    thread.join()
stop.set()
for thread in callers:
    thread.join()
print(failures)
""")
    assert (ended.code, ended.out, ended.err) == (0, "[]\n", "")


def test_fork_while_the_runtime_starts_the_child_works(run_program: Callable[..., Ended]) -> None:
    """A lock that another thread held to start the runtime at the moment of the fork does not hang the child."""
    ended = run_program(f"""{PRELUDE}
names = [str(number) for number in range(200)]

def start_all():
    for name in names:
        Synchronizer(name).run(give, 1)

starter = threading.Thread(target=start_all)
starter.start()

def work():
    for name in names[::40]:
        assert Synchronizer(name).run(give, 2)[0] == 2

for _ in range(10):
    join(fork(work, os._exit))
starter.join()
""")
    assert (ended.code, ended.err) == (0, "")


@pytest.mark.skipif(not HAS_UVLOOP, reason="uvloop has no wheel here")
def test_fork_while_a_uvloop_starts_the_child_works(run_program: Callable[..., Ended]) -> None:
    """What the loop needs is imported before another thread starts it: an import cut off by a fork never ends."""
    ended = run_program(f"""{PRELUDE}
uv = Synchronizer("uv", loop="uvloop")
starter = threading.Thread(target=uv.run, args=(give, 1))
starter.start()
while "uvloop" not in sys.modules:
    pass

def work():
    assert uv.run(give, 2)[0] == 2

join(fork(work, os._exit))
starter.join()
""")
    assert (ended.code, ended.err) == (0, "")


@pytest.mark.parametrize("options", ["", "read_ahead=4"])
def test_fork_with_an_open_stream_child_refuses_and_parent_goes_on(
    options: str, run_program: Callable[..., Ended]
) -> None:
    """A stream belongs to the process that opened it: the child is told so, and closing it there ends nothing."""
    ended = run_program(f"""{PRELUDE}
go = threading.Event()

async def numbers_held():
    async for number in numbers():
        yield number
        if number == 0:
            await asyncio.get_running_loop().run_in_executor(None, go.wait)

stream = own.with_options({options}).iterate(numbers_held)
assert next(stream) == 0

def work():
    try:
        next(stream)
    except RuntimeClosed:
        write("refused")
    stream.close()
    assert list(own.iterate(numbers))[-1] == 9

join(fork(work))
go.set()
assert list(stream) == list(range(1, 10))
""")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == "refused\nclosed in child\nclosed in parent\n"


def test_fork_with_an_open_stream_that_the_child_drops_parent_goes_on(run_program: Callable[..., Ended]) -> None:
    """Collecting the parent's stream in the child leaves the parent's generator alone."""
    ended = run_program(f"""{PRELUDE}
streams = [own.iterate(numbers)]
assert next(streams[0]) == 0
join(fork(streams.clear))
assert list(streams[0]) == list(range(1, 10))
""")
    assert (ended.code, ended.out, ended.err) == (0, "closed in parent\n", "")


def test_fork_with_a_pending_future_child_is_told_and_parent_gets_the_result(
    run_program: Callable[..., Ended],
) -> None:
    """A future that was pending at the fork can never end in the child: waiting for it there fails at once."""
    ended = run_program(f"""{PRELUDE}
go = threading.Event()

async def wait_then_give():
    while not go.is_set():
        await asyncio.sleep(0.001)
    return "result"

future = own.submit(wait_then_give)

def work():
    for wait in (future.result, future.exception, lambda: asyncio.run(wait_async())):
        try:
            wait()
        except RuntimeClosed as error:
            write("refused")
    future.cancel()

async def wait_async():
    return await future

join(fork(work))
go.set()
write(future.result())
""")
    assert (ended.code, ended.out, ended.err) == (0, "refused\n" * 3 + "result\n", "")


def test_fork_with_tasks_in_flight_their_clean_up_runs_in_the_parent_alone(run_program: Callable[..., Ended]) -> None:
    """The parent's tasks do not exist in the child: neither closing there nor its exit cleans them up."""
    ended = run_program(f"""{PRELUDE}
begun = threading.Event()

async def wait_forever():
    begun.set()
    try:
        await asyncio.Event().wait()
    finally:
        write("cleaned up in " + ("parent" if os.getpid() == parent else "child"))

future = own.submit(wait_forever)
begun.wait()

def work():
    own.run(give, 1)
    own.close()

join(fork(work))
assert not future.done()
""")
    assert (ended.code, ended.out, ended.err) == (0, "cleaned up in parent\n", "")


def test_fork_inside_the_loop_the_child_works_when_it_leaves_it(run_program: Callable[..., Ended]) -> None:
    """An implementation that forks on the loop's thread may run ordinary code in the child and end it."""
    ended = run_program(f"""{PRELUDE}
async def fork_here():
    pid = os.fork()
    if pid == 0:
        write("child")
        os._exit(0)
    await asyncio.sleep(0)
    join(pid)
    return "parent"

write(own.run(fork_here))
""")
    assert (ended.code, ended.out, ended.err) == (0, "child\nparent\n", "")


@pytest.mark.parametrize("first_step", ["loop", "caller"])
def test_fork_inside_the_loop_whose_child_goes_on_there_the_parent_is_left_alone(
    first_step: str, run_program: Callable[..., Ended]
) -> None:
    """A child that forgets to end itself neither wakes the parent's caller nor takes what the parent's loop waits for.

    The loop of libuv is not promised that: its descriptors cannot be taken from the child.
    """
    ended = run_program(f"""{PRELUDE}
import signal

children = []

async def fork_here():
    loop = asyncio.get_running_loop()
    await asyncio.sleep(0)
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        signal.alarm(50)  # where the test fails nobody ends it
        loop.call_later(0, os.close, writer)  # when the child's call has ended
        return "child"
    children.append(pid)
    os.close(writer)
    await loop.run_in_executor(None, os.read, reader, 1)
    os.close(reader)
    return "parent"

def call():
    other = Synchronizer("other", grace_s=15, first_step={first_step!r}).with_options(timeout=40)
    try:
        for _ in range(2):
            assert other.run(fork_here) == "parent"
            for number in range(200):
                assert other.run(give, number)[0] == number
    finally:
        for pid in children:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)

thread = threading.Thread(target=call)
thread.start()
thread.join()
write("parent ended")
""")
    assert (ended.code, ended.out, ended.err) == (0, "parent ended\n", "")


def test_fork_in_a_signal_handler_whose_child_waits_on_takes_no_wake_up_of_the_parent(
    run_program: Callable[..., Ended],
) -> None:
    """Children that return from the handler into the interrupted wait share nothing with the one who waits there."""
    ended = run_program(
        f"""{PRELUDE}
import signal

children = []
reader, writer = os.pipe()

def fork_here(*_):
    pid = os.fork()
    if pid == 0:
        signal.alarm(50)  # where the test fails nobody ends it
        os.write(writer, b"x")
        return
    os.read(reader, 1)  # the child is about to wait before the parent does
    children.append(pid)

signal.signal(signal.SIGUSR1, fork_here)
signal.signal(signal.SIGUSR2, lambda *_: None)

async def wait():
    for number in range(5):
        os.kill(parent, signal.SIGUSR1)
        while len(children) <= number:
            await asyncio.sleep(0.001)
            os.kill(parent, signal.SIGUSR2)  # has the parent look for signals, if it began to wait meanwhile
    return "waited"

assert own.run(give, 1)[0] == 1
value = own.run(wait)
assert os.getpid() == parent, "the child's wait has ended"
for pid in children:
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
write(value)
""",
    )
    assert (ended.code, ended.out, ended.err) == (0, "waited\n", "")


@pytest.mark.parametrize("used_before", [True, False])
def test_multiprocessing_fork_pool_workers_make_calls(used_before: bool, run_program: Callable[..., Ended]) -> None:
    """A pool that forks its workers serves, whether the parent has used the runtime before or not."""
    ended = run_program(f"""{PRELUDE}
import multiprocessing

def work(value):
    return own.run(give, value)[0]

if {used_before}:
    own.run(give, 0)
with multiprocessing.get_context("fork").Pool(3) as pool:
    print(pool.map(work, range(20)) == list(range(20)))
""")
    assert (ended.code, ended.out, ended.err) == (0, "True\n", "")
