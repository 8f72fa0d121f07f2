"""Own the loop that drives a stream for somebody else: what is read, sent in and thrown in passes through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterable
    from contextlib import AbstractAsyncContextManager


async def forwarded(
    openings: Iterable[AbstractAsyncContextManager[Any]],
    outward: Callable[[Any], Any] | None = None,
    inward: Callable[[Any], Any] | None = None,
) -> AsyncGenerator[Any, Any]:
    """Yield what a generator yields; an opening gives it at the first step, and is left once it is closed.

    What is sent and thrown in reaches the generator, and what it raises passes through its opening: where that lets it
    end there, the next opening gives another generator. `outward` makes of each item what the reader gets, `inward` of
    what is sent what the generator gets. An asynchronous iterator will do, where nothing is sent into it.
    """
    for opened in openings:
        async with opened as steps:
            step: Any = steps.__anext__()
            try:
                while True:
                    try:
                        item = await step
                    except StopAsyncIteration:
                        return
                    try:
                        sent = yield item if outward is None else outward(item)
                    except Exception as error:  # noqa: BLE001  thrown in by the reader: the generator's own affair
                        step = steps.athrow(error)
                    else:
                        if sent is None:
                            step = steps.__anext__()
                        else:
                            step = steps.asend(sent if inward is None else inward(sent))
            finally:
                close = getattr(steps, "aclose", None)
                if close is not None:
                    await close()
