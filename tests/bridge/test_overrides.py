"""A user's subclass overrides a method, and the implementation that calls it gets the user's."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import os
import signal
import sys
import threading
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from unittest.mock import patch

import pytest

import ambidex
from ambidex import DeadlineExceeded, DeadlockError
from tests.bridge._observatory import SKY
from tests.bridge.callables import LIMIT_S, here, telling
from tests.bridge.observatory import Observatory, Star

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator

    from ambidex.bridge import Context


class Blocking(Observatory):
    """Overrides with blocking methods."""

    def __init__(self, place: str = "Paranal") -> None:
        self.threads: list[int] = []
        super().__init__(place)

    @ambidex.method
    def measure(self, star: Star) -> float:
        """Measure twice."""
        assert type(star) is Star
        self.threads.append(here())
        return super().measure(star) * 2

    @ambidex.method
    def find(self, name: str, near: list[Star]) -> Star:
        assert all(type(star) is Star for star in near)
        return super().find(name + "!", [])


class Quick(Observatory):
    """Overrides with a method that does not call again."""

    def __init__(self, place: str = "Paranal") -> None:
        self.threads: list[int] = []
        super().__init__(place)

    @ambidex.method
    def measure(self, star: Star) -> float:
        self.threads.append(here())
        return float(len(star.name))


class Awaited(Observatory):
    """Overrides with async methods."""

    def __init__(self, place: str = "Paranal") -> None:
        self.threads: list[int] = []
        super().__init__(place)

    @ambidex.async_method
    async def measure(self, star: Star) -> float:
        assert type(star) is Star
        self.threads.append(here())
        return await super().measure.aio(star) * 2

    @ambidex.async_method
    async def find(self, name: str, near: list[Star]) -> Star:
        assert all(type(star) is Star for star in near)
        return await super().find.aio(name + "!", [])


KINDS: list[type[Blocking | Awaited]] = [Blocking, Awaited]


# -- the implementation sees them


@pytest.mark.parametrize("kind", KINDS)
def test_implementation_calls_the_override_with_faces_and_gets_objects(kind: type[Blocking | Awaited]) -> None:
    """Arguments are faces, a face that is returned is its object, and `super()` reaches the original."""
    assert kind().night(["a", "bc"]) == [4.0, 6.0]


@pytest.mark.parametrize("kind", KINDS)
def test_override_is_called_from_outside_in_every_form(kind: type[Blocking | Awaited]) -> None:
    """A user of the face does not see the difference: it blocks, is awaited, submitted, and has options."""
    mine, star = kind(), Star("abc")
    assert mine.measure(star) == 6.0
    assert mine.measure.submit(star).result(LIMIT_S) == 6.0
    assert mine.measure.with_options(timeout=LIMIT_S)(star) == 6.0
    assert kind.measure(mine, star) == 6.0
    assert Observatory.measure(mine, star) == 3.0

    async def main() -> None:
        assert await mine.measure.aio(star) == 6.0
        assert await mine.measure.with_options(timeout=LIMIT_S).aio(star) == 6.0
        assert await mine.night.aio(["ab"]) == [6.0]

    asyncio.run(main())


def test_subclass_of_a_subclass_overrides_again() -> None:
    """Each level reaches the one below it, of either kind."""

    class Second(Blocking):
        @ambidex.async_method
        async def measure(self, star: Star) -> float:
            return await super().measure.aio(star) + 1

    class Third(Second):
        @ambidex.method
        def measure(self, star: Star) -> float:
            return super().measure(star) * 10

    assert Second().night(["a"]) == [5.0]
    assert Third().night(["a"]) == [50.0]
    assert Third().measure(Star("ab")) == 50.0


def test_subclass_takes_back_what_its_base_overrides() -> None:
    """The generated member in a class's body is the original again."""

    class Back(Blocking):
        measure = Observatory.measure
        find = Observatory.find

    class Half(Blocking):
        find = Observatory.find

    assert Back().night(["abc"]) == [3.0]
    assert Half().night(["abc"]) == [6.0]


def test_override_in_a_mixin_is_seen() -> None:
    """A class of no face, which comes before the generated one; behind it, it overrides nothing."""

    class Mixin:
        @ambidex.method
        def measure(self, star: Star) -> float:
            return 7.0

    class Before(Mixin, Observatory):
        pass

    class Behind(Observatory, Mixin):
        pass

    assert (Before("x").night(["a"]), Before("x").measure(Star("a"))) == ([7.0], 7.0)
    assert asyncio.run(Before("x").measure.aio(Star("a"))) == 7.0
    assert Behind("x").night(["a"]) == [1.0]


