"""The table of who waits for whom, by which circles are refused: an entry goes with its wait, however that ends."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
import warnings
from typing import Any

import pytest

from ambidex import BlockingInAsyncWarning, DeadlineExceeded, Synchronizer
from tests.limits import HANG_S
from tests.runtime.circles import WAITS, await_call, numbers
from tests.runtime.work import one

# What blocks here does so inside a loop.
pytestmark = pytest.mark.filterwarnings("ignore::ambidex.BlockingInAsyncWarning")


def test_entry_vanishes_after_an_error_a_deadline_and_a_refusal(loops: tuple[Synchronizer, ...]) -> None:
    """However a wait inside a loop ends, the next one is judged on its own."""
    a, b, _ = loops

    async def fail() -> None:
        assert len(WAITS) == 1
        raise LookupError

    async def on_a() -> None:
        with pytest.raises(LookupError):
            b.run(fail)
        assert WAITS == {}
        with pytest.raises(DeadlineExceeded):
            b.with_options(timeout=0.01).run(asyncio.sleep, 60)
        assert WAITS == {}
        with warnings.catch_warnings():
            warnings.simplefilter("error", BlockingInAsyncWarning)
            with pytest.raises(BlockingInAsyncWarning):
                b.run(one)
        assert WAITS == {}

    a.run(on_a)
    assert b.run(await_call, a) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="there is no pthread_kill")
def test_entry_vanishes_after_an_interrupt(loops: tuple[Synchronizer, ...]) -> None:
    """Ctrl-C in a blocking call inside the user's own loop leaves nothing behind, and the call is cancelled."""
    a, _, _ = loops
    main, ended = threading.get_ident(), threading.Event()
    begun = threading.Event()
    heard: list[bool] = []

    async def wait() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    def interrupt() -> None:
        begun.wait(HANG_S)
        while not heard:  # CPython hears no signal that comes in the instant before it waits for a lock
            signal.pthread_kill(main, signal.SIGINT)
            ended.wait(0.1)

    async def user() -> None:
        a.run(wait)

    class Interrupt(Exception):
        """Stand for KeyboardInterrupt, which asyncio treats in its own way."""

    def raise_interrupt(*_: object) -> None:
        if not heard:
            heard.append(True)
            raise Interrupt

    thread = threading.Thread(target=interrupt)
    before = signal.signal(signal.SIGINT, raise_interrupt)
    try:
        thread.start()
        with pytest.raises(Interrupt):
            asyncio.run(user())
    finally:
        thread.join()
        signal.signal(signal.SIGINT, before)
    assert ended.wait(HANG_S)
    assert WAITS == {}


def test_entry_of_a_call_that_is_over_counts_for_nothing(loops: tuple[Synchronizer, ...]) -> None:
    """An interrupt at the worst moment may leave an entry behind; the next who looks takes it out."""
    a, b, _ = loops
    kept: list[dict[str, Any]] = []

    async def keep() -> None:
        kept.extend(WAITS.values())

    async def on_a() -> None:
        b.run(keep)

    a.run(on_a)
    WAITS[id(kept[0])] = kept[0]
    assert b.run(await_call, a) == 1

    async def on_b() -> int:
        return a.run(one)

    assert b.run(on_b) == 1


def test_blocking_on_a_plain_thread_enters_nothing(synchronizer: Synchronizer) -> None:
    """Only a thread that runs a loop can be part of a circle."""

    async def look() -> int:
        return len(WAITS)

    assert synchronizer.run(look) == 0
    assert next(synchronizer.iterate(numbers)) == 1
    assert synchronizer.submit(look).result() == 0
