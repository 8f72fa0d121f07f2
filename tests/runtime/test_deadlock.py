"""Loops that would block on each other: the wait that closes the circle is refused, and nothing else is."""

from __future__ import annotations

import asyncio
import concurrent.futures
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import DeadlockError, Synchronizer
from ambidex.runtime import runtime_of
from ambidex.runtime._diagnosis._stack import has_gil
from tests.limits import HANG_S
from tests.runtime.circles import WAITS, numbers
from tests.runtime.work import one

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from tests.programs import Ended

# What blocks here does so inside a loop.
pytestmark = pytest.mark.filterwarnings("ignore::ambidex.BlockingInAsyncWarning")

BLOCKING: dict[str, tuple[Callable[[Synchronizer], Any], str]] = {
    "run": (lambda a: a.run(one), r"one would wait for good.*write `await synchronizer\.aio\(one, \.\.\.\)`"),
    "stream": (
        lambda a: next(a.iterate(numbers)),
        r"numbers would wait for good.*write `async for \.\.\. in synchronizer\.aiterate\(numbers, ",
    ),
    "result": (lambda a: a.submit(one).result(), r"one would wait for good.*write `await future`"),
    "exception": (lambda a: a.submit(one).exception(), r"one would wait for good.*write `await future`"),
}


@pytest.mark.parametrize("case", BLOCKING)
@pytest.mark.parametrize("outer", ["run", "stream", "result"])
def test_blocking_on_a_loop_that_waits_for_this_one_is_refused(
    case: str, outer: str, loops: tuple[Synchronizer, ...]
) -> None:
    """The error names both calls and what to write for each, and the loops are as good as before."""
    a, b, _ = loops
    call, message = BLOCKING[case]

    async def on_b() -> str:
        while not WAITS:  # noqa: ASYNC110  a future runs ahead of who waits for it: A is to be blocked first
            await asyncio.sleep(0)
        with pytest.raises(DeadlockError, match=message) as caught:
            call(a)
        return str(caught.value)

    async def stream_on_b() -> AsyncGenerator[str, None]:
        yield await on_b()

    async def on_a() -> str:
        if outer == "run":
            return b.run(on_b)
        if outer == "stream":
            return next(b.iterate(stream_on_b))
        return b.submit(on_b).result()

    text = a.run(on_a)
    assert "on_b" in text
    assert repr(a.name) in text
    assert repr(b.name) in text
    assert "or, there, `" in text
    assert (a.run(one), b.run(one)) == (1, 1)


def test_circle_of_three_loops_is_refused_where_it_closes(loops: tuple[Synchronizer, ...]) -> None:
    """A waits for B and B for C: C is refused, and its error reaches A as it was raised."""
    a, b, c = loops
    begun: list[str] = []

    async def never() -> None:
        begun.append("never")

    async def on_c() -> None:
        begun.append("c")
        a.run(never)

    async def on_b() -> None:
        c.run(on_c)

    async def on_a() -> None:
        b.run(on_b)

    with pytest.raises(DeadlockError, match=r"never would wait.*is blocked in .*on_b .*is blocked in .*on_c"):
        a.run(on_a)
    assert begun == ["c"]


def test_chain_of_loops_without_a_circle_is_allowed(loops: tuple[Synchronizer, ...]) -> None:
    """A waits for B and B for C, and another thread's work waits for B as well: all of it ends."""
    a, b, c = loops

    async def on_b() -> int:
        return c.run(one) + await c.aio(one)

    async def on_a() -> int:
        return b.run(on_b) + b.submit(on_b).result()

    assert a.run(on_a) == 4
    assert b.run(on_b) == 2


def test_two_loops_that_block_on_each_other_at_once_refuse_one_of_them(loops: tuple[Synchronizer, ...]) -> None:
    """However the two threads run, exactly one is refused, so both end."""
    a, b, _ = loops
    rounds = 200

    async def cross(barrier: threading.Barrier, other: Synchronizer) -> int:
        barrier.wait(HANG_S)
        try:
            return other.run(one)
        except DeadlockError:
            return 0

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # so that the threads change in the middle of the check
    try:
        for _ in range(rounds):
            barrier = threading.Barrier(2)
            on_a, on_b = a.submit(cross, barrier, b), b.submit(cross, barrier, a)
            # the loop that is not refused gets its answer once the other is free again
            assert sorted([on_a.result(HANG_S), on_b.result(HANG_S)]) == [0, 1]
    finally:
        sys.setswitchinterval(interval)


