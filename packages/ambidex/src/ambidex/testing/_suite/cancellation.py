"""What becomes of work that its caller gives up."""

from __future__ import annotations

import asyncio
import concurrent.futures
from typing import TYPE_CHECKING, Any

from .._behaviours import behaviour
from .._checks import equal, raising, same, true
from .._scenery._values import Trouble

if TYPE_CHECKING:
    from .._behaviours import Scene

CANCELLED = (asyncio.CancelledError, concurrent.futures.CancelledError)  # two classes, by who waits


async def _cancelled(at: Scene, method: Any) -> Any:
    begun = at.way.begin(method)
    await at.way.call(at.subject.wait_for, "began")
    begun.cancel()
    return begun


@behaviour("cancellation/raises-cancelled-error")
async def _(at: Scene) -> None:
    """A call that is given up raises CancelledError where its outcome is asked for."""
    begun = await _cancelled(at, at.subject.wait)
    with raising(CANCELLED):
        await begun.result()


@behaviour("cancellation/reaches-the-work")
async def _(at: Scene) -> None:
    """The work is cancelled where it waits, and its clean-up runs to its end."""
    begun = await _cancelled(at, at.subject.wait)
    with raising(CANCELLED):
        await begun.result()
    await at.way.call(at.subject.wait_for, "cleaned up")
    equal(await at.way.call(at.subject.log), ["began", "cancelled", "cleaned up"])


@behaviour("cancellation/task-cancelled-cleans-up", "awaited")
async def _(at: Scene) -> None:
    """A task that is cancelled goes on when the clean-up of the work has ended, and not before."""
    begun = await _cancelled(at, at.subject.wait)
    with raising(asyncio.CancelledError):
        await begun.result()
    equal(await at.subject.log.aio(), ["began", "cancelled", "cleaned up"])


@behaviour("cancellation/wait-for", "awaited")
async def _(at: Scene) -> None:
    """`asyncio.wait_for` around a call ends the work, and waits for its clean-up."""
    limit_s = 0.05
    while "began" not in await at.subject.log.aio():
        with raising(asyncio.TimeoutError):
            await asyncio.wait_for(at.subject.wait.aio(), limit_s)
        limit_s *= 2
    equal(await at.subject.log.aio(), ["began", "cancelled", "cleaned up"])


@behaviour("cancellation/of-many", "awaited")
async def _(at: Scene) -> None:
    """Of many calls that are cancelled together each is cleaned up."""
    tasks = [asyncio.ensure_future(at.subject.wait.aio()) for _ in range(50)]
    await at.subject.wait_for.aio("began", 50)
    gathered = asyncio.gather(*tasks)
    gathered.cancel()
    with raising(asyncio.CancelledError):
        await gathered
    await asyncio.wait(tasks)
    equal((await at.subject.log.aio()).count("cleaned up"), 50)


@behaviour("cancellation/of-one-of-many")
async def _(at: Scene) -> None:
    """Others of the same object go on."""
    held = at.way.begin(at.subject.hold)
    await at.way.call(at.subject.wait_for, "holding")
    begun = await _cancelled(at, at.subject.wait)
    with raising(CANCELLED):
        await begun.result()
    await at.way.call(at.subject.let_go)
    equal(await held.result(), "let go")


@behaviour("cancellation/before-it-begins", "awaited")
async def _(at: Scene) -> None:
    """A call whose task is cancelled before its first step does not run."""
    task = asyncio.ensure_future(at.subject.noted.aio("ran"))
    task.cancel()
    with raising(asyncio.CancelledError):
        await task
    equal(await at.subject.log.aio(), [])


@behaviour("cancellation/after-its-end")
async def _(at: Scene) -> None:
    """A call that is over is not changed by it."""
    begun = at.way.begin(at.subject.add, 1, 2)
    equal(await begun.result(), 3)
    begun.cancel()
    equal(await begun.result(), 3)


@behaviour("cancellation/that-is-taken")
async def _(at: Scene) -> None:
    """Work that takes its cancellation for something else ends, and the next call works."""
    begun = await _cancelled(at, at.subject.refuse_to_fail)
    try:
        equal(await begun.result(), "saved")
    except CANCELLED:
        await at.way.call(at.subject.wait_for, "cancelled")
    equal(await at.way.call(at.subject.add, 1, 2), 3)


