"""Own the loop that drives a stream for somebody else: what is read, sent in and thrown in passes through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from contextlib import AbstractAsyncContextManager


async def forwarded(opened: AbstractAsyncContextManager[AsyncGenerator[Any, Any]]) -> AsyncGenerator[Any, Any]:
    """Yield what a generator yields; `opened` gives it at the first step, and is left once it is closed.

    What is sent and thrown in reaches the generator, and what it raises passes through the context manager.
    """
    async with opened as steps:
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
