"""A generated class is the same in this process and in a child: one body of each test, two placements."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import threading
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

import ambidex
from ambidex import DeadlineExceeded, ParentWorker, UsageError, remaining_time
from ambidex.bridge import Call
from ambidex.codegen import Target, compile_targets
from tests.limits import HANG_S
from tests.runtime.work import DEADLINES_S
from tests.workers.children._atlas import Bag, Lost, Size
from tests.workers.children.atlas import Journey, Town, count_towns, meet, names_in, spread, spread_each

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Iterator

ROOT = Path(__file__).resolve().parents[2]


class Here:
    """Make objects in this process, by the names that a worker has for it."""

    is_child = False

    def create(self, make: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return make(*args, **kwargs)

    def function(self, target: Any) -> Any:
        return target


class There(Here):
    """Make them in a child."""

    is_child = True

    def __init__(self, worker: ParentWorker) -> None:
        self.worker = worker

    def create(self, make: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return self.worker.create(make, *args, **kwargs)

    def function(self, target: Any) -> Any:
        return self.worker.function(target)


@pytest.fixture(scope="module")
def worker(kept: None) -> Generator[ParentWorker, None, None]:
    """Give a child that serves the atlas to all tests."""
    with ParentWorker("tests.workers.children.atlas_child:Atlas", cwd=ROOT) as started:
        yield started


@pytest.fixture(scope="module")
def untrusted(kept: None) -> Generator[ParentWorker, None, None]:
    """Give one that is not trusted."""
    with ParentWorker("tests.workers.children.atlas_child:Atlas", cwd=ROOT, codec="msgpack") as started:
        yield started


@pytest.fixture(params=["here", "child", "msgpack"])
def place(request: pytest.FixtureRequest, worker: ParentWorker, untrusted: ParentWorker) -> Here:
    """Place objects in this process, in a child, and in one that is not trusted."""
    if request.param == "here":
        return Here()
    return There(untrusted if request.param == "msgpack" else worker)


@pytest.fixture
def town(place: Here) -> Town:
    """Return a town that is in either place."""
    made: Town = place.create(Town, "Oslo")
    return made


def test_blocking_side_of_a_worker_makes_objects_and_places_functions() -> None:
    """What `with ParentWorker(...).sync` gives has what the worker has for typed objects, with their types."""
    with ParentWorker("tests.workers.children.atlas_child:Atlas", cwd=ROOT).sync as started:
        made: Town = started.create(Town, "Oslo")
        names = started.function(names_in)(made)[1]
        assert (made.pid(), names) == (started.pid, ["tests.workers.children._atlas.Town"])


def test_object_is_made_by_its_class_and_its_class_methods(place: Here) -> None:
    """A constructor and an async one make objects where they are placed; what they raise arrives."""
    made = place.create(Town, "Oslo")
    assert (made.name, place.create(Town.found, "Bergen").name) == ("Oslo", "Bergen")
    assert (made.pid() != os.getpid()) is place.is_child
    assert place.function(Town.greeting)("you") == "Hello you"
    with pytest.raises(ValueError, match="a town has a name"):
        place.create(Town, "")


KINDS = ("list", "tuple", "dict", "key", "set", "frozenset", "deque", "defaultdict", "OrderedDict", "Leg", "Bag")


PLAINEST = {"defaultdict": "dict", "OrderedDict": "dict", "Leg": "tuple", "Bag": "dict"}


SEVERAL: tuple[type[Any], ...] = (list, tuple, set, frozenset, deque)


def parts_of(value: Any) -> list[Any]:
    """Return what stands in something at any depth and is no container, number or text."""
    dict_: Any = dict
    if isinstance(value, dict_):
        return [part for each in (*value, *value.values()) for part in parts_of(each)]
    if isinstance(value, SEVERAL):
        return [part for each in value for part in parts_of(each)]
    if isinstance(value, Bag):
        return parts_of(value.held)
    return [] if isinstance(value, (str, int)) else [value]


@pytest.mark.parametrize("kind", KINDS)
def test_object_deep_in_anything_is_a_face_wherever_it_is(
    place: Here, town: Town, kind: str, request: pytest.FixtureRequest
) -> None:
    """In a result, an argument that comes back and an item of a stream; the implementation finds its own object.

    From a child that is not trusted no class comes that no type names, so there a container is one of the plainest.
    """
    is_untrusted = request.node.callspec.params["place"] == "msgpack"
    if is_untrusted and kind == "deque":
        with pytest.raises(UsageError, match="cannot pack 'deque' object"):
            place.function(spread)(town, kind)
        return
    made = place.function(spread)(town, kind)
    assert parts_of(made) == [town]
    assert parts_of(made)[0] is town
    back, names = place.function(names_in)(made)
    assert names == ["tests.workers.children._atlas.Town"]
    assert parts_of(back)[0] is town
    (item,) = place.function(spread_each)(town, kind)
    assert parts_of(item)[0] is town
    (inner,) = item["a"][0]["b"]
    expected = "dict" if kind == "key" else kind
    if is_untrusted:
        expected = PLAINEST.get(expected, expected)
    assert type(inner).__name__ == expected


def test_constructor_calls_back_on_the_thread_that_waits(place: Here) -> None:
    """What is handed to a constructor has run, here, when the object is made."""
    told: list[tuple[str, int]] = []

    def tell(name: str) -> None:
        told.append((name, os.getpid()))

    place.create(Town, "Oslo", tell)
    assert told == [("Oslo", os.getpid())]


def test_attributes_and_properties_are_read_written_and_deleted(town: Town) -> None:
    """Each way of use of an attribute reaches the object itself; enums are the implementation's own."""
    assert (town.name, town.size, town.mayor) == ("Oslo", Size.SMALL, "nobody")
    town.size, town.mayor = Size.LARGE, "Ada"
    assert (town.size, town.mayor) == (Size.LARGE, "Ada")
    del town.mayor
    assert town.mayor == "nobody"


