"""What a user of contexts.py infers."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager

import contexts
from typing_extensions import assert_type

from ambidex.bridge import Context


@contextmanager
def blocking() -> Generator[int, None, None]:
    yield 1


@asynccontextmanager
async def awaited() -> AsyncGenerator[int, None]:
    yield 1


oslo = contexts.Station("Oslo")
assert_type(contexts.within(oslo), contexts.Station)
assert_type(contexts.total(blocking(), awaited()), int)
contexts.within(blocking())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
assert_type(contexts.either(blocking()), int)
contexts.opened(blocking())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
oslo.lock = blocking()
_, doors = contexts.doors(oslo)
assert_type(doors["front"], "Context[contexts.Station]")
contexts.within(doors["front"])
with doors["front"] as station:
    assert_type(station, contexts.Station)


async def waiting() -> None:
    assert_type(await contexts.within.aio(doors["front"]), contexts.Station)
