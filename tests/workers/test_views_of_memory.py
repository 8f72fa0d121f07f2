"""A memoryview arrives as one of equal bytes, by either codec, in either direction, and in streams."""

from __future__ import annotations

import array
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import ParentWorker

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator

CHILD = Path(__file__).with_name("children") / "views.py"
LENGTHS = (0, 1, 5_000, 70_000, 300_000)  # in the payload, and beside it, by either codec


@pytest.fixture(params=["pickle", "msgpack"], scope="module")
def worker(request: pytest.FixtureRequest, kept: None) -> Generator[ParentWorker, None, None]:
    """Give a child of each codec."""
    with ParentWorker(CHILD, codec=request.param) as started:
        yield started


def of(length: int) -> bytes:
    """Return bytes that differ from place to place."""
    return bytes(number * 7 % 251 for number in range(length))


VIEWS: dict[str, Callable[[int], memoryview]] = {
    "read-only": lambda length: memoryview(of(length)),
    "writable": lambda length: memoryview(bytearray(of(length))),
    "a part": lambda length: memoryview(bytearray(b"x" + of(length) + b"y"))[1:-1],
    "with gaps": lambda length: memoryview(b"".join(bytes([each, 0]) for each in of(length)))[::2],
    "of numbers": lambda length: memoryview(array.array("d", [0.5] * (length // 8))),
    "of a shape": lambda length: (
        memoryview(bytearray(of(length))).cast("B", (1, length)) if length else memoryview(b"")
    ),
}


@pytest.mark.parametrize("kind", VIEWS)
def test_view_of_memory_crosses_by_its_bytes(worker: ParentWorker, kind: str) -> None:
    """Flat, and to be written to where that can be sent; what is sent is still the sender's."""
    for length in LENGTHS:
        sent = VIEWS[kind](length)
        expected = sent.tobytes()
        assert worker.call.described(sent) == ("memoryview", sent.readonly, len(expected), expected)
        for came in (worker.call.echo(sent), worker.call.inside([sent])["views"][0], worker.call.plain(sent)):
            assert type(came) is memoryview
            assert (came.format, came.ndim, came.readonly) == ("B", 1, sent.readonly)
            assert came == expected
        assert sent.tobytes() == expected


def test_view_of_memory_crosses_in_streams_and_calls_back(worker: ParentWorker) -> None:
    """As items that a child yields, that are sent into it, and as what a function here takes and gives."""
    sent = [VIEWS[kind](300_000) for kind in VIEWS]
    expected = [each.tobytes() for each in sent]

    async def views() -> AsyncGenerator[memoryview, None]:
        for each in sent:
            yield each

    assert worker.call.read(views()) == expected
    stream = worker.call.stepped()
    assert next(stream) is None
    assert [stream.send(each) for each in sent] == expected
    stream.close()
    assert list(worker.call.each(sent)) == expected
    taken: list[Any] = []

    def take(view: memoryview) -> memoryview:
        taken.append(view)
        return view

    assert worker.call.called(take, 300_000) == (True, 300_000)
    assert [type(each) for each in taken] == [memoryview]
