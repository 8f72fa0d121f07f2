"""What a misuse is told: what happened, to what, and what to write."""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import Synchronizer, run_async_task
from tests.limits import HANG_S

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable


async def one(number: int = 1) -> int:
    """Return it."""
    return number


async def numbers() -> AsyncGenerator[int, None]:
    """Yield 1."""
    yield 1


def plain() -> int:
    """Return 3, at once."""
    return 3


async def wrong() -> int:
    """Fail by a TypeError of its own."""
    return len(1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


NOT_ASYNC = r"^plain is not async: .* make it `async def`"
CALLED = r"one\(\.\.\.\) was called already: pass the function, .* or write run_async_task\(one\(\.\.\.\)\)"
MANY = (
    r"^run_async_task\({}\): an async generator has many values; "
    r"write list\(get_synchronizer\('ambidex'\)\.iterate\(numbers, \.\.\.\)\)"
)
MISUSES: dict[str, tuple[Callable[[Any], Any], str]] = {
    "run a plain function": (lambda own: own.run(plain), NOT_ASYNC),
    "await a plain function": (lambda own: asyncio.run(own.aio(plain)), NOT_ASYNC),
    "submit a plain function": (lambda own: own.submit(plain).result(HANG_S), NOT_ASYNC),
    "run a builtin": (lambda own: own.run(math.sqrt, 4), "^sqrt is not async: "),
    "run a builtin without a signature": (lambda own: own.run(max, 1, 2), "^max is not async: "),
    "run a generator": (lambda own: own.run(numbers), "^numbers is an async generator function: .*; iterate it"),
    "run a coroutine": (lambda own: own.run(one()), CALLED),
    "submit a coroutine": (lambda own: own.submit(one()), CALLED),
    "await a coroutine": (lambda own: asyncio.run(own.aio(one())), CALLED),
    "run no function": (lambda own: own.run(3), "^3 is no function: pass an async function, then its arguments"),
    "iterate what was called": (lambda own: own.iterate(numbers()), r"as in iterate\(numbers, \.\.\.\)"),
    "iterate a coroutine function": (lambda own: next(own.iterate(one)), "^one returns one value, and no async iter"),
    "iterate a plain function": (lambda own: next(own.iterate(plain)), "^3 is no async iterable: write an async gen"),
    "name a number": (lambda _: Synchronizer(1), r"^Synchronizer\(1\): the name is a string"),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    "name nothing": (lambda _: Synchronizer(None), r"^Synchronizer\(None\): the name is a string"),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    "task of a generator function": (lambda _: run_async_task(numbers), MANY.format("numbers")),  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    "task of a generator": (lambda _: run_async_task(numbers()), MANY.format(r"numbers\(\.\.\.\)")),  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    # what is no misuse of ours keeps its own words
    "too many arguments": (lambda own: own.run(one, 1, 2), r"^one\(\) takes from 0 to 1 positional arguments but 2"),
    "an argument that a builtin refuses": (lambda own: own.run(math.sqrt, "x"), r"^must be real number, not str$"),
    "await what a builtin refuses": (lambda own: asyncio.run(own.aio(math.sqrt, "x")), r"^must be real number, not"),
    "submit what a builtin refuses": (lambda own: own.submit(math.sqrt, "x").result(HANG_S), r"^must be real number"),
    "its own TypeError": (lambda own: own.run(wrong), r"has no len\(\)$"),
}


@pytest.mark.parametrize("case", MISUSES)
def test_misuse_is_told_what_to_write(case: str, synchronizer: Synchronizer) -> None:
    """A TypeError names the thing and the remedy; no coroutine is left that was never awaited."""
    misuse, message = MISUSES[case]
    with pytest.raises(TypeError, match=message):
        misuse(synchronizer)
    assert synchronizer.run(one) == 1


def test_pythons_own_reason_stays_the_cause(synchronizer: Synchronizer) -> None:
    """What Python said of the value is not lost."""
    run: Any = synchronizer.run
    with pytest.raises(TypeError) as caught:
        run(plain)
    assert "int" in str(caught.value.__cause__)
