"""Use what delivers otherwise than an `async def`, blocking and async."""

from __future__ import annotations

import asyncio

import deliveries
from deliveries import Parcel

assert deliveries.later(3) == 3
assert deliveries.later(number=4) == 4
assert deliveries.later.submit(5).result(10) == 5
assert deliveries.begun("a") == "A"
assert deliveries.promised() is None
assert deliveries.promised(7) == 7
assert deliveries.scheduled("b") == "B"
try:
    deliveries.failing()
except LookupError as error:
    assert error.args == ("nothing there",)
else:
    raise AssertionError("the error of an awaitable is the call's")
try:
    deliveries.endless.with_options(timeout=0.01)()
except TimeoutError:
    assert deliveries.seen() == ["cancelled"], "the deadline ends the task itself"
else:
    raise AssertionError("the deadline covers what an awaitable does")

parcel = Parcel("Oslo")
assert parcel.joined(Parcel("Rome")) is parcel
assert parcel.city == "OsloRome"
assert Parcel.packed("Bergen").city == "Bergen"
assert parcel.weight("abc") == 3


async def waiting() -> None:
    assert await deliveries.later.aio(3) == 3
    assert await deliveries.begun.aio("a") == "A"
    assert await deliveries.promised.aio(1) == 1
    assert await deliveries.scheduled.aio("b") == "B"
    assert await parcel.joined.aio(Parcel("x")) is parcel
    assert (await Parcel.packed.aio("Bergen")).city == "Bergen"
    assert await Parcel.weight.aio("ab") == 2
    try:
        await deliveries.failing.aio()
    except LookupError as error:
        assert error.args == ("nothing there",)
    else:
        raise AssertionError("the error of an awaitable is the call's")


asyncio.run(waiting())
