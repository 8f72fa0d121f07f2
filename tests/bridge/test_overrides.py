"""A user's subclass overrides a method, and the implementation that calls it gets the user's."""

from __future__ import annotations

import asyncio
import concurrent.futures
import os
import signal
import sys
import threading
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest

import ambidex
from ambidex import DeadlineExceeded
from tests.bridge._observatory import SKY
from tests.bridge.callables import telling
from tests.bridge.observatory import Observatory, Star
from tests.bridge.overriding import KINDS, Awaited, Blocking
from tests.limits import HANG_S
from tests.runtime.work import DEADLINES_S

if TYPE_CHECKING:
    from collections.abc import Callable


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
    assert mine.measure.submit(star).result(HANG_S) == 6.0
    assert mine.measure.with_options(timeout=HANG_S)(star) == 6.0
    assert kind.measure(mine, star) == 6.0
    assert Observatory.measure(mine, star) == 3.0

    async def main() -> None:
        assert await mine.measure.aio(star) == 6.0
        assert await mine.measure.with_options(timeout=HANG_S).aio(star) == 6.0
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


def test_method_that_names_what_it_overrides_is_the_same_override() -> None:
    """It is for type checkers alone, whether a generated class has that method or a user's."""

    class Named(Observatory):
        @ambidex.method(Observatory.measure)
        def measure(self, star: Star) -> float:
            return super().measure(star) + 1

    class Again(Named):
        @ambidex.async_method(Named.measure)
        async def measure(self, star: Star) -> float:
            return await super().measure.aio(star) * 2

    async def late(self: Observatory, star: Star) -> float:
        raise NotImplementedError

    named, again = Named("Oslo"), Again("Oslo")
    assert (named.night(["a", "bc"]), again.night(["a", "bc"])) == ([2.0, 3.0], [4.0, 6.0])
    assert again.measure(Star("a")) == asyncio.run(again.measure.aio(Star("a"))) == 4.0
    with pytest.raises(TypeError, match=r"is async: write @ambidex.async_method above it"):
        ambidex.method(Observatory.measure)(late)


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

    for timeout_s in DEADLINES_S:
        with pytest.raises(DeadlineExceeded):
            Waiting("x").night.with_options(timeout=timeout_s)(["a"])
        if begun.is_set():
            break
    assert log == ["cleaned up"]
    begun.clear()
    future = Waiting("x").night.submit(["a"])
    assert begun.wait(HANG_S)
    future.cancel()
    with pytest.raises(concurrent.futures.CancelledError):
        future.result(HANG_S)
    assert log == ["cleaned up"] * 2


def test_blocking_override_of_an_ended_call_runs_on_and_is_reported() -> None:
    """It cannot be cancelled; its call ends, and what it raises then is logged under its name."""
    begun, released, logged = threading.Event(), threading.Event(), threading.Event()

    class Slow(Observatory):
        @ambidex.method
        def measure(self, star: Star) -> float:
            begun.set()
            released.wait(HANG_S)
            raise LookupError("too late")

    slow = Slow("x")
    log: list[str] = []

    async def main() -> None:
        for timeout_s in DEADLINES_S:
            log.clear()
            with pytest.raises(DeadlineExceeded):
                await slow.measured_or.with_options(timeout=timeout_s).aio(log)
            if begun.is_set():
                break

    with telling(logged, "Slow.measure failed when nobody waited") as messages:
        asyncio.run(main())
        assert begun.is_set()
        released.set()
        assert logged.wait(HANG_S)
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
