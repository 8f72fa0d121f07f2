"""pytest with pytest-asyncio and with anyio's plugin: loops come and go, and the runtime lives on beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.environments.conftest import run, write

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.timeout(180)  # each starts pytest anew

SYNC = """
import asyncio, threading, warnings
import pytest
from ambidex import BlockingInAsyncWarning, run_async_task
from tests.environments._station import request_id
from tests.environments.station import Station, double, fail, where, who

loops = set()
threads = set()

@pytest.fixture(scope="session")
def station():
    station = Station("north")  # holds a lock of the runtime's loop, which outlives every loop of the tests
    with station.session():
        yield station
    assert station.measure(1) == 2

@pytest.fixture
def doubled():
    yield double(21)
    threads.add(where()[1])

@pytest.mark.parametrize("time", range(3))
def test_blocking(station, doubled, time):
    assert (doubled, station.measure(4), list(station.readings(3))) == (42, 8, [0, 1, 2])
    assert run_async_task(asyncio.sleep(0, "slept")) == "slept"
    with pytest.raises(LookupError, match="no such reading"):
        fail("no such reading")
"""

ASYNC = """
@{fixture}
async def awaited(station):
    yield await station.measure.aio(5)
    assert await double.aio(1) == 2

@{mark}
@pytest.mark.parametrize("time", range(3))
async def test_awaiting(station, doubled, awaited, time):
    loop = asyncio.get_running_loop()
    loops.add(loop)
    request_id.set(str(time))
    assert (doubled, awaited, await who.aio()) == (42, 10, str(time))
    assert await asyncio.gather(*(station.measure.aio(n) for n in range(8))) == [2 * n for n in range(8)]
    assert [n async for n in station.readings.aio(3)] == [0, 1, 2]
    async with station.session() as session:
        assert session == "session of north"
    assert (await where.aio())[1] == "ambidex-station"
    with pytest.raises(LookupError, match="no such reading"):
        await fail.aio("no such reading")

@{mark}
async def test_blocking_in_a_loop_is_warned(station):
    with pytest.warns(BlockingInAsyncWarning, match="Station.measure blocks"):
        assert station.measure(2) == 4

@{mark}
async def test_left_stream(station):
    readings = station.readings.aio(1000)
    assert await readings.__anext__() == 0  # and is left to the end of the loop
"""

PYTEST_ASYNCIO = {
    "function": """
def teardown_module():
    assert len(loops) == 3 and all(loop.is_closed() for loop in loops)
    assert threads == {"ambidex-station"}
    assert double(21) == 42
""",
    "session": """
def teardown_module():
    assert len(loops) == 1
    assert threads == {"ambidex-station"}
    assert double(21) == 42
""",
}

SETTINGS = """
[pytest]
filterwarnings = error
asyncio_mode = strict
asyncio_default_fixture_loop_scope = {scope}
asyncio_default_test_loop_scope = {scope}
"""


def _run_pytest(folder: Path, *options: str) -> str:
    command = ("-m", "pytest", "-p", "no:cacheprovider", "-W", "error", *options)
    done = run(folder, *command, limit_s=170, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")  # the others take long to load
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize("scope", PYTEST_ASYNCIO)
def test_pytest_asyncio(scope: str, tmp_path: Path) -> None:
    """Sync and async tests and fixtures share one object, whether each test has a loop or the session has one."""
    tests = SYNC + ASYNC.format(fixture="pytest_asyncio.fixture", mark="pytest.mark.asyncio") + PYTEST_ASYNCIO[scope]
    write(tmp_path, {"test_it.py": "import pytest_asyncio\n" + tests, "pytest.ini": SETTINGS.format(scope=scope)})
    assert " 8 passed" in _run_pytest(tmp_path, "-p", "pytest_asyncio.plugin")


def test_anyio_plugin(tmp_path: Path) -> None:
    """The same under anyio's plugin, whose loop serves each test and its fixtures."""
    backend = "\n@pytest.fixture\ndef anyio_backend():\n    return 'asyncio'\n"
    tests = SYNC + backend + ASYNC.format(fixture="pytest.fixture", mark="pytest.mark.anyio")
    write(
        tmp_path, {"test_it.py": tests + PYTEST_ASYNCIO["function"], "pytest.ini": "[pytest]\nfilterwarnings = error\n"}
    )
    assert " 8 passed" in _run_pytest(tmp_path, "-p", "anyio.pytest_plugin")
