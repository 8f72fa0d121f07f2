"""What a user's class overrides is called the same from this process and from a child: one body, two placements."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import ambidex
from ambidex import DeadlineExceeded, DeadlockError, ParentWorker
from ambidex.codegen import Target, compile_targets
from tests.limits import HANG_S
from tests.runtime.work import DEADLINES_S
from tests.workers.children.theatre import Company, Play, Prop, Troupe, all_play, tags
from tests.workers.extending import (
    KINDS,
    STREAMS,
    Awaited,
    Blocking,
    Cueing,
    Master,
    Plain,
    Renamed,
    Servant,
    Simple,
    Upper,
    here,
)
from tests.workers.test_faces import Here, There

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

ROOT = Path(__file__).resolve().parents[2]


class Overriding(There):
    """Make objects in a child that may call what their classes override."""

    def create(self, make: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return self.worker.create.with_options(overrides=True)(make, *args, **kwargs)


@pytest.fixture(scope="module")
def worker(kept: None) -> Generator[ParentWorker, None, None]:
    """Give a child that serves the theatre to all tests."""
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
    return Overriding(untrusted if request.param == "msgpack" else worker)


# -- the implementation calls them


@pytest.mark.parametrize("kind", KINDS)
def test_implementation_calls_the_override_with_faces_and_gets_objects(
    place: Here, kind: type[Blocking | Awaited]
) -> None:
    """Arguments are faces, a face that is returned is its object, and `super()` reaches the original, once."""
    mine = place.create(kind)
    assert mine.perform("a", "bc") == ["aa 1!", "bcbc 1!"]
    assert asyncio.run(mine.perform.aio("a")) == ["aa 1!"]
    assert mine.perform.submit("a").result(HANG_S) == ["aa 1!"]
    assert mine.with_options(timeout=HANG_S).perform("a") == ["aa 1!"]
    assert len(mine.threads) == 5


@pytest.mark.parametrize("kind", KINDS)
def test_override_is_called_from_outside_in_every_form(place: Here, kind: type[Blocking | Awaited]) -> None:
    """A user of the face does not see the difference: it blocks, is awaited, submitted, and has options."""
    mine, prop = place.create(kind), place.create(Prop, "abc")
    assert (mine.line(prop), mine.line.submit(prop).result(HANG_S)) == ("abc 0!", "abc 0!")
    assert mine.line.with_options(timeout=HANG_S)(prop) == "abc 0!"
    assert (kind.line(mine, prop), Play.line(mine, prop)) == ("abc 0!", "abc 0")
    assert asyncio.run(mine.line.aio(prop)) == "abc 0!"


def test_override_is_looked_for_in_every_class(place: Here) -> None:
    """In a subclass of a subclass, of either kind, in a mixin; and one may take its base's override back."""

    class Second(Blocking):
        @ambidex.async_method
        async def line(self, prop: Prop, number: int = 0) -> str:
            return f"{await super().line.aio(prop, number)}?"

    class Mixin:
        @ambidex.method
        def line(self, prop: Prop, number: int = 0) -> str:
            return "mixed in"

    class Mixed(Mixin, Play):
        pass

    class Back(Blocking):
        line = Play.line

    assert place.create(Second).perform("a") == ["aa 1!?"]
    assert place.create(Mixed, "x").perform("a") == ["mixed in"]
    assert place.create(Back).perform("a") == ["aa 1"]


@pytest.mark.parametrize("kind", STREAMS)
def test_streams_and_context_managers_are_overridden(place: Here, kind: Any) -> None:
    """The implementation iterates the user's, sends and throws into it, leaves it, and enters the user's manager."""
    mine = place.create(kind)
    assert mine.first_seen() == "0*"
    assert mine.told == ["closed"]
    assert mine.seen(3) == ["0*", "1*", "2*"]
    assert asyncio.run(mine.seen.aio(1)) == ["0*"]
    assert mine.conversation() == ["HELLO", "you?", "StopAsyncIteration"]
    assert [prop.name for prop in mine.scenes(2)] == ["0*", "1*"]
    assert mine.behind_the_curtain() == "velvet"
    assert mine.behind_the_curtain(fails=True) == "suppressed"
    with mine.curtain() as prop:
        assert prop.name == "velvet"


def test_what_is_called_without_await_is_overridden(place: Here) -> None:
    """A plain method, by the constructor as well; a property, an operator, a variable of the class."""
    mine = place.create(Plain)
    assert mine.logged() == ["not a play: hamlet"]
    assert (mine.billed(), mine.label()) == ("not a play: hamlet", "not a play")
    assert (mine.titled(), mine.title) == ("The Hamlet in 5 acts", "The Hamlet")
    assert (mine.length(), len(mine)) == (11, 11)


def test_attribute_that_the_implementation_writes_is_overridden(place: Here) -> None:
    """Without a setter it stays its own; with one, the user's is called, which may write the original."""
    assert place.create(Upper, "hamlet").logged() == ["a play: HAMLET"]
    mine = place.create(Renamed, "Lear")
    assert (mine.logged(), mine.written, Play.name.__get__(mine)) == (["a play: lear"], ["Lear"], "LEAR")
    mine.name = "Macbeth"
    assert (mine.billed(), mine.written) == ("a play: macbeth", ["Lear", "Macbeth"])


