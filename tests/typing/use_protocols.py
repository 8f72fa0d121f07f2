"""What a user of protocols.py infers."""

from __future__ import annotations

from protocols import Cursor, Lease, Rows, Session, Sessions
from typing_extensions import assert_type

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
