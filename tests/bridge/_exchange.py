"""The implementation behind the faces of tests/bridge/exchange.py: it takes callables in every way there is."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence

VOICE: contextvars.ContextVar[str] = contextvars.ContextVar("voice", default="nobody")


class Line:
    """What callables are given, and give back."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.is_implementation = True

    async def ring(self) -> int:
        await asyncio.sleep(0)
        return self.number

    async def ask(self, question: Callable[[Line], Awaitable[Line]]) -> Line:
        return await question(self)


class Exchange:
    """Keep callables, and call them later."""

    def __init__(self, greet: Callable[[str], Awaitable[None]] | None = None) -> None:
        self.subscribers: list[Callable[[Line], Awaitable[Any]]] = []
        self.greet = greet
        self.on_close: Callable[[], Awaitable[None]] | None = None
        self.guard = asyncio.Lock()
        self.queued = asyncio.Event()
        self.tasks: list[asyncio.Future[Any]] = []

    def subscribe(self, subscriber: Callable[[Line], Awaitable[Any]]) -> None:
        self.subscribers.append(subscriber)

    async def unsubscribe(self, subscriber: Callable[[Line], Awaitable[Any]]) -> int:
        self.subscribers.remove(subscriber)
        return len(self.subscribers)

    def start(self, work: Callable[[], Awaitable[Any]]) -> None:
        """Call `work` at once, without waiting for it."""
        self.tasks.append(asyncio.ensure_future(work()))

    async def finished(self) -> list[Any]:
        """Wait for what was started."""
        return list(await asyncio.gather(*self.tasks))

    async def publish(self, number: int) -> list[Any]:
        return [await subscriber(Line(number)) for subscriber in self.subscribers]

    async def publish_in_background(self, number: int) -> None:
        self.tasks.append(asyncio.ensure_future(self.publish(number)))

    async def leave(
        self,
        first: Callable[[], Awaitable[Any]],
        second: Callable[[], Awaitable[Any]],
        begun: threading.Event,
        left: threading.Event,
    ) -> None:
        """Call both, and end when `begun` is set; tell `left` then."""
        task = asyncio.current_task()
        assert task is not None
        task.add_done_callback(lambda _: left.set())
        self.tasks += map(asyncio.ensure_future, (first(), second()))
        await asyncio.get_running_loop().run_in_executor(None, begun.wait, 60.0)

    async def close(self) -> None:
        if self.on_close is not None:
            await self.on_close()

    async def both(
        self, first: Callable[[], Awaitable[Any]], second: Callable[[], Awaitable[Any]], posted: threading.Event | None
    ) -> list[Any]:
        """Call `first` and, while holding the lock, `second`: at once, and tell `posted`, or when `first` queues."""
        async with self.guard:
            ahead = asyncio.ensure_future(first())
            await (self.queued.wait() if posted is None else asyncio.sleep(0))
            behind = asyncio.ensure_future(second())
            await asyncio.sleep(0)
            if posted is not None:
                posted.set()
            given = await behind
        return [await ahead, given]

    async def queue(self) -> bool:
        """Wait for the lock."""
        self.queued.set()
        async with self.guard:
            return True


async def call(work: Callable[[], Awaitable[Any]]) -> Any:
    """Call `work` once."""
    return await work()


async def call_shielded(work: Callable[[], Awaitable[Any]], log: list[str]) -> str:
    """Call `work` and say how it ended."""
    try:
        return f"gave {await work()}"
    except BaseException as error:
        log.append(repr(error))
        raise


async def call_many(work: Callable[[int], Awaitable[Any]], times: int) -> list[Any]:
    """Call `work` many times at once."""
    return list(await asyncio.gather(*map(work, range(times))))


async def call_each(works: Mapping[str, Sequence[Callable[[], Awaitable[Any]] | None]]) -> dict[str, list[Any]]:
    """Call what stands in a mapping of sequences."""
    given: dict[str, list[Any]] = {}
    for key, several in works.items():
        given[key] = [None if work is None else await work() for work in several]
    return given


async def call_with_names(*, work: Callable[..., Awaitable[Any]], **others: Callable[..., Awaitable[Any]]) -> list[Any]:
    """Call what is given by keyword, with arguments of both kinds."""
    return [await work(1, key=2), *[await other() for other in others.values()]]


async def call_at_end(work: Callable[[str], Awaitable[Any]], started: Callable[[], Awaitable[None]]) -> None:
    """Wait for good, and call `work` in the clean-up."""
    try:
        await started()
        await asyncio.Event().wait()
    finally:
        await work("end")


async def on_loop(work: Callable[[], Awaitable[Any]]) -> tuple[Any, int]:
    """Call `work`, which is declared to run on the loop; give the loop's thread too."""
    return await work(), threading.get_ident()


async def plain(work: Callable[[Line], Line], line: Line) -> Line:
    """Call `work` without awaiting it."""
    changed = work(line)
    assert changed.is_implementation
    return changed


async def numbers(work: Callable[[int], Awaitable[int]], stop: int) -> AsyncGenerator[int, None]:
    """Yield what `work` makes of each number."""
    for number in range(stop):
        yield await work(number)


async def say() -> str:
    """Return the context variable that the call sees."""
    return VOICE.get()


async def speak_through(voice: str, work: Callable[[], Awaitable[Any]]) -> tuple[str, Any, str]:
    """Set the variable, call, and set it again: what was seen before, what was given, what is seen after it."""
    before = VOICE.get()
    VOICE.set(voice)
    given, after = await work(), VOICE.get()
    VOICE.set(f"{after}, {voice}")
    return before, given, after


speak_through_on_loop = speak_through
