"""What a stream is, in both directions."""

from __future__ import annotations

import asyncio
import gc
import threading
from typing import TYPE_CHECKING, Any

from .._behaviours import behaviour
from .._checks import equal, raising, same, true
from .._scenery._values import Trouble

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator

    from .._behaviours import Scene


async def _up_to(stop: int) -> AsyncGenerator[int, None]:
    for number in range(stop):
        yield number


@behaviour("streams/items-come-in-order")
async def _(at: Scene) -> None:
    """Every item comes, once, in order, and then the end."""
    equal(await at.way.stream(at.subject.count, 500).rest(), list(range(500)))
    equal(await at.way.call(at.subject.log), ["began", "cleaned up"])


@behaviour("streams/empty")
async def _(at: Scene) -> None:
    """A stream without items is at its end."""
    equal(await at.way.stream(at.subject.count, 0).rest(), [])


@behaviour("streams/stays-at-its-end")
async def _(at: Scene) -> None:
    """A stream that has ended says so each time."""
    stream = at.way.stream(at.subject.count, 1)
    equal(await stream.next(), 0)
    for _ in range(3):
        with raising(StopAsyncIteration):
            await stream.next()


@behaviour("streams/nothing-before-the-first-step")
async def _(at: Scene) -> None:
    """A stream that nobody has asked for an item has not begun, and closing it begins nothing."""
    stream = at.way.stream(at.subject.count, 5)
    equal(await at.way.call(at.subject.log), [])
    await stream.close()
    equal(await at.way.call(at.subject.log), [])


@behaviour("streams/asend-two-way")
async def _(at: Scene) -> None:
    """What is sent is what `yield` gives, and the answer is the next item."""
    stream = at.way.stream(at.subject.talk)
    equal(await stream.next(), "heard ready")
    equal(await stream.send("a"), "heard a")
    equal(await stream.send("b"), "heard b")
    equal(await stream.next(), "heard None")
    await stream.close()


@behaviour("streams/send-that-ends-it")
async def _(at: Scene) -> None:
    """A value after which the stream returns ends it for its reader."""
    stream = at.way.stream(at.subject.talk)
    await stream.next()
    with raising(StopAsyncIteration):
        await stream.send("stop")
    equal(await at.way.call(at.subject.log), ["cleaned up"])


@behaviour("streams/throw-that-is-caught")
async def _(at: Scene) -> None:
    """An error that is thrown in is raised at the `yield`; where it is caught, the stream goes on."""
    stream = at.way.stream(at.subject.talk)
    await stream.next()
    equal(await stream.throw(LookupError("lost")), "heard thrown lost")
    equal(await stream.send("on"), "heard on")
    await stream.close()


@behaviour("streams/throw-that-is-not-caught")
async def _(at: Scene) -> None:
    """One that is not caught comes back, after the clean-up, and ends the stream."""
    stream = at.way.stream(at.subject.talk)
    await stream.next()
    with raising(OSError, "from outside"):
        await stream.throw(OSError("from outside"))
    equal(await at.way.call(at.subject.log), ["cleaned up"])
    with raising(StopAsyncIteration):
        await stream.next()


@behaviour("streams/close-waits-for-the-clean-up")
async def _(at: Scene) -> None:
    """Closing a stream runs its clean-up, which has ended when the caller goes on."""
    stream = at.way.stream(at.subject.talk)
    await stream.next()
    await stream.close()
    equal(await at.way.call(at.subject.log), ["cleaned up"])


@behaviour("streams/close-again")
async def _(at: Scene) -> None:
    """Closing it again does nothing, and a closed stream is at its end."""
    stream = at.way.stream(at.subject.talk)
    await stream.next()
    await stream.close()
    await stream.close()
    with raising(StopAsyncIteration):
        await stream.next()
    equal(await at.way.call(at.subject.log), ["cleaned up"])


@behaviour("streams/close-raises-what-the-clean-up-raises")
async def _(at: Scene) -> None:
    """An error of the clean-up is that of `close`."""
    stream = at.way.stream(at.subject.fail_when_closed)
    equal(await stream.next(), 1)
    with raising(Trouble, "in the clean-up"):
        await stream.close()


@behaviour("streams/left-early-is-cleaned-up")
async def _(at: Scene) -> None:
    """A stream that nobody has any more is closed there, though nobody has closed it."""
    stream = at.way.stream(at.subject.count, 10**9)
    equal(await stream.next(), 0)
    del stream
    gc.collect()
    await at.way.call(at.subject.wait_for, "cleaned up")


