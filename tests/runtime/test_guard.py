"""Blocking calls in the wrong place: refused on the loop's own thread, warned about inside somebody else's loop."""

from __future__ import annotations

import asyncio
import threading
import warnings
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import BlockingInAsyncWarning, DeadlockError, Synchronizer, get_synchronizer, run_async_task
from ambidex.runtime import close_all
from tests.limits import HANG_S

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator
    from typing import Literal

HERE = __file__


async def one() -> int:
    """Return 1."""
    return 1


async def numbers() -> AsyncGenerator[int, None]:
    """Yield 1 and 2."""
    yield 1
    yield 2


DEADLOCKS: dict[str, tuple[Callable[[Synchronizer], Any], str]] = {
    "run": (lambda own: own.run(one), r"one would block .* write `await synchronizer\.aio\(one, \.\.\.\)`"),
    "stream": (
        lambda own: next(own.iterate(numbers)),
        r"numbers would block .* write `async for \.\.\. in synchronizer\.aiterate\(numbers, \.\.\.\)`",
    ),
    "read ahead": (
        lambda own: next(own.with_options(read_ahead=2).iterate(numbers)),
        r"numbers would block .* write `async for \.\.\. in synchronizer\.aiterate\(numbers, \.\.\.\)`",
    ),
    "run_async_task": (lambda _: run_async_task(one()), r"one would block .* write `await one\(\.\.\.\)`"),
    "close": (
        lambda own: own.close(),
        r"close\(\) would wait for the end of the thread it runs on; close it from another",
    ),
    "close_all": (
        lambda _: close_all(),
        r"close\(\) would wait for the end of the thread it runs on; close it from another",
    ),
}


@pytest.mark.parametrize("case", DEADLOCKS)
def test_blocking_on_the_loops_own_thread_is_refused_with_the_remedy(case: str) -> None:
    """DeadlockError names the function and what to write, and no coroutine is left that was never awaited."""
    own = get_synchronizer("ambidex")
    call, message = DEADLOCKS[case]

    async def nested() -> None:
        with pytest.raises(DeadlockError, match=message):
            call(own)

    own.run(nested)
    assert own.run(one) == 1


def test_entering_on_the_loops_own_thread_is_refused_with_the_remedy(synchronizer: Synchronizer) -> None:
    """A context manager is entered by `async with` there."""

    async def nested() -> None:
        with (  # noqa: SIM117  one raises, the other is what is raised from
            pytest.raises(
                DeadlockError, match=r"numbers would block .* write `async with synchronizer\.context\(numbers, "
            )
        ):
            with synchronizer.context(asynccontextmanager(numbers)):
                pytest.fail("entered")

    synchronizer.run(nested)


def test_callback_of_a_future_that_blocks_on_the_loop_is_refused_and_logged(
    synchronizer: Synchronizer, caplog: pytest.LogCaptureFixture
) -> None:
    """A done-callback runs on the loop's thread: a blocking call in it is a deadlock that is reported."""
    go = threading.Event()

    async def wait() -> None:
        while not go.is_set():  # noqa: ASYNC110  it is set on another thread
            await asyncio.sleep(0.001)

    future = synchronizer.submit(wait)
    future.add_done_callback(lambda _: synchronizer.run(one))
    go.set()
    future.result(HANG_S)
    synchronizer.run(one)
    assert "DeadlockError" in caplog.text


ADVICE: dict[str, tuple[Callable[[Synchronizer], Any], str]] = {
    "run": (lambda own: own.run(one), "`await synchronizer.aio(one, ...)`"),
    "iterate": (lambda own: list(own.iterate(numbers)), "`async for ... in synchronizer.aiterate(numbers, ...)`"),
    "context": (
        lambda own: own.context(asynccontextmanager(numbers)).__enter__(),
        "`async with synchronizer.context(numbers, ...)`",
    ),
    "run_async_task": (lambda _: run_async_task(one()), "`await one(...)`"),
    "run_async_task of an object": (lambda own: run_async_task(Awaited()), "`await awaitable`"),
    "result": (lambda own: own.submit(asyncio.sleep, 0.01).result(HANG_S), "`await future`"),
    "close": (lambda own: own.close(), "`await asyncio.to_thread(synchronizer.close)`"),
}


