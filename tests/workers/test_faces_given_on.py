"""An object that another process is given is used there as it is at home: what it is asked for is passed on to it."""

from __future__ import annotations

import asyncio
import gc
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ambidex import ParentWorker, WorkerDied
from tests.workers.children.atlas import Town, count_towns, meet, visit

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
