"""Which thread or loop runs what a user's subclass overrides: methods, plain functions, properties, operators."""

from __future__ import annotations

import asyncio
import threading
from typing import cast

import pytest

import ambidex
from ambidex import DeadlockError
from tests.bridge.callables import here
from tests.bridge.observatory import Observatory, Star
from tests.bridge.overriding import Awaited, Blocking, Quick
from tests.limits import HANG_S

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
    mine.night.submit(["a"]).result(HANG_S)
    mine.measure.submit(Star("a")).result(HANG_S)
    assert not {here(), Observatory("x").where()} & set(mine.threads)
    assert len(mine.threads) == 4


def test_blocking_override_does_not_hold_the_loop() -> None:
    """While it waits, other calls go on."""
    entered, released = threading.Event(), threading.Event()

    class Slow(Observatory):
        @ambidex.method
        def measure(self, star: Star) -> float:
            entered.set()
            return float(released.wait(HANG_S))

    slow = Slow("x")
    future = slow.night.submit(["a"])
    assert entered.wait(HANG_S)
    assert Observatory("y").night(["a"]) == [1.0]
    released.set()
    assert future.result(HANG_S) == [1.0]


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
        thread.join(HANG_S)
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
