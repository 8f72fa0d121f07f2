"""What the tests of typed calls have a child do that may die meanwhile: functions that note how often they have run."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, cast

from ambidex import Module, idempotent, remaining_time

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

wrapper_module = Module("tests.workers.children.errands", "errands")


def _run(file: str) -> int:
    with Path(file).open("a", encoding="utf-8") as noted:
        noted.write("run\n")
    return len(Path(file).read_text(encoding="utf-8").splitlines())


@wrapper_module.wrap_function
@idempotent
async def find(file: str, deaths: int) -> int:
    """Die in each of the first runs; return the number of this one."""
    run = _run(file)
    if run <= deaths:
        os._exit(3)
    return run


@wrapper_module.wrap_function
async def add(file: str, deaths: int) -> int:
    """Do what must not be done twice."""
    return _run(file) + deaths


@wrapper_module.wrap_function
async def left() -> float | None:
    """Tell how many seconds this has left."""
    return remaining_time()


@wrapper_module.wrap_function
async def lefts() -> AsyncGenerator[float | None, None]:
    """Tell it in a stream."""
    yield remaining_time()


@wrapper_module.wrap_function
async def pids(times: int) -> AsyncGenerator[int, None]:
    """Tell where this is."""
    for _ in range(times):
        yield os.getpid()


@wrapper_module.wrap_function
async def misdeclared() -> AsyncGenerator[int, None]:
    """Yield what is no number at last."""
    yield 7
    yield cast("int", "seven")


@wrapper_module.wrap_function
async def perhaps(value: object) -> tuple[int | None, str]:
    """Return the value where a number, or nothing, is declared."""
    return cast("int | None", value), "told"


@wrapper_module.wrap_class
class Runner:
    """An object that is lost with its process."""

    name: str

    def __init__(self, name: str) -> None:
        self.name = name

    @classmethod
    @idempotent
    async def hire(cls, file: str, deaths: int) -> Runner:
        """Die in each of the first runs, and then make one."""
        run = _run(file)
        if run <= deaths:
            os._exit(3)
        return cls(f"runner {run}")

    @idempotent
    async def fall(self) -> None:
        """Die."""
        os._exit(3)

    async def pid(self) -> int:
        """Tell where this is."""
        return os.getpid()
