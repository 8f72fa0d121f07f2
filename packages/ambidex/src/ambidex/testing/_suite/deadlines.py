"""What a deadline does: to the caller, and to the work."""

from __future__ import annotations

import asyncio
import concurrent.futures
from typing import TYPE_CHECKING, Any

from ...deadlines import remaining_time
from ...errors import DeadlineExceeded
from .._behaviours import behaviour
from .._checks import equal, raising, same, true
from .._scenery._values import Trouble

if TYPE_CHECKING:
    from .._behaviours import Scene


SHORT_S = 0.05  # arbitrary: a deadline that passes soon
LONG_S = 500.0  # one that does not pass


async def _once_begun(at: Scene, method: Any) -> Any:
    """Call what has a deadline until it has begun before that passed: a busy machine may be too slow for it."""
    while True:
        try:
            return await at.way.call(method)
        except DeadlineExceeded:
            equal(await at.way.call(at.subject.log), [])


@behaviour("deadlines/raises-deadline-exceeded")
async def _(at: Scene) -> None:
    """A call that takes longer than its timeout raises DeadlineExceeded, which has the call's name."""
    with raising(DeadlineExceeded) as caught:
        await at.way.call(at.subject.wait.with_options(timeout=SHORT_S))
    equal(caught.error.call, "Subject.wait")


@behaviour("deadlines/tells-the-limit")
async def _(at: Scene) -> None:
    """The error has the seconds that there were, and says them."""
    with raising(DeadlineExceeded, r"Subject\.wait did not end within 0\.0\d* s") as caught:
        await at.way.call(at.subject.wait.with_options(timeout=SHORT_S))
    true(0 < caught.error.timeout_s < SHORT_S * 1.001, "the limit is the one that was given, or what was left of it")


@behaviour("deadlines/is-every-timeout-error")
async def _(at: Scene) -> None:
    """Whoever expects any of Python's three timeout errors catches it."""
    for kind in (TimeoutError, asyncio.TimeoutError, concurrent.futures.TimeoutError):
        with raising(kind):
            await at.way.call(at.subject.wait.with_options(timeout=SHORT_S))


@behaviour("deadlines/ends-the-work")
async def _(at: Scene) -> None:
    """The work itself is cancelled, and its clean-up has ended when the caller goes on."""
    method = at.subject.wait.with_options(timeout=SHORT_S)
    while "began" not in await at.way.call(at.subject.log):  # on a busy machine it may end before it has begun
        with raising(DeadlineExceeded):
            await at.way.call(method)
    equal((await at.way.call(at.subject.log))[-3:], ["began", "cancelled", "cleaned up"])


@behaviour("deadlines/expired-before-start")
async def _(at: Scene) -> None:
    """A call whose time is over before it is made does not run."""
    with raising(DeadlineExceeded):
        await at.way.call(at.subject.noted.with_options(timeout=0), "ran")
    equal(await at.way.call(at.subject.log), [])


@behaviour("deadlines/in-time-is-no-error")
async def _(at: Scene) -> None:
    """A call that ends in time gives its result, and what is left of its time ends nothing."""
    for number in range(20):
        equal(await at.way.call(at.subject.integer.with_options(timeout=LONG_S), number), number)


@behaviour("deadlines/infinite")
async def _(at: Scene) -> None:
    """None and infinity are no deadline."""
    for timeout in (None, float("inf")):
        same(await at.way.call(at.subject.time_left.with_options(timeout=timeout)), None)


@behaviour("deadlines/is-seen-by-the-work")
async def _(at: Scene) -> None:
    """The method sees how much time its call has left, and None where it has no deadline."""
    left = await at.way.call(at.subject.time_left.with_options(timeout=LONG_S))
    true(left is not None and 0 < left <= LONG_S, f"of {LONG_S} s a part is left, not {left}")
    same(await at.way.call(at.subject.time_left), None)


@behaviour("deadlines/is-seen-by-tasks-of-the-work")
async def _(at: Scene) -> None:
    """A task that the method makes sees it, too."""
    left = await at.way.call(at.subject.time_left_in_task.with_options(timeout=LONG_S))
    true(left is not None and 0 < left <= LONG_S, f"of {LONG_S} s a part is left, not {left}")


@behaviour("deadlines/is-not-left-behind")
async def _(at: Scene) -> None:
    """The caller has no deadline after a call with one, and neither has the next call."""
    await at.way.call(at.subject.time_left.with_options(timeout=LONG_S))
    same(remaining_time(), None)
    same(await at.way.call(at.subject.time_left), None)


@behaviour("deadlines/longer-than-the-one-around-it")
async def _(at: Scene) -> None:
    """A call of a callback has no more time than the call that calls back."""
    seen: list[float | None] = []

    async def back(number: int) -> None:
        seen.append(await at.subject.time_left.with_options(timeout=LONG_S * 10).aio())

    await at.way.call(at.subject.tell.with_options(timeout=LONG_S), back, [1])
    true(seen[0] is not None and 0 < seen[0] <= LONG_S, f"the outer deadline holds: {seen}")


@behaviour("deadlines/is-seen-by-callbacks")
async def _(at: Scene) -> None:
    """A function that is called back sees what is left of the call."""
    seen: list[float | None] = []

    async def back(number: int) -> None:
        seen.append(remaining_time())

    await at.way.call(at.subject.tell.with_options(timeout=LONG_S), back, [1])
    await at.way.call(at.subject.tell, back, [1])
    true(seen[0] is not None and 0 < seen[0] <= LONG_S, f"of {LONG_S} s a part is left, not {seen[0]}")
    same(seen[1], None)


