"""What is asynchronous inside other values serves both ways to call, and ends as what is a whole result does."""

from __future__ import annotations

import asyncio
import gc
import sys
import traceback
import weakref
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import DeadlineExceeded, DeadlockError, UsageError
from ambidex.bridge import DualAwaitable, DualIterator
from tests.bridge import _beacon, beacon, beacon_here, beacon_twins

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from ambidex.bridge import Context, DualGenerator

LIMIT_S = 10.0  # of what ends at once
BRIEF_S = 0.05  # arbitrary: the work never ends by itself


@pytest.fixture(autouse=True)
def events() -> Iterator[list[str]]:
    """Give what the implementation has noted, anew for each test."""
    _beacon.events.clear()
    _beacon.loops.clear()
    _beacon.ended.clear()
    yield _beacon.events
    _beacon._log.clear()  # pyright: ignore[reportPrivateUsage]


def counting(limit: int = 5) -> DualGenerator[int, int]:
    """Return a new counter."""
    counter = beacon.counter(limit)
    assert counter is not None
    return counter


async def counting_async(limit: int = 5) -> DualGenerator[int, int]:
    """Return a new counter, where a loop runs."""
    counter = await beacon.counter.aio(limit)
    assert counter is not None
    return counter


def passing(count: int = 2) -> DualIterator[beacon.Ship]:
    """Return a new iterator over ships."""
    ships = beacon.passing(count)
    assert ships is not None
    return ships


# -- iterators and generators


def test_iterator_gives_faces_to_both_and_stays_ended(events: list[str]) -> None:
    """Each item crosses as the items of a stream do; nothing comes after the end."""
    ships = passing()
    assert [ship.name() for ship in ships] == ["ship 0", "ship 1"]
    assert list(ships) == []
    assert events == ["ships end"]

    async def main() -> None:
        ships = await beacon.passing.aio(2)
        assert ships is not None
        assert [await ship.name.aio() async for ship in ships] == ["ship 0", "ship 1"]
        assert [ship async for ship in ships] == []

    asyncio.run(main())
    assert beacon.passing(0) is None


def test_generator_takes_what_is_sent_and_thrown(events: list[str]) -> None:
    """Both ways to step reach the implementation's `yield`."""
    counter = counting(200)
    assert next(counter) == 0
    assert counter.send(10) == 10
    assert counter.throw(_beacon.Wreck("one")) == 110
    counter.close()
    assert events == ["caught one", "counter ends"]
    assert list(counter) == []

    async def main() -> None:
        counter = await counting_async(200)
        assert await counter.__anext__() == 0
        assert await counter.asend(10) == 10
        assert await counter.athrow(_beacon.Wreck("two")) == 110
        await counter.aclose()

    asyncio.run(main())
    assert events[2:] == ["caught two", "counter ends"]


def test_close_before_the_first_step_runs_nothing(events: list[str]) -> None:
    """As with a generator of Python's own."""
    counter = counting()
    counter.close()
    assert list(counter) == []
    assert events == []


def test_iterator_goes_on_as_it_has_begun() -> None:
    """Its steps run in one task; the error says how to go on."""
    blocking = counting()
    assert next(blocking) == 0

    async def main() -> DualGenerator[int, int]:
        with pytest.raises(UsageError, match="has begun as blocking"):
            await blocking.__anext__()
        awaited = await counting_async()
        assert await awaited.__anext__() == 0
        return awaited

    awaited = asyncio.run(main())
    with pytest.raises(UsageError, match="has begun as awaited"):
        next(awaited)
    assert blocking.send(1) == 1


def test_iterable_begins_anew_each_time() -> None:
    """Also while another iteration is under way, of the other kind too."""
    lamp = beacon.lamps()["high"]
    first, second = iter(lamp), iter(lamp)
    assert [next(first), next(second), next(first)] == [0, 0, 1]

    async def main() -> None:
        assert [turn async for turn in lamp] == [0, 1, 2]

    asyncio.run(main())
    assert list(second) == [1, 2]


