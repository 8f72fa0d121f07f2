"""The end of the interpreter: bounded, with exit code 0, and silent but for the name of what refuses to end."""

from __future__ import annotations

import sysconfig
import textwrap
from typing import TYPE_CHECKING

import pytest

from ambidex.runtime._diagnosis._stack import has_gil

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.runtime.conftest import Ended

PRELUDE = """
import asyncio, atexit, sys, threading, time

outlives = []
atexit.register(outlives.clear)  # registered before the runtime's own, so called after it
from ambidex import RuntimeClosed, Synchronizer, run_async_task

own = Synchronizer("own", grace_s=0.3)
begun = threading.Event()

async def wait_forever():
    begun.set()
    try:
        await asyncio.Event().wait()
    finally:
        sys.stdout.write("cleaned up\\n")  # one write: print makes two, and another thread may come between
"""

SILENT = {
    "nothing ran": ("", ""),
    "runtime is idle": (
        """
        async def one():
            return 1
        print(own.run(one))
        """,
        "1\n",
    ),
    "task is pending": (
        """
        future = own.submit(wait_forever)
        begun.wait()
        """,
        "cleaned up\n",
    ),
    "submitted task is dropped and pending": (
        """
        own.submit(wait_forever)
        begun.wait()
        """,
        "cleaned up\n",
    ),
    "tasks of two synchronizers are pending": (
        """
        own.submit(wait_forever)
        begun.wait()
        begun.clear()
        Synchronizer("other").submit(wait_forever)
        begun.wait()
        """,
        "cleaned up\ncleaned up\n",
    ),
    "task of the implementation is pending": (
        """
        kept = []
        async def start():
            kept.append(asyncio.ensure_future(wait_forever()))
            await asyncio.sleep(0)
        own.run(start)
        """,
        "cleaned up\n",
    ),
    "clean-up starts another task": (
        """
        async def late():
            await asyncio.Event().wait()
        async def work():
            begun.set()
            try:
                await asyncio.Event().wait()
            finally:
                asyncio.ensure_future(late())
                print("cleaned up", flush=True)
        own.submit(work)
        begun.wait()
        """,
        "cleaned up\n",
    ),
    "blocking stream is open": (
        """
        async def numbers():
            try:
                yield 1
                yield 2
            finally:
                await asyncio.sleep(0)
                print("cleaned up", flush=True)
        stream = own.iterate(numbers)
        print(next(stream))
        """,
        "1\ncleaned up\n",
    ),
    "context manager is entered": (
        """
        from contextlib import asynccontextmanager
        @asynccontextmanager
        async def manage():
            try:
                yield 1
            finally:
                await asyncio.sleep(0)
                print("cleaned up", flush=True)
        manager = own.context(manage)
        print(manager.__enter__())
        """,
        "1\ncleaned up\n",
    ),
    "async generator of the implementation is open": (
        """
        kept = []
        async def numbers():
            try:
                yield 1
            finally:
                await asyncio.sleep(0)
                print("cleaned up", flush=True)
        async def start():
            kept.append(numbers())
            return await kept[0].__anext__()
        print(own.run(start))
        """,
        "1\ncleaned up\n",
    ),
    "default executor was used": (
        """
        async def work():
            await asyncio.get_running_loop().run_in_executor(None, lambda: None)
        own.run(work)
        """,
        "",
    ),
    "daemon thread is in a call": (
        """
        threading.Thread(target=own.run, args=(wait_forever,), daemon=True).start()
        begun.wait()
        """,
        "cleaned up\n",
    ),
    "daemon thread awaits a call": (
        """
        threading.Thread(target=asyncio.run, args=(own.aio(wait_forever),), daemon=True).start()
        begun.wait()
        """,
        "cleaned up\n",
    ),
    "daemon thread waits for a future": (
        """
        future = own.submit(wait_forever)
        begun.wait()
        waiting = threading.Thread(target=future.result, daemon=True)
        waiting.start()
        """,
        "cleaned up\n",
    ),
    "daemon thread waits for an item": (
        """
        async def numbers():
            await wait_forever()
            yield 1
        threading.Thread(target=next, args=(own.iterate(numbers),), daemon=True).start()
        begun.wait()
        """,
        "cleaned up\n",
    ),
    "thread that is no daemon is in a call": (
        """
        async def work():
            begun.set()
            await asyncio.sleep(0.2)
            print("done", flush=True)
        threading.Thread(target=own.run, args=(work,)).start()
        begun.wait()
        """,
        "done\n",
    ),
    "atexit handler of later makes a call": (
        """
        async def one():
            return 1
        own.run(one)
        atexit.register(lambda: print(own.run(one)))
        """,
        "1\n",
    ),
    "object with a call in __del__ outlives the runtime": (
        """
        async def one():
            return 1
        own.run(one)
        class Last:
            def __del__(self, run=own.run, closed=RuntimeClosed, write=sys.__stdout__.write):
                try:
                    run(one)
                except closed:
                    write("closed\\n")
        outlives.append(Last())
        """,
        "closed\n",
    ),
    "handler of an error is looked up in the package at the very end": (
        """
        import ambidex
        async def one():
            return 1
        own.run(one)
        class Last:
            def __del__(self, run=own.run, package=ambidex, write=sys.__stdout__.write):
                try:
                    run(one)
                except package.RuntimeClosed:
                    write("closed\\n")
        outlives.append(Last())
        """,
        "closed\n",
    ),
    "object with a call in __del__ lives in a cycle": (
        """
        async def one():
            return 1
        class Node:
            def __del__(self, run=own.run):
                print(run(one), flush=True)
        node = Node()
        node.itself = node
        del node
        import gc
        gc.collect()
        """,
        "1\n",
    ),
    "exit is by sys.exit in a handler": (
        """
        own.submit(wait_forever)
        begun.wait()
        try:
            raise ValueError
        except ValueError:
            sys.exit(0)
        """,
        "cleaned up\n",
    ),
    "daemon threads go on calling": (
        """
        async def one():
            return 1
        async def numbers():
            yield 1
            yield 2
        async def await_calls():
            while True:
                await own.aio(one)
        def repeat(call):
            while True:
                call()
        calls = [
            lambda: own.run(one),
            lambda: own.submit(one).result(),
            lambda: list(own.iterate(numbers)),
            lambda: list(own.with_options(read_ahead=1).iterate(numbers)),
            lambda: run_async_task(one()),
            lambda: asyncio.run(await_calls()),
        ]
        for call in calls * 2:
            threading.Thread(target=repeat, args=(call,), daemon=True).start()
        for _ in range(20):
            own.run(asyncio.sleep, 0.005)
        """,
        "",
    ),
    "clean-up calls what has ended": (
        """
        async def one():
            return 1
        other = Synchronizer("other")
        other.run(one)
        ended = other._runtime.thread
        async def work():
            begun.set()
            try:
                await asyncio.Event().wait()
            finally:
                ended._thread.join(5)
                try:
                    await other.aio(one)
                except RuntimeClosed:
                    print("refused", flush=True)
        own.submit(work)
        begun.wait()
        """,
        "refused\n",
    ),
    "runtime was closed by hand": (
        """
        async def one():
            return 1
        own.run(one)
        own.close()
        """,
        "",
    ),
    "future with an exception was read": (
        """
        async def fail():
            raise ValueError("read")
        future = own.submit(fail)
        assert str(future.exception()) == "read"
        """,
        "",
    ),
}