def test_two_branches_of_users_classes_meet() -> None:
    """The object is of the class that the generated class nearest to the user's names, and every override counts."""

    class Left(Observatory):
        @ambidex.method
        def measure(self, star: Star) -> float:
            return super().measure(star) + 1

    class Right(Observatory):
        @ambidex.async_method
        async def measure(self, star: Star) -> float:
            return await super().measure.aio(star) * 10

    class Both(Left, Right):
        pass

    assert Both("x").night(["abc"]) == [31.0]


def test_bare_functions_work_by_their_kind() -> None:
    """What both checkers refuse works: the function gets the faces that the decorator would have given it."""

    class Bare(Observatory):
        def measure(self, star: Star) -> float:  # type: ignore[override]  # pyright: ignore[reportIncompatibleVariableOverride]
            return 5.0

        async def find(self, name: str, near: list[Star]) -> Star:  # type: ignore[override]  # pyright: ignore[reportIncompatibleVariableOverride]
            return Star("found")

    bare: Any = Bare("x")
    assert bare.night(["a"]) == [5.0]
    assert (bare.measure(Star("a")), bare.find("a", []).name) == (5.0, "found")
    assert asyncio.run(bare.measure.aio(Star("a"))) == 5.0


def test_new_method_has_both_faces() -> None:
    """A decorated method that overrides nothing is a method like any other."""

    class More(Observatory):
        @ambidex.method
        def twice(self, star: Star) -> float:
            return self.measure(star) * 2

        @ambidex.async_method
        async def thrice(self, star: Star) -> float:
            return await self.measure.aio(star) * 3

    more = More("x")
    assert (more.twice(Star("ab")), more.thrice(Star("ab"))) == (4.0, 6.0)

    async def main() -> None:
        assert (await more.twice.aio(Star("ab")), await more.thrice.aio(Star("ab"))) == (4.0, 6.0)

    asyncio.run(main())


# -- where they run


def test_blocking_override_runs_on_the_waiting_callers_thread() -> None:
    """What belongs to that thread works in it, as in a callback."""
    mine = Quick()
    mine.night(["a", "b"])
    assert mine.threads == [here(), here()]


def test_blocking_override_runs_on_the_pool_where_nobody_waits() -> None:
    """Neither on the loop of who awaits, nor on the implementation's; in a task that outlives its call too."""
    mine = Blocking()

    async def main() -> None:
        assert await mine.night.aio(["a"]) == [4.0]

    asyncio.run(main())
    mine.later()
    assert mine.finished() == 10.0
    mine.night.submit(["a"]).result(LIMIT_S)
    mine.measure.submit(Star("a")).result(LIMIT_S)
    assert not {here(), Observatory("x").where()} & set(mine.threads)
    assert len(mine.threads) == 4


def test_blocking_override_does_not_hold_the_loop() -> None:
    """While it waits, other calls go on."""
    entered, released = threading.Event(), threading.Event()

    class Slow(Observatory):
        @ambidex.method
        def measure(self, star: Star) -> float:
            entered.set()
            return float(released.wait(LIMIT_S))

    slow = Slow("x")
    future = slow.night.submit(["a"])
    assert entered.wait(LIMIT_S)
    assert Observatory("y").night(["a"]) == [1.0]
    released.set()
    assert future.result(LIMIT_S) == [1.0]


def test_async_override_runs_on_the_implementations_loop() -> None:
    """In the task that awaits it, whoever calls; a blocking call of the API there is refused with its other form."""

    class Wrong(Awaited):
        @ambidex.async_method
        async def find(self, name: str, near: list[Star]) -> Star:
            self.measure(Star(name))
            return Star(name)

    mine = Awaited()
    mine.night(["a"])
    asyncio.run(mine.night.aio(["a"]))
    asyncio.run(mine.measure.aio(Star("a")))
    mine.measure(Star("a"))
    assert set(mine.threads) == {Observatory("x").where()}
    with pytest.raises(DeadlockError, match=r"write `await .*Wrong\.measure\.aio|write `await .*Awaited\.measure\.aio"):
        Wrong().night(["a"])


