"""Use the generated context managers and iterators, blocking and async."""

from __future__ import annotations

import asyncio

from protocols import Cursor, Lease, Rows, Session, Sessions

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
rows = Rows(3)
assert list(rows) == [0, 1, 2]
assert list(rows) == [0, 1, 2]
assert [type(one) for one in Sessions()] == [Session]
cursor = Cursor(2)
assert iter(cursor) is cursor
assert next(cursor) == 1
assert list(cursor) == [0]


async def waiting() -> None:
    async with session as entered:
        assert entered is session
        assert session.is_open
    assert not session.is_open
    assert [number async for number in rows] == [0, 1, 2]
    assert [number async for number in Cursor(2)] == [1, 0]
    assert [type(one) async for one in Sessions()] == [Session]


asyncio.run(waiting())