@pytest.mark.parametrize("read_ahead", [None, 4])
@pytest.mark.parametrize("at", ["first", "second"])
def test_step_of_a_stream_that_is_refused_leaves_the_stream_as_it_was(
    at: str, read_ahead: int | None, loops: tuple[Synchronizer, ...]
) -> None:
    """Nothing of the step has begun; when the loop is free again, the stream goes on where it stood."""
    a, b, _ = loops
    taken: list[int] = []
    ended: list[str] = []

    async def count() -> AsyncGenerator[int, None]:
        try:
            for number in range(100):
                await asyncio.sleep(0)
                yield number
        finally:
            ended.append("count")

    stream = a.with_options(read_ahead=read_ahead).iterate(count)
    if at == "second":
        taken.append(next(stream))

    async def on_b() -> None:
        with pytest.raises(DeadlockError, match="count would wait for good"):
            taken.extend(stream)  # what was read ahead can be taken: only the wait is refused

    async def on_a() -> None:
        b.run(on_b)

    a.run(on_a)
    assert ended == []
    assert taken == list(range(len(taken)))
    assert [*taken, *stream] == list(range(100))
    assert ended == ["count"]


def test_deadlock_error_of_a_generators_own_ends_its_stream(loops: tuple[Synchronizer, ...]) -> None:
    """It is an exception like any other: the generator has ended by it."""
    a, *_ = loops

    async def fail() -> AsyncGenerator[int, None]:
        yield 1
        raise DeadlockError("the generator's own")

    for read_ahead in (None, 4):
        stream = a.with_options(read_ahead=read_ahead).iterate(fail)
        assert next(stream) == 1
        with pytest.raises(DeadlockError, match="own"):
            next(stream)
        assert list(stream) == []


def test_closing_a_loop_that_waits_for_this_task_is_refused(loops: tuple[Synchronizer, ...]) -> None:
    """A is blocked in the call that closes A."""
    a, b, _ = loops

    async def on_b() -> None:
        a.close()

    async def on_a() -> None:
        b.run(on_b)

    with pytest.raises(DeadlockError, match=r"close\(\)"):
        a.run(on_a)
    assert a.run(one) == 1


def test_result_with_a_timeout_is_never_a_deadlock(loops: tuple[Synchronizer, ...]) -> None:
    """A wait that is limited ends by itself, so the loop that waits for its thread is not refused."""
    a, b, _ = loops

    async def on_b() -> int:
        future = a.submit(one)
        with pytest.raises(concurrent.futures.TimeoutError):
            future.result(0.01)
        return await b.aio(one)

    async def on_a() -> int:
        return b.run(on_b)

    assert a.run(on_a) == 1


def test_plain_function_and_constructor_on_a_loop_that_waits_are_refused(loops: tuple[Synchronizer, ...]) -> None:
    """What runs on the loop without a task needs that loop too; it has no other form, so the other call has to."""
    a, b, _ = loops

    async def on_b() -> None:
        runtime_of(a.name).run(list, (), {}, "List", "", None, True)

    async def on_a() -> None:
        b.run(on_b)

    with pytest.raises(DeadlockError, match=r"^List would wait.*; write `await synchronizer\.aio\(.*on_b, \.\.\.\)`$"):
        a.run(on_a)


def test_refusal_comes_before_any_time_passes(loops: tuple[Synchronizer, ...]) -> None:
    """With deadlines on every call the circle would end by itself, after that long; it is refused at once."""
    a, b, _ = loops

    async def on_b() -> None:
        a.with_options(timeout=60).run(one)

    async def on_a() -> None:
        b.with_options(timeout=60).run(on_b)

    with pytest.raises(DeadlockError):  # the test's own time limit is shorter than the deadlines
        a.run(on_a)


@pytest.mark.parametrize("first_step", ["loop", "caller"])
def test_refusal_looks_at_no_other_thread(first_step: str, run_program: Callable[..., Ended]) -> None:
    """The frames of a thread that runs meanwhile can end the process: the interpreter tells of each look at them."""
    ended = run_program(
        f"""
        import sys, warnings
        from ambidex import DeadlockError, Synchronizer, diagnose

        warnings.simplefilter("ignore")
        looks = []
        sys.addaudithook(lambda event, _: looks.append(event) if event == "sys._current_frames" else None)
        a, b, c = (Synchronizer(name, first_step={first_step!r}) for name in "abc")

        async def one(): return 1
        async def block(other): return other.run(one)
        async def wait(other): return await other.aio(one)
        async def wait_through(other, last): return await other.aio(wait, last)
        async def on_a(work, *args): return b.run(work, *args)

        for work in ((block, a), (wait, a), (wait_through, c, a)):
            try:
                a.run(on_a, *work)
            except DeadlockError as error:
                print("refused")
        print(len(looks))
        diagnose()
        print(len(looks))
        """
    )
    looks = "1" if has_gil() else "0"  # without a GIL, the diagnosis has them told
    assert (ended.code, ended.out.split(), ended.err) == (0, ["refused"] * 3 + ["0", looks], "")