LAST, EXPECTED_OF_LAST = SILENT["object with a call in __del__ outlives the runtime"]
SILENT["object with a call in __del__ lives to the end"] = (
    LAST.replace("outlives.append(Last())", "last = Last()"),
    EXPECTED_OF_LAST,
)
LEFT_OUT_WITHOUT_A_GIL = {
    "daemon threads go on calling": "3.13 without a GIL may hold a daemon thread at its end inside a lock of the "
    "interpreter's own, and then wait for that lock: the process hangs now and then",
    "object with a call in __del__ lives to the end": "without a GIL, modules are emptied before what they hold is "
    "freed: the object finds no names",
}
SILENT_CASES = [
    pytest.param(
        case,
        marks=pytest.mark.skipif(
            case in LEFT_OUT_WITHOUT_A_GIL and bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
            reason=LEFT_OUT_WITHOUT_A_GIL.get(case, ""),
        ),
    )
    for case in SILENT
]


@pytest.mark.parametrize("case", SILENT_CASES)
def test_exit_where_everything_ends_is_silent(case: str, run_program: Callable[..., Ended]) -> None:
    """What is pending is cancelled and cleaned up, the exit code is 0, and nothing stands on standard error."""
    body, expected = SILENT[case]
    ended = run_program(f"{PRELUDE}\n{textwrap.dedent(body)}")
    assert (ended.code, ended.out, ended.err) == (0, expected, "")


