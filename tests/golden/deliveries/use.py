"""Use what delivers otherwise than an `async def`, blocking and async."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator

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

assert [one.city for one in Parcel.many()] == ["0", "1"]
assert [one.city for one in parcel.many(limit=1)] == ["0"]
assert [type(one) for one in Parcel.others()] == [Parcel]
two_way = Parcel.echo("begin")
assert next(two_way) == "begin"
assert two_way.send(parcel) == "OsloRome"
two_way.close()
assert list(parcel.echo.with_options(timeout=10)("only")) == ["only"]
with Parcel.opened("Paris") as opened:
    assert type(opened) is Parcel
    assert opened.city == "Paris"
    assert deliveries.seen()[-1] == "open Paris"
assert deliveries.seen()[-1] == "close Paris"
with Parcel.scale(4) as doubled:
    assert doubled == 8

main_thread = threading.get_ident()


def counted(limit: int, threads: list[int]) -> Iterator[int]:
    """Yield numbers, and note the thread that asks for them."""
    for number in range(limit):
        threads.append(threading.get_ident())
        yield number


def broken() -> Iterator[int]:
    """Fail at the second number."""
    yield 1
    raise LookupError("no second")


async def slowly(limit: int) -> AsyncIterator[int]:
    """Yield numbers on a loop, and check that it is always the same."""
    loop = asyncio.get_running_loop()
    for number in range(limit):
        await asyncio.sleep(0)
        assert asyncio.get_running_loop() is loop
        yield number


seen: list[int] = []
assert deliveries.total(counted(4, seen)) == 6
assert set(seen) == {main_thread}, "the caller's own thread steps its iterable while it waits"
assert deliveries.total([1, 2]) == 3
assert deliveries.total(range(100), limit=2) == 1
assert deliveries.total({}) == 0
assert deliveries.total(slowly(3)) == 3
rest = iter([1, 2, 3])
assert deliveries.total(rest, 1) == 1
assert list(rest) == [3], "one more was taken, and not the others"
assert deliveries.twice([1, 2]) == [1, 2, 1, 2]
assert deliveries.twice(iter([1, 2])) == [1, 2]
try:
    deliveries.total(broken())
except LookupError as error:
    assert error.args == ("no second",)
else:
    raise AssertionError("the error of an iterable reaches the implementation, and through that the caller")
assert deliveries.first_of() is None
assert deliveries.first_of(None) is None
assert deliveries.first_of(iter([])) is None
assert deliveries.first_of([parcel, Parcel("x")]) is parcel
assert list(deliveries.doubled(range(3))) == [0, 2, 4]
assert list(deliveries.doubled(deliveries.doubled([1, 2]))) == [4, 8], "streams feed each other"
assert deliveries.sent(b"abc") == deliveries.sent([b"a", b"bc"]) == 3
assert deliveries.is_own(deliveries.Rows()), "what is a face is its object inside"
assert deliveries.total(deliveries.Rows()) == 1
assert not deliveries.is_own([1])


assert [deliveries.perhaps(number) for number in range(3)] == [0, 1, 2]
shelf = deliveries.Shelf()
found = shelf.find("Oslo")
assert isinstance(found, Parcel)
assert found.city == "Oslo"
assert shelf.find("") is None
assert [shelf.old(0), shelf.old(1)] == [0, 1]


class Mine(Parcel):
    """A user's subclass."""


assert [one.city for one in Mine.many(1)] == ["0"]


async def waiting() -> None:
    assert await deliveries.later.aio(3) == 3
    assert [await deliveries.perhaps.aio(number) for number in range(3)] == [0, 1, 2]
    assert isinstance(await shelf.find.aio("Oslo"), Parcel)
    assert await shelf.find.aio("") is None
    assert await deliveries.begun.aio("a") == "A"
    assert await deliveries.promised.aio(1) == 1
    assert await deliveries.scheduled.aio("b") == "B"
    assert await parcel.joined.aio(Parcel("x")) is parcel
    assert (await Parcel.packed.aio("Bergen")).city == "Bergen"
    assert await Parcel.weight.aio("ab") == 2
    assert await deliveries.total.aio(slowly(4)) == 6
    threads: list[int] = []
    assert await deliveries.total.aio(counted(3, threads)) == 3
    assert main_thread not in threads, "the loop of the caller is not held by its blocking iterable"
    assert await deliveries.first_of.aio([parcel]) is parcel
    assert [number async for number in deliveries.doubled.aio(slowly(2))] == [0, 2]
    assert [one.city async for one in Parcel.many.aio(3)] == ["0", "1", "2"]
    stream = parcel.echo.aio("begin")
    assert await stream.__anext__() == "begin"
    assert await stream.asend(parcel) == "OsloRomex"
    await stream.aclose()
    async with Parcel.opened("Lima") as opened:
        assert opened.city == "Lima"
    async with Parcel.opened.aio("Cairo") as opened:
        assert opened.city == "Cairo"
    async with Parcel.scale(1) as doubled:
        assert doubled == 2
    assert (await deliveries.seen.aio())[-1] == "close Cairo"
    try:
        await deliveries.failing.aio()
    except LookupError as error:
        assert error.args == ("nothing there",)
    else:
        raise AssertionError("the error of an awaitable is the call's")


asyncio.run(waiting())
