"""What a call lends comes back at once where the call is not sent."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import ParentWorker, UsageError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator

FILE = Path(__file__).parent / "children" / "counted.py"


@pytest.fixture
def worker() -> Iterator[ParentWorker]:
    """Give a worker that runs."""
    with ParentWorker(FILE, output="drop") as worker:
        yield worker


class Unsendable:
    """What no codec takes."""

    def __reduce__(self) -> Any:
        raise TypeError("it stays")


def lent(worker: ParentWorker) -> int:
    """Return how many objects are lent to the child."""
    return len(worker.life("it")._handles.exported)  # pyright: ignore[reportPrivateUsage]


def test_call_that_cannot_be_encoded_lends_nothing(worker: ParentWorker) -> None:
    """A function stands before what cannot be sent, for a blocking caller and one that awaits."""
    assert lent(worker) == 0
    with pytest.raises(UsageError, match="it stays"):
        worker.call.echo((lambda: None, Unsendable()))
    assert lent(worker) == 0

    async def main() -> None:
        with pytest.raises(UsageError, match="it stays"):
            await worker.acall.echo((lambda: None, Unsendable()))

    asyncio.run(main())
    assert lent(worker) == 0


def test_call_that_is_not_sent_lends_nothing(worker: ParentWorker, monkeypatch: pytest.MonkeyPatch) -> None:
    """An interrupt comes while its connection is opened."""

    async def numbers() -> AsyncGenerator[int, None]:
        yield 1

    def interrupted(number: int) -> Any:
        raise KeyboardInterrupt(number)

    with monkeypatch.context() as patched:
        patched.setattr(worker.life("it"), "connect", interrupted)
        with pytest.raises(KeyboardInterrupt):
            worker.call.echo(numbers())
        assert lent(worker) == 0
