"""What a user of twins_callables.py is given, and what checkers refuse."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Optional, Union

import twins_callables
from twins_callables import AsyncHub, AsyncStation, Hub, Job, Station
from typing_extensions import assert_type

from ambidex.bridge import Call

Blocking = Callable[[int], str]
Awaited = Callable[[int], Coroutine[Any, Any, str]]
Own = Callable[[int], Union[str, Awaitable[str]]]

assert_type(twins_callables.speller(), Blocking)
assert_type(twins_callables.steps(), "list[Blocking]")
assert_type(Station("a").joiner()(Station("b")), Station)
assert_type(Hub().on_event, Optional[Own])
assert_type(Hub().work, Blocking)
assert_type(twins_callables.jobs()[0].work, Union[Call[[int], str], Own])
Job(str)
Station("a").joiner()(AsyncStation("b"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
assert_type(twins_callables.async_speller(), Awaited)
assert_type(AsyncHub().work, Awaited)
AsyncHub().on_event = twins_callables.async_speller()


async def waiting() -> None:
    """Find the types of what is awaited."""
    assert_type(await twins_callables.async_steps(), "list[Awaited]")
    assert_type(await AsyncStation("a").joiner()(AsyncStation("b")), AsyncStation)
    assert_type(await twins_callables.async_through(lambda after, number: after(number), 1), str)
