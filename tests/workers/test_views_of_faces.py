"""Typed calls leave long buffers in shared memory on request, and do the same where there is none: one body for all."""

from __future__ import annotations

import asyncio
import os
import pickle
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

import ambidex
from ambidex import ParentWorker, UsageError, WorkerPool, method, release
from ambidex.codegen import Target, compile_targets
from tests.limits import HANG_S
from tests.workers.children import freight
from tests.workers.children.freight import Hold

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

pytestmark = pytest.mark.usefixtures("nothing_left")

ROOT = Path(__file__).resolve().parents[2]
CHILD = "tests.workers.children.atlas_child:Atlas"
GOODS = bytes(range(256)) * 4096  # 1 MiB
SHARES = hasattr(os, "memfd_create")
IN_MEMORY = pytest.mark.skipif(not SHARES, reason="this system has no memory without a name")


class Place(NamedTuple):
    """Where objects are made and functions run; `shares` is whether buffers can stay where they are put there."""

    create: Callable[..., Any]
    function: Callable[[Any], Any]
    shares: bool


def made_here(make: Any, *args: Any) -> Any:
    """Make an object in this process."""
    return make(*args)


def run_here(function: Any) -> Any:
    """Leave a function in this process."""
    return function


@pytest.fixture(params=["this process", "worker", "pool", "worker, msgpack"])
def place(request: pytest.FixtureRequest) -> Generator[Place, None, None]:
    """Give each place in turn."""
    if request.param == "this process":
        yield Place(made_here, run_here, shares=False)
    elif request.param == "pool":
        with WorkerPool(CHILD, size=1, cwd=ROOT) as pool:
            yield Place(pool.create, pool.function, SHARES)
    elif request.param == "worker":
        with ParentWorker(CHILD, cwd=ROOT) as worker:
            yield Place(worker.create, worker.function, SHARES)
    else:
        with ParentWorker(CHILD, cwd=ROOT, codec="msgpack") as worker:
            yield Place(worker.create, worker.function, shares=False)


def goods() -> memoryview:
    """Return a long buffer that can be written to."""
    return memoryview(bytearray(GOODS))


def are_views(answers: list[Any]) -> set[tuple[bool, bool]]:
    """Return of each answer whether the argument was read-only there, and whether what has come is so here."""
    assert all(came == GOODS for _, came in answers)
    return {(was_read_only, came.readonly) for was_read_only, came in answers}


def blocking(hold: Any, swap: Any, pieces: Any, told: Any) -> list[Any]:
    """Call everything that takes and gives a buffer."""
    with hold.lifted(goods()) as lifted:
        found = [lifted]
    found += [hold.swap(goods()), hold.weigh(goods()), hold.swap.submit(goods()).result(HANG_S)]
    found += [*hold.pieces(3, goods()), swap(goods()), swap.submit(goods()).result(HANG_S), *pieces(2, goods())]
    return [*found, told(goods())]


def awaited(hold: Any, swap: Any, pieces: Any, told: Any) -> list[Any]:
    """Do the same on a loop."""

    async def main() -> list[Any]:
        async with hold.lifted.aio(goods()) as lifted:
            found = [lifted]
        found += [await hold.swap.aio(goods()), await hold.swap.submit(goods()), await swap.aio(goods())]
        found += [each async for each in hold.pieces.aio(3, goods())]
        found += [each async for each in pieces.aio(2, goods())]
        return [*found, await told.aio(goods())]

    return asyncio.run(main())


both = pytest.mark.parametrize("ask", [blocking, awaited])


@both
def test_options_of_an_object_and_of_functions_leave_buffers_where_they_are(
    ask: Callable[..., Any], place: Place
) -> None:
    """Arguments are read-only there and results are here, in every kind of call; without the option none is."""
    hold = place.create(Hold)
    swap, pieces, told = place.function(freight.swap), place.function(freight.pieces), place.function(Hold.told)
    shared = {(place.shares, place.shares)}
    optioned = [each.with_options(views=True) for each in (hold, swap, pieces, told)]
    assert are_views(ask(*optioned)) == shared
    assert are_views(ask(hold, swap, pieces, told)) == {(False, False)}
    assert are_views(ask(*(each.with_options(timeout=HANG_S) for each in optioned))) == shared
    assert are_views(ask(*(each.with_options(views=False) for each in optioned))) == {(False, False)}