def test_special_methods_reach_the_object(place: Here, town: Town) -> None:
    """Length, membership, calls and comparisons are the object's."""
    other = place.create(Town, "Bergen")
    town.build(other)
    assert len(town) == 1
    assert other in town
    assert other not in other.build(town).ways
    assert place.create(Town, "Vik") not in town
    assert (town(True), town(False)) == ("OSLO", "Oslo")
    assert other < town


def test_one_object_has_one_face_wherever_it_stands(place: Here, town: Town) -> None:
    """In results, lists, dicts, records, arguments and functions the same object is the same face."""
    bergen, vik = place.create(Town, "Bergen"), place.create(Town, "Vik")
    journey = town.build(bergen, vik)
    assert type(journey) is Journey
    assert (journey.start, journey.size) == (town, Size.LARGE)
    assert journey.start is town
    assert journey.ways[0] is bergen
    assert town.roads()[1] is vik
    assert town.by_name()["Vik"] is vik
    assert town.is_near(vik)
    assert not bergen.is_near(vik)
    assert town.travel(Journey(town, [vik], Size.SMALL))
    assert [each is other for each, other in zip(place.function(meet)(town, vik), [vik, town])] == [True, True]


def test_faces_that_nobody_has_are_let_go(place: Here) -> None:
    """The object goes with its face: nothing of the implementation stays alive for one that was collected."""
    count = place.function(count_towns)
    gc.collect()
    before = count()
    made = [place.create(Town, "Oslo") for _ in range(10)]
    made[0].build(*made)
    del made
    for _ in range(5):  # of the cycle in which they stand, and of what crosses meanwhile
        gc.collect()
        if count() <= before:  # less, where those of another test were on their way
            break
    assert count() <= before


@pytest.mark.parametrize("place", ["child", "msgpack"], indirect=True)  # here nothing is encoded
def test_face_in_a_call_that_was_not_sent_is_let_go(place: Here) -> None:
    """It was not given back, so the child waits for no such thing."""
    count = place.function(count_towns)
    gc.collect()
    before = count()
    towns = [place.create(Town, "Oslo"), place.create(Town, "Bergen")]
    with pytest.raises(UsageError, match="cannot be called elsewhere"):
        towns[0].build(towns[1], cast("Any", threading.Lock()))

    async def main() -> None:
        with pytest.raises(UsageError, match="cannot be called elsewhere"):
            await towns[0].build.aio(towns[1], cast("Any", threading.Lock()))

    asyncio.run(main())
    towns.clear()
    for _ in range(5):
        gc.collect()
        if count() <= before:
            break
    assert count() <= before


