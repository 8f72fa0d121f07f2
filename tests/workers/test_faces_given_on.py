"""An object that another process is given is used there as it is at home: what it is asked for is passed on to it."""

from __future__ import annotations

import asyncio
import gc
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ambidex import ParentWorker, UsageError, WorkerDied
from tests.workers.children.atlas import Town, count_roads, count_towns, meet, rank, visit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Make = Callable[[str], Town]

ROOT = Path(__file__).resolve().parents[2]
WAYS = [
    "nobody of Bergen",
    "Bergen for the tests 2",
    "0 BERGEN SMALL",
    "2 True True True True",
    "Bergen Oslo",
    "[True, True]",
    "True",
    "Bergen is lost True",
    *("sent", "walked", "open", "late", "closed", "asleep", "awake"),
]


@pytest.fixture
def workers() -> Iterator[tuple[ParentWorker, ParentWorker]]:
    """Return two workers that have the implementation."""
    target = "tests.workers.children.atlas_child:Atlas"
    with ParentWorker(target, cwd=ROOT) as one, ParentWorker(target, cwd=ROOT) as other:
        yield one, other


async def tell(town: Town) -> str:
    """Return what the implementation is told of an object, which calls that object's process again."""
    adder = await town.adder.aio()
    return f"Bergen for the tests {await asyncio.to_thread(adder, 1)}"


def test_object_is_used_in_every_way_wherever_it_is(workers: tuple[ParentWorker, ParentWorker]) -> None:
    """Calls, streams, context managers, attributes, errors, callbacks and identity, at home and passed on."""
    one, other = workers
    makers: dict[str, Make] = {
        "here": Town,
        "one": lambda name: one.create(Town, name),
        "other": lambda name: other.create(Town, name),
    }
    for home, make in makers.items():
        for visitor in (visit, one.function(visit)):
            town, second = make("Bergen"), make("Oslo")
            assert visitor(town, second, tell) == WAYS, (home, visitor)
            assert town.mayor == "nobody of Bergen"
            assert [each is known for each, known in zip(one.function(meet)(town, second), [second, town])] == [
                True
            ] * 2


def test_plain_function_blocks_only_where_another_process_can_answer(
    workers: tuple[ParentWorker, ParentWorker],
) -> None:
    """Between two children it is called; what runs on a loop of this process may not stand still for one."""
    one, other = workers
    assert one.function(rank)(other.create(Town, "Bergen"), other.create(Town, "Oslo"))
    with pytest.raises(UsageError, match="would hold the event loop"):
        one.function(rank)(Town("Bergen"), Town("Oslo"))


def test_object_that_was_given_on_is_let_go(workers: tuple[ParentWorker, ParentWorker]) -> None:
    """It lives for as long as somebody has it: the process that was given it, then nobody."""
    one, other = workers
    keeper, given = one.create(Town, "Keeper"), other.create(Town, "Given")
    keeper.build(given)
    count = other.function(count_towns)
    del given
    gc.collect()
    assert count() == 1
    assert [each.name for each in keeper.roads()] == ["Given"]
    del keeper
    for _ in range(100):  # rounds of what lets it go: the keeper in one process, then the object in the other
        gc.collect()
        one.function(count_towns)()
        if count() == 0:
            return
    raise AssertionError("the object is still there")


def test_end_of_the_process_that_has_the_object_is_told(workers: tuple[ParentWorker, ParentWorker]) -> None:
    """Who was given an object gets the error that its owner would get."""
    one, other = workers
    keeper, given = one.create(Town, "Keeper"), other.create(Town, "Given")
    keeper.build(given)
    other.call.close()
    with pytest.raises(WorkerDied, match="lost with it"):
        keeper.by_name()
    assert keeper.name == "Keeper"


def test_what_is_not_public_is_refused_with_a_sentence(workers: tuple[ParentWorker, ParentWorker]) -> None:
    """An implementation that looks into another object's private parts is told that they are elsewhere."""
    one, other = workers
    with pytest.raises(AttributeError, match="_roads here: it is in another process"):
        one.function(count_roads)(other.create(Town, "Bergen"))
