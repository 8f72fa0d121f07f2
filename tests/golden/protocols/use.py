"""Use the generated context managers and iterators, blocking and async."""

from __future__ import annotations

import asyncio
import collections.abc
import contextlib

from protocols import (
    Block,
    Channel,
    Channels,
    Countdown,
    Cursor,
    Door,
    Gate,
    Lease,
    Named,
    Pages,
    Rows,
    Session,
    Sessions,
    Shelf,
    Version,
    Wide,
    Work,
)

session = Session()
with session as entered:
    assert entered is session
    assert session.is_open
assert not session.is_open
with Session(swallows=True):
    raise ValueError("swallowed")
try:
    with session:
        raise ValueError("passed on")
except ValueError as error:
    assert error.args == ("passed on",)
with Lease() as leased:
    assert isinstance(leased, Session)
channel = Channel()
with channel as inner:
    assert type(inner) is Session
    assert inner.is_open
assert not inner.is_open
assert next(channel) is inner
assert list(channel) == [inner]
assert [type(one) for one in Channels()] == [Session, Session]
rows = Rows(3)
assert list(rows) == [0, 1, 2]
assert list(rows) == [0, 1, 2]
assert [type(one) for one in Sessions()] == [Session]
cursor = Cursor(2)
assert iter(cursor) is cursor
assert next(cursor) == 1
assert list(cursor) == [0]
countdown = Countdown(2)
assert list(countdown) == [1, 0]
assert list(countdown) == [1, 0], "each loop begins anew"
assert [number for number in countdown if number] == [1]

first, second = Version(1), Version(2)
assert Version(1) is first
assert first < second
assert first <= second
assert second > first
assert second >= first
assert sorted([second, first])[0] is first
assert {first: 1}[Version(1)] == 1
assert Named("Ada", loud=True).name == "ADA"
assert type(Named("Ada")) is Named


async def waiting() -> None:
    async with session as entered:
        assert entered is session
        assert session.is_open
    assert not session.is_open
    async with Channel() as inner:
        assert type(inner) is Session
        assert inner.is_open
    assert [type(one) async for one in Channel()] == [Session, Session]
    assert [type(one) async for one in Channels()] == [Session, Session]
    assert [number async for number in rows] == [0, 1, 2]
    assert [number async for number in Cursor(2)] == [1, 0]
    assert [number async for number in countdown] == [1, 0]
    assert [number async for number in countdown] == [1, 0]
    assert [type(one) async for one in Sessions()] == [Session]
    async with Gate() as number:
        assert number == 1
    door.log = []
    async with door as inside:
        assert inside is door
    assert door.log == ["aenter", "aexit"]
    assert [number async for number in door] == [1]
    assert [type(page) async for page in Pages(2)] == [Session, Session]
    assert [number async for number in Shelf()] == [4]
    assert type(await Work()) is Session
    async with Block() as block:
        assert type(block) is Block


with Gate() as number:
    assert number == 1, "what only refuses is no form of its own"
door = Door()
with door as told:
    assert told == "blocking"
assert door.log == ["enter", "exit"]
try:
    with door:
        raise LookupError("inside")
except LookupError:
    assert door.log == ["enter", "exit"] * 2
assert list(door) == [door], "it gives faces"
with Wide() as told:
    assert told == "wide"

pages = Pages(2)
assert isinstance(pages, collections.abc.Iterator)
assert isinstance(pages, collections.abc.AsyncIterator)
assert [type(page) for page in pages] == [Session, Session]
assert isinstance(Shelf(), collections.abc.Iterable)
assert isinstance(Shelf(), collections.abc.AsyncIterable)
assert list(Shelf()) == [4]
assert isinstance(Work(), collections.abc.Awaitable)
assert type(Work().result()) is Session
assert isinstance(Block(), contextlib.AbstractContextManager)
assert isinstance(Block(), contextlib.AbstractAsyncContextManager)
with Block() as block:
    assert type(block) is Block


asyncio.run(waiting())
