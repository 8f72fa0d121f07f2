"""What the implementation behind a face warns about is shown at the line that uses the face."""

from __future__ import annotations

import asyncio
import sys
import warnings
from typing import TYPE_CHECKING, Any

import pytest

from tests.bridge.archive import Shelf, look, walk
from tests.limits import HANG_S

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


LEFT_A_LINE_BELOW = sys.version_info < (3, 10)  # there a block is left at its last line


def enter_and_leave(shelf: Shelf) -> None:
    """Use it by `with`."""
    with shelf as same:
        assert same is shelf


BLOCKING: dict[str, tuple[Callable[[Shelf], Any], list[str]]] = {
    "constructor": (lambda _: Shelf(), ["making"]),
    "plain method": (lambda shelf: shelf.size(), ["size"]),
    "method": (lambda shelf: shelf.read(), ["reading"]),
    "method of the class": (lambda shelf: Shelf.read(shelf), ["reading"]),  # noqa: PLW0108  its own line
    "function": (lambda _: look(), ["looking"]),
    "submit": (lambda shelf: shelf.read.submit().result(HANG_S), ["reading"]),
    "submit, translated": (lambda shelf: shelf.itself.submit().result(HANG_S), ["itself"]),
    "submit of a function": (lambda _: look.submit().result(HANG_S), ["looking"]),
    "stream": (lambda shelf: [item for item in shelf.items()], ["first", "second"]),  # noqa: C416  a `for` in sight
    "stream of a function": (lambda _: list(walk()), ["walking"]),
    "stream, read ahead": (lambda shelf: list(shelf.items.with_options(read_ahead=4)()), ["first", "second"]),
    "iterator": (lambda shelf: list(shelf), ["next", "next"]),  # noqa: PLW0108  its own line
    "context of a method": (lambda shelf: shelf.held().__enter__(), ["holding"]),
    "context": (enter_and_leave, ["entering", "leaving"]),
}


@pytest.fixture
def shelf() -> Shelf:
    """Return a shelf."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Shelf()


def said(caught: list[warnings.WarningMessage]) -> list[str]:
    """Return what was said to be old."""
    return [str(warning.message).partition(" ")[0] for warning in caught]


@pytest.mark.parametrize("case", BLOCKING)
def test_warning_points_at_the_line_that_uses_the_blocking_face(case: str, shelf: Shelf) -> None:
    """`stacklevel=2` means the caller, as if no bridge were between."""
    use, expected = BLOCKING[case]
    line = use.__code__.co_firstlineno + 2 * (use is enter_and_leave)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        use(shelf)
    assert said(caught) == expected
    lines = [line] * len(caught)
    if use is enter_and_leave and LEFT_A_LINE_BELOW:
        lines[-1] += 1
    assert [(warning.filename, warning.lineno) for warning in caught] == [(__file__, line) for line in lines]


async def read(shelf: Shelf) -> None:
    """Await a method."""
    await shelf.read.aio()


async def call(_: Shelf) -> None:
    """Await a function."""
    await look.aio()


async def await_future(shelf: Shelf) -> None:
    """Await a future."""
    await shelf.read.submit()


async def iterate(shelf: Shelf) -> None:
    """Iterate a stream."""
    async for _ in shelf.items.aio():
        pass


async def iterate_it(shelf: Shelf) -> None:
    """Iterate the object."""
    async for _ in shelf:
        pass


async def enter(shelf: Shelf) -> None:
    """Use it by `async with`."""
    async with shelf:
        pass


async def enter_method(shelf: Shelf) -> None:
    """Enter what a method makes."""
    async with shelf.held():
        pass


AWAITED: dict[Callable[[Shelf], Awaitable[None]], list[str]] = {
    read: ["reading"],
    call: ["looking"],
    await_future: ["reading"],
    iterate: ["first", "second"],
    iterate_it: ["next", "next"],
    enter: ["entering", "leaving"],
    enter_method: ["holding"],
}


@pytest.mark.parametrize("use", AWAITED)
def test_warning_points_at_the_line_that_uses_the_async_face(use: Callable[[Shelf], Any], shelf: Shelf) -> None:
    """So it is with `await`, `async for` and `async with`."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        asyncio.run(use(shelf))
    assert said(caught) == AWAITED[use]
    lines = [use.__code__.co_firstlineno + 2] * len(caught)
    if use is enter and LEFT_A_LINE_BELOW:
        lines[-1] += 1
    assert [(warning.filename, warning.lineno) for warning in caught] == [(__file__, line) for line in lines]


def test_future_of_a_translated_result_gives_the_face(shelf: Shelf) -> None:
    """The value of `submit` is translated as that of a call is, also where it is awaited."""

    async def main() -> Shelf:
        return await shelf.itself.submit()

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert shelf.itself.submit().result(HANG_S) is shelf
        assert asyncio.run(main()) is shelf
