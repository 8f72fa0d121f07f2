"""Give the tests of editors a folder as a user has it: a generated module, its implementation, and a program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import ambidex

LIBRARY = Path(ambidex.__file__).resolve().parent.parent

IMPLEMENTATION = '''\
"""The weather."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import AsyncGenerator, List

from ambidex import Module

wrapper_module = Module("weather")


@wrapper_module.wrap_function
async def current(city: str, *, units: str = "C") -> float:
    """Return the temperature in `city`."""
    return 1.0


@wrapper_module.wrap_function
async def readings(city: str, limit: int = 2) -> AsyncGenerator[float, None]:
    """Yield readings of `city`."""
    yield 1.0


@wrapper_module.wrap_class
class Client:
    """A client of a station."""

    def __init__(self, url: str) -> None:
        """Set up a client for `url`."""
        self._url = url

    async def query(self, question: str, *, limit: int = 10) -> List[str]:
        """Ask the station."""
        return [question] * limit

    @asynccontextmanager
    async def held(self, name: str) -> AsyncGenerator[Client, None]:
        """Hold the station."""
        yield self

    def parse(self, text: str) -> int:
        """Read a number."""
        return int(text)

    @property
    def url(self) -> str:
        """The address."""
        return self._url
'''

# Each line is found by its text; the last ones are being written.
USE = """\
import weather
from weather import Client, current, readings

now = current("Oslo", units="F")
client = Client("x")
answers = client.query("a", limit=1)
number = client.parse("1")
address = client.url
block = client.held("a")
future = client.query.submit("b")
unbound = Client.query(client, "c")
lines = readings("Oslo")


async def main() -> None:
    later = await current.aio("Oslo", units="F")
    several = readings.aio("Oslo")
    more = await client.query.aio("a", limit=1)
    entered = client.held.aio("a")
    writing = client.
    and_here = client.query.
    and_there = current.
"""

USE_TWINS = """\
import twins

now = twins.current("Oslo", units="F")
client = twins.Client("x")
answers = client.query("a", limit=1)
lines = twins.readings("Oslo")


async def main() -> None:
    later = await twins.async_current("Oslo", units="F")
    several = twins.async_readings("Oslo")
    more = await twins.AsyncClient("x").query("a", limit=1)
"""


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Generate a module in each style, once for all tests."""
    folder = tmp_path_factory.mktemp("editors").resolve()
    (folder / "_weather.py").write_text(IMPLEMENTATION, encoding="utf-8")
    (folder / "_twins.py").write_text(IMPLEMENTATION.replace('"weather"', '"twins", style="twin"'), encoding="utf-8")
    (folder / "use.py").write_text(USE, encoding="utf-8")
    (folder / "use_twins.py").write_text(USE_TWINS, encoding="utf-8")
    (folder / "pyrightconfig.json").write_text(json.dumps({"extraPaths": [str(LIBRARY)]}), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-B", "-m", "ambidex", "generate", "-m", "_weather", "-m", "_twins", "-o", "."],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(LIBRARY)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder
