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
from tests.limits import LIMIT_S

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Once

PACKAGE = Path(ambidex.__file__).resolve().parent
VENDORED = (
    *("runtime", "bridge", "deadlines.py", "errors.py", "module.py", "options.py"),
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


def vendor(folder: Path, name: str) -> None:
    """Write a library that carries a copy of the run-time part and a generated module that uses it."""
    package = folder / name
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "_tool.py").write_text(IMPLEMENTATION.replace("{name}", name), encoding="utf-8")
    for arguments in (
        ("vendor", f"{name}._ambidex"),
        ("generate", "--runtime", f"{name}._ambidex", "-m", f"{name}._tool"),
    ):
        command = [sys.executable, "-m", "ambidex.cli", *arguments, "-o", str(folder)]
        subprocess.run(command, check=True, cwd=folder, env=_environment(PACKAGE.parent), capture_output=True)


def _environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(folder)}


@pytest.fixture(scope="session")
def libraries(once: Once) -> Path:
    """Return a folder with two libraries, `north` and `south`."""

    def vendor_both(folder: Path) -> None:
        vendor(folder, "north")
        vendor(folder, "south")

    return once.folder("libraries", vendor_both)


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
