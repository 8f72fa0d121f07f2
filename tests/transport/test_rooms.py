"""Memory that long buffers are received into is used again, and never while anybody has what came before."""

from __future__ import annotations

import ctypes
import gc
import sys
import threading
from typing import Any

import pytest

from ambidex.transport._memory import LONG
from ambidex.transport._rooms import Rooms

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems give new memory for each buffer")


def address(view: memoryview | bytearray) -> int:
    """Return where memory stands."""
    return ctypes.addressof(ctypes.c_char.from_buffer(view))


@pytest.fixture
def freed() -> list[None]:
    """Give what notes that memory can be given again."""
    return []


@pytest.fixture
def rooms(freed: list[None]) -> Rooms:
    """Give what keeps rooms."""
    return Rooms(lambda: freed.append(None))


def test_room_that_nobody_has_is_given_again(rooms: Rooms, freed: list[None]) -> None:
    """For a buffer that is as long, or a little shorter."""
    first = rooms.take(LONG + 100)
    where, length = address(first), len(first)
    assert (length, freed) == (LONG + 100, [])
    del first
    assert freed == [None]
    again = rooms.take(LONG)
    assert (address(again), len(again)) == (where, LONG)


def test_room_that_somebody_has_is_not_given(rooms: Rooms, freed: list[None]) -> None:
    """A slice of it is enough, and so is what a cycle has until the collector has come."""
    first: Any = rooms.take(LONG)
    first[:4] = b"mine"
    kept, where = first[:4], address(first)
    del first
    second: Any = rooms.take(LONG)
    second[:4] = b"hers"
    assert (bytes(kept), freed, address(second) != where) == (b"mine", [], True)

    cycle: list[Any] = [second]
    cycle.append(cycle)
    del second, cycle
    third = rooms.take(LONG)
    assert (bytes(third[:4]), freed) == (bytes(4), [])
    gc.collect()
    assert freed == [None]


def test_long_room_is_not_kept_for_a_short_buffer(rooms: Rooms) -> None:
    """Nor a short one for a long buffer: each has its own."""
    long, short = rooms.take(5 * LONG), rooms.take(LONG)
    long_at, short_at = address(long), address(short)
    del long, short
    middle = rooms.take(2 * LONG)
    assert address(middle) not in (long_at, short_at)
    assert address(rooms.take(LONG)) == short_at
    assert address(rooms.take(4 * LONG)) == long_at


def test_short_buffer_has_memory_of_its_own(rooms: Rooms, freed: list[None]) -> None:
    """The allocator of Python keeps that."""
    assert type(rooms.take(LONG - 1)) is bytearray
    assert freed == []


def test_room_goes_back_to_the_system(rooms: Rooms, freed: list[None]) -> None:
    """One by one; and all of them at the end, what somebody has then as soon as nobody does."""
    held = [rooms.take(LONG) for _ in range(4)]
    del held[0], held[0]
    assert [rooms.trim() for _ in range(3)] == [True, True, False]
    del held[0]
    rooms.close()
    assert rooms.trim() is False
    held.clear()
    assert (rooms.trim(), len(freed)) == (False, 3)


def test_no_more_is_kept_than_half_a_gibibyte(rooms: Rooms) -> None:
    """What is above that is given back when the next room is asked for."""
    held = [rooms.take(6 * LONG) for _ in range(5)]  # 192 MiB each; none of them is written to
    held.clear()
    taken = rooms.take(LONG)
    assert [rooms.trim() for _ in range(3)] == [True, True, False]
    del taken


def test_threads_have_rooms_of_their_own(rooms: Rooms) -> None:
    """However many ask and let go at a time."""
    wrong: list[int] = []

    def use(number: int) -> None:
        for turn in range(200):
            room: Any = rooms.take(LONG)
            mark = bytes((number, turn))
            room[:2] = room[-2:] = mark
            if (bytes(room[:2]), bytes(room[-2:])) != (mark, mark):
                wrong.append(turn)
            del room

    threads = [threading.Thread(target=use, args=(number,)) for number in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert wrong == []
