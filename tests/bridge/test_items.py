"""What is read with `async for`: items that can be awaited, and iterators that answer to every name."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.bridge import _attic, attic
from tests.bridge.attic import Chore, Steps

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Generator


async def one_by_one(chores: list[Chore]) -> AsyncIterator[Chore]:
    """Yield chores."""
    for chore in chores:
        yield chore


def test_item_that_can_be_awaited_stays_an_item() -> None:
    """`for` and `async for` do not await what they give, and what reads for the implementation does not either."""
    chores = [Chore(), Chore()]
    assert attic.chores(chores) == chores
    assert attic.chores(iter(chores)) == chores
    assert attic.chores(one_by_one(chores)) == chores
    assert list(attic.each_chore(chores)) == chores

    async def main() -> None:
        assert await attic.chores.aio(chores) == chores
        assert await attic.chores.aio(one_by_one(chores)) == chores
        assert [chore async for chore in attic.each_chore.aio(chores)] == chores

    asyncio.run(main())


def test_blocking_generator_is_stepped_sent_and_ended_as_any_other() -> None:
    """Faces stand in what it yields, is sent and returns; errors that are thrown in reach it, and it can be closed."""
    first, second = Chore(), Chore()
    steps = attic.rotating(first)
    assert (next(steps), steps.send(second)) == (first, second)
    with pytest.raises(StopIteration) as ended:
        next(steps)
    assert ended.value.value == [first, second]
    thrown = attic.rotating(first)
    next(thrown)
    assert thrown.throw(LookupError()) is first
    closed = attic.rotating(first)
    next(closed)
    closed.close()
    assert list(closed) == []
    with pytest.raises(KeyError):
        attic.rotating(first).throw(KeyError("early"))


def test_blocking_generator_of_the_user_is_sent_faces() -> None:
    """What an implementation sends into a generator that was handed in is a face there."""
    given: list[object] = []
    first, second = Chore(), Chore()

    def steps() -> Generator[Chore, Chore, Chore]:
        given.append((yield first))
        return second

    assert attic.rotated(steps()) is second
    assert asyncio.run(attic.rotated.aio(steps())) is second
    assert given == [first, first]


def test_iterator_that_answers_to_every_name_is_iterated() -> None:
    """Its class says that it is no generator, and that it has nothing to close."""
    steps = Steps()
    assert steps.asend == 5
    assert list(steps) == [1, 0]

    async def main() -> None:
        assert [number async for number in Steps()] == [1, 0]

    asyncio.run(main())


def test_iterator_that_hands_names_on_is_read_by_its_own_steps() -> None:
    """What it does to each item is not passed by."""
    assert list(attic.walk_by_proxy()) == [0, 1, 2]


def test_iterator_with_a_close_of_its_own_is_closed_when_it_is_left_early() -> None:
    """A stream that ends before its iterator tells it so."""
    stream = attic.walk()
    assert next(stream) == 1
    stream.close()
    assert _attic.kept[0].closed == 1
    _attic.kept.clear()
