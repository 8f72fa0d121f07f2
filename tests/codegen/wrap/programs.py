"""Hold what users of the wrapped packages write: each program is run, and read by type checkers."""

from __future__ import annotations

FERRY = """
from __future__ import annotations

import asyncio

import ferry
import ferry_sync
import ferry_sync.tackle
import ferry_sync.weather
from typing_extensions import assert_type


def blocking() -> None:
    boats = ferry_sync.find_boats(["Ann", "Bob"])
    assert_type(boats, list[ferry_sync.Boat])
    ann = boats[0]
    tide = ann.cross(ferry_sync.Cargo(3), ferry_sync.Course(10))
    assert_type(tide, ferry.Tide)
    assert tide is ferry_sync.Tide.HIGH
    try:
        ann.cross(ferry.Cargo(30))
    except ferry_sync.Sunk as error:
        assert error.args == ("Ann",)
    assert_type(ann.signal(), str)
    assert ann.signal() == "Ann!"
    seen: list[int] = []
    assert ann.each_wave(3, seen.append) == 3
    assert seen == list(ann.waves(3)) == [0, 1, 2]
    assert_type(ann.course, ferry.Course)
    assert ann.course.turned(20).degrees == 20
    assert_type(ferry_sync.Boat("Cis", speed=50), ferry_sync.Boat)
    with ann as same:
        assert_type(same, ferry_sync.Boat)
        assert same is ann
    with ferry_sync.open_harbour("x", "y") as harbour:
        assert_type(harbour, ferry_sync.Harbour)
        assert_type(harbour.boats, dict[str, ferry_sync.Boat])
        assert [boat.name for boat in harbour] == ["x", "y"]
        assert_type(harbour.pilot("x"), ferry_sync.Pilot)
        assert harbour.pilot("x").lead() == "led x"
        assert_type(harbour.board("y"), ferry_sync.Boat)
        with harbour.board("y") as boarded:
            assert_type(boarded, ferry_sync.Boat)
            assert boarded is harbour.boats["y"]
        assert_type(harbour.count().result(), int)
        with harbour.count() as counted:
            assert_type(counted, int)
            assert counted == harbour.count().result() == 2
        with harbour.rope() as rope:
            assert_type(rope, ferry_sync.Rope)
            assert rope.taken is True
            assert rope.pull(2) == "pulled 2"
            assert rope.pull.submit(1, twice=True).result() == "pulled 2"
    assert ferry_sync.Captain("Dan").boat().name == "Dan's"
    assert ferry_sync.weather.wind(ann) == ferry_sync.wind(ann) == 3
    assert ferry_sync.weather.Boat is ferry_sync.Boat
    assert ferry_sync.weather.Tide is ferry.Tide
    for step in ferry_sync.Ladder():
        assert_type(step, bytes)
    assert_type(ferry_sync.Ladder().height, int)
    assert ferry_sync.Ladder().height == 2
    assert list(ferry_sync.Ladder()) == [b"one", b"two"]
    sail = ferry_sync.tackle.Sail()
    assert_type(sail, ferry_sync.Sail)
    assert (sail.fill(), sail.blow(), sail.drop()) == (10, 10, "dropped")
    assert isinstance(sail, ferry_sync.weather.Storm)
    tug = ferry_sync.Tug()
    assert_type(tug.pull(3), str)
    assert tug.pull(3, twice=True) == "tugged 3"


async def waiting() -> None:
    boats = await ferry_sync.find_boats.aio(["Ann"])
    assert_type(boats, list[ferry_sync.Boat])
    assert await boats[0].cross.aio(ferry.Cargo(1)) is ferry.Tide.HIGH
    assert_type(await boats[0].signal.aio(), str)
    assert [wave async for wave in boats[0].waves.aio(2)] == [0, 1]
    async with ferry_sync.open_harbour.aio("x") as harbour:
        assert [boat.name async for boat in harbour] == ["x"]
        assert_type(await harbour.board.aio("x"), ferry_sync.Boat)
        async with await harbour.board.aio("x") as boat:
            assert_type(boat, ferry_sync.Boat)
        assert_type(await harbour.count(), int)


blocking()
asyncio.run(waiting())
print("done")
"""

BUOY = """
from __future__ import annotations

import asyncio

import buoy_sync
from typing_extensions import assert_type

buoy = buoy_sync.anchor(3)
assert_type(buoy, buoy_sync.Buoy)
assert_type(buoy.ring(2), list[str])
assert buoy.ring() == ["ding"]
assert list(buoy.bells()) == [0, 1, 2]
assert_type(buoy.depth, float)
assert_type(buoy.number, int)
assert_type(buoy_sync.find(1, True), list[buoy_sync.Buoy])
assert_type(buoy_sync.find(1), buoy_sync.Buoy)
assert buoy_sync.find(4).number == 4


async def waiting() -> None:
    assert_type(await buoy.ring.aio(), list[str])
    assert [bell async for bell in buoy.bells.aio()] == [0, 1, 2]


asyncio.run(waiting())
print("done")
"""

TUG = """
from __future__ import annotations

import tug_sync
from typing_extensions import assert_type

rope = tug_sync.Rope()
assert_type(rope.hold(), str)
assert rope.hold() == "held"
assert_type(tug_sync.pull(rope, 2), float)
assert tug_sync.pull(rope) == 3.0
print("done")
"""

REEL = """
from __future__ import annotations

import asyncio

import reel_sync
from reel_sync import base, files, kinds
from typing_extensions import assert_type

with reel_sync.open_reel("words") as words:
    assert_type(words, kinds.Words)
    assert (words.index("elm"), words.left) == (1, 2)
    for word in words:
        assert_type(word, str)
        assert word in ("oak", "elm")

letters = reel_sync.open_reel("letters").result()
assert_type(letters, kinds.Letters)
assert_type(letters.count("a"), int)
assert letters.count("a") == 2
numbers = base.Reel([1, 2])
assert_type(numbers, base.Reel[int])
assert_type(files.unwind(numbers, 1), list[int])
assert files.unwind(numbers, 1) == [1]
opening = kinds.first(numbers)
assert_type(opening, base.Opening[int])
assert [opening.result(), *numbers] == [1, 2]

assert_type(files.exists("program.py"), bool)
assert files.exists(files.getcwd())
assert not files.exists("nowhere")
assert_type(files.listdir(b"."), list[bytes])
assert sorted(files.listdir()) == sorted(files.listdir("."))
assert files.splitext("reel.py") == ("reel", ".py")


async def waiting(kind: str) -> None:
    assert_type(await files.listdir.aio("."), list[str])
    assert await files.exists.aio(await files.getcwd.aio())
    async with reel_sync.open_reel("letters") as letters:
        assert await letters.index.aio("b") == 1
        assert [letter async for letter in letters] == ["a", "b", "a"]
    either = await reel_sync.open_reel(kind)
    assert_type(either, "kinds.Words | kinds.Letters")
    assert await either.index.aio("oak") == 0


asyncio.run(waiting("words"))
print("done")
"""

PROGRAMS = {"buoy": BUOY, "ferry": FERRY, "reel": REEL, "tug": TUG}
