"""Interrupts of a blocking caller: Ctrl-C, a second one, and exceptions that signal handlers raise at any moment."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.programs import Ended

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of a process to itself are a Unix matter")

PRELUDE = """
import asyncio, contextvars, os, random, signal, sys, threading, time
from contextlib import asynccontextmanager
from ambidex import Synchronizer, run_async_task

own = Synchronizer("own", grace_s=15)  # ample: what is slow on a busy machine refuses nothing
log = []
variable = contextvars.ContextVar("variable", default="unset")
held = contextvars.ContextVar("held")

wanted = []

def hear(*_):
    if wanted:
        wanted.pop()
        raise KeyboardInterrupt

def interrupt():
    # Sent until it is heard: CPython looks for signals before it waits for a lock, not while it begins to.
    wanted.append(1)
    threading.Thread(target=insist, daemon=True).start()

def insist():
    while wanted:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(3)  # a second one in the middle of what follows the first would be another test

signal.signal(signal.SIGINT, hear)

async def one():
    return 1

async def interrupted_once():
    try:
        interrupt()
        await asyncio.Event().wait()
    finally:
        wanted.clear()  # asyncio's own handler does not
        await asyncio.sleep(0.01)
        log.append("cleaned up")
        variable.set("by the clean-up")
"""

INTERRUPTED = {
    "Synchronizer.run": "own.run(interrupted_once)",
    "run_async_task": "run_async_task(interrupted_once())",
    "first step of a stream": "next(own.iterate(interrupted_stream))",
    "later step of a stream": "list(own.iterate(interrupted_later))",
    "stream that reads ahead": "list(own.with_options(read_ahead=2).iterate(interrupted_later))",
    "entry of a context manager": "own.context(interrupted_entry).__enter__()",
}


@pytest.mark.parametrize("call", INTERRUPTED)
def test_interrupt_of_a_blocking_call_cleans_up_then_raises(call: str, run_program: Callable[..., Ended]) -> None:
    """Ctrl-C during a blocking call ends the task, its clean-up included, before KeyboardInterrupt is raised."""
    ended = run_program(f"""{PRELUDE}
async def interrupted_stream():
    await interrupted_once()
    yield 1

async def interrupted_later():
    token = held.set("across the yield")
    yield 1
    try:
        await interrupted_once()
    finally:
        held.reset(token)

@asynccontextmanager
async def interrupted_entry():
    await interrupted_once()
    yield 1

try:
    {INTERRUPTED[call]}
except KeyboardInterrupt as error:
    print(log, error.__context__, variable.get(), held in contextvars.copy_context())
print(own.run(one), run_async_task(one()))
""")
    assert (ended.code, ended.out, ended.err) == (0, "['cleaned up'] None by the clean-up False\n1 1\n", "")


@pytest.mark.parametrize("call", ["own.run(failing)", "next(own.iterate(failing_stream))"])
def test_what_the_clean_up_of_an_interrupted_call_raises_is_reported(
    call: str, run_program: Callable[..., Ended]
) -> None:
    """The caller gets the interrupt; the exception has nobody else to go to than the loop's handler."""
    ended = run_program(f"""{PRELUDE}
told, reported = [], threading.Event()

def report(loop, context):
    told.append((context["message"], repr(context["exception"])))
    reported.set()

async def listen():
    asyncio.get_running_loop().set_exception_handler(report)

async def failing():
    try:
        await interrupted_once()
    finally:
        raise ValueError("in the clean-up")

async def failing_stream():
    await failing()
    yield 1

own.run(listen)
try:
    {call}
except KeyboardInterrupt as error:
    print(error.__context__)
print(reported.wait(60), *told, own.run(one))
""")
    name = "failing_stream" if "stream" in call else "failing"
    told = (f"{name} failed while its caller was interrupted", "ValueError('in the clean-up')")
    assert (ended.code, ended.out, ended.err) == (0, f"None\nTrue {told} 1\n", "")


def test_interrupt_that_nobody_catches_ends_the_program_as_python_does(run_program: Callable[..., Ended]) -> None:
    """An uncaught Ctrl-C shows one short traceback, and the process dies of SIGINT."""
    ended = run_program(f"{PRELUDE}\nown.run(interrupted_once)")
    assert ended.code == -2
    assert ended.err.endswith("KeyboardInterrupt\n")
    assert "During handling" not in ended.err


