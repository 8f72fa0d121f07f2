"""What a client is told when its service is gone, and how it comes back."""

from __future__ import annotations

import asyncio
import pickle
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from ambidex.errors import ServiceLost
from tests.limits import HANG_S
from tests.service.conftest import KINDS
from tests.workers.children.atlas import Town

if TYPE_CHECKING:
    from ambidex.service import Remote
    from tests.service.conftest import Server

pytestmark = pytest.mark.parametrize("server", KINDS, indirect=True)


def test_calls_that_were_open_say_that_nobody_knows(server: Server, remote: Remote) -> None:
    """Blocking, awaited, and a stream; the next call finds the service that was started again."""
    town = remote.root(Town)
    walk = town.walk(3)
    next(walk)

    async def wait() -> None:
        await town.sleep.aio()

    with ThreadPoolExecutor(2) as threads:
        open_calls = [threads.submit(town.sleep), threads.submit(lambda: asyncio.run(wait()))]
        while town.logged().count("asleep") < 2:
            pass
        server.kill()
        for call in open_calls:
            with pytest.raises(ServiceLost, match="whether it was run is not known") as caught:
                call.result(HANG_S)
            assert (caught.value.call, caught.value.progress) == ("Town.sleep", "unknown")
            assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    with pytest.raises(ServiceLost, match=r"Town\.walk"):
        next(walk)
    with pytest.raises(OSError, match="nobody serves"):
        assert town.name
    server.start()
    assert town.logged() == []
    assert remote.root(Town) is town
    assert remote.statistics().methods["Town.sleep"].errors == {"ServiceLost": 2}


def test_objects_of_the_old_session_are_lost_with_it(server: Server, remote: Remote) -> None:
    """The root is the same one, because it is whatever is served."""
    town = remote.root(Town)
    add = town.adder()
    assert add(1) == 2
    server.kill()
    server.start()
    assert town.roads() == []
    with pytest.raises(ServiceLost, match="the object was of that session: get it again"):
        add(1)


def test_service_that_ends_in_order_ends_its_calls(server: Server, remote: Remote) -> None:
    """What it logs is nothing: nobody has done wrong."""
    town = remote.root(Town)
    with ThreadPoolExecutor(1) as threads:
        call = threads.submit(town.sleep)
        while not town.logged():
            pass
        assert server.end() == (1, "")
        with pytest.raises((ServiceLost, asyncio.CancelledError)):
            call.result(HANG_S)


def test_client_that_leaves_amid_its_calls_has_done_nothing_wrong(server: Server, remote: Remote) -> None:
    """What it has open is cut with its other connections; the service logs nothing, however those end."""
    town = remote.root(Town)

    async def wait() -> None:
        await town.sleep.aio()

    with ThreadPoolExecutor(6) as threads:
        open_calls = [threads.submit(town.sleep) for _ in range(3)]
        open_calls += [threads.submit(lambda: asyncio.run(wait())) for _ in range(3)]
        while town.logged().count("asleep") < 6:
            pass
        remote.close()
        for call in open_calls:
            with pytest.raises(ServiceLost):
                call.result(HANG_S)
    assert server.end()[1] == ""
