"""A child process of this interpreter, blocking and awaited."""

from __future__ import annotations

import asyncio
import textwrap
from typing import TYPE_CHECKING

import pytest

from ambidex import ParentWorker

if TYPE_CHECKING:
    from pathlib import Path

WORKER = """
    import asyncio, sys
    from ambidex import ChildWorker

    class Worker(ChildWorker):
        def add(self, a, b):
            return a + b

        async def count(self, stop):
            for number in range(stop):
                yield number

        async def apply(self, function, value):
            return await function(value)

        async def fail(self):
            raise KeyError("missing")

        async def wait(self):
            await asyncio.Event().wait()

    if __name__ == "__main__":
        Worker().run()
"""


@pytest.fixture
def worker_file(tmp_path: Path) -> Path:
    """Return a worker's file."""
    file = tmp_path / "worker.py"
    file.write_text(textwrap.dedent(WORKER), encoding="utf-8")
    return file


def test_child_is_called_and_blocks(worker_file: Path) -> None:
    """Calls, a stream, a callback on this thread, an error and a deadline."""
    given: list[int] = []

    def take(value: int) -> None:
        given.append(value)

    with ParentWorker(worker_file).sync as worker:
        assert worker.call.add(1, b=2) == 3
        assert list(worker.call.count(100)) == list(range(100))
        assert worker.call.apply(take, 21) is None
        with pytest.raises(KeyError, match="missing"):
            worker.call.fail()
        with pytest.raises(TimeoutError):
            worker.call.with_options(timeout=0.05).wait()
    assert given == [21]


def test_child_is_called_and_awaited(worker_file: Path) -> None:
    """Calls at once, a stream, and a cancellation."""

    async def main() -> None:
        async with ParentWorker(worker_file) as worker:
            assert await asyncio.gather(*[worker.acall.add(each, 1) for each in range(50)]) == list(range(1, 51))
            assert [number async for number in worker.acall.count(100)] == list(range(100))
            waiting = asyncio.ensure_future(worker.acall.wait())
            assert await worker.acall.add(1, 1) == 2
            waiting.cancel()
            await asyncio.wait({waiting})
            assert waiting.cancelled()

    asyncio.run(main())
