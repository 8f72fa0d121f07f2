"""The contract of a channel: every implementation of it passes this one suite.

A new channel adds itself to `CHANNELS`. The bodies use faces alone, so they hold wherever the implementation runs.
"""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import DeadlineExceeded, ParentWorker
from ambidex.bridge import Channel, InProcess, placed
from tests.contract._harbour import Position
from tests.contract.copying import CopyingChannel
from tests.contract.harbour import Ship, harbour, launch
from tests.runtime.work import DEADLINES_S

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def in_child(kept: None) -> Generator[Channel, None, None]:
    """Run the implementation in a child process, one for all tests."""
    with ParentWorker("tests.contract.child:Harbour", cwd=ROOT) as worker:
        yield worker.life("the tests").channel


@pytest.fixture(scope="module")
def in_untrusted_child(kept: None) -> Generator[Channel, None, None]:
    """Run it in a child process that sends plain data, and nothing that is unpickled."""
    with ParentWorker("tests.contract.child:Harbour", cwd=ROOT, codec="msgpack") as worker:
        worker.function(launch)  # whose module names the classes of what comes
        yield worker.life("the tests").channel


CHANNELS: dict[str, Callable[[Channel, Channel, Channel], Channel]] = {
    "in-process": lambda channel, _, __: channel,
    "copying": lambda channel, _, __: CopyingChannel(channel),
    "child": lambda _, in_child, __: in_child,
    "child, msgpack": lambda _, __, in_untrusted_child: in_untrusted_child,
}


@pytest.fixture(params=CHANNELS, autouse=True)
def channel(
    request: pytest.FixtureRequest, in_child: Channel, in_untrusted_child: Channel
) -> Generator[Channel, None, None]:
    """Reach the implementation through each channel in turn."""
    own = harbour.channel
    assert isinstance(own, InProcess)
    harbour.channel = chosen = CHANNELS[request.param](own, in_child, in_untrusted_child)
    try:
        yield chosen
    finally:
        harbour.channel = own


def test_create_passes_arguments_and_raises_what_the_constructor_raises() -> None:
    """`create` makes the object from positional and keyword arguments, on the loop; its errors arrive."""
    ship = Ship("Argo", speed=7.0)
    assert (ship.name, ship.speed) == ("Argo", 7.0)
    with pytest.raises(ValueError, match="a ship has a name"):
        Ship("")


def test_call_passes_values_and_raises_what_the_implementation_raises() -> None:
    """`call` gives the result; an exception arrives as its own class with its own message."""
    ship = Ship("Argo")
    assert ship.sail(Position(1.0, 2.0), hours=3.0) == Position(4.0, 2.0)
    with pytest.raises(ConnectionAbortedError, match="Argo is lost"):
        ship.founder()
    with pytest.raises(TypeError, match="sail"):
        ship.sail()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def test_acall_passes_values_and_raises_what_the_implementation_raises() -> None:
    """`acall` does the same, awaited from a loop that is not the implementation's."""

    async def main() -> None:
        ship = Ship("Argo")
        assert await ship.sail.aio(Position(1.0, 2.0)) == Position(2.0, 2.0)
        with pytest.raises(ConnectionAbortedError, match="Argo is lost"):
            await ship.founder.aio()

    asyncio.run(main())


def test_submit_gives_a_future_of_the_result() -> None:
    """`submit` returns at once with a future that blocking and async code can read."""
    ship = Ship("Argo")
    futures = [ship.sail.submit(Position(float(n), 0.0)) for n in range(10)]
    assert [future.result().north for future in futures] == [n + 1.0 for n in range(10)]

    async def main() -> Position:
        return await ship.sail.submit(Position(0.0, 5.0))

    assert asyncio.run(main()) == Position(1.0, 5.0)


def test_get_and_set_reach_the_object_itself() -> None:
    """`get` reads what `set` and the implementation's own methods have written."""
    ship = Ship("Argo")
    ship.speed = 12.5
    ship.rename("Calypso")
    assert (ship.speed, ship.name) == (12.5, "Calypso")


