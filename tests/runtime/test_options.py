"""What `with_options` keeps, and what closing reports."""

from __future__ import annotations

import asyncio
import copy
import logging
import pickle
import threading
from typing import TYPE_CHECKING

import pytest

from ambidex import DeadlineExceeded, RuntimeClosed, Synchronizer
from tests.limits import HANG_S

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.programs import Ended


async def running_loop() -> asyncio.AbstractEventLoop:
    """Return the loop that runs this."""
    return asyncio.get_running_loop()


def test_options_given_before_are_kept(synchronizer: Synchronizer) -> None:
    """Each option is changed alone; the synchronizer itself stays as it is."""
    brief = synchronizer.with_options(timeout=0.05)
    for chosen in (
        brief,
        brief.with_options(read_ahead=3),
        synchronizer.with_options(read_ahead=3).with_options(timeout=0.05),
    ):
        with pytest.raises(DeadlineExceeded):
            chosen.run(asyncio.sleep, 30)
    assert synchronizer.run(asyncio.sleep, 0.06, "unhurried") == "unhurried"
    assert brief == synchronizer.with_options(timeout=0.05) != synchronizer
    assert brief.with_options(timeout=None) == synchronizer
    assert brief.with_options(timeout=None).run(asyncio.sleep, 0.06, "unhurried") == "unhurried"


def pickled(made: Synchronizer) -> Synchronizer:
    """Return what is read of what is written."""
    read: Synchronizer = pickle.loads(pickle.dumps(made))
    return read


def copied(made: Synchronizer) -> Synchronizer:
    """Return a copy."""
    return copy.copy(made)


def copied_deeply(made: Synchronizer) -> Synchronizer:
    """Return a deep copy."""
    return copy.deepcopy(made)


@pytest.mark.parametrize("again", [copied, copied_deeply, pickled])
def test_copy_shares_the_loop_and_keeps_the_options_of_its_calls(
    synchronizer: Synchronizer, again: Callable[[Synchronizer], Synchronizer]
) -> None:
    """An object that holds a synchronizer is copied and pickled with it; the name is what the other side needs."""
    for made in (synchronizer, synchronizer.with_options(timeout=30, read_ahead=3)):
        other = again(made)
        assert other == made
        assert other.run(running_loop) is synchronizer.run(running_loop)


def test_closing_reports_no_future_that_it_cancels(
    synchronizer: Synchronizer, caplog: pytest.LogCaptureFixture
) -> None:
    """The user has asked for it; who waits is told."""
    begun = threading.Event()

    async def wait() -> None:
        begun.set()
        await asyncio.Event().wait()

    with caplog.at_level(logging.WARNING):
        dropped = synchronizer.submit(wait)
        kept = synchronizer.submit(wait)
        assert begun.wait(HANG_S)
        synchronizer.close()
        del dropped
        with pytest.raises(RuntimeClosed):
            kept.result(HANG_S)
    assert caplog.records == []


def test_interrupt_of_a_starting_loop_is_heard_at_once(run_program: Callable[..., Ended]) -> None:
    """A thread that has started is not waited for again: with a grace of an hour the program would not end."""
    ended = run_program(
        """
        import asyncio, signal
        from ambidex import Synchronizer

        signal.signal(signal.SIGALRM, signal.default_int_handler)
        for number in range(60):
            own = Synchronizer(f"own {number}", grace_s=3600)
            try:
                signal.setitimer(signal.ITIMER_REAL, 5e-5 + 2e-5 * (number % 30))
                own.run(asyncio.sleep, 0.005)
            except KeyboardInterrupt:
                pass  # it has come while the loop starts, or later
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
        print("done", flush=True)
        """
    )
    assert ended.out == "done\n"
