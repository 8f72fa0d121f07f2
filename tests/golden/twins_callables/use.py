"""Call what blocks, and await what is awaited."""

from __future__ import annotations

import asyncio
import inspect
from typing import TYPE_CHECKING

import twins_callables
from twins_callables import AsyncHub, AsyncStation, Hub, Job, Station

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

speller = twins_callables.speller()
assert speller(1) == "<1>"
assert not inspect.iscoroutinefunction(speller)
assert twins_callables.speller() is speller
assert twins_callables.steps() == [speller]
joined = Station("a").joiner()(Station("b"))
assert type(joined) is Station
assert joined.name() == "ab"
hub = Hub()
assert hub.on_event is speller
assert hub.work is speller
hub.on_event = lambda number: f"own {number}"
assert hub.fire(2) == "own 2"
hub.on_event = speller
assert hub.fire(3) == "<3>"
assert twins_callables.through(lambda after, number: after(number) + "!", 4) == "<4>!"
(job,) = twins_callables.jobs()
assert twins_callables.done(job) == "<1>"
assert twins_callables.done(Job(lambda number: f"own {number}")) == "own 1"


async def louder(after: Callable[[int], Coroutine[Any, Any, str]], number: int) -> str:
    """Await what comes next."""
    return await after(number) + "!"


async def waiting() -> None:
    """Do the same on a loop of the user's."""
    speller = twins_callables.async_speller()
    assert inspect.iscoroutinefunction(speller)
    assert await asyncio.create_task(speller(5)) == "<5>"
    assert await twins_callables.async_steps() == [speller]
    joined = await AsyncStation("a").joiner()(AsyncStation("c"))
    assert type(joined) is AsyncStation
    assert await joined.name() == "ac"
    hub = AsyncHub()
    assert hub.on_event is speller
    hub.on_event = speller
    assert await hub.fire(6) == "<6>"
    assert await hub.work(7) == "<7>"
    assert await twins_callables.async_through(louder, 8) == "<8>!"
    (job,) = await twins_callables.async_jobs()
    assert await twins_callables.async_done(job) == "<1>"


asyncio.run(waiting())
