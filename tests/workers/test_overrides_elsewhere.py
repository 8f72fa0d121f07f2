"""What a user's class overrides is called from a child: what has to be asked for, how long it lives, how it ends."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import inspect
import os
import signal
import sys
import threading
import time
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from typing_extensions import assert_type

import ambidex
from ambidex import DeadlockError, ParentWorker, UsageError, WorkerDied, WorkerPool
from ambidex.rpc.calling import _pairs  # pyright: ignore[reportPrivateUsage]
from tests.limits import HANG_S
from tests.workers import test_overrides as bodies
from tests.workers.children.theatre import Closed, Company, Play, Prop, Role, count
from tests.workers.extending import Awaited, Blocking, Plain, Servant, Simple

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

ROOT = Path(__file__).resolve().parents[2]
ATLAS = "tests.workers.children.atlas_child:Atlas"


@pytest.fixture
def worker() -> Generator[ParentWorker, None, None]:
    """Give a child that serves the theatre."""
    with ParentWorker(ATLAS, cwd=ROOT, restart="temporary") as started:
        yield started


def kill(worker: ParentWorker) -> None:
    """Kill a child."""
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGKILL)


# -- what has to be asked for


def test_class_with_overrides_is_refused_unless_it_is_asked_for(worker: ParentWorker) -> None:
    """A class, a class method and a pool say what it means and what to write."""
    message = (
        "tests.workers.extending.Blocking overrides choose, line, which its implementation would call in this process "
        "from another one: each such call is a round trip, and the object and its face keep each other until "
        "`ambidex.release(...)`, or until the other process ends; write `create(..., overrides=True)` where that is "
        "meant, hand a callable over instead, or make the object in this process"
    )
    with WorkerPool(ATLAS, size=1, cwd=ROOT).sync as pool:
        refused: list[Callable[[], object]] = [
            lambda: worker.create(Blocking, "x"),
            lambda: worker.create(Blocking, "x", overrides=False),
            lambda: worker.create(Blocking.staged, "x"),
            lambda: worker.function(Blocking.staged)("x"),
            lambda: asyncio.run(worker.create.aio(Blocking, "x")),
            lambda: pool.create(Blocking, "x"),
        ]
        for create in refused:
            with pytest.raises(UsageError) as raised:
                create()
            assert str(raised.value) == message
        assert worker.create(Play, "x", overrides=True).perform("a") == ["a 1"]
        mine = pool.create(Blocking, "x", overrides=True)
        assert (mine.perform("a"), mine.threads) == (["aa 1!"], [threading.get_ident()])
        ambidex.release(mine)


def test_objects_are_made_in_the_child_for_that_call_alone(worker: ParentWorker) -> None:
    """What the constructor, an override or a later call makes of the same class is of this process."""

    class Making(Plain):
        made: ClassVar[list[Play]] = []

        def label(self) -> str:
            if not self.made:
                self.made.append(self)  # once: this one calls it as well
                self.made.append(Making("inside"))
            return super().label()

    mine = worker.create(Making, "x", overrides=True)
    assert [len(Making("later").logged()), Making.made[1].name] == [1, "inside"]
    assert mine.billed() == "not a play: x"
    assert worker.count_objects() == 1


def test_result_of_create_has_the_type_of_the_class(worker: ParentWorker) -> None:
    """With overrides as without; so it has for a class method, on a pool, and awaited."""
    with WorkerPool(ATLAS, size=1, cwd=ROOT).sync as pool:
        assert_type(worker.create(Play, "x"), Play)
        assert_type(worker.create(Blocking, "x", overrides=True), Blocking)
        assert_type(worker.create(Simple.staged, "x", overrides=True), Simple)
        assert_type(pool.create(Blocking, "x", overrides=True), Blocking)
        assert_type(pool.create(Play.staged, "x"), Play)
        assert_type(worker.create.with_options(overrides=True)(Blocking, name="x"), Blocking)
        assert_type(pool.create.with_options(overrides=True)(Blocking, name="x"), Blocking)

        async def main() -> None:
            assert_type(await worker.create.aio(Blocking, "x", overrides=True), Blocking)
            assert_type(await pool.create.aio(Play, "x"), Play)
            assert_type(await worker.create.with_options(overrides=True).aio(Blocking, name="x"), Blocking)
            assert_type(await pool.create.with_options(overrides=True).aio(Blocking, name="x"), Blocking)

        asyncio.run(main())
    with pytest.raises(TypeError):
        worker.create(Play, 1, 2)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]  what a checker says


def test_object_is_made_awaited(worker: ParentWorker) -> None:
    """The user's constructor runs on a thread then, for it may block."""

    async def main() -> None:
        mine = await worker.create.aio(Blocking, "x", overrides=True)
        assert await mine.perform.aio("a") == ["aa 1!"]
        made = await worker.create.aio(Plain.staged, "x", overrides=True)
        assert threading.get_ident() not in made.threads

    asyncio.run(main())