def test_interrupt_of_a_future_leaves_the_work_alone(run_program: Callable[..., Ended]) -> None:
    """Ctrl-C during future.result() ends the waiting; the work goes on, as it does when the waiting times out."""
    ended = run_program(f"""{PRELUDE}
go = threading.Event()
future = None

async def work():
    while not future:
        await asyncio.sleep(0.001)
    interrupt()
    while not go.is_set():
        await asyncio.sleep(0.001)
    return "result"

try:
    future = own.submit(work)
    future.result()
except KeyboardInterrupt:
    go.set()
print(future.result())
""")
    assert (ended.code, ended.out, ended.err) == (0, "result\n", "")


@pytest.mark.parametrize(
    "call",
    [
        "hurried.run(late)",
        "next(hurried.iterate(late_stream))",
        "next(hurried.with_options(read_ahead=2).iterate(late_stream))",
    ],
)
def test_interrupt_during_the_clean_up_of_a_deadline_waits_for_it(call: str, run_program: Callable[..., Ended]) -> None:
    """The first Ctrl-C cuts no clean-up short, whatever began it."""
    ended = run_program(f"""{PRELUDE}
from ambidex import DeadlineExceeded
begun = threading.Event()

async def late():
    begun.set()
    try:
        await asyncio.Event().wait()
    finally:
        interrupt()
        while wanted:
            await asyncio.sleep(0.001)
        await asyncio.sleep(0.01)
        log.append("cleaned up")

async def late_stream():
    await late()
    yield 1

timeout_s = 0.05
while not begun.is_set():  # what a busy machine does not begin in time has nothing to clean up
    hurried = own.with_options(timeout=timeout_s)
    timeout_s *= 2
    try:
        {call}
    except KeyboardInterrupt:
        print(log)
    except DeadlineExceeded:
        assert not begun.is_set()
print(own.run(one))
""")
    assert (ended.code, ended.out, ended.err) == (0, "['cleaned up']\n1\n", "")


def test_second_interrupt_during_the_clean_up_raises_at_once(run_program: Callable[..., Ended]) -> None:
    """A second Ctrl-C does not wait for the clean-up that the first one started."""
    ended = run_program(f"""{PRELUDE}
hold, cleaned_up = threading.Event(), threading.Event()
own = Synchronizer("own", grace_s=3600)

async def slow_to_end():
    interrupt()
    try:
        await asyncio.Event().wait()
    finally:
        interrupt()
        while not hold.is_set():
            await asyncio.sleep(0.001)
        cleaned_up.set()

try:
    own.run(slow_to_end)
except KeyboardInterrupt:
    print(cleaned_up.is_set())
hold.set()
print(own.run(one), cleaned_up.wait(60))
""")
    assert (ended.code, ended.out, ended.err) == (0, "False\n1 True\n", "")


SLOW_TO_CLOSE = """
hold, ended = threading.Event(), threading.Event()
own = Synchronizer("own", grace_s=3600)

async def slow_to_close():
    try:
        yield 1
    finally:
        interrupt()
        try:
            while wanted:
                await asyncio.sleep(0.001)
            {then}
            log.append("cleaned up")
        finally:
            ended.set()

stream = own.iterate(slow_to_close)
next(stream)
"""


def test_interrupt_of_a_close_waits_for_the_clean_up(run_program: Callable[..., Ended]) -> None:
    """Ctrl-C during close() raises when the clean-up has ended, which it does not cut short."""
    ended = run_program(f"""{PRELUDE}{SLOW_TO_CLOSE.format(then="await asyncio.sleep(0.1)")}
try:
    stream.close()
except KeyboardInterrupt:
    print(log, list(stream))
print(own.run(one))
""")
    assert (ended.code, ended.out, ended.err) == (0, "['cleaned up'] []\n1\n", "")


def test_second_interrupt_of_a_close_raises_at_once(run_program: Callable[..., Ended]) -> None:
    """The clean-up goes on without its caller."""
    then = """interrupt()
            while not hold.is_set():
                await asyncio.sleep(0.001)"""
    ended = run_program(f"""{PRELUDE}{SLOW_TO_CLOSE.format(then=then)}
try:
    stream.close()
except KeyboardInterrupt:
    print(log, list(stream))
hold.set()
print(ended.wait(60), log, own.run(one))
""")
    assert (ended.code, ended.out, ended.err) == (0, "[] []\nTrue ['cleaned up'] 1\n", "")


def test_interrupt_of_a_task_that_ignores_cancellation_is_bounded_and_named(
    run_program: Callable[..., Ended],
) -> None:
    """After the grace period the caller goes on, and the task that refused is logged with its place."""
    ended = run_program(f"""{PRELUDE}
own = Synchronizer("own", grace_s=0.3)
go = threading.Event()

async def refuse():
    interrupt()
    while not go.is_set():
        try:
            await asyncio.sleep(0.001)
        except asyncio.CancelledError:
            pass  # refused

try:
    own.run(refuse)
except KeyboardInterrupt:
    print("interrupted")
go.set()
print(own.run(one))
""")
    assert (ended.code, ended.out) == (0, "interrupted\n1\n")
    assert ended.err.startswith("refuse did not end within 0.3 s of being cancelled; it stands at:\n")
    assert "in refuse" in ended.err


