"""Keep birds in a database file, through both faces of aiosqlite."""

from __future__ import annotations

import asyncio
import sqlite3

import sqlite_sync

SIGHTINGS = [("heron", 2), ("wren", 5), ("owl", 1)]


def write(path: str) -> None:
    """Fill a database; what is not committed is gone, a mistake is an error with the package's class."""
    with sqlite_sync.connect(path) as db:
        db.execute("create table birds (name text primary key, seen integer not null)")
        cursor = db.executemany("insert into birds values (?, ?)", SIGHTINGS)
        assert cursor.rowcount == 3
        db.commit()
        assert not db.in_transaction
        db.execute("delete from birds")
        assert db.in_transaction
        db.rollback()
        try:
            db.execute("insert into birds values ('owl', 9)")
        except sqlite_sync.IntegrityError as error:
            assert "birds.name" in str(error)
        else:
            raise AssertionError("two owls")
        db.rollback()


def read(path: str) -> None:
    """Read rows by name, one by one and all at once; call a user's function from SQL."""
    db = sqlite_sync.connect(path).result()
    try:
        db.row_factory = sqlite_sync.Row
        with db.execute("select * from birds order by seen") as cursor:
            assert [row["name"] for row in cursor] == ["owl", "heron", "wren"]
        row = db.execute("select * from birds where name = ?", ("wren",)).fetchone()
        assert row is not None
        assert row["seen"] == 5
        db.create_function("shout", 1, str.upper)
        rows = db.execute_fetchall("select shout(name) as loud from birds where seen > ?", (1,))
        assert sorted(row["loud"] for row in rows) == ["HERON", "WREN"]
        progress: list[int] = []
        with sqlite3.connect("copy.db") as copy:
            db.backup(copy, progress=lambda status, remaining, total: progress.append(remaining))
            assert copy.execute("select count(*) from birds").fetchone() == (3,)
        copy.close()
        assert progress == [0]
    finally:
        db.close()


async def read_awaiting(path: str) -> None:
    """Do the same as async code: two queries at once."""
    async with sqlite_sync.connect(path) as db:
        async with await db.execute.aio("select name from birds order by name") as cursor:
            assert [row[0] async for row in cursor] == ["heron", "owl", "wren"]

        async def count(least: int) -> int:
            cursor = await db.execute.aio("select count(*) from birds where seen >= ?", (least,))
            row = await cursor.fetchone.aio()
            assert row is not None
            return int(row[0])

        common, frequent = await asyncio.gather(count(2), count(5))
        assert (common, frequent) == (2, 1)
        await db.commit.aio()


write("birds.db")
read("birds.db")
asyncio.run(read_awaiting("birds.db"))
print("done")