def test_options_of_methods_are_taken_before_and_after_they_are_placed(place: Place) -> None:
    """With other options beside them, which they leave as they are."""
    hold, swap = place.create(Hold), freight.swap.with_options(views=True)
    answers = [
        hold.swap.with_options(views=True)(goods()),
        hold.with_options(timeout=HANG_S).swap.with_options(views=True)(goods()),
        *hold.pieces.with_options(views=True, timeout=HANG_S)(2, goods()),
        *hold.pieces.with_options(views=True, read_ahead=2)(2, goods()),
        place.function(swap)(goods()),
        place.function(swap.with_options(retry=2))(goods()),
        asyncio.run(place.function(swap.with_options(retry=2)).aio(goods())),
        place.function(pickle.loads(pickle.dumps(swap)))(goods()),
    ]
    with hold.lifted.with_options(views=True)(goods()) as lifted:
        answers.append(lifted)
    assert are_views(answers) == {(place.shares, place.shares)}
    with pytest.raises(UsageError, match="is not declared so"):
        hold.with_options(views=True, retry=1).swap(goods())


async def got(hold: Hold) -> Any:
    """Await an attribute."""
    return await ambidex.get(hold, "goods")


def test_attributes_of_an_object_with_the_option_are_views(place: Place) -> None:
    """What is read is; what the object gives has no option itself."""
    hold = place.create(Hold)
    viewing = hold.with_options(views=True)
    assert (hold.goods.readonly, viewing.goods.readonly) == (False, place.shares)
    assert asyncio.run(got(viewing)).readonly == place.shares
    viewing.goods = goods()
    assert (hold.goods, hold.goods.readonly) == (GOODS, place.shares)  # a view of what was written is what it has
    assert are_views([viewing.other().swap(goods())]) == {(False, False)}
    assert viewing == hold
    assert repr(viewing).endswith("with views=True>")


@pytest.mark.parametrize("takes", [Hold, lambda: Hold.told, lambda: freight.pieces, lambda: Hold().lifted])
def test_option_is_true_or_false(takes: Callable[[], Any]) -> None:
    """All else is refused where it is said."""
    with pytest.raises(ValueError, match="views=1: write True or False"):
        takes().with_options(views=1)


class Careful(Hold):
    """A user's class, which looks before it hands on."""

    @method
    def swap(self, goods: memoryview) -> tuple[bool, memoryview]:
        """Call what this overrides."""
        return super().swap(goods)


@IN_MEMORY
def test_calls_of_an_object_that_calls_overrides_have_the_option() -> None:
    """Those of what stands below the overrides; what the child calls goes as it does without."""
    with ParentWorker(CHILD, cwd=ROOT) as worker:
        hold = worker.create.with_options(overrides=True)(Careful)
        viewing = hold.with_options(views=True)
        assert are_views([*viewing.pieces(2, goods()), viewing.weigh(goods())]) == {(True, True)}
        assert are_views([worker.create(Hold).called(goods())]) == {(False, False)}
        (answer,) = [viewing.called(goods())]
        assert (answer[1] == GOODS, answer[1].readonly) == (True, True)
        create = worker.create.with_options(overrides=True)
        told: Any = Careful.told.with_options(views=True)
        assert are_views([create(told, goods()), asyncio.run(create.aio(told, goods()))]) == {(True, True)}
        assert are_views([told(goods())]) == {(False, False)}  # in this process
        eager = told.with_options(retry=1)
        for make in (made_here, create):
            with pytest.raises(UsageError, match="is not declared so"):
                make(eager, goods())
        release(hold)


@IN_MEMORY
def test_memory_of_typed_calls_comes_back() -> None:
    """When nobody has what was in it, on either side."""
    with ParentWorker(CHILD, cwd=ROOT) as worker:
        hold = worker.create(Hold).with_options(views=True)
        kept = hold.swap(goods())[1]
        part = kept[:3]
        del kept
        for _ in range(3):
            hold.swap(goods())
        assert bytes(part) == GOODS[:3]
        del part
        life = worker.running
        assert life is not None
        sharing: Any = life.peer.sharing  # no caller sees by which way a buffer goes
        assert sharing._outbound.statistics().puts >= 4
        for _ in range(1000):
            if sharing._outbound.statistics().slots == 0:
                break
            hold.other()
        assert sharing._outbound.statistics().slots == 0


def test_generated_module_of_the_freight_is_as_its_source_says() -> None:
    """The committed text is what would be generated now."""
    texts = compile_targets([Target(("tests.workers.children._freight",), ROOT, None)]).texts
    (text,) = texts.values()
    assert (ROOT / "tests/workers/children/freight.py").read_text(encoding="utf-8") == text
