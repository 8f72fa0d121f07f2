"""What checkers infer of generics.py, and what they refuse."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from typing import Optional, TypeVar

import generics
from generics import Bonsai, Box, Plant, Pot
from typing_extensions import assert_type

from ambidex.bridge import Context, Future, VariadicCall

T = TypeVar("T")


class Oak(Plant):
    """A plant of the user's."""


class Mine(Box[bytes]):
    """An applied box."""


class Own(Box[T]):
    """A generic class of the user's."""


def shown(number: int, *, unit: str) -> str:
    """Take two parameters."""
    return f"{number} {unit}"


async def later(text: str) -> int:
    """Give a number later."""
    return len(text)


def functions(oak: Oak) -> None:
    """Check the blocking face of functions."""
    assert_type(generics.first([1, 2]), Optional[int])
    assert_type(generics.first.submit([1, 2]), "Future[Optional[int]]")
    assert_type(generics.last(["a"]), str)
    assert_type(generics.double(2.5), float)
    assert_type(generics.joined(b"a", b"b"), bytes)
    assert_type(generics.watered(oak), Oak)
    assert_type(generics.each({"a": 1}), "Generator[tuple[str, int], None, None]")
    assert_type(generics.held(oak), "Context[Oak]")
    assert_type(generics.apply(shown, 1, unit="m"), str)
    assert_type(generics.apply.submit(shown, 1, unit="m"), "Future[str]")
    assert_type(generics.apply.with_options(timeout=1)(shown, 1, unit="m"), str)
    assert_type(generics.counted(shown, unit="m"), "list[str]")
    assert_type(generics.mapped(len, ["a"]), "list[int]")
    assert_type(generics.mapped(later, ["a"]), "list[int]")
    assert_type(generics.packed(1, "a"), "tuple[int, str]")
    numbered = generics.numbered(later)
    assert_type(numbered, "VariadicCall[list[int], int, str]")
    assert_type(numbered.submit(1, "a"), "Future[list[int]]")
    numbered("a", "a")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    numbered(1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    generics.joined("a", b"b")  # type: ignore[type-var]  # pyright: ignore[reportArgumentType]
    generics.watered(1)  # type: ignore[type-var]  # pyright: ignore[reportArgumentType]
    generics.apply(shown, "1", unit="m")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def classes(box: Box[int], oak: Oak) -> None:
    """Check the blocking face of classes."""
    assert_type(Box(3), Box[int])
    assert_type(box.get(), int)
    assert_type(box.put(3), int)
    assert_type(box.with_other("a"), "tuple[int, str]")
    assert_type(box.stream(2), "Generator[int, None, None]")
    assert_type(box.peek(), int)
    assert_type(box.item, int)
    assert_type(box.spare, Optional[int])
    assert_type(box.boxed(), Box[Box[int]])
    assert_type(box.itself(), Box[int])
    assert_type(Box.of("a"), Box[str])
    assert_type(Box.holds("a", print), bool)
    assert_type(Box[str].of("a"), Box[str])
    assert_type(Pot(oak).plant(), Oak)
    assert_type(Pot(oak).get(), Oak)
    assert_type(Bonsai(oak).get(), Plant)
    assert_type(Bonsai(oak).with_other(1), "tuple[Plant, int]")
    assert_type(Bonsai(oak).sent(Plant.name, times=2), str)
    assert_type(box.sent(str), str)
    assert_type(Mine(b"").get(), bytes)
    assert_type(Own(3).get(), int)
    assert_type(generics.unboxed(box), int)
    reading = generics.Reading(oak)
    assert_type(reading.value, Oak)
    assert_type(reading.kind, "type[Oak]")
    wider: list[generics.Reading[Plant]] = [reading]
    assert_type(wider[0].get(), Plant)
    reading.value = oak  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    meter: generics.Meter[Oak] = generics.Meter[Plant]()
    meter.last = oak
    assert_type(meter.put(oak), None)
    assert_type(generics.Store().both(1, [""]), "tuple[int, list[str]]")
    box.put("a")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Pot(3)  # type: ignore[type-var]  # pyright: ignore[reportArgumentType]


async def awaited(box: Box[int], oak: Oak) -> None:
    """Check the async face."""
    assert_type(await generics.first.aio([1, 2]), Optional[int])
    assert_type(await generics.watered.aio(oak), Oak)
    assert_type(generics.each.aio({"a": 1}), "AsyncGenerator[tuple[str, int], None]")
    assert_type(await generics.apply.aio(shown, 1, unit="m"), str)
    assert_type(await generics.mapped.aio(later, ["a"]), "list[int]")
    assert_type(await generics.packed.aio(1, "a"), "tuple[int, str]")
    assert_type(await generics.numbered(len).aio(1, "a"), "list[int]")
    assert_type(await box.get.aio(), int)
    assert_type(await Bonsai(oak).with_other.aio(1), "tuple[Plant, int]")
    assert_type(await Box.of.aio(oak), Box[Oak])
    assert_type(await Own(oak).get.aio(), Oak)