class Awaited:
    """What can be awaited and is no coroutine."""

    def __await__(self) -> Generator[None, None, int]:
        yield
        return 1


@pytest.mark.parametrize("case", ADVICE)
def test_warning_tells_the_form_to_write(case: str, synchronizer: Synchronizer) -> None:
    """The advice can be typed in, and works there."""
    block, advice = ADVICE[case]
    synchronizer.run(one)  # it has a thread to close

    async def main() -> None:
        with pytest.warns(BlockingInAsyncWarning) as caught:
            block(synchronizer)
        assert [str(warning.message).partition("; write ")[2] for warning in caught] == [advice]
        assert {(warning.filename, warning.lineno) for warning in caught} == {(HERE, block.__code__.co_firstlineno)}

    asyncio.run(main())


def test_the_advised_forms_do_the_same_without_a_warning(synchronizer: Synchronizer) -> None:
    """Each of them is what the warning says."""

    async def main() -> None:
        assert await synchronizer.aio(one) == 1
        assert [number async for number in synchronizer.aiterate(numbers)] == [1, 2]
        async with synchronizer.context(asynccontextmanager(_one_number)) as number:
            assert number == 1
        await asyncio.get_running_loop().run_in_executor(None, synchronizer.close)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        asyncio.run(main())


async def _one_number() -> AsyncGenerator[int, None]:
    yield 1


def test_closing_what_does_not_run_does_not_warn(synchronizer: Synchronizer) -> None:
    """There is nothing to wait for."""
    synchronizer.close()

    async def main() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            synchronizer.close()

    asyncio.run(main())


BLOCKING: dict[str, Callable[[Synchronizer], Any]] = {
    "run": lambda own: own.run(one),
    "stream": lambda own: list(own.iterate(numbers)),
    "run_async_task": lambda _: run_async_task(one()),
    "result": lambda own: own.submit(asyncio.sleep, 0.01).result(HANG_S),
}


@pytest.mark.parametrize("case", BLOCKING)
def test_blocking_inside_a_foreign_loop_works_and_warns_at_the_callers_line(
    case: str, synchronizer: Synchronizer
) -> None:
    """The warning points at the line that blocks, and names the form to write."""

    async def main() -> None:
        with pytest.warns(BlockingInAsyncWarning, match="blocks the event loop that is running here") as caught:
            BLOCKING[case](synchronizer)
        assert {warning.filename for warning in caught} == {HERE}
        assert {warning.lineno for warning in caught} == {BLOCKING[case].__code__.co_firstlineno}

    asyncio.run(main())


def test_blocking_inside_a_foreign_loop_warns_once_for_each_call_site(synchronizer: Synchronizer) -> None:
    """Under Python's own filters a line that blocks a thousand times is named once, and another line once more."""

    async def main() -> int:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("default")
            for _ in range(5):
                synchronizer.run(one)
            synchronizer.run(one)
        return len(caught)

    assert asyncio.run(main()) == 2


def test_blocking_warning_as_an_error_stops_the_call_before_it_begins(synchronizer: Synchronizer) -> None:
    """Where the warning is an error nothing runs, no coroutine is left over, and a stream stays whole."""
    begun: list[int] = []

    async def work() -> None:
        begun.append(1)

    stream = synchronizer.iterate(numbers)
    assert next(stream) == 1

    async def main() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("error", BlockingInAsyncWarning)
            with pytest.raises(BlockingInAsyncWarning):
                synchronizer.run(work)
            with pytest.raises(BlockingInAsyncWarning):
                run_async_task(work())
            with pytest.raises(BlockingInAsyncWarning):
                next(stream)

    asyncio.run(main())
    assert begun == []
    assert next(stream) == 2
    stream.close()


