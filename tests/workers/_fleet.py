"""What the workers of a pool have, as faces see it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ambidex import Module

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

wrapper_module = Module("tests.workers.fleet", synchronizer="tests")


@wrapper_module.wrap_class
class Boat:
    """An object that lives in the process that has made it."""

    def __init__(self, name: str) -> None:
        self._name = name

    @classmethod
    async def launch(cls, name: str) -> Boat:
        return cls(name)

    async def harbour(self) -> int:
        """Return the process."""
        return os.getpid()

    async def twin(self) -> Boat:
        return Boat(self._name)


@wrapper_module.wrap_function
async def harbour() -> int:
    """Return the process that runs this."""
    return os.getpid()


@wrapper_module.wrap_function
async def harbours(count: int) -> AsyncGenerator[int, None]:
    """Yield the process that runs this."""
    for _ in range(count):
        yield os.getpid()
