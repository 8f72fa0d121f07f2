"""Use twins_errors.py: the faces in an exception are those of whoever catches it."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, contextmanager
from typing import AsyncGenerator, Callable, Generator, List

import twins_errors
from twins_errors import AsyncFailed, AsyncStation, Failed, Station

oslo = Station("Oslo")
bergen = AsyncStation("Bergen")
kinds: List[object] = [AsyncFailed, Failed]
assert kinds[0] is kinds[1]


def caught(call: Callable[[], object]) -> Failed:
    try:
        call()
    except Failed as error:
        return error
    raise AssertionError("nothing was raised")


for error in (
    caught(oslo.check),
    caught(oslo.checked),
    caught(lambda: list(oslo.readings())),
    caught(lambda: twins_errors.checked(oslo)),
    caught(lambda: twins_errors.weighed(oslo)),
):
    assert error.station is oslo
    assert error.args == ("failed", oslo)


@contextmanager
def blocking() -> Generator[Station, None, None]:
    yield oslo


@asynccontextmanager
async def awaited() -> AsyncGenerator[AsyncStation, None]:
    yield bergen


assert oslo.within(blocking())


async def waiting() -> None:
    try:
        await bergen.check()
    except AsyncFailed as error:
        assert error.station is bergen
        assert error.args == ("failed", bergen)
    try:
        bergen.checked()
    except AsyncFailed as error:
        assert error.station is bergen
    try:
        twins_errors.async_weighed(bergen)
    except AsyncFailed as error:
        assert error.station is bergen
    else:
        raise AssertionError
    try:
        async for number in bergen.readings():
            assert number == 1
    except AsyncFailed as error:
        assert error.station is bergen
    try:
        await twins_errors.async_checked(bergen)
    except AsyncFailed as error:
        assert error.station is bergen
    assert await bergen.within(awaited())


asyncio.run(waiting())