def test_objects_keep_their_identity_in_arguments_and_results() -> None:
    """The same object has the same face, however it comes."""
    argo, calypso = Ship("Argo"), placed(launch, harbour.channel)("Calypso")
    met = argo.meet([calypso])
    assert met["Argo"] is argo
    assert met["Calypso"] is calypso


def test_stream_yields_takes_values_and_exceptions_and_cleans_up() -> None:
    """`stream` is a generator: send, throw, close, and the end after a return."""
    ship = Ship("Argo")
    soundings = ship.soundings(3.0)
    assert next(soundings) == 3.0
    assert soundings.send(9.0) == 9.0
    assert soundings.throw(ValueError("shoal")) == 100.0
    soundings.close()
    assert ship.history() == ["line hauled in"]
    assert list(ship.soundings(2.0)) == [2.0, 1.0, 0.0]


def test_astream_yields_takes_values_and_exceptions_and_cleans_up() -> None:
    """`astream` is an async generator: asend, athrow, aclose, and the end after a return."""

    async def main() -> None:
        ship = Ship("Argo")
        soundings = ship.soundings.aio(3.0)
        assert await soundings.__anext__() == 3.0
        assert await soundings.asend(9.0) == 9.0
        assert await soundings.athrow(ValueError("shoal")) == 100.0
        await soundings.aclose()
        assert ship.history() == ["line hauled in"]
        assert [depth async for depth in ship.soundings.aio(2.0)] == [2.0, 1.0, 0.0]

    asyncio.run(main())


def test_context_is_entered_and_left_and_may_suppress() -> None:
    """A context manager gives its value, sees the block's exception, and may suppress it, in both ways of use."""
    ship = Ship("Argo")
    with ship.docked() as docked:
        assert docked is ship
        raise TimeoutError
    with pytest.raises(KeyError), ship.docked():
        raise KeyError("passes")

    async def main() -> None:
        async with ship.docked() as docked:
            assert docked is ship
            raise TimeoutError

    asyncio.run(main())
    missed = ["docked", "tide missed", "cast off"]
    assert ship.history() == [*missed, "docked", "cast off", *missed]


def test_deadline_ends_the_work_and_waits_for_its_clean_up() -> None:
    """A deadline cancels the work itself; its clean-up has run when the caller goes on, whatever the verb."""
    verbs: list[Callable[[Any], object]] = [
        lambda drift: drift(),
        lambda drift: asyncio.run(drift.aio()),
        lambda drift: drift.submit().result(),
    ]
    for verb in verbs:
        history: list[str] = []
        for timeout_s in DEADLINES_S:
            ship = Ship("Argo")
            with pytest.raises(DeadlineExceeded, match=r"Ship\.drift"):
                verb(ship.drift.with_options(timeout=timeout_s))
            history = ship.history()
            if history:  # it has begun in time
                break
        assert history == ["drifting", "towed home"]


def test_cancelled_caller_ends_the_work_and_waits_for_its_clean_up() -> None:
    """Cancelling the awaiting task cancels the work, and its clean-up has run when the task ends."""
    ship = Ship("Argo")

    async def main() -> None:
        drifting = asyncio.ensure_future(ship.drift.aio())
        await ship.adrift.aio()
        drifting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await drifting
        assert ship.history() == ["drifting", "towed home"]

    asyncio.run(main())


def test_many_threads_get_their_own_answers() -> None:
    """Calls from many threads at once are answered each with its own result."""
    ship = Ship("Argo")
    wrong: list[object] = []

    def sail(number: int) -> None:
        for step in range(50):
            answer = ship.sail(Position(float(number), float(step)))
            if answer != Position(number + 1.0, float(step)):
                wrong.append(answer)

    threads = [threading.Thread(target=sail, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_copying_channel_copies_values_and_no_objects(channel: Channel) -> None:
    """The second channel is no second name for the first: a value that comes back is another object."""
    if isinstance(channel, InProcess):
        assert _echoed() is _SPOT
    else:
        assert _echoed() == _SPOT
        assert _echoed() is not _SPOT


_SPOT = ["a list, which copying does not share"]


def _echoed() -> list[str]:
    ship = Ship("Argo")
    ship.cargo = _SPOT
    return ship.cargo