def test_blocking_in_a_plain_thread_does_not_warn(synchronizer: Synchronizer) -> None:
    """No loop runs there, so none is held; a thread beside a running loop is as plain."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert synchronizer.run(one) == 1

        async def main() -> int:
            return await asyncio.get_running_loop().run_in_executor(None, synchronizer.run, one)

        assert asyncio.run(main()) == 1


def test_submit_and_fire_and_forget_inside_a_foreign_loop_do_not_warn(synchronizer: Synchronizer) -> None:
    """What does not block is fine anywhere."""

    async def main() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert await synchronizer.submit(one) == 1
            assert await run_async_task(one(), fire_and_forget=True) == 1
            assert await synchronizer.aio(one) == 1

    asyncio.run(main())


def test_blocking_at_the_top_level_of_a_notebook_cell_is_silent(
    synchronizer: Synchronizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cell's own top level blocks nobody but its author; a function called from it is another matter."""
    import builtins

    monkeypatch.setattr(builtins, "get_ipython", lambda: None, raising=False)
    cell = compile("result = synchronizer.run(one)", "<cell>", "exec")
    names: dict[str, Any] = {"synchronizer": synchronizer, "one": one}

    async def main() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            exec(cell, names)
        with pytest.warns(BlockingInAsyncWarning):
            synchronizer.run(one)

    asyncio.run(main())
    assert names["result"] == 1


FILTERS: tuple[Literal["always", "default", "module"], ...] = ("always", "default", "module")
SILENT_FIRST: tuple[Literal["ignore", "default"], ...] = ("ignore", "default")
STEPS: tuple[tuple[Literal["default", "error", "ignore"], int], ...] = (  # a filter, and how many warnings it shows
    ("default", 1),
    ("error", 0),
    ("error", 0),
    ("ignore", 0),
    ("default", 0),
)


def test_blocking_line_warns_once_in_a_process_whatever_the_filters_are(synchronizer: Synchronizer) -> None:
    """Where Python would show each warning again, ours is shown once for each line; another line has its own."""

    async def main() -> list[int]:
        with warnings.catch_warnings(record=True) as caught:
            for action in FILTERS:
                warnings.simplefilter(action)
                synchronizer.run(one)
            synchronizer.run(one)
        return [warning.lineno for warning in caught]

    first, second = asyncio.run(main())
    assert second == first + 1


def test_blocking_warning_as_an_error_is_one_each_time(synchronizer: Synchronizer) -> None:
    """A filter that makes errors of it does so at a line that was warned about, too, and by text and module."""

    async def main() -> None:
        for action, shown in STEPS:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("ignore")
                warnings.filterwarnings(action, r".*one blocks", BlockingInAsyncWarning, module=__name__)
                try:
                    synchronizer.run(one)
                except BlockingInAsyncWarning:
                    assert action == "error"
                else:
                    assert action != "error"
            assert len(caught) == shown

    asyncio.run(main())


def test_blocking_line_that_was_silenced_may_still_warn(synchronizer: Synchronizer) -> None:
    """What nobody has seen does not count as said."""

    async def main() -> int:
        with warnings.catch_warnings(record=True) as caught:
            for action in SILENT_FIRST:
                warnings.simplefilter(action)
                synchronizer.run(one)
        return len(caught)

    assert asyncio.run(main()) == 1


def test_blocking_line_that_many_threads_reach_at_once_warns_once(synchronizer: Synchronizer) -> None:
    """Loops of several threads that block at one line are told once."""
    barrier = threading.Barrier(8)

    async def main() -> None:
        barrier.wait(HANG_S)
        synchronizer.run(one)

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        threads = [threading.Thread(target=lambda: asyncio.run(main())) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(HANG_S)
    assert len(caught) == 1
