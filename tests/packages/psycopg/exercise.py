"""Keep birds in a PostgreSQL database, through both faces of psycopg's AsyncConnection."""

from __future__ import annotations

import asyncio
import sys

import psycopg_sync
from psycopg.errors import UniqueViolation

ADDRESS = f"host=127.0.0.1 port={sys.argv[1]} user=postgres dbname=mydb"
WAIT_S = 60.0


def write() -> None:
    """Insert in a transaction and by COPY; what goes wrong is undone, with the package's error."""
    with psycopg_sync.AsyncConnection.connect(ADDRESS) as connection:
        with connection.transaction():
            connection.execute("insert into birds values (%s, %s)", ("heron", 2))
        try:
            with connection.transaction():
                connection.execute("insert into birds values ('owl', 1)")
                connection.execute("insert into birds values ('heron', 9)")
        except UniqueViolation as error:
            assert error.diag.constraint_name == "birds_pkey"
        else:
            raise AssertionError("two herons")
        with connection.cursor() as cursor:
            with cursor.copy("copy birds from stdin") as copy:
                for row in (("wren", 5), ("crow", 3)):
                    copy.write_row(row)
            assert cursor.rowcount == 2
    assert connection.closed


def read() -> None:
    """Read rows one by one and by COPY, and hear a notification."""
    connection = psycopg_sync.AsyncConnection.connect(ADDRESS, autocommit=True)
    try:
        cursor = connection.execute("select name, seen from birds order by seen")
        assert [name for name, _ in cursor] == ["heron", "crow", "wren"]
        with connection.cursor() as asking:
            asking.execute("select * from birds where name = %s", ("wren",))
            assert asking.fetchone() == ("wren", 5)
            assert asking.description is not None
            assert [column.name for column in asking.description] == ["name", "seen"]
        with connection.cursor() as copying, copying.copy("copy birds (name) to stdout") as copy:
            assert sorted(copy.rows()) == [("crow",), ("heron",), ("wren",)]
        connection.execute("listen news")
        connection.execute("notify news, 'a wren'")
        (notified,) = connection.notifies(timeout=WAIT_S, stop_after=1)
        assert (notified.channel, notified.payload) == ("news", "a wren")
    finally:
        connection.close()


async def read_awaiting() -> None:
    """Ask several connections at once."""

    async def count(least: int) -> int:
        async with await psycopg_sync.AsyncConnection.connect.aio(ADDRESS) as connection:
            cursor = await connection.execute.aio("select count(*) from birds where seen >= %s", (least,))
            row = await cursor.fetchone.aio()
            assert row is not None
            return int(row[0])

    two, five = await asyncio.gather(count(2), count(5))
    assert (two, five) == (3, 1)
    connection = await psycopg_sync.AsyncConnection.connect.aio(ADDRESS)
    async with connection, connection.transaction(), connection.cursor() as cursor:
        await cursor.execute.aio("select name from birds order by name")
        assert [row[0] async for row in cursor] == ["crow", "heron", "wren"]


write()
read()
asyncio.run(read_awaiting())
print("done")
