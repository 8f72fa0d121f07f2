"""Keep birds in a SQLite database, through both faces of databases."""

from __future__ import annotations

import asyncio
import sqlite3

import databases_sync
import sqlalchemy

ADDRESS = "sqlite+aiosqlite:///birds.db"
BIRDS = sqlalchemy.Table(
    "birds",
    sqlalchemy.MetaData(),
    sqlalchemy.Column("name", sqlalchemy.String, primary_key=True),
    sqlalchemy.Column("seen", sqlalchemy.Integer, nullable=False),
)


def blocking() -> None:
    """Write and read with statements and with SQL."""
    with databases_sync.Database(ADDRESS) as database:
        database.execute("create table birds (name text primary key, seen integer not null)")
        database.execute(BIRDS.insert(), {"name": "heron", "seen": 2})
        database.execute_many("insert into birds values (:name, :seen)", [{"name": "wren", "seen": 5}])
        try:
            database.execute("insert into birds values ('wren', 9)")
        except sqlite3.IntegrityError as error:
            assert "birds.name" in str(error)
        else:
            raise AssertionError("two wrens")
        rows = database.fetch_all(BIRDS.select().order_by(BIRDS.c.name))
        assert [(row["name"], row["seen"]) for row in rows] == [("heron", 2), ("wren", 5)]
        names = [row["name"] for row in database.iterate("select name from birds order by seen desc")]
        assert names == ["wren", "heron"]
        assert database.fetch_val("select seen from birds where name = :name", {"name": "wren"}) == 5


async def waiting() -> None:
    """Ask several things at once, and stream rows."""
    async with databases_sync.Database(ADDRESS) as database:
        wren, count = await asyncio.gather(
            database.fetch_one.aio("select * from birds where name = :name", {"name": "wren"}),
            database.fetch_val.aio("select count(*) from birds"),
        )
        assert wren is not None
        assert (wren["seen"], count) == (5, 2)
        assert [row["seen"] async for row in database.iterate.aio(BIRDS.select().order_by(BIRDS.c.seen))] == [2, 5]


blocking()
asyncio.run(waiting())
print("done")
