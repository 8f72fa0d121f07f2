"""What checkers infer of variadics.py, and what they refuse."""

from __future__ import annotations

import variadics
from typing_extensions import assert_type
from variadics import Bag, Batch, Folded, Lamp, Light, Signal


def two(light: Light, number: int) -> None:
    """Take what a lamp has."""


async def later(light: Light, number: int) -> None:
    """Take it later."""


def three(light: Light, number: int, more: str) -> None:
    """Take more than a lamp has."""


def objects(light: Light, signal: Signal[str, int, bytes], lamp: Lamp) -> None:
    """Check the blocking face of objects."""
    assert_type(Signal("a", 1, b""), "Signal[str, int, bytes]")
    assert_type(signal.last(), "tuple[int, bytes]")
    assert_type(signal.peek(), "tuple[int, bytes]")
    assert_type(signal.name(), str)
    assert_type(signal.emit(1, b""), int)
    assert_type([*signal.each()], "list[tuple[str, int, bytes]]")
    with signal.held() as held:
        assert_type(held, "tuple[int, bytes]")
    assert_type(Signal.of(1, light), "Signal[int, Light]")
    assert_type(lamp.last(), "tuple[Light, int]")
    assert_type(lamp.light(), Light)
    assert_type(lamp.call(two), None)
    assert_type(lamp.call(later), None)
    assert_type(Folded().same(light, 3), "tuple[Light, int]")
    assert_type(Bag(light, 2).all(), "tuple[Light, int]")
    assert_type(Bag(light).emptied().all(), "tuple[()]")
    assert_type(Bag(light).more(1), "Bag[int, Light]")
    signal.emit("a", b"")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    signal.emit(1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    lamp.emit.submit(1, 1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    lamp.call(three)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Folded().same(3, light)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def functions(light: Light, lamp: Lamp) -> None:
    """Check the blocking face of functions."""
    assert_type(variadics.counted(light, light), int)
    assert_type(variadics.second(light, 4, "a", "b"), int)
    assert_type(variadics.signalled(lamp, light, 1), "Batch[Light, int]")
    assert_type(variadics.signalled(lamp, light, 1).values, "tuple[Light, int]")
    assert_type(Batch(light, (1, "a")), "Batch[int, str]")
    assert_type(variadics.rest((1, light)), "tuple[*tuple[Light, ...], str]")
    variadics.counted(light, 1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    variadics.second(light, "a")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    variadics.signalled(lamp, 1, light)  # type: ignore[misc]  # pyright: ignore[reportArgumentType]


async def awaited(light: Light, signal: Signal[str, int, bytes], lamp: Lamp) -> None:
    """Check the async face."""
    assert_type(await signal.last.aio(), "tuple[int, bytes]")
    assert_type([item async for item in signal.each.aio()], "list[tuple[str, int, bytes]]")
    async with signal.held.aio() as held:
        assert_type(held, "tuple[int, bytes]")
    assert_type(await Signal.of.aio("a", 1), "Signal[str, int]")
    assert_type(await lamp.last.aio(), "tuple[Light, int]")
    assert_type(await lamp.call.aio(later), None)
    assert_type(await Bag(light).emptied.aio(), "Bag[()]")
    assert_type(await variadics.signalled.aio(lamp, light, 1), "Batch[Light, int]")
    await signal.emit.aio(b"", 1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