def test_class_that_cannot_be_extended_is_refused_with_the_reason(worker: ParentWorker) -> None:
    """The child tells whose hook it was, and what to do."""

    class Mine(Closed):
        @ambidex.method
        def call(self) -> str:
            return "mine"

    with pytest.raises(UsageError) as raised:
        worker.create(Mine, overrides=True)
    assert str(raised.value) == (
        "test_class_that_cannot_be_extended_is_refused_with_the_reason.<locals>.Mine overrides call, for which Closed "
        "of tests.workers.children._theatre has to be extended, and that fails: TypeError: nobody extends it; override "
        "nothing of it, or hand callables over instead"
    )
    assert worker.count_objects() == 0


def test_copy_that_the_implementation_makes_is_refused(worker: ParentWorker) -> None:
    """It would have no face, or the wrong one."""
    mine = worker.create(Simple, "x", overrides=True)
    with pytest.raises(TypeError) as raised:
        mine.copied()
    assert str(raised.value) == (
        "Simple cannot be copied or pickled here: its class overrides methods in another process, where its face is"
    )


def test_plain_override_may_not_wait_for_what_waits_for_it(worker: ParentWorker) -> None:
    """While the child stands still for it, it may ask for what is there at once, and for nothing else."""

    class Asking(Blocking):
        def label(self) -> str:
            return self.perform("x")[0]

    class Quick(Plain):
        def label(self) -> str:
            return super().perform("x")[0]

    with pytest.raises(DeadlockError, match="is called by a callback that this process waits for without awaiting it"):
        worker.create(Asking, "x", overrides=True)
    assert worker.create(Quick, "x", overrides=True).logged() == ["x 1: x"]


# -- how long it lives


def test_pair_lives_until_it_is_released_and_then_nothing_is_held(worker: ParentWorker) -> None:
    """The object calls a face that nobody else has; released, neither process keeps its half, nor the class."""
    counts = worker.function(count)
    company = worker.create(Company)
    for kind in (Servant, Servant):
        company.hire(worker.create(kind, overrides=True))
    gc.collect()
    assert company.play("x") == ["yes x", "yes x"]
    while worker.count_objects() > 3:  # what was handed to the last override may be on its way
        counts()
    assert (worker.count_objects(), counts()) == (3, (3, 1))
    faces = [weakref.ref(face) for face in company.roles()]

    def release_all() -> None:
        for face in company.roles():
            ambidex.release(face)
            ambidex.release(face)  # which does nothing
            with pytest.raises(UsageError, match=r"<Role \d+ of worker \d+> was released: nothing can be asked of it"):
                face.played("x")

    release_all()
    gc.collect()
    assert [face() for face in faces] == [None, None]
    assert worker.count_objects() == 1
    with pytest.raises(UsageError) as raised:
        company.play("x")
    assert str(raised.value) == (
        "play was called of an object that overrides it elsewhere, and its face was released in the process that has "
        "made it: nothing of its class runs there"
    )
    company.dismiss()
    while counts() != (1, 0):  # the releases are on their way, on a connection of their own
        gc.collect()
    assert worker.count_objects() == 1


