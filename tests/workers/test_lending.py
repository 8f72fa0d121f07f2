"""What a call lends comes back at once where the call is not sent."""

from __future__ import annotations

import asyncio
import gc
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import ParentWorker, UsageError
from ambidex.rpc import _exported  # pyright: ignore[reportPrivateUsage]

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator

FILE = Path(__file__).parent / "children" / "counted.py"
HANDLES = FILE.with_name("handles.py")


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
    return len(worker.life("it").peer.handles.exported)


def test_numbers_of_what_is_lent_are_used_again_behind_the_last_one() -> None:
    """But not that of what the child still has: a call of it would reach another object."""

    async def double(value: int) -> int:
        return 2 * value

    with ParentWorker(HANDLES, output="drop") as worker:
        exported: Any = worker.life("it").peer.handles.exported
        with pytest.raises(LookupError, match="kept all the same"):
            worker.call.keep(double)
        assert lent(worker) == 1
        exported._next = 2**32 - 2
        for number in range(5):
            assert worker.call.drain(n for n in range(number)) == (list(range(number)), None)
        assert exported._next == 6  # which is behind 3, 4 and 5: the child has number 2 still
        assert worker.call.call_kept(21) == 42
        assert lent(worker) == 1


def test_object_that_is_received_and_sent_back_without_end_is_released_in_parts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A release has 32 bits for each number; and it is let go in the end, as ever."""
    monkeypatch.setattr(_exported, "_MANY", 4)
    exported = _exported.Exported()
    releases: list[tuple[int, int, int]] = []
    received = _exported.Received(lambda number, count, returned: releases.append((number, count, returned)))

    class Stand:
        pass

    obj = object()
    stand = None
    for _ in range(11):
        number = exported.lend(obj)
        stand = received.receive(number, Stand)
        received.send_back(number)
        assert exported.come_home(number) is obj
    before = len(releases)
    del stand
    gc.collect()
    assert len(releases) == before + 1
    for release in releases:
        assert len(exported) == 1
        assert max(release[1:]) < 4
        exported.release(*release)
    assert len(exported) == 0


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


def test_function_that_is_sent_into_a_stream_is_not_of_the_next_call() -> None:
    """A call that cannot be sent takes back what it lends itself; what cannot be sent into a stream lends nothing."""
    with ParentWorker(FILE.with_name("pooled.py")) as worker:
        stream = worker.call.echo()
        next(stream)

        def function() -> None: ...

        local = [function]
        assert stream.send((lambda: 1, local[0]))[1] is function
        assert lent(worker) == 2
        with pytest.raises(UsageError, match="it stays"):
            worker.call.add(1, Unsendable())
        assert lent(worker) == 2

        async def main() -> None:
            steps = worker.acall.echo()
            await steps.__anext__()
            await steps.asend(lambda: 2)
            before = lent(worker)
            with pytest.raises(UsageError, match="it stays"):
                await worker.acall.add(1, Unsendable())
            assert lent(worker) == before
            with pytest.raises(TypeError, match="it stays"):
                await steps.asend((lambda: 3, Unsendable()))

        asyncio.run(main())
        stream.close()
        for _ in range(100):  # rounds in which the child lets go of what it has got
            worker.call.add(1, 2)
            gc.collect()
            if lent(worker) == 0:
                return
        raise AssertionError("something is lent still, and nobody has it")


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


def test_what_a_child_gives_and_cannot_send_is_let_go() -> None:
    """As a result, as an item, as an argument of what it calls back; what was sent stays as long as it is used."""

    async def told(value: Any) -> None: ...

    with ParentWorker(FILE.with_name("keeping.py")) as worker:
        given = worker.call.give()
        for call in (worker.call.give_beside_a_lock, lambda: list(worker.call.yield_beside_a_lock())):
            for _ in range(3):
                with pytest.raises(UsageError, match="cannot be sent"):
                    call()
        assert worker.call.tell(told) == "UsageError"
        assert worker.call.left() == 1
        assert asyncio.run(given()) == 7
        del given
        for _ in range(100):  # rounds in which the child hears that nobody has it
            gc.collect()
            if worker.call.left() == 0:
                return
        raise AssertionError("what nobody has is there still")