def test_override_is_given_callables_of_the_implementation(place: Here) -> None:
    """One that it would await blocks in a blocking override."""
    assert place.create(Cueing, "hamlet").cued() == 11


def test_abstract_method_is_provided_and_kept_by_the_implementation(place: Here) -> None:
    """Whoever calls it: the object itself, a function that it is given to, and another object, when nobody has it."""
    servant, master = place.create(Servant, "no"), place.create(Master)
    assert servant.played("a", "b") == ["no a", "no b"]
    assert place.function(all_play)([servant, master], "x") == ["no x", "take x"]
    company = place.create(Company)
    company.hire(servant)
    company.hire(place.create(Servant))
    assert asyncio.run(company.play.aio("y")) == ["no y", "yes y"]
    first, second = company.roles()
    assert (first is servant, type(second), second.word) == (True, Servant, "yes")
    assert place.function(tags)() == {"master": "Master"}


def test_implementation_makes_objects_of_the_users_class(place: Here) -> None:
    """By a class method, by `type(self)`: the user's constructor runs, and they have the overrides."""
    for made in (place.create(Blocking.staged, "lear"), place.create(Blocking, "lear").again()):
        assert type(made) is Blocking
        assert made.threads == []
        assert made.perform("a") == ["aa 1!"]
    plain = place.create(Plain.staged, "lear")
    assert (type(plain), plain.logged(), plain.itself() is plain) == (Plain, ["not a play: lear"], True)
    assert place.create(Simple, "lear").again().perform("a") == ["Simple 1"]

    async def main(worker: ParentWorker) -> None:
        awaited = await worker.create.aio(Blocking.staged, "x", overrides=True)
        assert await awaited.perform.aio("a") == ["aa 1!"]

    if isinstance(place, There):
        asyncio.run(main(place.worker))


def test_constructor_of_the_implementation_makes_objects_of_the_users_class(place: Here) -> None:
    """Each has a face of its own, with its own attributes, also those that are there before the first one is."""

    class Named(Troupe):
        def __init__(self, sizes: list[int]) -> None:
            self.name = f"named {len(sizes)}:"
            super().__init__(sizes)

        def called(self) -> str:
            return self.name

    assert place.create(Troupe, [1, 2]).all_made() == ["troupe 0", "troupe 0", "troupe 1", "troupe 2"]
    made = place.create(Named, [1, 2])
    assert made.all_made() == ["named 0: 0", "named 0: 0", "named 1: 1", "named 2: 2"]
    assert made.name == "named 2:"


# -- where they run


def test_blocking_override_runs_on_the_waiting_callers_thread(place: Here) -> None:
    """Of a call, of each step of a stream, and of a constructor; each caller has its own."""
    mine = place.create(Blocking)
    mine.perform("a", "b")
    assert list(mine.shown(2)) == ["x 0!", "x 1!"]
    assert mine.threads == [here()] * 4
    if place.is_child:
        plain = place.create(Plain)
        plain.billed()
        assert plain.threads == [here()] * 2


def test_many_threads_use_one_object(place: Here) -> None:
    """Each caller's override runs on its own thread, and calls again from there."""
    mine = place.create(Blocking)
    ends: list[list[str]] = []

    def work() -> None:
        for _ in range(10):
            before = len([each for each in mine.threads if each == here()])
            ends.append(mine.perform("abc"))
            assert len([each for each in mine.threads if each == here()]) == before + 1

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(HANG_S)
    assert ends == [["abcabc 1!"]] * 60


def test_blocking_override_runs_on_the_pool_where_nobody_waits(place: Here) -> None:
    """Neither on the loop of who awaits, nor on the implementation's; in a task that outlives its call too."""
    mine = place.create(Blocking)

    async def main() -> None:
        assert await mine.perform.aio("a") == ["aa 1!"]
        assert [item async for item in mine.shown.aio(1)] == ["x 0!"]

    asyncio.run(main())
    mine.begin()
    assert mine.finished() == "later 0!"
    assert len(mine.threads) == 3
    assert here() not in mine.threads


def test_async_override_runs_on_one_loop_whoever_calls(place: Here) -> None:
    """That of the library in this process: for a call that blocks, one that is awaited, and a task of nobody's."""
    mine, loops = place.create(Awaited), set[int]()
    mine.perform("a")
    asyncio.run(mine.perform.aio("a"))
    list(mine.shown(1))
    mine.begin()
    mine.finished()
    loops.add(ambidex.Synchronizer("theatre").run(_thread_of_loop))
    assert set(mine.threads) == loops


async def _thread_of_loop() -> int:
    return here()


def test_blocking_overrides_at_once_all_run(place: Here) -> None:
    """The waiting caller runs one after another, until one of them waits for a call; the others move to the pool."""
    assert place.create(Blocking).at_once(20) == [f"x {number}!" for number in range(20)]
    assert asyncio.run(place.create(Blocking).at_once.aio(20)) == [f"x {number}!" for number in range(20)]