@pytest.mark.parametrize("place", ["here", "child"], indirect=True)  # by msgpack it is none that is named here
def test_exception_of_the_implementation_brings_its_objects(town: Town) -> None:
    """It is of its own class, with what it was made with, and its attributes are faces."""
    with pytest.raises(Lost, match="Oslo is lost") as caught:
        town.lose()
    found: object = caught.value.town
    assert found is town
    assert caught.value.args[1] is town


def test_function_that_is_sent_into_a_stream_is_called_on_the_loop(place: Here, town: Town) -> None:
    """As it gives a value there: no caller waits for it between two steps; what it raises ends the stream."""
    seen: list[str] = []

    def doubled(number: int) -> int:
        seen.append(threading.current_thread().name)
        return 2 * number

    def refused(number: int) -> int:
        raise LookupError(f"not {number}")

    async def main() -> list[int]:
        steps = town.stepped.aio(1)
        try:
            return [await steps.__anext__(), await steps.asend(doubled), await steps.__anext__()]
        finally:
            await steps.aclose()

    steps = town.stepped(3)
    assert [next(steps), steps.send(doubled), next(steps), steps.send(doubled)] == [3, 6, 7, 14]
    with pytest.raises(LookupError, match="not 14"):
        steps.send(refused)
    assert asyncio.run(main()) == [1, 2, 3]
    assert set(seen) == {"ambidex-ambidex workers" if place.is_child else "ambidex-atlas"}


def test_stream_goes_both_ways(town: Town) -> None:
    """What is sent and thrown in reaches the generator; closing it has its clean-up done."""
    walk = town.walk(9)
    assert next(walk) is town
    assert walk.send("a") is town
    assert walk.throw(LookupError("b")) is town
    walk.close()
    assert town.logged() == ["a", "thrown b", "walked"]
    assert [each is town for each in town.walk.with_options(read_ahead=3)(5)] == [True] * 5

    async def main() -> None:
        awaited = town.walk.aio(9)
        assert await awaited.__anext__() is town
        assert await awaited.asend("c") is town
        assert await awaited.athrow(LookupError("d")) is town
        await awaited.aclose()

    asyncio.run(main())
    assert town.logged()[-3:] == ["c", "thrown d", "walked"]


def test_context_manager_is_entered_and_left(town: Town) -> None:
    """It gives its value, sees how the block ends, and may suppress that."""
    with town.market() as market:
        assert market is town
        raise TimeoutError
    error = KeyError("passes")
    with pytest.raises(KeyError) as caught, town.market():
        raise error
    assert caught.value.args == ("passes",)

    async def main() -> None:
        async with town.market() as market:
            assert market is town

    asyncio.run(main())
    assert town.logged() == ["open", "late", "closed", *["open", "closed"] * 2]


def test_deadline_and_cancellation_reach_the_work(place: Here) -> None:
    """A future's and a call's limit end the work, whose clean-up has run by then."""
    logged: list[str] = []
    for timeout_s in DEADLINES_S:
        town = place.create(Town, "Oslo")
        with pytest.raises(DeadlineExceeded, match=r"Town\.sleep"):
            town.sleep.with_options(timeout=timeout_s).submit().result()
        logged = town.logged()
        if logged:
            break
    assert logged == ["asleep", "awake"]


# -- what is handed in


def test_callbacks_take_and_give_faces_where_they_belong(town: Town) -> None:
    """A blocking one runs on the thread that waits, an async one on its own loop."""
    seen: list[object] = []

    def tell(given: Town, number: int) -> Town:
        seen.extend((given is town, number, threading.get_ident()))
        return given

    assert town.told(tell)
    assert seen == [True, 1, threading.get_ident()]

    async def main() -> None:
        async def tell_here(given: Town, number: int) -> Town:
            seen.append(asyncio.get_running_loop())
            assert number
            return given

        assert await town.told.aio(tell_here)
        assert seen[-1] is asyncio.get_running_loop()

    asyncio.run(main())