@behaviour("streams/for-loop", "blocking")
async def _(at: Scene) -> None:
    """A `for` reads it, and a `break` out of it lets the clean-up run."""
    seen: list[int] = []
    for number in at.subject.count(10**9):
        seen.append(number)
        if number == 4:
            break
    equal(seen, [0, 1, 2, 3, 4])
    gc.collect()
    at.subject.wait_for("cleaned up")


@behaviour("streams/async-for-loop", "awaited")
async def _(at: Scene) -> None:
    """An `async for` reads it."""
    seen = [number async for number in at.subject.count.aio(5)]
    equal(seen, [0, 1, 2, 3, 4])


@behaviour("streams/error-after-items")
async def _(at: Scene) -> None:
    """All items before an error are read before it."""
    seen: list[int] = []
    stream = at.way.stream(at.subject.fail_after, 100)
    with raising(Trouble):
        while True:
            seen.append(await stream.next())
    equal(seen, list(range(100)))


@behaviour("streams/two-at-once")
async def _(at: Scene) -> None:
    """Two streams of one object are read in turn, each with its own items."""
    first, second = at.way.stream(at.subject.count, 100), at.way.stream(at.subject.count, 100)
    for number in range(100):
        equal((await first.next(), await second.next()), (number, number))
    await first.close()
    await second.close()


@behaviour("streams/calls-between-steps")
async def _(at: Scene) -> None:
    """Calls between two steps are answered, and change nothing of the stream."""
    stream = at.way.stream(at.subject.count, 50)
    for number in range(50):
        equal(await stream.next(), number)
        equal(await at.way.call(at.subject.integer, -number), -number)
    with raising(StopAsyncIteration):
        await stream.next()


@behaviour("streams/one-task")
async def _(at: Scene) -> None:
    """All steps of a stream run in one task there."""
    equal(await at.way.stream(at.subject.same_task, 20).rest(), [True] * 20)


@behaviour("streams/long-items")
async def _(at: Scene) -> None:
    """Long items come whole and in order."""
    found = await at.way.stream(at.subject.blocks, 10, 300_000).rest()
    equal([(each[0], len(each)) for each in found], [(number, 300_000) for number in range(10)])


@behaviour("streams/of-objects")
async def _(at: Scene) -> None:
    """Objects in a stream are the faces that calls give."""
    parts = [await at.way.call(at.subject.part, name) for name in "abc"]
    found = await at.way.stream(at.subject.each_part, ["a", "b", "c"]).rest()
    for got, part in zip(found, parts):
        same(got, part)
    equal(len(found), 3)


@behaviour("streams/iterator-as-a-result")
async def _(at: Scene) -> None:
    """An async iterator that a call gives is read as a stream is."""
    stream = at.way.streaming(await at.way.call(at.subject.counter, 50))
    equal(await stream.rest(), list(range(50)))


@behaviour("streams/plain-iterator-as-a-result", "blocking")
async def _(at: Scene) -> None:
    """A plain iterator that a call gives is read by `for`."""
    equal(list(at.subject.numbers(5)), [0, 1, 2, 3, 4])


@behaviour("streams/plain-generator-as-a-result", "blocking")
async def _(at: Scene) -> None:
    """So is a plain generator."""
    equal(list(at.subject.squares(5)), [0, 1, 4, 9, 16])


@behaviour("streams/of-the-root")
async def _(at: Scene) -> None:
    """The root has streams as any other object: both ways, and closed early."""
    stream = at.way.stream(at.root.talk)
    equal(await stream.next(), "heard ready")
    equal(await stream.send("a"), "heard a")
    equal(await stream.throw(LookupError("b")), "heard thrown b")
    await stream.close()
    with raising(StopAsyncIteration):
        await stream.next()


@behaviour("streams/read-ahead", "blocking")
async def _(at: Scene) -> None:
    """With `read_ahead` the items are the same."""
    equal(list(at.subject.count.with_options(read_ahead=16)(200)), list(range(200)))


@behaviour("streams/many-at-once", "awaited")
async def _(at: Scene) -> None:
    """Many streams at the same time each give their own items."""

    async def read(stop: int) -> list[int]:
        return [number async for number in at.subject.count.aio(stop)]

    found = await asyncio.gather(*[read(stop) for stop in range(40)])
    equal(found, [list(range(stop)) for stop in range(40)])


