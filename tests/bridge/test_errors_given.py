"""An exception that holds an object with a face: what a user gets in its place, and what goes back."""

from __future__ import annotations

import asyncio
import copy
import gc
import pickle
import traceback
import weakref
from typing import TYPE_CHECKING, Any

import pytest

import ambidex
from tests.bridge import _attic, _ferry, attic, ferry

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator, Iterator


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    """Let the implementation forget what it has seen."""
    yield
    _ferry.thrown.clear()


async def _read(steps: AsyncGenerator[int, ferry.Stranded]) -> list[int]:
    return [step async for step in steps]


def check(error: ferry.Stranded, ship: ferry.Ferry) -> None:
    """Check that an exception is one for users, and shows none of ours in its traceback but where it must."""
    assert type(error).__module__ == _ferry.__name__
    assert error.ferry is ship
    assert error.__context__ is None
    frames = [frame.filename for frame in traceback.extract_tb(error.__traceback__)]
    assert frames[0] == __file__
    assert frames[-1] == _ferry.__file__


def test_awaited_on_the_callers_own_loop_gives_faces() -> None:
    """Calls, plain methods, and each kind of step."""

    async def main() -> None:
        ship = ferry.Ferry("ms")
        with pytest.raises(ferry.Stranded) as caught:
            await ship.strand.aio()
        check(caught.value, ship)
        with pytest.raises(ferry.Stranded) as caught:
            await ship.strand.with_options(timeout=60).aio()
        check(caught.value, ship)
        with pytest.raises(ferry.Stranded) as caught:
            ship.plain_strand()
        check(caught.value, ship)
        with pytest.raises(ferry.Stranded) as caught:
            await _read(ship.stranding.aio())
        check(caught.value, ship)
        with pytest.raises(ferry.Stranded) as caught:
            ferry.Ferry("")
        assert type(caught.value.ferry) is ferry.Ferry

    asyncio.run(main())


def test_blocking_gives_faces() -> None:
    """The same on the synchronizer's loop, read ahead as well."""
    ship = ferry.Ferry("ms")
    with pytest.raises(ferry.Stranded) as caught:
        ship.strand()
    check(caught.value, ship)
    with pytest.raises(ferry.Stranded) as caught:
        list(ship.stranding())
    check(caught.value, ship)
    with pytest.raises(ferry.Stranded) as caught:
        list(ship.stranding.with_options(read_ahead=2)())
    check(caught.value, ship)
    with pytest.raises(ferry.Stranded) as caught:
        ferry.Ferry("")
    assert type(caught.value.ferry) is ferry.Ferry


def stopped_at(steps: Generator[int, ferry.Stranded, None], error: BaseException) -> BaseException:
    """Throw an exception into a generator and return what that raises."""
    next(steps)
    with pytest.raises(ferry.Stranded) as caught:
        steps.throw(error)
    return caught.value


async def stopped_async(steps: AsyncGenerator[int, ferry.Stranded], error: BaseException) -> BaseException:
    """Do the same to an async one."""
    await steps.__anext__()
    with pytest.raises(ferry.Stranded) as caught:
        await steps.athrow(error)
    return caught.value


def test_exception_that_is_thrown_in_is_the_implementations_own_and_comes_out_the_same() -> None:
    """Of a user's own exception it has a copy with its object; what was raised by the implementation is that again."""
    ship = ferry.Ferry("ms")
    own = ferry.Stranded(ship)
    assert stopped_at(ship.stranding(), own) is own
    with pytest.raises(ferry.Stranded) as caught:
        ship.strand()
    assert stopped_at(ship.stranding(), caught.value) is caught.value
    others: list[object] = [own, caught.value]
    assert len(_ferry.thrown) == len(others)
    for seen in _ferry.thrown:
        assert type(seen.ferry) is _ferry.Ferry
        assert not any(seen is other for other in others)


@pytest.mark.parametrize("is_thrown", [True, False])
def test_exception_that_an_async_block_raises_comes_out_the_same(is_thrown: bool) -> None:
    """On the caller's own loop, out of a stream or a context manager."""

    async def main() -> None:
        ship = ferry.Ferry("ms")
        own = ferry.Stranded(ship)
        if is_thrown:
            assert await stopped_async(ship.stranding.aio(), own) is own
        else:
            with pytest.raises(ferry.Stranded) as caught:
                async with ship.convoy():
                    raise own
            assert caught.value is own
        assert type(_ferry.thrown[0].ferry) is _ferry.Ferry

    asyncio.run(main())


def test_exception_that_a_blocking_block_raises_comes_out_the_same() -> None:
    """Out of a context manager that lets it through."""
    ship = ferry.Ferry("ms")
    own = ferry.Stranded(ship)
    with pytest.raises(ferry.Stranded) as caught, ship.convoy():
        raise own
    assert caught.value is own
    assert type(_ferry.thrown[0].ferry) is _ferry.Ferry


def _raised(ship: ferry.Ferry) -> tuple[weakref.ref[Any], weakref.ref[Any]]:
    try:
        ship.strand()
    except ferry.Stranded as error:
        return weakref.ref(error), weakref.ref(vars(error)["__ambidex_other__"].error)
    raise AssertionError("nothing was raised")


def test_exception_is_freed_with_what_it_was_made_for() -> None:
    """Nothing refers to either when the user lets go."""
    ship = ferry.Ferry("ms")
    freed, inside = _raised(ship)
    assert freed() is None
    ship.where()  # the loop's thread has let go of the call before
    gc.collect()
    assert inside() is None


def test_exception_pickles_and_copies_without_what_it_was_made_for() -> None:
    """Elsewhere there is no such thing."""
    error: Any = attic.broken("alone")
    error.args = ("text",)
    del error.itself
    for other in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error)):
        assert type(other) is attic.Broken
        assert other.args == ("text",)
        attic.anything(other)
        assert _attic.kept[0] is other


class Reported(ferry.Ferry):
    """A user's class that lets through what the implementation raises below it."""

    strands = 0

    @ambidex.method
    def strand(self) -> None:
        """Run aground as ever."""
        self.strands += 1
        super().strand()

    def plain_strand(self) -> None:
        """Run aground as ever."""
        self.strands += 1
        super().plain_strand()

    @ambidex.method
    def stranding(self) -> Generator[int, ferry.Stranded | None, None]:
        """Run aground as ever."""
        self.strands += 1
        yield from super().stranding()


@pytest.mark.parametrize("how", ["awaited", "plain", "stream"])
def test_override_that_lets_through_gives_the_implementation_its_own(how: str) -> None:
    """What its `super()` raised has the implementation's object in it again."""
    ship = Reported("ms")
    assert ship.reports_itself(how)
    assert ship.strands == 1