@behaviour("cancellation/clean-up-that-fails")
async def _(at: Scene) -> None:
    """What its clean-up raises is raised, or CancelledError; and the next call works."""
    begun = await _cancelled(at, at.subject.fail_in_clean_up)
    with raising((Trouble, *CANCELLED)):
        await begun.result()
    equal(await at.way.call(at.subject.add, 1, 2), 3)


@behaviour("cancellation/of-the-root")
async def _(at: Scene) -> None:
    """A call of the root is cancelled as any other one."""
    before = (await at.way.call(at.root.log)).count("cleaned up")
    began = (await at.way.call(at.root.log)).count("began")
    begun = at.way.begin(at.root.wait)
    await at.way.call(at.root.wait_for, "began", began + 1)
    begun.cancel()
    with raising(CANCELLED):
        await begun.result()
    await at.way.call(at.root.wait_for, "cleaned up", before + 1)


@behaviour("cancellation/of-a-step")
async def _(at: Scene) -> None:
    """A stream whose reader is cancelled in a step, or closed, ends where it waits, and is cleaned up."""
    stream = at.way.stream(at.subject.stall, 1)
    equal(await stream.next(), 0)
    if at.way.name == "awaited":
        step = asyncio.ensure_future(stream.next())
        await at.way.call(at.subject.wait_for, "stalled")
        step.cancel()
        with raising(asyncio.CancelledError):
            await step
    await stream.close()
    await at.way.call(at.subject.wait_for, "cleaned up")


@behaviour("cancellation/of-a-block", "awaited")
async def _(at: Scene) -> None:
    """A task that is cancelled inside `async with` leaves the context manager, which is closed."""
    inside = asyncio.Event()

    async def block() -> None:
        async with at.subject.open.aio("door"):
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.ensure_future(block())
    await inside.wait()
    task.cancel()
    with raising(asyncio.CancelledError):
        await task
    equal((await at.subject.log.aio())[-1], "close door in the same task")


@behaviour("cancellation/of-a-callback")
async def _(at: Scene) -> None:
    """A call that is given up while it waits for a callback ends that, too, and cleans up."""
    events: list[str] = []

    async def back(number: int) -> None:
        await at.subject.noted.aio("began")
        try:
            await asyncio.Event().wait()
        finally:
            events.append("ended")

    begun = at.way.begin(at.subject.tell_cleaning_up, back) if at.way.name == "awaited" else None
    if begun is None:  # what a blocking thread hands over belongs to it: the deadline gives it up
        with raising(TimeoutError):
            at.subject.tell_cleaning_up.with_options(timeout=0.5)(back)
        equal(events, ["ended"])
        return
    await at.way.call(at.subject.wait_for, "began")
    begun.cancel()
    with raising(CANCELLED):
        await begun.result()
    equal(events, ["ended"])
    equal((await at.way.call(at.subject.log))[-1], "cleaned up")


@behaviour("cancellation/by-the-work")
async def _(at: Scene) -> None:
    """The implementation cancels a callback that it has called: that is cleaned up, and nobody else is cancelled."""
    events: list[str] = []

    async def back(number: int) -> None:
        try:
            await at.subject.noted.aio("callback began")
            await asyncio.Event().wait()
        finally:
            events.append("ended")

    equal(await at.way.call(at.subject.tell_briefly, back), "cancelled")
    equal(events, ["ended"])


@behaviour("cancellation/a-hundred-times")
async def _(at: Scene) -> None:
    """A hundred calls that are given up, one after the other, leave the object as it was."""
    for number in range(100):
        begun = at.way.begin(at.subject.wait)
        await at.way.call(at.subject.wait_for, "began", number + 1)
        begun.cancel()
        with raising(CANCELLED):
            await begun.result()
    await at.way.call(at.subject.wait_for, "cleaned up", 100)
    same(await at.way.call(at.subject.nothing), None)
    true(await at.way.call(at.subject.is_in_task), "calls run")
