"""How reading ahead ends before its time: closed or interrupted, and what the generator makes of that."""

from __future__ import annotations

import asyncio
import sys
import threading
import warnings
from typing import TYPE_CHECKING

import pytest

from ambidex import BlockingInAsyncWarning
from tests.limits import HANG_S
from tests.runtime.kinds import KINDS, make_synchronizer
from tests.runtime.test_interrupts import PRELUDE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from ambidex import Synchronizer
    from tests.programs import Ended

on_unix = pytest.mark.skipif(sys.platform == "win32", reason="signals of a process to itself are a Unix matter")

PROGRAM = """
own = Synchronizer("own of that kind", grace_s=3600, **{options})
waits, hold, ended = threading.Event(), threading.Event(), threading.Event()

async def clean_up(interrupts):
    try:
        for _ in range(interrupts):
            interrupt()
            while wanted:
                await asyncio.sleep(0.001)
        while not hold.is_set():
            await asyncio.sleep(0.001)
        await asyncio.sleep(0.01)  # in which a cancellation would come
        log.append("cleaned up")
    except asyncio.CancelledError:
        log.append("cut short")
        raise
    finally:
        ended.set()

async def waiting(interrupts):
    try:
        yield 1
        waits.set()
        await asyncio.Event().wait()
    finally:
        await clean_up(interrupts)

async def full(interrupts):
    try:
        waits.set()
        while True:
            yield 1
    finally:
        await clean_up(interrupts)

async def interrupted(interrupts):
    try:
        interrupt()
        await asyncio.Event().wait()
        yield 1
    finally:
        await clean_up(interrupts)
"""


def program(kind: str, text: str) -> str:
    """Return a program that reads ahead on a synchronizer of that kind."""
    return f"{PRELUDE}\n{PROGRAM.format(options=KINDS[kind])}\n{text}"


@on_unix
@pytest.mark.parametrize("generator", ["waiting", "full"])
def test_interrupt_of_close_waits_for_the_clean_up(
    generator: str, kind: str, run_program: Callable[..., Ended]
) -> None:
    """The first Ctrl-C is raised when the clean-up has ended, in the step under way or in the one that closes."""
    ended = run_program(
        program(
            kind,
            f"""
hold.set()
items = own.with_options(read_ahead=3).iterate({generator}, 1)
next(items)
waits.wait()
try:
    items.close()
except KeyboardInterrupt as error:
    print(log, error.__context__)
print(list(items), own.run(one))
""",
        )
    )
    assert (ended.code, ended.out, ended.err) == (0, "['cleaned up'] None\n[] 1\n", "")


@on_unix
@pytest.mark.parametrize("generator", ["waiting", "full"])
def test_second_interrupt_of_close_leaves_the_clean_up_alone(
    generator: str, kind: str, run_program: Callable[..., Ended]
) -> None:
    """It is raised at once, and the clean-up goes on without its caller, when the iterator is collected, too."""
    ended = run_program(
        program(
            kind,
            f"""
items = own.with_options(read_ahead=3).iterate({generator}, 2)
next(items)
waits.wait()
try:
    items.close()
except KeyboardInterrupt:
    print(log)
del items
print(own.run(one))
hold.set()
print(ended.wait(60), log)
""",
        )
    )
    assert (ended.code, ended.out, ended.err) == (0, "[]\n1\nTrue ['cleaned up']\n", "")


@on_unix
def test_second_interrupt_of_the_wait_for_an_item_leaves_the_clean_up_alone(
    kind: str, run_program: Callable[..., Ended]
) -> None:
    """The first one cancels what the generator waits for, and collecting the iterator does not do so again."""
    ended = run_program(
        program(
            kind,
            """
items = own.with_options(read_ahead=3).iterate(interrupted, 1)
try:
    next(items)
except KeyboardInterrupt:
    print(log, list(items))
del items
print(own.run(one))
hold.set()
print(ended.wait(60), log)
""",
        )
    )
    assert (ended.code, ended.out, ended.err) == (0, "[] []\n1\nTrue ['cleaned up']\n", "")


def test_close_ends_a_generator_that_takes_its_cancellation(kind: str) -> None:
    """What is closed is not read any further, though there is room, so nothing of the grace period passes."""
    ends: list[str] = []
    waits = threading.Event()

    async def stubborn() -> AsyncIterator[int]:
        try:
            yield 0
            try:
                waits.set()
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                ends.append("taken")
            yield 1
            await asyncio.Event().wait()
        finally:
            ends.append("cleaned up")

    synchronizer = make_synchronizer(kind, f"stubborn {kind}", grace_s=60)  # more than a test may take
    items = synchronizer.with_options(read_ahead=8).iterate(stubborn)
    assert next(items) == 0
    assert waits.wait(HANG_S)
    items.close()
    assert ends == ["taken", "cleaned up"]
    assert list(items) == []
    synchronizer.close()


def test_close_raises_what_the_clean_up_raises_where_the_generator_waits(synchronizer: Synchronizer) -> None:
    """As in lock-step, though that clean-up runs in the step which reads ahead."""
    waits = threading.Event()

    async def failing() -> AsyncIterator[int]:
        try:
            yield 0
            waits.set()
            await asyncio.Event().wait()
        finally:
            raise LookupError("in the clean-up")

    items = synchronizer.with_options(read_ahead=8).iterate(failing)
    assert next(items) == 0
    assert waits.wait(HANG_S)
    with pytest.raises(LookupError, match="in the clean-up"):
        items.close()
    assert list(items) == []


def test_close_that_is_refused_leaves_the_stream_as_it_was(synchronizer: Synchronizer) -> None:
    """A misuse costs neither items nor the rest of the iteration."""

    async def numbers() -> AsyncIterator[int]:
        for number in range(4):
            yield number

    items = synchronizer.with_options(read_ahead=2).iterate(numbers)

    async def misuse() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with pytest.raises(BlockingInAsyncWarning):
                items.close()

    assert next(items) == 0
    asyncio.run(misuse())
    assert list(items) == [1, 2, 3]


@pytest.mark.usefixtures("short_grace")
def test_close_does_not_wait_longer_for_a_loop_that_is_held(
    synchronizer: Synchronizer, caplog: pytest.LogCaptureFixture
) -> None:
    """What holds the loop is logged with its place; the generator is closed when the loop is free."""
    go_on, ended = threading.Event(), threading.Event()

    async def numbers() -> AsyncIterator[int]:
        try:
            while True:
                yield 1
        finally:
            ended.set()

    async def hold() -> None:
        holds.set()
        go_on.wait(HANG_S)

    holds = threading.Event()
    items = synchronizer.with_options(read_ahead=2).iterate(numbers)
    assert next(items) == 1
    held = synchronizer.submit(hold)
    assert holds.wait(HANG_S)
    items.close()
    assert not go_on.is_set()
    assert not ended.is_set()
    assert "numbers did not end within 0.3 s of being closed" in caplog.text
    assert "in hold" in caplog.text
    go_on.set()
    held.result(HANG_S)
    assert ended.wait(HANG_S)