BEFORE = """
import atexit

def run_last():
    try:
        {call}
    except BaseException as error:
        print(type(error).__name__, error)

atexit.register(run_last)
"""
LAST_CALLS = {
    "blocking call": "own.run(wait_forever)",
    "submit": "own.submit(wait_forever)",
    "run_async_task": "run_async_task(wait_forever())",
    "result of a future": "future.result()",
    "exception of a future": "future.exception()",
    "await of a future": "asyncio.run(wait_for(future))",
    "aio": "asyncio.run(own.aio(wait_forever))",
    "item of an open stream": "next(stream)",
    "item of a new stream": "next(own.iterate(numbers))",
    "exit of a context manager": "manager.__exit__(None, None, None)",
}


@pytest.mark.parametrize("call", LAST_CALLS)
def test_exit_handler_from_before_the_import_is_told_that_the_runtime_has_ended(
    call: str, run_program: Callable[..., Ended]
) -> None:
    """An atexit handler that runs after the runtime has ended gets RuntimeClosed at once, and never waits."""
    program = f"""{BEFORE.format(call=LAST_CALLS[call])}
{PRELUDE}
from contextlib import asynccontextmanager

async def numbers():
    yield 1
    yield 2

async def wait_for(future):
    return await future

manager = own.context(asynccontextmanager(numbers))
manager.__enter__()
stream = own.iterate(numbers)
next(stream)
future = own.submit(wait_forever)
begun.wait()
"""
    ended = run_program(program)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("cleaned up\nRuntimeClosed ")


NAMED = {
    "task that ignores cancellation": (
        """
        async def ignore():
            begun.set()
            while True:
                try:
                    await asyncio.sleep(3600)
                except asyncio.CancelledError:
                    pass
        own.submit(ignore)
        begun.wait()
        """,
        "ignore",
    ),
    "generator whose clean-up never ends": (
        """
        async def stuck():
            try:
                yield 1
            finally:
                await asyncio.Event().wait()
        stream = own.iterate(stuck)
        next(stream)
        """,
        "stuck",
    ),
    "async generator of the implementation whose clean-up never ends": (
        """
        kept = []
        async def stuck():
            try:
                yield 1
            finally:
                await asyncio.Event().wait()
        async def start():
            kept.append(stuck())
            return await kept[0].__anext__()
        own.run(start)
        """,
        "stuck",
    ),
    "loop that is held": (
        """
        async def hold():
            begun.set()
            time.sleep(3600)
        own.submit(hold)
        begun.wait()
        """,
        "time.sleep(3600)",
    ),
    "daemon thread waiting for a held loop": (
        """
        async def hold():
            begun.set()
            time.sleep(3600)
        threading.Thread(target=own.run, args=(hold,), daemon=True).start()
        begun.wait()
        """,
        "time.sleep(3600)",
    ),
}


@pytest.mark.parametrize("case", NAMED)
def test_exit_where_something_refuses_to_end_is_bounded_and_names_it(
    case: str, run_program: Callable[..., Ended]
) -> None:
    """What does not end within its grace period delays the exit no longer, and is named on standard error, once."""
    body, culprit = NAMED[case]
    if culprit == "time.sleep(3600)" and not has_gil():
        print("without a GIL: the line that holds the loop cannot be told, the function can")
        culprit = "async def hold()"
    ended = run_program(f"{PRELUDE}\n{textwrap.dedent(body)}")
    assert ended.code == 0
    assert culprit in ended.err
    assert ended.err.count("synchronizer 'own'") == 1, ended.err
    for stray in ("destroyed", "never retrieved", "never awaited", "Exception ignored", "Error:"):
        assert stray not in ended.err


FAILING = {
    "future that is held": "future = own.submit(fail)",
    "future that was dropped": "own.submit(fail)",
    "caller that is a daemon thread": "threading.Thread(target=own.run, args=(fail,), daemon=True).start()",
    "open stream": "stream = own.iterate(fail_between_steps); next(stream); begun.set()",
    "task of the implementation": "own.run(start)",
}


@pytest.mark.parametrize("case", FAILING)
def test_exit_reports_what_a_clean_up_raises_once(case: str, run_program: Callable[..., Ended]) -> None:
    """Nobody else is told: it goes to the loop's exception handler, with its traceback."""
    ended = run_program(
        f"""{PRELUDE}
kept = []

async def fail():
    begun.set()
    try:
        await asyncio.Event().wait()
    finally:
        raise LookupError("in the clean-up")

async def fail_between_steps():
    try:
        yield 1
    finally:
        raise LookupError("in the clean-up")

async def start():
    kept.append(asyncio.ensure_future(fail()))

{FAILING[case]}
begun.wait()
"""
    )
    assert (ended.code, ended.out) == (0, "")
    assert ended.err.count("LookupError: in the clean-up") == 1, ended.err
    assert "Exception ignored" not in ended.err
