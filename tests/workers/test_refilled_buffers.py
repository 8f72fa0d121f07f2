"""What a child gives arrives as it was when it was given, whatever the child does with the memory of it afterwards."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import ParentWorker
from tests.workers.children.refilled import LENGTH

if TYPE_CHECKING:
    from collections.abc import Generator

CHILD = Path(__file__).with_name("children") / "refilled.py"


@pytest.fixture(params=["pickle", "msgpack"])
def worker(request: pytest.FixtureRequest) -> Generator[ParentWorker, None, None]:
    """Give a child of each codec."""
    with ParentWorker(CHILD, codec=request.param) as started:
        yield started


def number_of(data: Any) -> int:
    """Return the number that a buffer is filled with, all of it."""
    got = bytes(data)
    assert len(got) == LENGTH
    assert got.count(got[:1]) == LENGTH, "it is torn"
    return got[0]


def test_result_is_not_changed_by_the_calls_after_it(worker: ParentWorker) -> None:
    """All are asked for before one has arrived; each is what its call has given. Streams and exceptions, too."""

    async def main() -> None:
        call = worker.acall
        assert list(map(number_of, await asyncio.gather(*map(call.filled, range(6))))) == [0, 1, 2, 3, 4, 5]
        inside = await asyncio.gather(*map(call.inside, range(6)))
        assert [number_of(view) for _, view in inside] == [number for number, _ in inside]
        assert [number_of(each) async for each in call.each(4)] == [0, 1, 2, 3]
        for failed in await asyncio.gather(*map(call.fail, (7, 8)), return_exceptions=True):
            assert isinstance(failed, LookupError)
            assert number_of(failed.args[0]) in (7, 8)

    asyncio.run(main())


def test_result_that_nobody_else_has_is_not_copied(worker: ParentWorker) -> None:
    """The child has the memory of it once: what it makes, and what it was given and gives back."""
    size = 20 * 2**20  # below what is received into memory that is kept, which no one counts
    data = bytearray(size)
    call = worker.call
    call.peak()
    for name, times in {"echo": 1, "echo_on_thread": 1, "fresh": 2}.items():
        call.peak()
        assert len(getattr(call, name)(data)) == size
        assert size <= call.peak() < (times + 0.5) * size, name
    call.peak()
    assert [len(each) for each in call.fresh_items(data)] == [size]
    assert call.peak() < 2.5 * size
    call.peak()
    assert len(call.filled(1)) == 40 * 2**20
    assert call.peak() > 60 * 2**20  # its own, filled with a value, and a copy: that is what is counted here