def test_exception_of_a_step_arrives_as_it_was_raised() -> None:
    """The library's own frames are hidden, and the iteration is over."""
    storm, wreck = beacon.stormy()
    assert next(storm) == 1
    with pytest.raises(_beacon.Wreck, match="in the storm") as caught:
        next(storm)
    names = [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
    hiding = ["hide_library_frames"] if sys.version_info < (3, 11) else []  # there it stays, and who calls it
    own = "test_exception_of_a_step_arrives_as_it_was_raised"
    assert names == [own, *(["__next__"] if hiding else []), *hiding, "_stormy"]
    assert list(storm) == []
    with pytest.raises(_beacon.Wreck, match="on the rocks") as caught:
        wreck.result()
    names = [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert names == [own, *(["result"] if hiding else []), *hiding, "_wreck"]

    async def main() -> None:
        storm, wreck = await beacon.stormy.aio()
        assert await storm.__anext__() == 1
        with pytest.raises(_beacon.Wreck, match="in the storm"):
            await storm.__anext__()
        with pytest.raises(_beacon.Wreck, match="on the rocks"):
            await wreck

    asyncio.run(main())


def test_iterator_left_early_is_cleaned_up(events: list[str]) -> None:
    """Dropping it lets the clean-up run on the loop."""
    ships = passing()
    assert next(ships).name() == "ship 0"
    del ships
    gc.collect()
    assert _beacon.ended.wait(LIMIT_S)
    assert events == ["ships end"]


# -- deadlines


def test_deadline_of_an_iteration_stops_the_work(events: list[str]) -> None:
    """It covers all steps from the first one on."""
    calm = becalmed()[0].with_options(timeout=BRIEF_S)
    other = becalmed()[0].with_options(timeout=BRIEF_S)
    assert next(calm) == 1
    with pytest.raises(DeadlineExceeded):
        next(calm)
    assert events == ["wind"]

    async def main() -> None:
        assert await other.__anext__() == 1
        with pytest.raises(DeadlineExceeded):
            await other.__anext__()

    asyncio.run(main())
    assert events == ["wind", "wind"]


def test_deadline_of_an_awaitable_stops_the_work(events: list[str]) -> None:
    """`result()` and `await` keep it alike."""
    drift, other = (becalmed()[1].with_options(timeout=BRIEF_S) for _ in range(2))
    with pytest.raises(DeadlineExceeded):
        drift.result()
    assert events == ["tow"]

    async def main() -> None:
        with pytest.raises(DeadlineExceeded):
            await other

    asyncio.run(main())
    assert events == ["tow", "tow"]


def test_deadline_comes_before_the_first_step() -> None:
    """What has begun cannot be given one, and what is no number of seconds is refused."""
    counter = counting()
    next(counter)
    with pytest.raises(UsageError, match="has begun: give it its deadline before"):
        counter.with_options(timeout=1)
    with pytest.raises(ValueError, match="timeout"):
        counting().with_options(timeout=-1)
    assert list(beacon.lamps()["high"].with_options(timeout=10)) == [0, 1, 2]


def becalmed() -> tuple[DualIterator[int], DualAwaitable[int]]:
    """Return what never goes on; the coroutine is waited for, so that Python does not warn of it."""
    calm, drift = beacon.becalmed()
    kept.append(drift)
    return calm, drift


kept: list[Any] = []  # coroutines that nobody awaits


@pytest.fixture(autouse=True)
def _close_coroutines() -> Iterator[None]:
    yield
    while kept:
        kept.pop()._work.reference.receiver.close()


# -- context managers


def test_context_manager_serves_both_and_gets_the_exception(events: list[str]) -> None:
    """What the block raises goes through it, and may end there."""
    (safe,) = beacon.moorings("safe")
    with safe as name:
        assert name == "safe"
        raise _beacon.Wreck
    with pytest.raises(_beacon.Wreck), beacon.moorings("open")[0]:
        raise _beacon.Wreck
    assert events == ["moor safe", "lose safe", "leave safe", "moor open", "lose open", "leave open"]

    async def main() -> None:
        first, second = await beacon.moorings.aio("a", "b")
        async with first as one, second as two:
            assert (one, two) == ("a", "b")

    events.clear()
    asyncio.run(main())
    assert events == ["moor a", "moor b", "leave b", "leave a"]


# -- awaitables


def test_awaitable_begins_when_it_is_waited_for(events: list[str]) -> None:
    """A coroutine is waited for once; the second time Python's own error says so."""
    text, answer = beacon.signal("ahoy")
    assert text == "ahoy"
    assert events == []
    assert answer.result() == "AHOY"
    assert events == ["answer ahoy"]
    with pytest.raises(RuntimeError, match="cannot reuse already awaited coroutine"):
        answer.result()

    async def main() -> None:
        _, answer = await beacon.signal.aio("ahoy")
        assert await answer == "AHOY"
        _, other = await beacon.signal.aio("later")
        assert list(await asyncio.gather(other)) == ["LATER"]

    asyncio.run(main())


# -- where they stand


def test_same_object_has_the_same_handle_while_that_is_alive() -> None:
    """Whichever function gives it, and however often; another plan for it gives another."""
    lamp = beacon.lamp()
    assert lamp is not None
    assert beacon.lamps()["high"] is beacon.lamps()["high"] is lamp
    once, twice = beacon.repeated()
    assert once is twice
    assert next(once) == 0
    assert next(beacon.repeated()[1]) == 1
    dying = weakref.ref(lamp)
    del lamp
    gc.collect()
    assert dying() is None


def test_handle_that_comes_back_is_itself() -> None:
    """An implementation that was handed one gives it out again, begun or not."""
    counter = counting()
    assert next(counter) == 0
    assert beacon.back(counter) is counter
    assert next(counter) == 1


def test_record_is_copied_only_where_it_holds_one() -> None:
    """The record with an iterator is a copy with a handle in its place; the other is itself."""
    first, second = beacon.watches(1)
    assert first.ships is None
    assert second.ships is not None
    assert isinstance(second, _beacon.Watch)
    assert [ship.name() for ship in second.ships] == ["ship 0"]


def test_union_gives_each_value_what_it_is() -> None:
    """A face comes before what can be iterated or awaited."""
    iterator, ship, late, several = map(beacon.either, ("iterator", "ship", "awaitable", "list"))
    assert isinstance(ship, beacon.Ship)
    assert isinstance(iterator, DualIterator)
    assert [each.name() for each in iterator] == ["ship 0"]
    assert isinstance(late, DualAwaitable)
    assert late.result().name() == "late"
    assert isinstance(several, list)
    assert [list(each) for each in several] == [[0, 1, 2]]
    assert beacon.either("text") == "text"


def test_callback_is_given_handles(events: list[str]) -> None:
    """A blocking one on its caller's thread, an async one on its own loop."""

    def blocking(ships: DualIterator[beacon.Ship], mooring: Context[str], answer: DualAwaitable[str]) -> str:
        said: list[str] = []
        with mooring as name:
            said.append(f"{[ship.name() for ship in ships]} {name} {answer.result()}")
        return said[0]

    async def awaited(ships: AsyncIterator[beacon.Ship], mooring: Context[str], answer: DualAwaitable[str]) -> str:
        said: list[str] = []
        async with mooring as name:
            said.append(f"{[await ship.name.aio() async for ship in ships]} {name} {await answer}")
        return said[0]

    both = "['ship 0', 'ship 1'] told TOLD"
    assert beacon.told(blocking) == both
    assert beacon.told(awaited) == both

    async def main() -> None:
        assert await beacon.told.aio(blocking) == both
        assert await beacon.told.aio(awaited) == both

    asyncio.run(main())
    assert events.count("leave told") == 4


def test_handle_that_would_block_its_own_loop_says_so() -> None:
    """An async callback of a blocking caller runs on the implementation's loop."""

    async def wrong(ships: DualIterator[beacon.Ship], mooring: Context[str], answer: DualAwaitable[str]) -> str:
        with pytest.raises(DeadlockError, match=r"async for \.\.\. in it"):
            next(ships)
        with pytest.raises(DeadlockError, match="async with it"), mooring:
            pass
        with pytest.raises(DeadlockError, match="await it"):
            answer.result()
        return await answer

    assert beacon.told(wrong) == "TOLD"


def test_parameters_take_blocking_and_async_ones_and_handles() -> None:
    """Inside other types as by themselves."""

    async def numbers() -> AsyncIterator[int]:
        yield 7
        yield 8

    assert beacon.heard([1], [[2, 3], iter([4]), numbers(), beacon.lamps()["high"]]) == [*(1, 2, 3, 4, 7, 8, 0, 1, 2)]
    assert beacon.heard(None, [counting(3)]) == [0, 1, 2]

    async def main() -> None:
        assert await beacon.heard.aio(numbers(), [[1], (await beacon.lamps.aio())["high"]]) == [
            7,
            8,
            1,
            0,
            1,
            2,
        ]

    asyncio.run(main())


def test_coroutine_that_no_plan_names_is_refused() -> None:
    """What would be raw to its user is closed and named, as before."""
    with pytest.raises(UsageError, match="promised returned a coroutine"):
        beacon.promised()


# -- other modules


def test_twin_has_its_own_kind_alone() -> None:
    """The blocking form has nothing to await, the awaited one nothing that blocks."""
    counter = beacon_twins.counter(3)
    assert counter is not None
    assert [next(counter), counter.send(1), hasattr(counter, "__anext__")] == [0, 1, False]
    counter.close()
    lamp = beacon_twins.lamps()["high"]
    assert lamp is beacon_twins.lamps()["high"]
    assert [list(lamp), hasattr(lamp, "__aiter__")] == [[0, 1, 2], False]
    (mooring,) = beacon_twins.moorings("here")
    with mooring as name:
        assert name == "here"
    _, answer = beacon_twins.signal("ahoy")
    assert [answer.result(), hasattr(answer, "__await__")] == ["AHOY", False]
    wrong: Any = beacon_twins.moorings("wrong")[0]

    async def main() -> None:
        counter = await beacon_twins.async_counter(3)
        assert counter is not None
        assert [await counter.__anext__(), await counter.asend(1), hasattr(counter, "__next__")] == [0, 1, False]
        await counter.aclose()
        lamp = (await beacon_twins.async_lamps())["high"]
        assert [turn async for turn in lamp] == [0, 1, 2]
        assert not hasattr(lamp, "__iter__")
        (mooring,) = await beacon_twins.async_moorings("there")
        async with mooring as name:
            assert name == "there"
        _, answer = await beacon_twins.async_signal("ahoy")
        assert await answer == "AHOY"
        assert not hasattr(answer, "result")
        with pytest.raises(UsageError, match="entered by `with`"):
            await wrong.__aenter__()
        other: Any = (await beacon_twins.async_moorings("wrong"))[0]
        with pytest.raises(UsageError, match="entered by `async with`"):
            other.__enter__()

    asyncio.run(main())


def test_callers_own_loop_runs_what_is_inside() -> None:
    """With aio="caller", what the async face gives is iterated where it is awaited."""

    async def main() -> None:
        lamp = (await beacon_here.lamps.aio())["high"]
        assert [turn async for turn in lamp] == [0, 1, 2]
        assert set(_beacon.loops) == {asyncio.get_running_loop()}

    asyncio.run(main())