def test_blocking_override_is_refused_on_the_loop() -> None:
    """An async override awaits the `.aio` of a blocking one, which then runs off the loop."""

    class Mixed(Blocking):
        @ambidex.async_method
        async def find(self, name: str, near: list[Star]) -> Star:
            if name == "wrong":
                self.measure(Star(name))
            return Star("x" * int(await self.measure.aio(Star(name))))

    assert Mixed().night(["a"]) == [4.0]
    with pytest.raises(DeadlockError, match=r"write `await .*Blocking\.measure\.aio"):
        Mixed().night(["wrong"])


def test_blocking_overrides_at_once_all_run() -> None:
    """The waiting caller runs one after another, until one of them waits for a call; the others move to the pool."""
    quick = Quick()
    assert quick.all_at_once(20) == [float(number) for number in range(20)]
    assert set(quick.threads) == {here()}
    assert Blocking().all_at_once(20) == [2.0 * number for number in range(20)]
    assert asyncio.run(Blocking().all_at_once.aio(20)) == [2.0 * number for number in range(20)]


def test_many_threads_use_one_object() -> None:
    """Each caller's override runs on its own thread."""
    mine = Quick()
    ends: list[list[float]] = []

    def work() -> None:
        ends.extend(mine.night(["abc"]) for _ in range(20))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LIMIT_S)
    assert ends == [[3.0]] * 160
    assert set(mine.threads) == {thread.ident for thread in threads}


# -- plain methods, properties, operators


def test_plain_method_is_overridden_by_a_plain_function_which_runs_where_it_is_called() -> None:
    """The implementation calls it on its loop without await; the constructor does so before it has returned."""
    threads: list[int] = []

    class Labelled(Observatory):
        def label(self) -> str:
            threads.append(here())
            return f"mine, {super().label()}"

    mine = Labelled("Paranal")
    assert mine.log == ["mine, observatory of Paranal"]
    assert (mine.opened(), mine.label()) == ("mine, observatory of Paranal", "mine, observatory")
    loop = mine.where()
    assert threads == [loop, loop, here()]


def test_plain_override_may_not_block() -> None:
    """It holds the loop: what it would wait for could not run."""

    class Wrong(Observatory):
        def label(self) -> str:
            return str(self.measure(Star("x")))

    with pytest.raises(DeadlockError, match=r"write `await Observatory\.measure\.aio"):
        Wrong("x")


def test_property_and_operator_are_overridden() -> None:
    """The implementation reads the user's; what that asks of the face itself is the original."""

    class Titled(Observatory):
        @property
        def title(self) -> str:
            return f"not {super().title}"

        def __len__(self) -> int:
            return super().__len__() + 10

    mine = Titled("Paranal")
    assert (mine.title, mine.titled()) == ("not an observatory", "not an observatory at Paranal")
    assert (len(mine), mine.length()) == (11, 11)


def test_property_over_an_attribute_that_the_implementation_sets() -> None:
    """Without a setter, what the implementation writes stays its own; with one, the user's is called."""
    written: list[str] = []

    class Read(Observatory):
        @property  # type: ignore[misc]
        def place(self) -> str:  # pyright: ignore[reportIncompatibleMethodOverride]
            return super().place.upper()

    class Written(Observatory):
        @property
        def place(self) -> str:
            return super().place

        @place.setter
        def place(self, value: str) -> None:
            written.append(value)
            cast("property", vars(Observatory)["place"]).__set__(self, value.lower())

    assert Read("Paranal").log == ["observatory of PARANAL"]
    mine = Written("Paranal")
    assert (mine.place, mine.titled(), written) == ("paranal", "an observatory at paranal", ["Paranal"])


# -- streams and context managers


class Streaming(Observatory):
    """Overrides with blocking generators."""

    @ambidex.method
    def stars(self, limit: int = 2) -> Generator[Star, None, None]:
        try:
            for star in super().stars(limit):
                yield Star(f"{star.name}*")
        finally:
            self.log.append("closed")

    @ambidex.method
    def talk(self, start: str) -> Generator[str, str, None]:
        try:
            heard = yield start.upper()
            yield f"{heard}?"
        except LookupError:
            return

    @ambidex.method
    @contextlib.contextmanager
    def dome(self) -> Generator[Star, None, None]:
        with super().dome() as star, contextlib.suppress(LookupError):
            yield Star(f"{star.name}*")


