"""Use the generated generics, blocking and async."""

from __future__ import annotations

import asyncio
import sys
from typing import TypeVar

import _generics
import generics

T = TypeVar("T")


class Mine(generics.Box[bytes]):
    """A user's class of applied boxes."""

    def read(self) -> bytes:
        return self.get()


class Own(generics.Box[T]):
    """A user's class that is generic itself."""


def shown(number: int, *, unit: str) -> str:
    return f"{number} {unit}"


async def later(text: str) -> int:
    return len(text)


def described(plant: generics.Plant) -> str:
    assert isinstance(plant, generics.Plant), type(plant)
    return plant.name()


def named(plant: generics.Plant) -> str:
    return type(plant).__module__


def check_functions() -> None:
    oak = generics.Plant("oak")
    assert generics.first([1, 2]) == 1
    assert generics.padded([oak], 2) == [oak, None], "an optional type variable carries what the variable does"
    assert generics.first([oak]) is oak
    assert generics.first.submit([], "x").result(5) == "x"
    assert generics.last(["a", "b"]) == "b"
    assert generics.last([oak]) is oak
    assert generics.double(2.5) == 5
    assert generics.joined("a", "b") == "ab"
    assert generics.watered(oak) is oak
    assert list(generics.each({"a": 1})) == [("a", 1)]
    assert list(generics.each({"a": oak})) == [("a", oak)]
    with generics.held(oak) as held:
        assert held is oak
    assert generics.apply(shown, 3, unit="m") == "3 m"
    assert generics.apply.with_options(timeout=5)(shown, 3, unit="m") == "3 m"
    assert generics.apply(named, oak) == "generics", "what was translated inward is translated back"
    assert generics.counted(shown, unit="m") == ["0 m", "1 m"]
    assert generics.mapped(len, ["a", "bb"]) == [1, 2]
    assert generics.mapped(later, ["a", "bb"]) == [1, 2]
    assert generics.mapped(described, [oak]) == ["oak"]
    assert generics.packed(1, "a", oak) == (1, "a", oak)
    assert generics.numbered(described)(2, oak) == ["oak", "oak"]
    assert generics.numbered(later).submit(1, "bb").result() == [2]


def check_classes() -> None:
    box = generics.Box(3)
    oak = generics.Plant("oak")
    assert box.get() == 3
    assert box.put(4) == 3
    assert box.peek() == box.item == 4
    assert box.with_other("x") == (4, "x")
    assert box.with_other(oak)[1] is oak
    assert list(box.stream(2)) == [4, 4]
    assert box.itself() is box
    assert box.boxed().get().get() == 4
    assert generics.Box.of("x").get() == "x"
    told: list[str] = []
    assert generics.Box.holds(generics.Plant("oak"), told.append)
    assert not generics.Box.holds(None, told.append)
    assert told == ["_generics", "builtins"]
    assert generics.Box[str].plain_of("x").get() == "x"
    assert generics.Box[str].of("x").get() == "x"
    assert generics.Box[str]("x").get() == "x"
    assert generics.Box(oak).get() is oak
    spared = generics.Box(oak)
    spared.spare = oak
    assert spared.spare is oak, "an attribute carries what the class's type variable does"
    pot = generics.Pot(oak)
    assert pot.plant() is oak
    assert pot.item is oak
    assert isinstance(pot, generics.Box)
    bonsai = generics.Bonsai(oak)
    assert bonsai.trimmed() is oak
    assert bonsai.with_other(2) == (oak, 2)
    assert bonsai.sent(described, times=2) == "oak"
    assert generics.Box("b").sent(later) == 1
    assert Mine(b"b").read() == b"b"
    assert Own(5).get() == 5
    assert generics.Store().both(1, ["a"]) == (1, ["a"])
    assert generics.unboxed(generics.Box(oak)) is oak
    assert generics.boxes([box, pot]) == 2
    reading: generics.Reading[object] = generics.Reading(oak)
    assert reading.value is oak
    assert reading.kind is generics.Plant
    setattr(reading, "value", 3)  # noqa: B010  # checkers see no setter
    assert reading.value == reading.get() == 3
    meter = generics.Meter[object]()
    meter.put(oak)
    assert meter.last is oak
    meter.last = box
    assert meter.last is box
    try:
        generics.Plant[int]  # type: ignore[misc]  # pyright: ignore
    except TypeError as error:
        assert str(error) == "Plant is not a generic class"
    else:
        raise AssertionError


async def check_async() -> None:
    oak = generics.Plant("oak")
    assert await generics.first.aio([oak]) is oak
    assert await generics.apply.aio(shown, 3, unit="m") == "3 m"
    assert await generics.mapped.aio(later, ["a"]) == [1]
    assert await generics.mapped.aio(len, ["a"]) == [1]
    assert await generics.packed.aio(1, oak) == (1, oak)
    assert await (await generics.numbered.aio(described)).aio(1, oak) == ["oak"]
    assert await generics.Box.of.aio(oak)
    assert await generics.Box(oak).get.aio() is oak
    assert [item async for item in generics.Box(1).stream.aio(2)] == [1, 1]
    async with generics.held.aio(oak) as held:
        assert held is oak


assert "_generics" in sys.modules
assert _generics.Plant.__module__ == "_generics"
check_functions()
check_classes()
asyncio.run(check_async())