@behaviour("deadlines/ends-a-callback")
async def _(at: Scene) -> None:
    """A call that waits for a callback is ended by its deadline, and the callback with it."""
    ended: list[str] = []

    async def back(number: int) -> None:
        ended.append("began")
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("ended")

    while not ended:
        with raising(DeadlineExceeded):
            await at.way.call(at.subject.tell.with_options(timeout=SHORT_S * 4), back, [1])
    equal(ended, ["began", "ended"])


@behaviour("deadlines/of-a-begun-call")
async def _(at: Scene) -> None:
    """A call that was begun, and is not waited for, is ended by its deadline, too."""
    begun = at.way.begin(at.subject.wait.with_options(timeout=SHORT_S))
    with raising(DeadlineExceeded):
        await begun.result()


@behaviour("deadlines/each-call-has-its-own")
async def _(at: Scene) -> None:
    """Of calls at the same time each ends by its own."""
    held = at.way.begin(at.subject.hold.with_options(timeout=LONG_S))
    await at.way.call(at.subject.wait_for, "holding")
    for begun in [at.way.begin(at.subject.wait.with_options(timeout=SHORT_S)) for _ in range(10)]:
        with raising(DeadlineExceeded):
            await begun.result()
    await at.way.call(at.subject.let_go)
    equal(await held.result(), "let go")


@behaviour("deadlines/cancellation-that-is-taken")
async def _(at: Scene) -> None:
    """Work that takes the cancellation, and gives a value, gives that to its caller, as in a plain await."""
    method = at.subject.refuse_to_fail.with_options(timeout=SHORT_S * 4)
    equal(await _once_begun(at, method), "saved")
    equal(await at.way.call(at.subject.log), ["began", "cancelled"])


@behaviour("deadlines/clean-up-that-fails")
async def _(at: Scene) -> None:
    """What the clean-up of work raises whose time is over is raised, as in a plain await."""
    method = at.subject.fail_in_clean_up.with_options(timeout=SHORT_S * 4)
    with raising(Trouble, "in the clean-up"):
        await _once_begun(at, method)


@behaviour("deadlines/of-an-object")
async def _(at: Scene) -> None:
    """`with_options` of an object gives its calls the deadline, and leaves the object as it is."""
    hurried = at.subject.with_options(timeout=SHORT_S)
    with raising(DeadlineExceeded):
        await at.way.call(hurried.wait)
    same(await at.way.call(at.subject.time_left), None)


@behaviour("deadlines/of-the-root")
async def _(at: Scene) -> None:
    """The root's calls have deadlines as any other object's."""
    with raising(DeadlineExceeded):
        await at.way.call(at.root.wait.with_options(timeout=SHORT_S))
    left = await at.way.call(at.root.time_left.with_options(timeout=LONG_S))
    true(left is not None and 0 < left <= LONG_S, f"of {LONG_S} s a part is left, not {left}")


@behaviour("deadlines/of-a-stream-that-waits")
async def _(at: Scene) -> None:
    """A stream that gives no item in time raises DeadlineExceeded, and is ended there."""
    stream = at.way.stream(at.subject.stall.with_options(timeout=SHORT_S * 4), 0)
    with raising(DeadlineExceeded):
        await stream.next()
    log = await at.way.call(at.subject.log)
    true(not log or log[-1] == "cleaned up", f"its clean-up has ended, of {log}")
    with raising(StopAsyncIteration):
        await stream.next()


@behaviour("deadlines/of-a-stream-is-of-the-whole")
async def _(at: Scene) -> None:
    """The deadline of a stream is one for all of it: endless items do not put it off."""
    stream = at.way.stream(at.subject.count.with_options(timeout=SHORT_S * 4), 10**9)
    with raising(DeadlineExceeded):
        while True:
            await stream.next()


@behaviour("deadlines/is-seen-by-a-stream")
async def _(at: Scene) -> None:
    """A stream sees what it has left, and it does not grow from item to item."""
    stream = at.way.stream(at.subject.times_left.with_options(timeout=LONG_S))
    left = [await stream.next() for _ in range(5)]
    await stream.close()
    true(all(each is not None and 0 < each <= LONG_S for each in left), f"each is a part of {LONG_S} s: {left}")
    equal(left, sorted(left, reverse=True))


@behaviour("deadlines/of-a-context-manager")
async def _(at: Scene) -> None:
    """The time of a context manager covers the block: where it is over, leaving it raises, and it is closed."""
    log: list[str] = []
    while "open door" not in log:  # on a busy machine it may end before it has begun
        with raising(DeadlineExceeded):
            async with at.way.enter(at.subject.open.with_options(timeout=SHORT_S * 4), "door"):
                with raising(DeadlineExceeded):
                    await at.way.call(at.subject.wait.with_options(timeout=SHORT_S * 8))
        log = await at.way.call(at.subject.log)
    true("close door in the same task" in log, f"it is closed: {log}")


@behaviour("deadlines/of-a-context-manager-in-time")
async def _(at: Scene) -> None:
    """A block that ends in time is left without an error."""
    async with at.way.enter(at.subject.open.with_options(timeout=LONG_S), "door"):
        pass
    equal((await at.way.call(at.subject.log))[-1], "close door in the same task")
