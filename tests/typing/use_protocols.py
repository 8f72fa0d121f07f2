"""What a user of protocols.py infers."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Iterable, Iterator
from contextlib import AbstractAsyncContextManager, AbstractContextManager

from protocols import (
    Block,
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
from typing_extensions import assert_type

assert_type(Version(1) < Version(2), bool)
assert_type({Version(1)}, "set[Version]")
assert_type(Named("Ada", loud=True), Named)
Version("1")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
print(Version(1) < 2)  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue, reportUnknownArgumentType]
Named("Ada", loud=1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
with Session() as session:
    assert_type(session, Session)
with Lease() as leased:
    assert_type(leased, Session)
for row in Rows(3):
    assert_type(row, int)
for one in Sessions():
    assert_type(one, Session)
for number in Cursor(3):
    assert_type(number, int)


class Nested(Session):
    """A user's subclass enters as itself."""


with Nested() as nested:
    assert_type(nested, Nested)


async def waiting() -> None:
    async with Session() as session:
        assert_type(session, Session)
    async for row in Rows(3):
        assert_type(row, int)
    async for one in Sessions():
        assert_type(one, Session)
    async for number in Cursor(3):
        assert_type(number, int)
    async with Gate() as number:
        assert_type(number, int)
    async with Door() as door:
        assert_type(door, Door)
    async for number in Door():
        assert_type(number, int)
    assert_type(await Work(), Session)


with Gate() as entered:
    assert_type(entered, int)
with Door() as told:
    assert_type(told, str)
with Wide() as told:
    assert_type(told, str)
for each in Door():
    assert_type(each, Door)
iterator: Iterator[Session] = Pages(1)
async_iterator: AsyncIterator[Session] = Pages(1)
iterable: Iterable[int] = Shelf()
async_iterable: AsyncIterable[int] = Shelf()
awaitable: Awaitable[Session] = Work()
assert_type(Work().result(), Session)
manager: AbstractContextManager[Block] = Block()
async_manager: AbstractAsyncContextManager[Block] = Block()
