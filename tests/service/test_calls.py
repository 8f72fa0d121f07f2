"""What a caller sees of an object that a service has: what it sees of one in this process."""

from __future__ import annotations

import asyncio
import gc
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import BlockingInAsyncWarning, DeadlineExceeded, RemoteError, RuntimeClosed, UsageError, get
from tests.limits import HANG_S
from tests.service.conftest import KINDS
from tests.workers.children._atlas import Size
from tests.workers.children.atlas import Journey, Town
from tests.workers.children.errands import Runner

if TYPE_CHECKING:
    from ambidex.service import Remote
    from tests.service.conftest import Server

pytestmark = pytest.mark.parametrize("server", KINDS, indirect=True)


@pytest.fixture
def town(remote: Remote) -> Town:
    """Give the town that is served."""
    return remote.root(Town)


def test_both_faces_reach_it(remote: Remote, town: Town) -> None:
    """Methods, attributes, properties and special methods; the face is one and the same."""
    assert (town.name, town.mayor, town.size, len(town)) == ("Oslo", "nobody", Size.SMALL, 0)
    town.mayor = "Ada"
    assert town.mayor == "Ada"
    assert town(loud=True) == "OSLO"
    assert remote.root(Town) is town

    async def main() -> None:
        assert await get(town, "name") == "Oslo"
        assert await town.is_near.aio(town) is False
        assert await get(town, "__len__") == 0
        with pytest.warns(BlockingInAsyncWarning):
            assert town.roads() == []

    asyncio.run(main())
    assert town.is_near.submit(town).result(HANG_S) is False


def test_blocking_attribute_on_a_loop_is_refused_with_what_to_write(town: Town) -> None:
    """As that of an object in a child."""

    async def main() -> None:
        with pytest.raises(UsageError, match=r'await ambidex\.get\(obj, "name"\)'):
            assert town.name

    asyncio.run(main())


def test_exceptions_come_as_themselves_where_their_class_is_known(town: Town) -> None:
    """Python's own are, and those that the generated module names; of another one its name and its text come."""
    with pytest.raises(RemoteError, match="Oslo is lost") as caught:
        town.lose()
    assert caught.value.type_name == "tests.workers.children._atlas.Lost"
    with pytest.raises(TypeError, match=r"missing 1 required positional argument: 'loud'"):
        town()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def test_objects_come_as_faces_that_are_kept_and_released(town: Town) -> None:
    """An object that comes home is the service's own, and what nobody has any more is let go there."""
    journey = town.build(town)
    assert type(journey) is Journey
    assert town.travel(journey) is True
    assert town.roads() == [town]
    assert town.by_name() == {"Oslo": town}
    del journey
    gc.collect()
    assert town.is_near(town)


def test_streams_go_both_ways(town: Town) -> None:
    """Items, what is sent and thrown in, and an early close, after which the service has cleaned up."""
    walk = town.walk(5)
    assert next(walk) is town
    assert walk.send("north") is town
    assert walk.throw(LookupError("lost")) is town
    walk.close()
    assert town.logged() == ["north", "thrown lost", "walked"]

    async def main() -> None:
        items = [each async for each in town.walk.aio(3)]
        assert items == [town] * 3
        async with town.market.aio() as other:
            assert other is town

    asyncio.run(main())
    with town.market() as here:
        assert here is town


def test_deadline_and_cancellation_end_the_work_there(town: Town) -> None:
    """Its clean-up is waited for."""
    with pytest.raises(DeadlineExceeded, match=r"^Town\.sleep did not end within 0\.0\d* s"):
        town.sleep.with_options(timeout=0.05)()
    assert town.logged() == ["asleep", "awake"]

    async def main() -> None:
        call = asyncio.ensure_future(town.sleep.aio())
        while len(await get(town, "log")) < 3:
            pass
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert await get(town, "log") == ["asleep", "awake"] * 2

    asyncio.run(main())


def test_async_functions_of_a_client_are_called_back(town: Town) -> None:
    """Where it waits; a plain one that the service would stand still for is refused here."""
    told: list[tuple[Any, int]] = []

    async def tell(other: Town, number: int) -> Town:
        told.append((other, number))
        return other

    assert town.told(tell)
    assert told
    assert all(other is town for other, _ in told)
    with pytest.raises(UsageError, match="a plain function that a service calls back would hold it"):
        town.counted(lambda number: number + 1)
    assert town.name == "Oslo"


def test_clients_are_apart(server: Server, town: Town) -> None:
    """Each has its own session, and many threads share one."""
    with server.connect() as other:
        theirs = other.root(Town)
        assert theirs is not town
        theirs.mayor = "Bo"
        assert town.mayor == "Bo"
        with pytest.raises(UsageError):
            town.is_near(theirs)
    begin = threading.Barrier(3)

    def ask(_: int) -> list[str]:
        begin.wait(HANG_S)
        return [town.name for _ in range(20)]

    with ThreadPoolExecutor(3) as threads:
        assert set(map(tuple, threads.map(ask, range(3)))) == {("Oslo",) * 20}
    with pytest.raises(RuntimeClosed, match="was closed here"):
        assert theirs.name


def test_wrong_class_is_named(remote: Remote) -> None:
    """With the class that is served; nothing of it is asked before."""
    with pytest.raises(UsageError, match=r"serves Town of tests\.workers\.children\._atlas.*, and not Runner"):
        remote.root(Runner).pid()
    with pytest.raises(UsageError, match="int of builtins is no generated class"):
        remote.root(int)
