"""The end of the interpreter where everything ends: bounded, with exit code 0, and silent."""

from __future__ import annotations

import sysconfig
import textwrap
from typing import TYPE_CHECKING

import pytest

from tests.runtime.exits import PRELUDE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.programs import Ended

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
        Synchronizer("other", grace_s=15).submit(wait_forever)
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
    "stream was left early and cleans up": (
        """
        async def notice():  # cancelled by the end, as all that runs
            try:
                await asyncio.Event().wait()
            finally:
                ending.set()
        async def numbers():
            global ending, noticing
            ending = asyncio.Event()
            noticing = asyncio.ensure_future(notice())
            try:
                yield 1
            finally:
                begun.set()
                await ending.wait()
                print("cleaned up", flush=True)
        for number in own.iterate(numbers):
            print(number)
            break
        begun.wait()
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
    "a job of the default executor ends when its task is cancelled": (
        """
        async def work():
            released = threading.Event()
            try:
                begun.set()
                await asyncio.get_running_loop().run_in_executor(None, released.wait)
            finally:
                released.set()
                print("cleaned up", flush=True)
        own.submit(work)
        begun.wait()
        """,
        "cleaned up\n",
    ),
    "an open stream has a job in the default executor": (
        """
        async def rows():
            released = threading.Event()
            waiting = asyncio.get_running_loop().run_in_executor(None, released.wait)
            try:
                yield 1
            finally:
                released.set()
                print("cleaned up", await waiting, flush=True)
        kept = own.iterate(rows)
        print(next(kept))
        """,
        "1\ncleaned up True\n",
    ),
    "a clean-up uses the default executor again": (
        """
        async def work():
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(None, begun.set)
            try:
                await asyncio.Event().wait()
            finally:
                print("cleaned up", await loop.run_in_executor(None, sum, (1, 2)), flush=True)
        own.submit(work)
        begun.wait()
        """,
        "cleaned up 3\n",
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
            while threading.main_thread().is_alive():
                await asyncio.sleep(0.001)
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
        other = Synchronizer("other", grace_s=15)
        other.run(one)
        ended = other._runtime.thread
        async def work():
            begun.set()
            try:
                await asyncio.Event().wait()
            finally:
                ended._thread.join(60)
                try:
                    await other.aio(one)
                except RuntimeClosed:
                    print("refused", flush=True)
        own.submit(work)
        begun.wait()
        """,
        "refused\n",
    ),
    "generators of the user's own delegate to what is open": (
        """
        async def one():
            yield 1
        class Scope:
            async def __aenter__(self):
                return 1
            async def __aexit__(self, *details):
                pass
        def delegate(stream):
            yield from stream
        def hold(scope):
            with scope as value:
                yield value
        ahead = own.with_options(read_ahead=2)
        outlive = [delegate(own.iterate(one)), delegate(ahead.iterate(one)), hold(own.context(Scope))]
        outlives.extend(outlive)
        print(*map(next, outlive))
        """,
        "1 1 1\n",
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
    "generators of the user's own delegate to what is open": "without a GIL, modules are emptied before what they hold "
    "is freed: the generators find no names",
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