def test_plain_callback_is_called_without_being_awaited_and_reads_faces(place: Here, town: Town) -> None:
    """The implementation gets its result at once, and what the callback asks of a face is answered meanwhile."""
    others = [place.create(Town, name) for name in ("Trondheim", "Vik", "Bergen")]
    town.build(*others)
    assert [each.name for each in town.ranked(lambda each: len(each.name) + len(each))] == [
        "Vik",
        "Bergen",
        "Trondheim",
    ]
    assert town.counted(lambda number: number * 10) == 30
    with pytest.raises(ZeroDivisionError):
        town.counted(lambda number: number // 0)


def test_what_is_called_back_has_no_more_time_than_the_call(town: Town) -> None:
    """A function of the caller, and an iterator, know how much that is."""
    left: list[float | None] = []

    def noted(number: int) -> int:
        left.append(remaining_time())
        return number

    def numbers() -> Iterator[int]:
        yield noted(1)

    hurried = town.with_options(timeout=1000)
    hurried.counted(noted)
    count = len(left)
    hurried.total(numbers())
    assert len(left) == count + 1
    for left_s in left:
        assert left_s is not None
        assert 1000 - HANG_S < left_s < 1000


def test_what_the_caller_lends_to_await_has_no_more_time_than_the_call(town: Town) -> None:
    """An async iterable, a context manager and an awaitable, each where it runs; a plain one of a blocking call too."""
    left: list[float | None] = []

    def steps() -> Iterator[Callable[[int], int | Awaitable[int]]]:
        left.append(remaining_time())
        yield noted

    def noted(number: int) -> int:
        left.append(remaining_time())
        return number

    async def towns() -> AsyncGenerator[Town, None]:
        left.append(remaining_time())
        yield town
        left.append(remaining_time())

    @contextlib.asynccontextmanager
    async def door() -> AsyncGenerator[Town, None]:
        left.append(remaining_time())
        yield town
        left.append(remaining_time())

    async def work() -> Town:
        left.append(remaining_time())
        return town

    async def main() -> None:
        hurried = town.with_options(timeout=1000)
        await hurried.names.aio(towns())
        await hurried.inside.aio(door(), False)
        await hurried.waited.aio(work())

    asyncio.run(main())
    town.with_options(timeout=1000).awaited(steps())
    assert len(left) == 7
    for left_s in left:
        assert left_s is not None
        assert 1000 - HANG_S < left_s < 1000
    left.clear()
    town.awaited(steps())
    assert left == [None, None]


def test_callback_is_the_same_each_time_it_is_handed_over(town: Town) -> None:
    """What was subscribed is what is unsubscribed."""
    heard: list[str] = []
    town.subscribe(heard.append)
    assert town.publish("a") == 1
    town.unsubscribe(heard.append)
    assert town.publish("b") == 0
    assert heard == ["a"]


def test_iterables_of_the_caller_are_read_one_by_one(place: Here, town: Town) -> None:
    """A generator, blocking or async, is asked for each item when the implementation wants it."""
    read: list[int] = []

    def numbers() -> Iterator[int]:
        for number in range(4):
            read.append(number)
            yield number

    assert town.total(numbers()) == 6
    assert read == [0, 1, 2, 3]
    vik = place.create(Town, "Vik")
    assert town.names(each for each in (town, vik)) == ["Oslo", "Vik"]

    async def main() -> None:
        async def towns() -> AsyncGenerator[Town, None]:
            yield vik
            yield town

        assert await town.names.aio(towns()) == ["Vik", "Oslo"]

    asyncio.run(main())


def test_functions_in_what_the_caller_lends_are_those_of_their_types(town: Town) -> None:
    """Plain ones are called without being awaited, also those that come later than the call that lends their source."""
    seen: list[str] = []

    def steps() -> Generator[Callable[[int], int], None, None]:
        for added in (1, 2):
            yield lambda number, added=added: number + added  # type: ignore[misc]  # pyright: ignore[reportUnknownLambdaType, reportUnknownVariableType]
            seen.append(f"gave {added}")

    async def later_steps() -> AsyncGenerator[Callable[[int], int], None]:
        for step in steps():
            yield step

    @contextlib.contextmanager
    def door() -> Generator[Callable[[int], int], None, None]:
        yield lambda number: number + 1

    def reading(number: int) -> int:
        return number + len(town.name)

    async def promise() -> Callable[[int], int]:
        return lambda number: number + 1

    assert town.applied(steps()) == [2, 3]
    assert seen == ["gave 1", "gave 2"]
    assert town.applied_later(steps()) == [2, 3]
    assert town.applied(each for each in [reading]) == [5]
    assert town.taught(lambda added: lambda number: number + added) == 3
    assert town.taught_later(lambda added: lambda number: number + added) == 3
    assert town.lent(door()) == 2

    async def main() -> None:
        assert await town.applied_later.aio(later_steps()) == [2, 3]
        assert await town.promised.aio(promise()) == 2

    asyncio.run(main())


def test_functions_to_await_in_what_the_caller_lends_run_where_they_belong(town: Town) -> None:
    """Blocking ones and async ones, from blocking and async iterables."""
    loops: list[object] = []

    def plain(number: int) -> int:
        return number + 1

    async def slow(number: int) -> int:
        loops.append(asyncio.get_running_loop())
        await asyncio.sleep(0)
        return number + 2

    def steps() -> Iterator[Callable[[int], int | Awaitable[int]]]:
        yield plain
        yield slow

    async def later_steps() -> AsyncGenerator[Callable[[int], int | Awaitable[int]], None]:
        for step in steps():
            yield step

    assert town.awaited(steps()) == [2, 3]
    assert town.awaited_each(steps()) == [2, 3]
    loops.clear()

    async def main() -> None:
        assert await town.awaited.aio(steps()) == [2, 3]
        assert await town.awaited.aio(later_steps()) == [2, 3]
        assert loops == [asyncio.get_running_loop()] * 2

    asyncio.run(main())


def test_context_managers_and_awaitables_of_the_caller(town: Town) -> None:
    """They are entered, left and awaited here; what they give and suppress counts there."""
    log: list[object] = []

    @contextlib.contextmanager
    def door() -> Generator[Town, None, None]:
        log.append("in")
        try:
            yield town
        except KeyError as error:
            log.append(error.args)
        log.append("out")

    assert town.inside(door(), False) == "Oslo"
    assert town.inside(door(), True) == "suppressed"
    assert log == ["in", "out", "in", ("Oslo",), "out"]

    async def main() -> None:
        async def work() -> Town:
            await asyncio.sleep(0)
            return town

        assert await town.waited.aio(work())

    asyncio.run(main())


# -- what is given out


def test_callables_that_are_given_out_run_where_they_are(place: Here, town: Town) -> None:
    """An async one has both forms, and takes faces; a plain one is called as it is."""
    tell, vik = town.teller(), place.create(Town, "Vik")
    assert tell(vik) == "Oslo to Vik"
    assert asyncio.run(tell.aio(vik)) == "Oslo to Vik"
    assert town.adder()(1) == 2


def test_callables_of_unions_that_are_given_out_run_where_they_are(place: Here, town: Town) -> None:
    """Beside what is no callable, and beside one another, where an async function is the one that is awaited."""
    add = town.adder_if(is_there=True)
    assert add is not None
    assert add(1) == 2
    assert town.adder_if(is_there=False) is None
    share = town.sharer("async")
    assert not isinstance(share, int)
    assert share(5, 2, less=1) == 6
    assert asyncio.run(share.aio(5, less=1)) == 4
    assert town.sharer("plain") == len("Oslo")
    vik = place.create(Town, "Vik")
    tell = cast("Call[[Town], str]", town.teller_or_namer("async"))
    assert isinstance(tell, Call)
    assert tell(vik) == "Oslo to Vik"
    assert asyncio.run(tell.aio(vik)) == "Oslo to Vik"
    name = town.teller_or_namer("plain")
    assert not isinstance(name, Call)
    assert name(vik) == "Vik"


def test_functions_in_streams_that_are_given_out_run_where_they_are(town: Town) -> None:
    """Plain ones and async ones, of a stream and of an iterator in a result."""
    assert [step(1) for step in town.adders()] == [2, 3]
    assert [step(1) for step in town.each_adder()] == [2, 3]
    assert [tell(town) for tell in town.tellers()] == ["Oslo to Oslo"]

    async def main() -> None:
        assert [await tell.aio(town) async for tell in await town.tellers.aio()] == ["Oslo to Oslo"]

    asyncio.run(main())


def test_iterators_that_are_given_out_step_where_they_are(town: Town) -> None:
    """A plain generator, async generators in a list, blocking and awaited; each item is a face."""
    assert list(town.steps()) == [0, 1, 2]
    first, second = town.streams()
    assert [each is town for each in first] == [True, True]

    async def main() -> list[bool]:
        return [each is town async for each in second]

    assert asyncio.run(main()) == [True]
    assert town.logged().count("walked") == 2


def test_context_managers_and_awaitables_that_are_given_out(town: Town) -> None:
    """They serve in both forms, too."""
    (door,) = town.doors()
    with door as inside:
        assert inside is town
    assert town.logged() == ["open", "closed"]
    later, number = town.later()
    assert (later.result() is town, number) == (True, 3)

    async def main() -> bool:
        again, _ = await town.later.aio()
        return await again is town

    assert asyncio.run(main())


# -- on a loop


def test_get_awaits_what_is_read_at_once(place: Here, town: Town) -> None:
    """Attributes, properties and special methods, from a loop, in either place; so is what is no face's."""
    town.build(place.create(Town, "Vik"))

    async def main() -> None:
        assert await ambidex.get(town, "name") == "Oslo"
        assert await ambidex.get(town, "mayor") == "nobody"
        assert await ambidex.get(town, "__len__") == 1
        assert await ambidex.get(town, "__contains__", town) is False
        assert await ambidex.get(3, "real") == 3
        with pytest.raises(AttributeError):
            await ambidex.get(town, "nothing")

    asyncio.run(main())


def test_members_that_would_block_a_loop_are_refused_and_named(worker: ParentWorker) -> None:
    """On a thread that runs a loop each of them says what to write instead."""
    town, vik = worker.create(Town, "Oslo"), worker.create(Town, "Vik")

    def write() -> None:
        town.mayor = "Ada"

    def delete() -> None:
        del town.mayor

    async def main() -> None:
        blocking: dict[str, Callable[[], object]] = {
            "name": lambda: town.name,
            "mayor": lambda: town.mayor,
            "__len__": lambda: len(town),
            "__contains__": lambda: vik in town,
            "__lt__": lambda: town < vik,
        }
        for name, block in blocking.items():
            with pytest.raises(UsageError, match=rf'await ambidex.get\(obj, "{name}"'):
                block()
        for change in (write, delete):
            with pytest.raises(UsageError, match="another process"):
                change()

    asyncio.run(main())
    assert town.mayor == "nobody"


def test_generated_module_is_up_to_date() -> None:
    """It is what `ambidex generate -m tests.workers.children._atlas -o .` writes."""
    texts = compile_targets([Target(("tests.workers.children._atlas",), ROOT, None)]).texts
    (text,) = texts.values()
    assert (ROOT / "tests/workers/children/atlas.py").read_text(encoding="utf-8") == text


# -- what belongs elsewhere


def test_callback_that_would_wait_for_its_own_wait_is_refused(worker: ParentWorker) -> None:
    """While the child waits for a plain callback nothing else runs there: what has to wait says so at once."""
    town = worker.create(Town, "Oslo")

    def sleep(number: int) -> int:
        town.sleep()
        return number

    with pytest.raises(ambidex.DeadlockError, match="without awaiting it"):
        town.counted(sleep)

    def sleep_awaited(number: int) -> int:
        asyncio.run(town.sleep.aio())
        return number

    def walk(number: int) -> int:
        next(town.walk(number))
        return number

    async def walk_awaited() -> None:
        await town.walk.aio(1).__anext__()

    def walk_on_loop(number: int) -> int:
        asyncio.run(walk_awaited())
        return number

    for waits in (sleep_awaited, walk, walk_on_loop):
        with pytest.raises(ambidex.DeadlockError, match="without awaiting it"):
            town.counted(waits)
    assert town.counted(lambda number: number) == 3


class Capital(Town):
    """A user's class, which adds to its objects."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.seats = len(name)

    def shown(self) -> str:
        return f"{self.name} {self.seats}"


class Loud(Town):
    """A user's class that overrides what the implementation has."""

    @ambidex.method
    def roads(self) -> list[Town]:
        return []


def test_subclass_of_a_user_is_placed_unless_it_overrides(worker: ParentWorker) -> None:
    """What a class adds stays here; what it would override has to run there, which is refused."""
    capital = worker.create(Capital, "Oslo")
    assert (capital.shown(), capital.pid() == worker.pid) == ("Oslo 4", True)
    capital.build(capital)
    assert capital.roads() == [capital]
    with pytest.raises(UsageError, match=r"Loud overrides roads, which its implementation would call in this process"):
        worker.create(Loud, "Oslo")

    async def main() -> None:
        made = await worker.create.aio(Capital, "Vik")
        assert made.seats == 3
        assert await ambidex.get(await worker.create.aio(Town.found, "Bergen"), "name") == "Bergen"

    asyncio.run(main())
