"""The close of a stream: bounded for who waits for it, and done to the end whoever waits no longer."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import DeadlineExceeded
from tests.limits import HANG_S
from tests.runtime.reports import Failures, heard
from tests.runtime.sources import left_over
from tests.runtime.work import begin

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator

    from ambidex import Synchronizer
    from tests.runtime.faces import Face
    from tests.runtime.work import Work


class Slow:
    """A generator that waits where the test wants it to, and tells how its clean-up has ended."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.ended = threading.Event()
        self.log: list[object] = []
        self._go: asyncio.Event
        self._loop: asyncio.AbstractEventLoop

    async def wait(self) -> None:
        """Wait until the test lets it go on."""
        self._go, self._loop = asyncio.Event(), asyncio.get_running_loop()
        self.begun.set()
        await self._go.wait()

    async def clean_up(self, *, waits: bool) -> None:
        """Clean up, and tell how that went; a generator that is destroyed cannot await."""
        try:
            await (self.wait() if waits else asyncio.sleep(0))
            self.log.append("cleaned up")
        except BaseException as error:
            self.log.append(error)
            raise
        finally:
            self.ended.set()

    async def to_step(self) -> AsyncGenerator[int, None]:
        """Wait in the second step."""
        try:
            yield 1
            await self.wait()
            yield 2
            yield 3
        finally:
            await self.clean_up(waits=False)

    async def to_step_refusing(self) -> AsyncGenerator[int, None]:
        """Wait in the second step, whatever cancels that."""
        try:
            yield 1
            with suppress(asyncio.CancelledError):
                await self.wait()
            await self.wait()
            yield 2
        finally:
            await self.clean_up(waits=False)

    async def to_clean_up(self) -> AsyncGenerator[int, None]:
        """Wait in the clean-up."""
        try:
            yield 1
        finally:
            await self.clean_up(waits=True)

    async def to_fail(self) -> AsyncGenerator[int, None]:
        """Wait in the clean-up, and fail then."""
        try:
            yield 1
        finally:
            await self.wait()
            raise KeyError("from the clean-up")

    def go_on(self) -> None:
        """Let it go on."""
        self._loop.call_soon_threadsafe(self._go.set)


@pytest.fixture
def slow() -> Slow:
    """Give the test a slow generator."""
    return Slow()


# -- left behind


@pytest.mark.usefixtures("short_grace")
def test_close_that_waited_in_vain_for_another_step_is_done_after_it(slow: Slow, synchronizer: Synchronizer) -> None:
    """Who closes goes on after the grace period; the generator is closed when the step has ended."""
    stream = synchronizer.iterate(slow.to_step)
    items = [next(stream)]
    step = threading.Thread(target=lambda: items.append(next(stream)))
    step.start()
    assert slow.begun.wait(HANG_S)
    stream.close()
    assert not slow.ended.is_set()
    slow.go_on()
    step.join(HANG_S)
    assert slow.ended.wait(HANG_S)
    assert (items, slow.log, left_over(synchronizer)) == ([1, 2], ["cleaned up"], 0)


@pytest.mark.usefixtures("short_grace")
def test_aclose_that_waited_in_vain_for_another_step_is_done_after_it(slow: Slow, synchronizer: Synchronizer) -> None:
    """The async face does the same."""

    async def main() -> list[int]:
        stream = synchronizer.aiterate(slow.to_step)
        items = [await stream.__anext__()]
        step = asyncio.ensure_future(stream.__anext__())
        await asyncio.get_running_loop().run_in_executor(None, slow.begun.wait, HANG_S)
        await stream.aclose()
        slow.go_on()
        items.append(await step)
        with pytest.raises(StopAsyncIteration):
            await stream.__anext__()
        assert await asyncio.get_running_loop().run_in_executor(None, slow.ended.wait, HANG_S)
        return items

    assert asyncio.run(main()) == [1, 2]
    assert (slow.log, left_over(synchronizer)) == (["cleaned up"], 0)


@pytest.mark.usefixtures("short_grace")
def test_generator_that_outlasts_the_grace_of_its_deadline_is_closed_when_it_yields(
    face: Face, synchronizer: Synchronizer
) -> None:
    """Nobody waits for it any more, and it is closed all the same."""
    tried: list[Slow] = []  # the last of them was not too late

    def refusing() -> AsyncGenerator[int, None]:
        tried.append(Slow())
        return tried[-1].to_step_refusing()

    stream, _ = begin(face, refusing)
    slow = tried[-1]
    with pytest.raises(DeadlineExceeded):
        next(stream)
    synchronizer.run(asyncio.sleep, 0.6)  # the close, which has begun before, has its grace period on the same loop
    slow.go_on()
    assert slow.ended.wait(HANG_S)
    assert (slow.log, left_over(synchronizer)) == (["cleaned up"], 0)
    del stream


def closed(stream: Generator[int, None, None]) -> None:
    """Close a stream."""
    stream.close()


def collected(stream: Generator[int, None, None]) -> None:
    """Drop a stream."""
    del stream


ENDS = pytest.mark.parametrize("end", [closed, collected], ids=lambda end: end.__name__)