class AsyncStreaming(Observatory):
    """Overrides with async ones."""

    @ambidex.async_method
    async def stars(self, limit: int = 2) -> AsyncGenerator[Star, None]:
        try:
            async for star in super().stars.aio(limit):
                yield Star(f"{star.name}*")
        finally:
            self.log.append("closed")

    @ambidex.async_method
    async def talk(self, start: str) -> AsyncGenerator[str, str]:
        try:
            heard = yield start.upper()
            yield f"{heard}?"
        except LookupError:
            return

    @ambidex.async_method
    @contextlib.asynccontextmanager
    async def dome(self) -> AsyncGenerator[Star, None]:
        async with super().dome() as star:
            with contextlib.suppress(LookupError):
                yield Star(f"{star.name}*")


STREAMS: list[type[Streaming | AsyncStreaming]] = [Streaming, AsyncStreaming]


@pytest.mark.parametrize("kind", STREAMS)
def test_streams_are_overridden(kind: type[Streaming | AsyncStreaming]) -> None:
    """The implementation iterates the user's, with items translated, sends and throws into it, and leaves it."""
    mine = kind("x")
    assert mine.first_seen() == "0*"
    assert mine.log[1:] == ["closed", "left"]
    assert mine.seen(3) == ["0*", "1*", "2*"]
    assert mine.conversation() == ["HELLO", "you?", "StopAsyncIteration"]
    assert [star.name for star in mine.stars(2)] == ["0*", "1*"]
    talk = mine.talk("a")
    assert (next(talk), talk.send("b")) == ("A", "b?")
    talk.close()

    async def main() -> None:
        assert await mine.seen.aio(2) == ["0*", "1*"]
        assert [star.name async for star in mine.stars.aio(2)] == ["0*", "1*"]
        talk = mine.talk.aio("a")
        assert (await talk.__anext__(), await talk.asend("b")) == ("A", "b?")
        await talk.aclose()

    asyncio.run(main())


@pytest.mark.parametrize("kind", STREAMS)
def test_context_managers_are_overridden(kind: type[Streaming | AsyncStreaming]) -> None:
    """The implementation enters the user's, which may suppress what is raised in its block; so do others."""
    mine = kind("x")
    assert mine.through_the_dome() == "polaris*"
    assert mine.through_the_dome(fails=True) == "suppressed"

    def use(dome: Context[Star]) -> None:
        with dome as star:
            assert star.name == "polaris*"
            raise LookupError

    async def main() -> None:
        assert await mine.through_the_dome.aio(fails=True) == "suppressed"
        async with mine.dome() as star:
            assert star.name == "polaris*"
            raise LookupError

    use(mine.dome())
    asyncio.run(main())


# -- what goes through them


class Raising(Observatory):
    """Raises, sets a variable, waits."""

    def __init__(self, error: BaseException | None = None) -> None:
        super().__init__("x")
        self.error = error

    @ambidex.method
    def measure(self, star: Star) -> float:
        if self.error is not None:
            raise self.error
        SKY.set(f"{SKY.get()}, seen")
        return 1.0


class AsyncRaising(Raising):
    @ambidex.async_method
    async def measure(self, star: Star) -> float:
        if self.error is not None:
            raise self.error
        SKY.set(f"{SKY.get()}, seen")
        return 1.0


@pytest.mark.parametrize("kind", [Raising, AsyncRaising])
@pytest.mark.parametrize("error", [LookupError("lost"), KeyboardInterrupt(), SystemExit(3)], ids=repr)
def test_what_an_override_raises_is_raised_where_the_implementation_awaits_it(
    kind: type[Raising], error: BaseException
) -> None:
    """The same object, past the implementation's own clean-up."""
    log: list[str] = []
    with pytest.raises(type(error)) as raised:
        kind(error).measured_or(log)
    assert raised.value is error
    assert log == [type(error).__name__]


@pytest.mark.parametrize("kind", [Raising, AsyncRaising])
def test_traceback_shows_caller_implementation_and_override_alone(kind: type[Raising]) -> None:
    """From 3.11 on no frame of the library stands between them."""
    calls: dict[Callable[[Raising], object], list[str]] = {
        lambda mine: mine.measured_or([]): ["_observatory.py", "test_overrides.py"],
        lambda mine: mine.measure(Star("x")): ["test_overrides.py"],
    }
    for call, files in calls.items():
        with pytest.raises(LookupError) as raised:
            call(kind(LookupError("lost")))
        found = [Path(frame.filename).name for frame in traceback.extract_tb(raised.value.__traceback__)]
        if sys.version_info < (3, 11):
            found = [file for file in found if file in ("_observatory.py", "test_overrides.py")]
        assert found == ["test_overrides.py", "test_overrides.py", *files]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGUSR1")