def test_release_takes_a_face_and_does_nothing_to_one_of_this_process(worker: ParentWorker) -> None:
    """So that the same program may place its objects anywhere; one without overrides may be released as well."""
    mine = Blocking()
    ambidex.release(mine)
    assert mine.perform("a") == ["aa 1!"]
    for other in (3, Play):
        with pytest.raises(TypeError, match=r"release\(\) takes an object of a generated class, and got"):
            ambidex.release(other)
    play = worker.create(Play, "x")
    ambidex.release(play.with_options(timeout=HANG_S))
    with pytest.raises(UsageError, match="was released"):
        play.perform("a")
    assert worker.count_objects() == 0


def test_override_that_runs_when_it_is_released_goes_on() -> None:
    """Its call ends as it would have; the next one of the same call raises."""
    released: list[object] = []

    class Leaving(Play):
        @ambidex.method
        def line(self, prop: Prop, number: int = 0) -> str:
            ambidex.release(self)
            released.append(prop)
            return "the last"

    with ParentWorker(ATLAS, cwd=ROOT) as worker:
        mine = worker.create(Leaving, "x", overrides=True)
        with pytest.raises(UsageError, match="line was called of an object that overrides it elsewhere"):
            mine.perform("a", "b")
        assert len(released) == 1
        assert worker.create(Leaving, "x", overrides=True).perform("a") == ["the last"]


def test_constructor_that_fails_keeps_nothing(worker: ParentWorker) -> None:
    """Neither process keeps its half, though the object was there, and has called what its class overrides."""
    called: list[Play] = []

    class Failing(Play):
        def label(self) -> str:
            called.append(self)
            raise LookupError("no stage")

    company = worker.create(Company)
    with pytest.raises(LookupError, match="no stage"):
        worker.create(Failing, "x", overrides=True)
    (face,) = called
    with pytest.raises(AttributeError, match="this 'Failing' object stands for nothing yet"):
        face.perform("a")
    gone = weakref.ref(face)
    called.clear()
    del face
    gc.collect()
    while worker.count_objects() > 1:  # what went along with the exception may be on its way
        company.roles()
    assert gone() is None


@pytest.mark.parametrize("way", ["blocking", "awaited", "made by the child"])
def test_constructor_that_fails_after_the_object_was_made_keeps_nothing(worker: ParentWorker, way: str) -> None:
    """Nobody is given anything to release: what the user has kept of it himself is of no use."""
    tried: list[Play] = []

    class Failing(Simple):
        def __init__(self, name: str) -> None:
            super().__init__(name)
            if name != "fine":
                tried.append(self)
                raise LookupError("no stage")

    counts = worker.function(count)
    create = worker.create.with_options(overrides=True)
    fine = create(Failing, "fine")
    calls: dict[str, Callable[[], object]] = {
        "blocking": lambda: create(Failing, "x"),
        "awaited": lambda: asyncio.run(create.aio(Failing, "x")),
        "made by the child": fine.again,
    }
    before = (worker.count_objects(), counts()[0])
    with pytest.raises(LookupError, match="no stage"):
        calls[way]()
    (face,) = tried
    with pytest.raises(UsageError, match="was released: nothing can be asked of it"):
        face.perform("a")
    gone = weakref.ref(face)
    tried.clear()
    del face
    gc.collect()  # the exception's frames
    while (worker.count_objects(), counts()[0]) != before:  # the release is on its way
        gc.collect()
    assert gone() is None
    assert fine.perform("a") == ["Failing 1"]


def test_constructor_of_the_child_that_fails_there_keeps_nothing(worker: ParentWorker) -> None:
    """Also of an object that the child makes itself, by whose making its face was made here."""
    tried: list[weakref.ref[Play]] = []

    class Failing(Simple):
        def billed(self) -> str:
            tried.append(weakref.ref(self))
            if len(tried) > 1:
                raise LookupError("no stage")
            return "fine"

    counts = worker.function(count)
    fine = worker.create(Failing, "fine", overrides=True)
    before = (worker.count_objects(), counts()[0])
    for _ in range(2):
        with pytest.raises(LookupError, match="no stage"):
            fine.again()
    while (worker.count_objects(), counts()[0]) != before:  # the releases are on their way
        gc.collect()
    assert [made() for made in tried] == [fine, None, None]
    assert fine.perform("a") == ["Failing 1"]
    with pytest.raises(ValueError, match="a play has a name"):
        worker.create(Failing, "", overrides=True)
    while worker.count_objects() != before[0]:  # as above
        gc.collect()


