"""What the tests of loops that wait for each other share: the tables of such waits, and work that waits."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from tests.runtime.work import one

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from ambidex import Synchronizer

WAITS: dict[int, dict[str, Any]] = vars(sys)["__ambidex_shared_1__"]["waits"]
AWAITS: dict[int, Any] = vars(sys)["__ambidex_shared_1__"]["awaits"]


async def numbers() -> AsyncGenerator[int, None]:
    """Yield 1."""
    yield 1


async def await_call(a: Synchronizer) -> int:
    """Await an ordinary call."""
    return await a.aio(one)