def test_interrupt_while_the_loop_is_held_lets_the_caller_go(run_program: Callable[..., Ended]) -> None:
    """An implementation that blocks the loop does not keep Ctrl-C from the caller for longer than the grace period."""
    ended = run_program(f"""{PRELUDE}
own = Synchronizer("own", grace_s=0.3)
go = threading.Event()

async def hold():
    interrupt()
    go.wait()

try:
    own.run(hold)
except KeyboardInterrupt:
    print("interrupted")
go.set()
print(own.run(one))
""")
    assert (ended.code, ended.out) == (0, "interrupted\n1\n")
    assert "in hold" in ended.err


def test_exception_of_a_signal_handler_takes_the_same_road(run_program: Callable[..., Ended]) -> None:
    """Whatever a handler raises (a test's time limit, say) cancels the work, waits for its clean-up, and passes."""
    ended = run_program(f"""{PRELUDE}
class TimeIsUp(BaseException):
    pass

def ring(*_):
    signal.setitimer(signal.ITIMER_REAL, 0)
    raise TimeIsUp

signal.signal(signal.SIGALRM, ring)

async def work():
    signal.setitimer(signal.ITIMER_REAL, 0.001, 0.5)
    try:
        await asyncio.Event().wait()
    finally:
        await asyncio.sleep(0.01)
        log.append("cleaned up")

try:
    own.run(work)
except TimeIsUp:
    print(log)
print(own.run(one))
""")
    assert (ended.code, ended.out, ended.err) == (0, "['cleaned up']\n1\n", "")


def test_handler_that_returns_does_not_end_the_wait(run_program: Callable[..., Ended]) -> None:
    """A signal whose handler raises nothing leaves the blocking call waiting, and its work running."""
    ended = run_program(f"""{PRELUDE}
heard = threading.Event()
signal.signal(signal.SIGUSR1, lambda *_: heard.set())

async def work():
    while not heard.is_set():
        os.kill(os.getpid(), signal.SIGUSR1)
        await asyncio.sleep(0.01)
    return "result"

print(own.run(work), own.with_options(timeout=3600).run(work))
""")
    assert (ended.code, ended.out, ended.err) == (0, "result result\n", "")


def test_interrupt_of_asyncio_run_that_awaits_a_face_cleans_up(run_program: Callable[..., Ended]) -> None:
    """Ctrl-C in a program whose main loop awaits `.aio` ends the work, its clean-up included, before it is raised."""
    ended = run_program(f"""{PRELUDE}
signal.signal(signal.SIGINT, signal.default_int_handler)  # asyncio puts its own in the place of this one
try:
    asyncio.run(own.aio(interrupted_once))
except KeyboardInterrupt:
    wanted.clear()
    print(log)
print(own.run(one))
""")
    assert (ended.code, ended.out, ended.err) == (0, "['cleaned up']\n1\n", "")


@pytest.mark.parametrize("awaited", ["own.aio(interrupted_once)", "read(own.aiterate(interrupted_stream))"])
def test_interrupt_that_strikes_while_work_is_handed_over_cleans_up(
    awaited: str, run_program: Callable[..., Ended]
) -> None:
    """The work may begin, and the handler raise, before the task that awaits it has begun to wait."""
    ended = run_program(f"""{PRELUDE}
async def interrupted_stream():
    await interrupted_once()
    yield 1

async def read(stream):
    async for _ in stream:
        pass

own.run(one)
for _ in range(50):
    try:
        asyncio.run({awaited})
    except KeyboardInterrupt:
        log.append("interrupted")
print(log == ["cleaned up", "interrupted"] * 50, log[:4])
print(own.run(one))
""")
    told = "True ['cleaned up', 'interrupted', 'cleaned up', 'interrupted']"
    assert (ended.code, ended.out, ended.err) == (0, f"{told}\n1\n", "")