def test_async_override_may_not_block(place: Here) -> None:
    """A call of the API there would hold the loop that it may need: it is refused with its other form."""

    class Wrong(Play):
        @ambidex.async_method
        async def line(self, prop: Prop, number: int = 0) -> str:
            return super().line(prop, number)

    with pytest.raises(DeadlockError, match=r"write `await Play\.line\.aio"):
        place.create(Wrong, "x").perform("a")


# -- how they end


@pytest.mark.parametrize("kind", KINDS)
def test_what_an_override_raises_is_raised_where_the_implementation_awaits_it(
    place: Here, kind: type[Blocking | Awaited]
) -> None:
    """And then where the implementation was called; the next call is as before."""

    class Raising(kind):  # type: ignore[misc, valid-type]
        fails = True

        @ambidex.method
        def choose(self, name: str, among: list[Prop]) -> Prop:
            raise LookupError(name)

    mine = place.create(Raising)
    for _ in range(2):
        with pytest.raises(LookupError, match="lost"):
            mine.perform("lost")
    with pytest.raises(LookupError, match="lost"):
        asyncio.run(mine.perform.aio("lost"))
    assert mine.tried() == "x 0!"


class Waiting(Play):
    """Waits until it is cancelled."""

    def __init__(self, name: str = "hamlet") -> None:
        self.begun = threading.Event()
        self.told: list[str] = []
        super().__init__(name)

    @ambidex.async_method
    async def line(self, prop: Prop, number: int = 0) -> str:
        remaining_s = ambidex.remaining_time()
        self.told.append("no deadline" if remaining_s is None else "deadline")
        try:
            self.begun.set()
            await asyncio.Event().wait()
        finally:
            self.told.append("cleaned up")
        return ""


def test_deadline_and_cancellation_reach_an_async_override(place: Here) -> None:
    """It sees the deadline, and its clean-up has run before the caller goes on; the implementation is cancelled too."""
    mine: Any = None
    for timeout_s in DEADLINES_S:
        mine = place.create(Waiting)
        with pytest.raises(DeadlineExceeded):
            mine.tried.with_options(timeout=timeout_s)()
        if mine.begun.is_set():
            break
    assert mine.told == ["deadline", "cleaned up"]
    assert mine.logged()[1:] in (["CancelledError"], ["DeadlineExceeded"])  # whose deadline is first, in two processes

    async def main() -> None:
        task = asyncio.ensure_future(other.tried.aio())
        await asyncio.get_running_loop().run_in_executor(None, other.begun.wait, HANG_S)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert other.told == ["no deadline", "cleaned up"]

    other = place.create(Waiting)
    asyncio.run(main())


def test_deadline_does_not_cut_the_clean_up_of_a_cancellation_short(place: Here) -> None:
    """The cancellation comes first, and the deadline while its clean-up runs, in either process."""
    begun, told = threading.Event(), list[str]()

    class Cleaning(Play):
        @ambidex.async_method
        async def line(self, prop: Prop, number: int = 0) -> str:
            try:
                begun.set()
                await asyncio.Event().wait()
            finally:
                await asyncio.sleep((ambidex.remaining_time() or 0.0) + 0.05)  # it is done after the deadline
                told.append("cleaned up")
            return ""

    async def main(limit_s: float) -> None:
        task = asyncio.ensure_future(place.create(Cleaning, "x").tried.with_options(timeout=limit_s).aio())
        await asyncio.get_running_loop().run_in_executor(None, begun.wait, limit_s)
        task.cancel()
        await asyncio.wait({task})

    for limit_s in DEADLINES_S:
        asyncio.run(main(limit_s))
        if begun.is_set():
            break
    assert told == ["cleaned up"]


def test_blocking_override_of_an_ended_call_runs_on_and_the_call_ends(place: Here) -> None:
    """It cannot be cancelled: it sees the deadline, and its caller goes on without it."""
    released = threading.Event()
    seen: list[float | None] = []

    class Slow(Play):
        @ambidex.method
        def line(self, prop: Prop, number: int = 0) -> str:
            seen.append(ambidex.remaining_time())
            released.wait(HANG_S)
            return ""

    async def main() -> None:
        slow = place.create(Slow, "x")
        for timeout_s in DEADLINES_S:
            with pytest.raises(DeadlineExceeded):
                await slow.tried.with_options(timeout=timeout_s).aio()
            if seen:
                break

    asyncio.run(main())
    released.set()
    assert seen[0] is not None


def test_constructor_that_fails_leaves_nothing(place: Here) -> None:
    """What it raises arrives, and the face stands for nothing."""
    for kind in (Blocking, Plain, Simple):
        with pytest.raises(ValueError, match="a play has a name"):
            place.create(kind, "")


def test_generated_module_is_up_to_date() -> None:
    """It is what `ambidex generate -m tests.workers.children._theatre -o .` writes."""
    texts = compile_targets([Target(("tests.workers.children._theatre",), ROOT, None)]).texts
    (text,) = texts.values()
    assert (ROOT / "tests/workers/children/theatre.py").read_text(encoding="utf-8") == text
