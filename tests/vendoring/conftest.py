"""Supply two libraries that each carry their own copy of the vendored folders, and programs that use both."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import ambidex
from ambidex.bridge import ABI
from tests.limits import LIMIT_S
from tests.vendoring.older import make_older

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Once

MANY = 500  # of more than 700
PACKAGE = Path(ambidex.__file__).resolve().parent
VENDORED = (
    *("runtime", "bridge", "_waiter.py", "deadlines.py", "errors.py", "module.py", "options.py"),
    *("__init__.py", "py.typed", "LICENSE", "VENDORED.txt"),
)

IMPLEMENTATION = '''\
"""The tool of a library that has no dependency."""

from __future__ import annotations

import asyncio
import importlib
import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

from ._ambidex import Module

tool_module = Module("{name}.tool", "{name}")


@tool_module.wrap_class
class Counter:
    """Count."""

    start: int

    def __init__(self, start: int) -> None:
        self.start = start
        self._count = start

    async def next(self) -> int:
        """Return the next number."""
        await asyncio.sleep(0)
        self._count += 1
        return self._count


    async def twice(self) -> list[int]:
        """Return the next two numbers, by the method above."""
        return [await self.next(), await self.next()]


@tool_module.wrap_function
async def give(value: int) -> int:
    """Return `value`."""
    await asyncio.sleep(0)
    return value


@tool_module.wrap_function
async def pid() -> int:
    """Return the id of the process that this runs in."""
    return os.getpid()


@tool_module.wrap_function
async def same(counter: Counter) -> Counter:
    """Return what is given."""
    return counter


@tool_module.wrap_function
async def told(tell: Callable[[Counter], Awaitable[Counter]], counter: Counter) -> Counter:
    """Return what the callable gives for a counter."""
    return await tell(counter)


@tool_module.wrap_function
async def use(thing: Any) -> Any:
    """Return what awaiting the other library's object gives, its attribute, and the object."""
    return await thing.next.aio(), thing.start, thing


@tool_module.wrap_function
async def count(thing: Any) -> Any:
    """Return what awaiting another library's object gives in the process that the object is in, and the object."""
    return await thing.next(), thing


@tool_module.wrap_function
async def make(kind: str, *args: int) -> Any:
    """Return an object of any library's class, which `kind` names."""
    module, _, name = kind.partition(":")
    return getattr(importlib.import_module(module), name)(*args)


@tool_module.wrap_class
class Refusal(Exception):
    """Say what was refused."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@tool_module.wrap_function
async def refuse(what: str) -> None:
    """Refuse everything."""
    raise Refusal(what)


@tool_module.wrap_function
async def block(*modules: str) -> int:
    """Block in the next of `modules`, which blocks in the one after it."""
    other = importlib.import_module(modules[0])
    return other.block(*modules[1:]) if len(modules) > 1 else other.give(1)


@tool_module.wrap_function
async def block_then_await(*modules: str) -> int:
    """Block in the first of `modules`, which awaits the second."""
    return importlib.import_module(modules[0]).ask(modules[1])


@tool_module.wrap_function
async def ask(module: str) -> int:
    """Await a call of `module`."""
    return await importlib.import_module(module).give.aio(1)


@tool_module.wrap_function
async def wait() -> None:
    """Wait for ever, and say when it is over."""
    os.write(1, b"{name} waits\\n")
    try:
        await asyncio.Event().wait()
    finally:
        await asyncio.sleep(0)
        os.write(1, b"{name} cleaned up\\n")


@tool_module.wrap_function
async def numbers() -> AsyncGenerator[int, None]:
    """Yield numbers for ever."""
    number = 0
    while True:
        yield number
        number += 1
'''


def vendor(folder: Path, name: str, source: Path = PACKAGE) -> None:
    """Write a library that carries a copy of the run-time part of `source` and a generated module that uses it."""
    package = folder / name
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "_tool.py").write_text(IMPLEMENTATION.replace("{name}", name), encoding="utf-8")
    for arguments in (
        ("vendor", f"{name}._ambidex"),
        ("generate", "--runtime", f"{name}._ambidex", "-m", f"{name}._tool"),
    ):
        command = [sys.executable, "-m", "ambidex.cli", *arguments, "-o", str(folder)]
        subprocess.run(command, check=True, cwd=folder, env=_environment(source.parent), capture_output=True)


def _environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(folder)}


@pytest.fixture(scope="session")
def libraries(once: Once) -> Path:
    """Return a folder with two libraries, `north` and `south`."""

    def vendor_both(folder: Path) -> None:
        vendor(folder, "north")
        vendor(folder, "south")

    return once.folder("libraries", vendor_both)


@pytest.fixture(scope="session")
def versions(once: Once) -> Path:
    """Return a folder with libraries that carry copies of different versions.

    `north` has an older release of the same ABI, `south` this one, `east` one of an older ABI, `west` one of a newer.
    """

    def vendor_each(folder: Path) -> None:
        for name, abi in (("north", ABI), ("east", ABI - 1), ("west", ABI + 1)):
            older = folder / f"source of {name}" / "ambidex"
            renamed = make_older(PACKAGE, older, abi)
            assert len(renamed) > MANY, "private names that this copy has otherwise"
            vendor(folder, name, older)
        vendor(folder, "south")

    return once.folder("versions", vendor_each)


@pytest.fixture
def run_with_both(libraries: Path, tmp_path: Path) -> Callable[..., str]:
    """Give the test a function that runs a program that cannot import ambidex, to its end, and returns its output."""

    def run(source: str, *options: str, errors: str = "") -> str:
        file = tmp_path / "program.py"
        prelude = "import sys; sys.modules['ambidex'] = None\n"
        file.write_text(prelude + textwrap.dedent(source), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, *options, str(file)],
            env=_environment(libraries),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, errors)
        return done.stdout

    return run
