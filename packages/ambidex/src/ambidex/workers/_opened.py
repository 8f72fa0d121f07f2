"""Own async generators that are opened with their first step: what they wait for before, nobody waits for sooner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable


async def opened_with_first_step(
    opening: Callable[[], Awaitable[AsyncGenerator[Any, Any]]],
) -> AsyncGenerator[Any, Any]:
    """Yield what the generator yields that `opening` gives, and pass on what is sent or thrown in."""
    steps = await opening()
    step: Any = steps.__anext__()
    try:
        while True:
            try:
                item = await step
            except StopAsyncIteration:
                return
            try:
                sent = yield item
            except Exception as error:  # noqa: BLE001  thrown in by the reader: the generator's own affair
                step = steps.athrow(error)
            else:
                step = steps.asend(sent)
    finally:
        await steps.aclose()