@pytest.mark.skipif(sys.version_info < (3, 11), reason="asyncio.run leaves SIGINT alone before 3.11")
def test_interrupt_of_a_call_that_blocks_asyncio_run_is_taken_by_asyncio_and_the_second_one_ends_the_call(
    run_program: Callable[..., Ended],
) -> None:
    """The first Ctrl-C cancels the main task and raises nothing, as with all that blocks there; the second one does."""
    ended = run_program(f"""{PRELUDE}
import warnings
warnings.simplefilter("ignore")
signal.signal(signal.SIGINT, signal.default_int_handler)  # asyncio puts its own in the place of this one
signal.signal(signal.SIGUSR1, lambda *_: None)

async def press(heard):
    os.kill(os.getpid(), signal.SIGINT)
    while not heard():
        os.kill(os.getpid(), signal.SIGUSR1)  # has the main thread look for signals, if it began to wait meanwhile
        await asyncio.sleep(0.001)

async def pressed_once(task):
    await press(task.cancelling)
    return "went on"

async def pressed_twice(task):
    await press(task.cancelling)
    try:
        await press(lambda: False)
    finally:
        await asyncio.sleep(0.01)
        print("cleaned up")

async def main(work):
    print(own.run(work, asyncio.current_task()))
    await asyncio.sleep(0)

for work in (pressed_once, pressed_twice):
    try:
        asyncio.run(main(work))
    except KeyboardInterrupt:
        print("interrupted")
print(own.run(one))
""")
    assert (ended.code, ended.out, ended.err) == (0, "went on\ninterrupted\ncleaned up\ninterrupted\n1\n", "")


STORM = """
class TimeIsUp(Exception):
    pass

rung = False

def ring(*_):
    global rung
    rung = True
    raise TimeIsUp  # Python drops it where it lands in a finalizer

signal.signal(signal.SIGALRM, ring)
rng = random.Random({seed})
interrupted = 0
begun, ended = [], []  # added to by two loops
stop = threading.Event()
others = []

async def work():
    begun.append(1)
    try:
        for _ in range(3):
            await asyncio.sleep(0)
        return 1
    finally:
        ended.append(1)

async def numbers():
    begun.append(1)
    try:
        for number in range(5):
            await asyncio.sleep(0)
            yield number
    finally:
        ended.append(1)

@asynccontextmanager
async def manage():
    async for number in numbers():
        yield number
        break

def enter():
    with own.context(manage):
        own.run(work)

calls = [
    lambda: own.run(work),
    lambda: list(own.iterate(numbers)),
    lambda: next(own.iterate(numbers)),
    enter,
    lambda: own.submit(work).result(),
    lambda: own.with_options(timeout=60).run(work),
    lambda: run_async_task(work()),
    lambda: own.close() if rng.random() < 0.05 else None,
]

def call_too():  # another thread's calls rely on the same wake-ups
    while not stop.is_set():
        try:
            others.append(own.run(work))
        except RuntimeError:
            pass  # closed meanwhile

other = threading.Thread(target=call_too)
other.start()
import warnings
warnings.simplefilter("ignore")  # an interrupt may strike between the making of a coroutine and its handing over

def strike():
    global rung
    try:
        rung = False
        signal.setitimer(signal.ITIMER_REAL, rng.uniform(0.00001, 0.002))
        while not rung:
            rng.choice(calls)()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)

def survive():
    global interrupted
    try:
        strike()
    except TimeIsUp:
        interrupted += 1
    except RuntimeError:
        pass  # closed meanwhile

for _ in range({count}):
    try:  # a second net: in CPython 3.13.0 an exception that strikes in a loop can escape the `try` around it
        survive()
    except TimeIsUp:
        interrupted += 1
stop.set()
other.join()
assert own.run(one) == 1
assert len(others) > 0
import gc
gc.collect()
own.close()
Synchronizer("ambidex").close()
for thread in threading.enumerate():
    if thread is not threading.main_thread():
        thread.join(60)  # one whose close() was interrupted ends on its own
names = [thread.name for thread in threading.enumerate() if thread is not threading.main_thread()]
print(len(begun) - len(ended), names, interrupted > {count} // 2)
"""


@pytest.mark.parametrize("seed", [1, 2])
def test_interrupts_at_random_moments_leave_the_runtime_whole(seed: int, run_program: Callable[..., Ended]) -> None:
    """Hundreds of exceptions raised anywhere inside the library lose no wake-up, leave no task and no thread."""
    ended = run_program(f"{PRELUDE}\n{STORM.format(seed=seed, count=500)}")
    assert (ended.code, ended.out) == (0, "0 [] True\n"), ended.err


@pytest.mark.slow
@pytest.mark.serial
@pytest.mark.timeout(200)
def test_interrupts_at_random_moments_by_the_thousand_leave_the_runtime_whole(
    run_program: Callable[..., Ended],
) -> None:
    """Ten thousand exceptions raised anywhere inside the library lose nothing either."""
    ended = run_program(f"{PRELUDE}\n{STORM.format(seed=3, count=10_000)}", limit_s=180)
    assert (ended.code, ended.out) == (0, "0 [] True\n"), ended.err
