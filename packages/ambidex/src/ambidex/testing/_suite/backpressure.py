"""What keeps who produces from being far ahead of who reads. No time is waited for: calls take their turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._behaviours import behaviour
from .._checks import equal, true

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from .._behaviours import Scene

_AHEAD = 200  # items: no placement is further ahead by itself
_MANY = 5000  # items: what a producer that nobody stops would have made meanwhile
_TURNS = 60  # calls, each of which gives every other task there some turns


async def _turns(at: Scene) -> None:
    for _ in range(_TURNS):
        await at.way.call(at.subject.suspended, 20)


@behaviour("backpressure/producer-waits")
async def _(at: Scene) -> None:
    """A stream that is not read stops its producer."""
    stream = at.way.stream(at.subject.count, _MANY)
    equal(await stream.next(), 0)
    await _turns(at)
    made = await at.way.get(at.subject, "made")
    true(made <= _AHEAD, f"at most {_AHEAD} items are made ahead, not {made}")
    await stream.close()


@behaviour("backpressure/producer-goes-on")
async def _(at: Scene) -> None:
    """One that is read again goes on where it was, and nothing is lost or doubled."""
    stream = at.way.stream(at.subject.count, 1000)
    equal([await stream.next() for _ in range(3)], [0, 1, 2])
    await _turns(at)
    equal(await stream.rest(), list(range(3, 1000)))
    equal(await at.way.get(at.subject, "made"), 1000)


@behaviour("backpressure/again-and-again")
async def _(at: Scene) -> None:
    """The bound holds after each pause."""
    stream = at.way.stream(at.subject.count, _MANY)
    for number in range(5):
        for _ in range(100):
            await stream.next()
        await _turns(at)
        made = await at.way.get(at.subject, "made")
        true(made <= 100 * (number + 1) + _AHEAD, f"the producer is not far ahead: {made}")
    await stream.close()


@behaviour("backpressure/long-items")
async def _(at: Scene) -> None:
    """Of long items no more are made ahead."""
    stream = at.way.stream(at.subject.blocks, _MANY, 100_000)
    await stream.next()
    await _turns(at)
    made = await at.way.get(at.subject, "made")
    true(made <= _AHEAD, f"at most {_AHEAD} items are made ahead, not {made}")
    await stream.close()


@behaviour("backpressure/unread-stream-holds-nobody")
async def _(at: Scene) -> None:
    """While one stream is not read, calls and other streams go on."""
    unread = at.way.stream(at.subject.blocks, _MANY, 100_000)
    await unread.next()
    equal(await at.way.stream(at.subject.count, 300).rest(), list(range(300)))
    equal(await at.way.call(at.subject.add, 1, 2), 3)
    await unread.close()
    equal((await at.way.call(at.subject.log))[-1], "cleaned up")


@behaviour("backpressure/waiting-producer-is-closed")
async def _(at: Scene) -> None:
    """A producer that waits for its reader is closed with the stream, and cleans up."""
    stream = at.way.stream(at.subject.count, _MANY)
    await stream.next()
    await _turns(at)
    await stream.close()
    true("cleaned up" in await at.way.call(at.subject.log), "it has cleaned up")


@behaviour("backpressure/read-ahead-is-the-bound", "blocking")
async def _(at: Scene) -> None:
    """With `read_ahead` a producer is about that many items ahead, and not more."""
    stream = at.subject.count.with_options(read_ahead=8)(_MANY)
    equal(next(stream), 0)
    await _turns(at)
    made = at.subject.made
    true(made <= 8 + 8, f"about 8 items are made ahead, not {made}")
    stream.close()


@behaviour("backpressure/up-producer-waits")
async def _(at: Scene) -> None:
    """A caller's stream that the implementation does not read is stopped, too, and goes on when it is read."""
    made: list[int] = []

    async def numbers() -> AsyncGenerator[int, None]:
        for number in range(_MANY // 10):
            made.append(number)
            yield number

    if at.way.name == "blocking":  # the thread that waits is the one that gives: another one asks meanwhile
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(1) as threads:
            begun = threads.submit(at.subject.take_slowly, numbers())
            at.subject.wait_for("holding")
            await _turns(at)
            ahead = len(made)
            at.subject.let_go()
            total = begun.result()
    else:
        task = at.way.begin(at.subject.take_slowly, numbers())
        await at.way.call(at.subject.wait_for, "holding")
        await _turns(at)
        ahead = len(made)
        await at.way.call(at.subject.let_go)
        total = await task.result()
    true(ahead <= _AHEAD, f"at most {_AHEAD} items are made ahead, not {ahead}")
    equal(total, _MANY // 10)


@behaviour("backpressure/of-the-root")
async def _(at: Scene) -> None:
    """A stream of the root that is not read stops its producer."""
    before = await at.way.get(at.root, "made")
    stream = at.way.stream(at.root.count, _MANY)
    await stream.next()
    await _turns(at)
    made = await at.way.get(at.root, "made") - before
    true(made <= _AHEAD, f"at most {_AHEAD} items are made ahead, not {made}")
    await stream.close()
