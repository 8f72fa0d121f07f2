"""Use classes that are generic in any number of types."""

# Needs Python 3.11

from __future__ import annotations

import asyncio

from variadics import Bag, Batch, Folded, Lamp, Light, Signal, counted, rest, second, signalled


def two(light: Light, number: int) -> None:
    """Take what a lamp has."""
    assert light.on()
    assert number == 2


async def later(light: Light, number: int) -> None:
    """Take it later."""
    assert await light.on.aio()
    assert number == 2


def blocking() -> None:
    """Use the blocking face."""
    light = Light()
    lamp = Lamp("l", light, 1)
    assert lamp.emit(light, 2) == 2
    assert lamp.last() == lamp.peek() == (light, 2)
    assert lamp.light() is light
    lamp.call(two)
    lamp.call(later)
    assert Folded().same(light, 3)[0] is light
    signal = Signal("a", 1, b"")
    assert list(signal.each()) == [("a", 1, b"")]
    assert signal.name() == "a"
    with signal.held() as held:
        assert held == (1, b"")
    assert Signal.of("b", light).last() == (light,)
    assert Signal("c").last() == ()
    batch = signalled(Signal("d", light, 1), light, 2)
    assert type(batch) is Batch
    assert batch.values == (light, 2)
    assert batch.light.on()
    bag = Bag(light, 2)
    assert bag.all() == (light, 2)
    assert bag.emptied().all() == ()
    assert bag.more("a").all() == ("a", light, 2)
    assert counted(light, light) == 2
    assert second(light, 4, "a", "b") == 4
    assert rest((1, light, light)) == (light, light, "end")


async def awaited() -> None:
    """Use the async face."""
    light = Light()
    signal = await Signal.of.aio("a", light, 2)
    assert await signal.last.aio() == (light, 2)
    assert [item async for item in signal.each.aio()] == [("a", light, 2)]
    async with signal.held.aio() as held:
        assert held == (light, 2)
    await signal.call.aio(later)
    await signal.call.aio(two)
    assert await counted.aio(light) == 1
    assert await rest.aio((1, light)) == (light, "end")


blocking()
asyncio.run(awaited())