@pytest.mark.parametrize("kind", KINDS)
def test_interrupt_ends_an_override_and_its_call(kind: type[Blocking | Awaited]) -> None:
    """A blocking one is interrupted itself, an async one is cancelled and cleans up; the implementation sees both."""
    log: list[str] = []

    class Waiting(Observatory):
        @ambidex.method
        def measure(self, star: Star) -> float:
            try:
                signal.raise_signal(signal.SIGINT)
            finally:
                log.append("cleaned up")
            return 0.0

    class AsyncWaiting(Observatory):
        @ambidex.async_method
        async def measure(self, star: Star) -> float:
            try:
                os.kill(os.getpid(), signal.SIGINT)
                while True:
                    os.kill(os.getpid(), signal.SIGUSR1)  # has the main thread look for signals, if it waits by now
                    await asyncio.sleep(0.01)
            finally:
                log.append("cleaned up")

    def ignore(_: int, __: object) -> None:
        """Do nothing; the thread has looked for signals."""

    before = signal.signal(signal.SIGUSR1, ignore)
    try:
        with pytest.raises(KeyboardInterrupt):
            (Waiting if kind is Blocking else AsyncWaiting)("x").measured_or(log)
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert log == ["cleaned up", "KeyboardInterrupt" if kind is Blocking else "CancelledError"]


@pytest.mark.parametrize("kind", [Raising, AsyncRaising])
def test_context_variables_go_through(kind: type[Raising]) -> None:
    """As through a chain of plain calls, blocking or awaited."""
    assert kind().with_sky("clear") == (1.0, "clear, seen")
    assert SKY.get() == "clear, seen"

    async def main() -> None:
        assert await kind().with_sky.aio("dark") == (1.0, "dark, seen")
        assert SKY.get() == "dark, seen"

    asyncio.run(main())


def test_cancelling_the_call_cancels_an_async_override() -> None:
    """Its clean-up runs before the caller goes on."""
    begun = threading.Event()
    log: list[str] = []

    class Waiting(Observatory):
        @ambidex.async_method
        async def measure(self, star: Star) -> float:
            try:
                begun.set()
                await asyncio.Event().wait()
            finally:
                log.append("cleaned up")
            return 0.0

    with pytest.raises(DeadlineExceeded):
        Waiting("x").night.with_options(timeout=0.05)(["a"])
    assert log == ["cleaned up"]
    begun.clear()
    future = Waiting("x").night.submit(["a"])
    assert begun.wait(LIMIT_S)
    future.cancel()
    with pytest.raises(concurrent.futures.CancelledError):
        future.result(LIMIT_S)
    assert log == ["cleaned up"] * 2


def test_blocking_override_of_an_ended_call_runs_on_and_is_reported() -> None:
    """It cannot be cancelled; its call ends, and what it raises then is logged under its name."""
    begun, released, logged = threading.Event(), threading.Event(), threading.Event()

    class Slow(Observatory):
        @ambidex.method
        def measure(self, star: Star) -> float:
            begun.set()
            released.wait(LIMIT_S)
            raise LookupError("too late")

    slow = Slow("x")
    log: list[str] = []

    async def main() -> None:
        with pytest.raises(DeadlineExceeded):
            await slow.measured_or.with_options(timeout=0.05).aio(log)

    with telling(logged, "Slow.measure failed when nobody waited") as messages:
        asyncio.run(main())
        assert begun.is_set()
        released.set()
        assert logged.wait(LIMIT_S)
    assert log == ["CancelledError"]
    assert "too late" in messages[0]


def test_replaced_override_is_what_the_implementation_calls() -> None:
    """A mock on the class, or on one object, stands for the method, blocking or async."""
    mine = Blocking()
    with patch.object(Blocking, "measure", return_value=9.0):
        assert mine.night(["a"]) == [9.0]
    with patch.object(mine, "measure", return_value=8.0) as measure:
        assert mine.night(["a"]) == [8.0]
        measure.assert_called_once()
    assert mine.night(["a"]) == [4.0]
