"""Give the tests of editors a folder as a user has it: a generated module, its implementation, and a program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import ambidex
from tests.editors.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator

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

# What no decorator can type: each is written out, as a class with the forms of a call.
WRITTEN_OUT = '''\
"""Boxes."""

from __future__ import annotations

from typing import Awaitable, Callable, Generic, List, TypeVar, Union, overload

from typing_extensions import Self

from ambidex import Module

wrapper_module = Module("boxes")
T = TypeVar("T")
K = TypeVar("K")


@overload
async def parsed(text: str) -> int: ...
@overload
async def parsed(text: bytes) -> float: ...
@wrapper_module.wrap_function
async def parsed(text: Union[str, bytes]) -> Union[int, float]:
    """Parse a text."""
    return 1


@wrapper_module.wrap_function
async def mapped(function: Callable[[int], Awaitable[K]], number: int = 1) -> List[K]:
    """Map a number."""
    return [await function(number)]


@wrapper_module.wrap_class
class Shelf:
    """A shelf."""

    @overload
    async def find(self, key: int) -> int: ...
    @overload
    async def find(self, key: str) -> str: ...
    async def find(self, key: Union[int, str]) -> Union[int, str]:
        """Find a key."""
        return key


@wrapper_module.wrap_class
class Box(Generic[T]):
    """A box."""

    def __init__(self, item: T) -> None:
        """Make a box."""
        self._item = item

    async def several(self, number: int) -> List[Self]:
        """Give several."""
        return [self] * number

    async def map(self, function: Callable[[T], Awaitable[K]]) -> Box[K]:
        """Map the item."""
        return Box(await function(self._item))

    @classmethod
    async def holding(cls, item: T) -> Box[T]:
        """Make one of an item."""
        return Box(item)

    @staticmethod
    async def first(items: List[T]) -> T:
        """Give the first."""
        return items[0]
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

USE_WRITTEN_OUT = """\
import boxes

shelf = boxes.Shelf()
box = boxes.Box(1)


def told(number: int) -> str:
    return str(number)


called = boxes.parsed("1")
called = boxes.mapped(told, 2)
called = shelf.find(1)
called = box.several(2)
called = box.map(told)
called = boxes.Box.holding("x")
called = boxes.Box.first(["x"])

named = boxes.parsed.aio
named = boxes.mapped.aio
named = shelf.find.aio
named = box.several.aio
named = box.map.aio
named = boxes.Box.holding.aio
named = boxes.Box.first.aio

future = boxes.parsed.submit("1")
future = boxes.mapped.submit(told, 2)
future = shelf.find.submit(1)
future = box.several.submit(2)
future = box.map.submit(told)
future = boxes.Box.holding.submit("x")
future = boxes.Box.first.submit(["x"])


async def main() -> None:
    awaited = await boxes.parsed.aio(b"1")
    awaited = await boxes.mapped.aio(told, 2)
    awaited = await shelf.find.aio("x")
    awaited = await box.several.aio(2)
    awaited = await box.map.aio(told)
    awaited = await boxes.Box.holding.aio("x")
    awaited = await boxes.Box.first.aio(["x"])
    boxes.parsed.
    boxes.mapped.
    shelf.find.
    box.several.
    box.map.
    boxes.Box.holding.
    boxes.Box.first.
"""

USE_TWIN_BOXES = """\
import twin_boxes

now = twin_boxes.parsed("1")
later = twin_boxes.async_parsed("1")
"""

_TEXTS = {
    "_weather.py": IMPLEMENTATION,
    "_twins.py": IMPLEMENTATION.replace('"weather"', '"twins", style="twin"'),
    "_boxes.py": WRITTEN_OUT,
    "_twin_boxes.py": WRITTEN_OUT.replace('"boxes"', '"twin_boxes", style="twin"'),
    "use.py": USE,
    "use_twins.py": USE_TWINS,
    "use_boxes.py": USE_WRITTEN_OUT,
    "use_twin_boxes.py": USE_TWIN_BOXES,
}


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Generate each module, in one style or both, once for all tests."""
    folder = tmp_path_factory.mktemp("editors").resolve()
    for name, text in _TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "pyrightconfig.json").write_text(json.dumps({"extraPaths": [str(LIBRARY)]}), encoding="utf-8")
    modules = (argument for name in _TEXTS if name.startswith("_") for argument in ("-m", Path(name).stem))
    done = subprocess.run(
        [sys.executable, "-B", "-m", "ambidex", "generate", *modules, "-o", "."],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(LIBRARY)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="session")
def server(folder: Path) -> Iterator[Server]:
    """Start the server and show it what a user has open, once for all tests."""
    server = Server([Path(sys.executable).parent / "basedpyright-langserver", "--stdio"], folder)
    for file in sorted(folder.glob("[!_]*.py")):
        server.open(file.name)
    yield server
    server.close()