# -- the other direction


@behaviour("streams/up-async-generator")
async def _(at: Scene) -> None:
    """The implementation reads an async generator of its caller's, to its end."""
    equal(await at.way.call(at.subject.total, _up_to(200)), sum(range(200)))


@behaviour("streams/up-empty")
async def _(at: Scene) -> None:
    """One without items, too."""
    equal(await at.way.call(at.subject.total, _up_to(0)), 0)


@behaviour("streams/up-left-early")
async def _(at: Scene) -> None:
    """The implementation may stop reading: it has what it has read, and its caller may read on."""
    numbers = _up_to(10**9)
    equal(await at.way.call(at.subject.take, numbers, 3), [0, 1, 2])
    equal(await numbers.__anext__(), 3)
    await numbers.aclose()


@behaviour("streams/up-left-early-and-let-go")
async def _(at: Scene) -> None:
    """A generator that the implementation has left, and nobody has any more, is closed."""
    closed = threading.Event()

    async def numbers() -> AsyncGenerator[int, None]:
        try:
            for number in range(10**9):
                yield number
        finally:
            closed.set()

    equal(await at.way.call(at.subject.take, numbers(), 3), [0, 1, 2])
    while not closed.is_set():  # who has let it go says so when it has its turn, and a cycle may hold it here
        await at.way.call(at.subject.nothing)
        gc.collect()


@behaviour("streams/up-next")
async def _(at: Scene) -> None:
    """An iterator that is handed over has `__anext__` there, as its type says."""
    equal(await at.way.call(at.subject.first_of, _up_to(3)), 0)


@behaviour("streams/up-error-reaches-the-work")
async def _(at: Scene) -> None:
    """What the caller's stream raises is raised where it is read, and can be caught there."""

    async def numbers() -> AsyncGenerator[int, None]:
        yield 1
        raise ZeroDivisionError("upstream")

    equal(await at.way.call(at.subject.caught, numbers()), "ZeroDivisionError: upstream")


@behaviour("streams/up-error-comes-home")
async def _(at: Scene) -> None:
    """What the implementation lets through is the very error that was raised here."""
    error = ZeroDivisionError("upstream")

    async def numbers() -> AsyncGenerator[int, None]:
        yield 1
        raise error

    with raising(ZeroDivisionError) as caught:
        await at.way.call(at.subject.total, numbers())
    same(caught.error, error)


@behaviour("streams/up-of-objects")
async def _(at: Scene) -> None:
    """Faces in a caller's stream are the objects themselves there."""
    parts = [await at.way.call(at.subject.part, name) for name in "ab"]

    async def given() -> AsyncGenerator[Any, None]:
        for part in parts:
            yield part

    equal(await at.way.call(at.subject.are_my_parts, given()), [True, True])


@behaviour("streams/both-directions-at-once")
async def _(at: Scene) -> None:
    """A stream that reads the caller's stream gives items as it reads."""
    given: list[int] = []

    async def numbers() -> AsyncGenerator[int, None]:
        for number in range(30):
            given.append(number)
            yield number

    stream = at.way.stream(at.subject.doubled, numbers())
    equal(await stream.next(), 0)
    true(given, "the caller's stream is read")
    equal(await stream.rest(), [number * 2 for number in range(1, 30)])


@behaviour("streams/up-through-the-root")
async def _(at: Scene) -> None:
    """The root reads streams of its callers, too."""
    equal(await at.way.call(at.root.total, _up_to(20)), sum(range(20)))


@behaviour("streams/given-on")
async def _(at: Scene) -> None:
    """A stream of the object's may be handed back to it, which reads it."""
    equal(await at.way.call(at.subject.total, at.subject.count.aio(20)), sum(range(20)))


def _plain(stop: int) -> Iterator[int]:
    yield from range(stop)


@behaviour("streams/up-list")
async def _(at: Scene) -> None:
    """A list serves as a caller's stream where the annotation asks for an async iterable."""
    values: Any = [1, 2, 3]
    equal(await at.way.call(at.subject.total, values), 6)


@behaviour("streams/up-generator")
async def _(at: Scene) -> None:
    """So does a plain generator."""
    values: Any = _plain(5)
    equal(await at.way.call(at.subject.total, values), 10)
