"""Callables and what is asynchronous stand beside each other, and inside each other, as users are given them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

import pytest

from ambidex import UsageError
from ambidex.bridge import Call
from tests.bridge import _beacon, beacon, beacon_twins

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Callable

    from ambidex.bridge import DualIterator


def test_record_holds_an_iterator_and_a_callable_that_gives_one() -> None:
    """The callable gives its iterator to both, and the record can be handed back."""
    shift = beacon.shift()
    muster = cast("Call[[int], DualIterator[beacon.Ship]]", shift.muster)  # as the implementation made it
    assert isinstance(muster, Call)
    assert [ship.name() for ship in shift.on_duty] == ["ship 0"]
    assert [ship.name() for ship in muster(2)] == ["ship 0", "ship 1"]
    assert beacon.mustered(shift) == ["ship 0", "ship 1"]

    async def both() -> list[str]:
        return [await ship.name.aio() async for ship in await muster.aio(1)]

    assert asyncio.run(both()) == ["ship 0"]


def test_callback_is_given_a_callable_and_an_iterator() -> None:
    """Both serve a callback that blocks and one that awaits, and run on one loop."""
    _beacon.loops.clear()

    async def awaiting(double: Call[[int], int], turns: DualIterator[int]) -> int:
        return sum([await double.aio(turn) async for turn in turns])

    def blocking(double: Call[[int], int], turns: DualIterator[int]) -> int:
        return sum(double(turn) for turn in turns)

    assert beacon.drill(awaiting) == 6
    assert beacon.drill(blocking) == 6
    assert len(set(_beacon.loops)) == 1


def test_callback_of_two_classes_is_given_a_callable_and_an_iterator() -> None:
    """The callable has the form of the function that takes the callback."""

    def blocking(double: Callable[[int], int], turns: DualIterator[int]) -> int:
        return sum(double(turn) for turn in turns)

    async def awaiting(double: Callable[[int], Coroutine[Any, Any, int]], turns: DualIterator[int]) -> int:
        return sum([await double(turn) async for turn in turns])

    assert beacon_twins.drill(blocking) == 6
    assert asyncio.run(beacon_twins.async_drill(awaiting)) == 6


def test_attribute_holds_a_callable_that_is_given_an_iterator() -> None:
    """It is the implementation's or the user's own, which is given back as it was."""
    post = beacon.Post()
    hear = post.hear
    assert isinstance(hear, Call)
    assert hear([1, 2]) == 3

    def count(numbers: DualIterator[int]) -> int:
        return len(list(numbers))

    post.hear = count
    assert post.pass_by() == 3
    assert post.hear is count


def test_union_of_callables_is_told_apart_by_what_is_async() -> None:
    """An async function is the one that is awaited; any other one gives its result at once."""
    told = cast("Call[[int], int]", beacon.keeper("told"))
    assert isinstance(told, Call)
    assert told(1) == 2
    assert asyncio.run(told.aio(2)) == 3
    plain = cast("Callable[[beacon.Ship], str]", beacon.keeper("plain"))
    assert not isinstance(plain, Call)
    assert plain(beacon.Ship("a")) == "a"
    assert cast("Callable[[int], int]", beacon_twins.keeper("told"))(1) == 2
    waiting = cast("Callable[[int], Coroutine[Any, Any, int]]", beacon_twins.async_keeper("told"))
    assert asyncio.run(waiting(1)) == 2


def test_union_of_callables_has_one_that_does_not_say_that_it_is_awaited() -> None:
    """Its user is told, instead of being given what nobody awaits."""
    silent = cast("Callable[[int], int]", beacon.keeper("silent"))
    with pytest.raises(UsageError) as caught:
        silent(1)
    assert str(caught.value) == (
        "_silent returned something to await and is no async function; it stands where the implementation may "
        "give callables that are awaited and others, and only an async function is known to be one of the former. "
        "Write it as `async def`"
    )
