"""What the end of the interpreter tells: late callers, that it has come; its user, what refused to end or failed."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pytest

from ambidex.runtime._diagnosis._stack import has_gil
from tests.runtime.exits import PRELUDE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.programs import Ended

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
                    pass  # ignored
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
    "first step of a stream of a closed synchronizer that ignores cancellation": (
        """
        async def ignore():
            begun.set()
            while True:
                try:
                    await asyncio.sleep(3600)
                except asyncio.CancelledError:
                    pass
            yield 1
        def use():
            try:
                next(own.iterate(ignore))
            except RuntimeClosed:
                pass
        using = threading.Thread(target=use)
        using.start()
        begun.wait()
        own.close()
        using.join()
        """,
        "ignore",
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
    ended = run_program(f"{PRELUDE}\nSynchronizer('own', grace_s=0.3)\n{textwrap.dedent(body)}")
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
