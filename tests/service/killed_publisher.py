"""Publish into a database in a process that is killed by SIGKILL at a random moment, 50 times, and look what is there.

Each life is forked from this process, which runs no thread: so it begins in a millisecond. A life has four publishers;
each tells its parent, over a pipe, the cursor of what was published. The parent kills it after a random time, sometimes
before it has opened the database.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import select
import signal
import sqlite3
import sys
import time
from pathlib import Path

from ambidex.service._events import Event
from ambidex.service._sqlite_log import SQLiteLog
from ambidex.service._topics import Topics

KILLS = 50
PUBLISHERS = 4
LONGEST_S = 0.03  # of a life; arbitrary: two or three commits, or thirty, by the disk
PATH = Path(sys.argv[0]).with_suffix(".db")


async def live(life: int, told: int) -> None:
    """Publish until the end of this life."""
    async with Topics(SQLiteLog(PATH, most_events=1_000_000)) as topics:

        async def publish(publisher: int) -> None:
            number = 0
            while True:
                value = f"{life} {publisher} {number}"
                cursor = await topics.publish(f"topic {publisher % 2}", value.encode())
                os.write(told, f"{cursor.number} {value}\n".encode())
                number += 1

        await asyncio.gather(*(publish(publisher) for publisher in range(PUBLISHERS)))


def run_life(life: int, rng: random.Random) -> list[tuple[int, str]]:
    """Run a life to its violent end, and return what it has told: numbers and values."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        asyncio.run(live(life, writer))
        os._exit(1)
    os.close(writer)
    end = time.monotonic() + rng.uniform(0, LONGEST_S)
    told = b""
    while (left := end - time.monotonic()) > 0:  # the moment is what is tested
        if select.select([reader], [], [], left)[0]:
            told += (read := os.read(reader, 65536))
            if not read:
                break  # it has ended by itself, which the status says
    os.kill(pid, signal.SIGKILL)
    while read := os.read(reader, 65536):
        told += read
    os.close(reader)
    _, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status), f"life {life} has ended by itself: {status}"
    lines = told.decode().split("\n")[:-1]
    return [(int(number), value) for number, _, value in (line.partition(" ") for line in lines)]


def check(told: dict[int, str]) -> int:
    """Look into the database as SQLite's own reader does, and return how many events there are."""
    if not PATH.exists():
        assert not told
        return 0
    with contextlib.closing(sqlite3.connect(PATH)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        if not database.execute("SELECT 1 FROM sqlite_master").fetchall():
            assert not told
            return 0
        rows = dict(database.execute("SELECT number, value FROM events ORDER BY number"))
    assert list(rows) == list(range(1, len(rows) + 1)), "numbers have gaps"
    found = {number: bytes(value).decode() for number, value in rows.items()}
    lost = {number: value for number, value in told.items() if found.get(number) != value}
    assert not lost, f"{len(lost)} events were told and are not there: {lost}"
    assert len(set(found.values())) == len(found), "an event is there twice"
    counts: dict[str, int] = {}
    for value in found.values():
        who, _, number = value.rpartition(" ")
        assert int(number) == counts.get(who, 0), f"{value} is out of order"
        counts[who] = int(number) + 1
    return len(found)


async def read_all() -> list[tuple[int, str]]:
    """Return all events as a subscriber is given them."""
    found: list[tuple[int, str]] = []
    async with Topics(SQLiteLog(PATH)) as topics:
        topics.finish()
        for number in range(2):
            async for event in topics.subscribe(f"topic {number}", "beginning"):
                assert isinstance(event, Event)
                found.append((event.cursor.number, event.value.decode()))
    return found


def main() -> None:
    """Run all lives."""
    seed = int(os.environ.get("SEED", random.randrange(2**32)))
    print(f"seed {seed}")
    rng = random.Random(seed)
    told: dict[int, str] = {}
    silent = kept = 0
    for life in range(KILLS):
        new = run_life(life, rng)
        silent += not new
        told.update(new)
        kept = check(told)
    found = asyncio.run(read_all())
    assert len(found) == len(dict(found)) == kept
    assert told.items() <= dict(found).items()
    assert len(told) > KILLS, f"{len(told)} events were told, too few to say anything"
    print(f"{KILLS} kills: {len(told)} events told, {kept} kept, {silent} lives told nothing")


main()
