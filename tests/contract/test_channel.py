"""The contract of a channel: every implementation of it passes this one suite.

A new channel adds itself to `CHANNELS`. The bodies use faces alone, so they hold wherever the implementation runs.
"""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import DeadlineExceeded, ParentWorker, UsageError, remaining_time
from ambidex.bridge import Channel, InProcess, placed
from tests.contract._harbour import Position
from tests.contract.copying import CopyingChannel
from tests.contract.harbour import Ship, harbour, launch
from tests.limits import HANG_S
from tests.runtime.work import DEADLINES_S

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def in_child(kept: None) -> Generator[Channel, None, None]:
    """Run the implementation in a child process, one for all tests."""
    with ParentWorker("tests.contract.child:Harbour", cwd=ROOT) as worker:
        yield worker.life("the tests").peer.channel


@pytest.fixture(scope="module")
def in_untrusted_child(kept: None) -> Generator[Channel, None, None]:
    """Run it in a child process that sends plain data, and nothing that is unpickled."""
    with ParentWorker("tests.contract.child:Harbour", cwd=ROOT, codec="msgpack") as worker:
        worker.function(launch)  # whose module names the classes of what comes
        yield worker.life("the tests").peer.channel


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


def is_left(left_s: float | None, timeout_s: float) -> bool:
    """Tell whether so much of a deadline is left as there is a little later."""
    return left_s is not None and timeout_s - HANG_S < left_s < timeout_s


def test_options_of_an_object_are_those_of_each_of_its_calls() -> None:
    """Whatever the verb; the object itself has none, nor has what a call gives."""
    ship = Ship("Argo")
    brief = ship.with_options(timeout=1000)
    assert is_left(brief.watch(), 1000)
    assert is_left(asyncio.run(brief.watch.aio()), 1000)
    assert is_left(brief.watch.submit().result(), 1000)
    assert is_left(brief.glance(), 1000)
    [left_s] = brief.hails()
    assert is_left(left_s, 1000)
    assert is_left(brief.watch.with_options(timeout=2000)(), 2000)
    assert is_left(brief.with_options(timeout=2000).watch(), 2000)
    for unlimited in (ship, brief.with_options(timeout=None), brief.meet([])["Argo"]):
        assert unlimited.watch() is None
    assert brief.watch.with_options(timeout=None)() is None
    with brief.docked() as docked:
        assert docked is ship
    assert remaining_time() is None


def test_object_with_options_is_the_same_object() -> None:
    """It is equal to the other, in sets too, and is it where it is handed over; what is set on it is set."""
    ship, other = Ship("Argo"), Ship("Argo")
    brief = ship.with_options(timeout=1000)
    assert type(brief) is Ship
    assert brief == ship == brief.with_options(retry=1)
    assert brief != other
    assert {ship: 1}[brief] == 1
    brief.speed = 3.0
    assert (ship.speed, brief.name) == (3.0, "Argo")
    assert other.meet([brief])["Argo"] is ship
    assert ship.with_options() is ship
    assert brief.watch == brief.watch
    assert brief.watch == ship.watch.with_options(timeout=1000) != ship.watch
    with pytest.raises(ValueError, match="write a number of seconds"):
        ship.with_options(timeout=-1)
    with pytest.raises(ValueError, match="write a whole number"):
        ship.with_options(retry=-1)


def test_deadline_of_an_object_ends_the_work() -> None:
    """And its clean-up is waited for."""
    history: list[str] = []
    for timeout_s in DEADLINES_S:
        ship = Ship("Argo")
        with pytest.raises(DeadlineExceeded, match=r"Ship\.drift"):
            ship.with_options(timeout=timeout_s).drift()
        history = ship.history()
        if history:  # it has begun in time
            break
    assert history == ["drifting", "towed home"]


def test_retry_is_for_what_is_declared_idempotent() -> None:
    """All else is refused before it runs, and streams are; what is read at once is no call."""
    ship = Ship("Argo")
    eager = ship.with_options(retry=2, timeout=1000)
    assert is_left(eager.watch(), 1000)
    assert is_left(asyncio.run(eager.watch.aio()), 1000)
    assert ship.watch.with_options(retry=1)() is None
    assert eager.name == "Argo"
    calls: list[Callable[[], object]] = [
        lambda: eager.sail.with_options(timeout=None)(Position(0.0, 0.0)),
        lambda: eager.rename("Calypso"),
        lambda: asyncio.run(ship.founder.with_options(retry=1).aio()),
        lambda: eager.founder.submit().result(),
    ]
    for call in calls:
        with pytest.raises(UsageError, match=r"is not declared so: write `@ambidex\.idempotent`"):
            call()
    with pytest.raises(UsageError, match="yields items"):
        list(eager.soundings(3.0))
    assert ship.name == "Argo"


def test_views_change_no_value() -> None:
    """Long buffers are what was sent, whether they stay where they are, or are copied, or nothing is shared at all."""
    ship, cargo = Ship("Argo"), bytes(range(256)) * 4096
    viewing = ship.with_options(views=True)
    assert viewing.weigh(cargo) == cargo[::-1]
    assert ship.weigh.with_options(views=True, timeout=HANG_S)(cargo) == cargo[::-1]
    assert list(viewing.crates(cargo)) == [cargo, cargo[::-1]]

    async def main() -> list[bytes]:
        return [await viewing.weigh.aio(cargo), *[crate async for crate in viewing.crates.aio(cargo)]]

    assert asyncio.run(main()) == [cargo[::-1], cargo, cargo[::-1]]
    assert viewing.weigh.submit(cargo).result() == cargo[::-1]


def test_options_do_not_leak_between_threads() -> None:
    """Each has an object of its own making, which is the same one."""
    ship = Ship("Argo")
    numbers = range(1, 9)
    begin = threading.Barrier(len(numbers))
    found: dict[int, list[float | None]] = {number: [] for number in numbers}

    def work(number: int) -> None:
        brief = ship.with_options(timeout=number * 1000)
        begin.wait()
        for _ in range(20):
            found[number].append(brief.watch())
            found[number].extend([] if ship.watch() is None else [0.0])

    threads = [threading.Thread(target=work, args=(number,)) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number in numbers:
        assert len(found[number]) == 20
        assert all(is_left(left_s, number * 1000) for left_s in found[number])


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