@ENDS
@pytest.mark.usefixtures("short_grace")
def test_failure_of_a_clean_up_after_its_grace_period_is_reported_once(
    end: Callable[[Generator[int, None, None]], None],
    slow: Slow,
    face: Face,
    synchronizer: Synchronizer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Whoever waited has gone on: it reaches the loop's exception handler."""
    failures = Failures(synchronizer)
    streams = [face.iterate(slow.to_fail)]
    assert next(streams[0]) == 1
    with heard(caplog) as report:
        end(streams.pop())
        gc.collect()
        assert report.wait(HANG_S)
    slow.go_on()
    assert failures.has_come.wait(HANG_S)
    assert left_over(synchronizer) == 0
    ((error, message),) = [(context["exception"], context["message"]) for context in failures.contexts]
    assert isinstance(error, KeyError)
    assert "Slow.to_fail" in message


# -- cut short by nobody


@ENDS
def test_closing_loop_does_not_cut_a_clean_up_short(
    end: Callable[[Generator[int, None, None]], None], slow: Slow, synchronizer: Synchronizer
) -> None:
    """It is under way already, and keeps its grace period."""

    async def go_on_when_all_is_cancelled() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            slow.go_on()

    synchronizer.submit(go_on_when_all_is_cancelled)
    streams = [synchronizer.iterate(slow.to_clean_up)]
    assert next(streams[0]) == 1
    ending = threading.Thread(target=lambda: end(streams.pop()))
    ending.start()
    assert slow.begun.wait(HANG_S)
    synchronizer.close()
    ending.join(HANG_S)
    assert slow.log == ["cleaned up"]


@ENDS
@pytest.mark.usefixtures("short_grace")
def test_closing_loop_cancels_a_clean_up_that_outlasts_its_grace_period(
    end: Callable[[Generator[int, None, None]], None], slow: Slow, synchronizer: Synchronizer
) -> None:
    """What never ends would keep the loop from closing in peace."""
    streams = [synchronizer.iterate(slow.to_clean_up)]
    assert next(streams[0]) == 1
    ending = threading.Thread(target=lambda: end(streams.pop()))
    ending.start()
    deadline = time.monotonic() + HANG_S
    while not slow.begun.wait(0.01):  # without a GIL, what this thread has made is freed when it runs next
        assert time.monotonic() < deadline
    synchronizer.close()
    ending.join(HANG_S)
    (cut,) = slow.log
    assert isinstance(cut, asyncio.CancelledError)


def test_cancelled_aclose_waits_for_the_clean_up(slow: Slow, synchronizer: Synchronizer) -> None:
    """And does not cut it short."""

    async def main() -> None:
        stream = synchronizer.aiterate(slow.to_clean_up)
        await stream.__anext__()
        closing = asyncio.ensure_future(stream.aclose())
        await asyncio.get_running_loop().run_in_executor(None, slow.begun.wait, HANG_S)
        closing.cancel()
        await asyncio.sleep(0)  # here it asks for the end of the clean-up
        slow.go_on()
        with pytest.raises(asyncio.CancelledError):
            await closing
        assert slow.log == ["cleaned up"]

    asyncio.run(main())


def test_aclose_cancelled_before_the_loop_takes_it_waits_for_the_clean_up(
    slow: Slow, work: Work, synchronizer: Synchronizer
) -> None:
    """The generator is closed whichever of the two the loop hears of first."""

    async def main() -> None:
        stream = synchronizer.aiterate(slow.to_step)
        await stream.__anext__()
        synchronizer.submit(work.hold)
        await asyncio.get_running_loop().run_in_executor(None, work.begun.wait, HANG_S)
        closing = asyncio.ensure_future(stream.aclose())
        await asyncio.sleep(0)
        closing.cancel()
        asyncio.get_running_loop().call_later(0.01, work.release.set)
        with pytest.raises(asyncio.CancelledError):
            await closing
        assert slow.log == ["cleaned up"]

    asyncio.run(main())


# -- a loop that is held


@pytest.mark.usefixtures("short_grace")
def test_close_while_the_loop_is_held_lets_the_caller_go(
    work: Work, face: Face, synchronizer: Synchronizer, caplog: pytest.LogCaptureFixture
) -> None:
    """It waits for little more than the grace period and names what holds the loop; the clean-up comes later."""
    failures = Failures(synchronizer)

    async def items() -> AsyncGenerator[int, None]:
        try:
            yield 1
        finally:
            raise KeyError("from the clean-up")

    stream: Any = face.iterate(items)
    assert next(stream) == 1
    holding = synchronizer.submit(work.hold)
    assert work.begun.wait(HANG_S)
    with heard(caplog):
        stream.close()
    assert not holding.done()
    (message,) = caplog.messages
    assert "items did not end within 0.3 s of being closed" in message
    assert "in hold" in message  # the line itself is exact with a GIL alone
    assert list(stream) == []
    work.release.set()
    assert failures.has_come.wait(HANG_S)
    assert left_over(synchronizer) == 0
    assert [type(context["exception"]) for context in failures.contexts] == [KeyError]