def test_child_has_no_more_objects_of_users_classes_than_it_may(
    worker: ParentWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it makes of them lives here until it is released: one that makes too many is told, and nothing is lost."""
    monkeypatch.setattr(_pairs, "_MOST", 3)
    mine = worker.create(Simple, "x", overrides=True)
    second, third = mine.again(), mine.again()
    with pytest.raises(UsageError, match="is one too many: there are 3 objects of users' classes"):
        mine.again()
    ambidex.release(second)
    assert [each.perform("a") for each in (mine, third, mine.again())] == [["Simple 1"]] * 3


@pytest.mark.parametrize("kind", [Blocking, Awaited, Plain])
def test_end_of_the_worker_ends_the_pair(kind: Any) -> None:
    """Whether it is closed, or dies and is started again; also where somebody has other objects of it still."""
    with ParentWorker(ATLAS, cwd=ROOT) as worker:
        kept = [worker.create(Company)]
        killed = worker.create(kind, overrides=True)
        kill(worker)
        with pytest.raises(WorkerDied):
            killed.perform("a")
        with pytest.raises(WorkerDied, match="the object was lost with it"):
            killed.perform("a")
        kept.append(worker.create(Company))
        closed = worker.create(kind, overrides=True)
        closed.perform("a")
    with pytest.raises(WorkerDied):
        closed.perform("a")
    faces = [weakref.ref(killed), weakref.ref(closed)]
    del killed, closed
    gc.collect()
    assert [face() for face in faces] == [None, None]
    assert len(kept) == 2


# -- how it ends


def test_death_of_the_child_ends_the_call_in_whose_override_its_caller_is() -> None:
    """The override is not cut short on its own thread; an async one is cancelled."""
    told: list[str] = []
    running: list[ParentWorker] = []
    cancelled = threading.Event()

    class Killing(Play):
        @ambidex.method
        def line(self, prop: Prop, number: int = 0) -> str:
            kill(running[0])
            with pytest.raises(WorkerDied):
                self.finished()
            told.append("went on")
            return ""

    class AsyncKilling(Play):
        @ambidex.async_method
        async def line(self, prop: Prop, number: int = 0) -> str:
            kill(running[0])
            try:
                await asyncio.Event().wait()
            finally:
                cancelled.set()
            return ""

    for kind in (Killing, AsyncKilling):
        with ParentWorker(ATLAS, cwd=ROOT, restart="temporary") as worker:
            running[:] = [worker]
            with pytest.raises(WorkerDied, match=r"during Play\.perform"):
                worker.create(kind, "x", overrides=True).perform("a")
            with pytest.raises(WorkerDied):
                worker.create(kind, "x", overrides=True)
    assert told == ["went on"]
    assert cancelled.wait(HANG_S)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT to raise")
def test_interrupt_in_an_override_ends_its_callers_wait(worker: ParentWorker) -> None:
    """As Ctrl-C does in a callback: the child's call is cancelled, and goes on to serve others."""

    class Interrupted(Play):
        @ambidex.method
        def line(self, prop: Prop, number: int = 0) -> str:
            signal.raise_signal(signal.SIGINT)
            return ""

    mine = worker.create(Interrupted, "x", overrides=True)
    with pytest.raises(KeyboardInterrupt):
        mine.tried()
    assert mine.logged()[1:] == ["CancelledError"]


# -- what it sees

WHO: contextvars.ContextVar[str] = contextvars.ContextVar("who", default="nobody")


class Seeing(Play):
    """Tells what the variable is, and sets it."""

    @ambidex.method
    def line(self, prop: Prop, number: int = 0) -> str:
        who = WHO.get()
        WHO.set("override")
        return who


class AsyncSeeing(Play):
    @ambidex.async_method
    async def line(self, prop: Prop, number: int = 0) -> str:
        who = WHO.get()
        WHO.set("override")
        return who


class SeeingRole(Role):
    @ambidex.method
    def play(self, prop: Prop) -> str:
        return WHO.get()


class Held:
    """Something that a caller's context has."""


HELD: contextvars.ContextVar[Held | None] = contextvars.ContextVar("held", default=None)


def test_call_that_has_ended_keeps_nothing_of_its_caller(worker: ParentWorker) -> None:
    """The call of a method, a constructor and a class method, blocking and awaited: its context goes with it.

    The threads that served the call let go of it soon after its answer, not before.
    """
    gone = [threading.Event(), threading.Event()]

    def watch(held: Held, event: threading.Event) -> None:
        HELD.set(held)
        weakref.finalize(held, event.set)

    def block() -> None:
        watch(Held(), gone[0])
        mine = worker.create(Blocking, "x", overrides=True)
        assert mine.perform("a") == ["aa 1!"]
        ambidex.release(mine)
        ambidex.release(worker.create(Blocking.staged, "z", overrides=True))

    async def wait() -> None:
        watch(Held(), gone[1])
        mine = await worker.create.aio(Blocking, "y", overrides=True)
        assert await mine.perform.aio("a") == ["aa 1!"]
        ambidex.release(mine)  # whose overrides know their last caller
        ambidex.release(await worker.create.aio(Blocking.staged, "z", overrides=True))

    contextvars.copy_context().run(block)
    contextvars.copy_context().run(lambda: asyncio.run(wait()))
    limit = time.monotonic() + HANG_S
    while not all(event.wait(0.05) for event in gone):
        assert time.monotonic() < limit, [event.is_set() for event in gone]
        gc.collect()


def test_override_sees_the_variables_of_the_call_that_leads_to_it() -> None:
    """Those of no earlier one; what it sets is seen by nobody, but where it runs on the caller's own thread."""

    async def main(mine: Any) -> None:
        WHO.set("awaited")
        assert await mine.perform.aio("a", "b") == ["awaited", "awaited"]
        assert [item async for item in mine.shown.aio(2)] == ["awaited", "awaited"]
        assert await mine.line.submit(prop) == "awaited"
        assert WHO.get() == "awaited"

    def use() -> None:
        seeing, mine = (worker.create(kind, "x", overrides=True) for kind in (Seeing, AsyncSeeing))
        WHO.set("call")
        assert mine.perform("a", "b") == ["call", "call"]
        assert list(mine.shown(2)) == ["call", "call"]
        assert WHO.get() == "call"
        assert seeing.perform("a", "b") == ["call", "override"]
        assert WHO.get() == "override"
        for each in (seeing, mine):
            asyncio.run(main(each))
        company = worker.create(Company)
        company.hire(worker.create(SeeingRole, overrides=True))
        assert company.play("x") == ["nobody"]  # which is no call of this object's

    WHO.set("start")
    with ParentWorker(ATLAS, cwd=ROOT) as worker:
        prop = worker.create(Prop, "x")
        contextvars.copy_context().run(use)


# -- elsewhere


def _bodies() -> list[tuple[str, Callable[..., None], dict[str, Any]]]:
    """Return the tests that need no more than a place, each with what it is given beside that."""
    found: list[tuple[str, Callable[..., None], dict[str, Any]]] = []
    for name, function in inspect.getmembers(bodies, inspect.isfunction):
        if name.startswith("test_") and "place" in inspect.signature(function).parameters:
            marks = [mark for mark in getattr(function, "pytestmark", ()) if mark.name == "parametrize"]
            given = [{mark.args[0]: value} for mark in marks for value in mark.args[1]] or [{}]
            found.extend((name, function, each) for each in given)
    return found


def test_overrides_do_on_each_interpreter_what_they_do_here(any_interpreter: Path) -> None:
    """The bodies of `test_overrides`, in a child of each version in which nothing is installed."""
    tests = _bodies()
    assert len(tests) >= 23
    failed: dict[str, BaseException] = {}
    with ParentWorker(
        ATLAS, python=any_interpreter, python_flags=("-S",), cwd=ROOT, env={"PYTHONPATH": None}
    ) as worker:
        place = bodies.Overriding(worker)
        for name, body, given in tests:
            try:
                body(place, **given)
            except Exception as error:  # noqa: BLE001  of any kind: each is told of below
                failed[f"{name} {given}"] = error
    assert failed == {}
