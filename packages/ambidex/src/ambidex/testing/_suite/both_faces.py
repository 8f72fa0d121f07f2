"""That the blocking and the awaited face are two faces of one thing."""

from __future__ import annotations

import asyncio
import concurrent.futures
import inspect
import itertools
import warnings
from typing import TYPE_CHECKING, Any

from ...errors import BlockingInAsyncWarning
from .._behaviours import behaviour
from .._checks import equal, raising, true
from .._scenery._values import Trouble

if TYPE_CHECKING:
    from .._behaviours import Scene


_lines = itertools.count()


@behaviour("both-faces/one-state")
async def _(at: Scene) -> None:
    """What is done by one is seen by the other."""
    await at.way.call(at.subject.noted, "by one")
    if at.way.name == "blocking":
        equal(asyncio.run(at.subject.log.aio()), ["by one"])
    else:
        equal(await asyncio.get_running_loop().run_in_executor(None, at.subject.log), ["by one"])


@behaviour("both-faces/at-the-same-time", "awaited")
async def _(at: Scene) -> None:
    """A call of a blocking thread waits while an awaited one ends it."""
    loop = asyncio.get_running_loop()
    held = loop.run_in_executor(None, at.subject.hold)
    await at.subject.wait_for.aio("holding")
    await at.subject.let_go.aio()
    equal(await held, "let go")


@behaviour("both-faces/future-of-both", "blocking")
async def _(at: Scene) -> None:
    """What `submit` gives is waited for by blocking code, and awaited by any loop."""
    future: Any = at.subject.add.submit(1, 2)
    true(isinstance(future, concurrent.futures.Future), "it is a concurrent.futures.Future")
    equal(future.result(), 3)

    async def main() -> int:
        return await at.subject.add.submit(2, 3)

    equal(asyncio.run(main()), 5)


@behaviour("both-faces/futures-of-the-standard-library", "blocking")
async def _(at: Scene) -> None:
    """`as_completed`, `wait` and `asyncio.wrap_future` take such futures."""
    futures = [at.subject.add.submit(number, 1) for number in range(10)]
    equal(sorted(each.result() for each in concurrent.futures.as_completed(futures)), list(range(1, 11)))
    done, _ = concurrent.futures.wait([at.subject.add.submit(1, 1)])
    equal([each.result() for each in done], [2])

    async def main() -> int:
        return await asyncio.wrap_future(at.subject.add.submit(2, 3))

    equal(asyncio.run(main()), 5)


@behaviour("both-faces/future-of-an-error", "blocking")
async def _(at: Scene) -> None:
    """Its exception is that of the call."""
    error = at.subject.fail.submit("trouble").exception()
    true(isinstance(error, Trouble), f"it is a Trouble, not {error!r}")


@behaviour("both-faces/result-of-a-future-limits-the-waiting-alone", "blocking")
async def _(at: Scene) -> None:
    """`result(timeout)` that gives up waiting ends nothing."""
    future = at.subject.hold.submit()
    at.subject.wait_for("holding")
    with raising(concurrent.futures.TimeoutError):
        future.result(0)
    at.subject.let_go()
    equal(future.result(), "let go")


@behaviour("both-faces/several-loops", "blocking")
async def _(at: Scene) -> None:
    """Loops of several threads use one face at the same time."""

    async def main() -> list[int]:
        return list(await asyncio.gather(*[at.subject.integer.aio(number) for number in range(20)]))

    with concurrent.futures.ThreadPoolExecutor(4) as threads:
        found = [each.result() for each in [threads.submit(asyncio.run, main()) for _ in range(4)]]
    equal(found, [list(range(20))] * 4)


@behaviour("both-faces/loops-one-after-the-other", "blocking")
async def _(at: Scene) -> None:
    """A face that one loop has used is used by the next, when that has ended."""
    for number in range(5):
        equal(asyncio.run(at.subject.integer.aio(number)), number)


@behaviour("both-faces/many-threads", "blocking")
async def _(at: Scene) -> None:
    """Many threads call at the same time, and each gets its own answers."""

    def ask(by: int) -> list[int]:
        return [at.subject.add(number, by) for number in range(20)]

    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        found = list(threads.map(ask, range(16)))
    equal(found, [[number + by for number in range(20)] for by in range(16)])


@behaviour("both-faces/blocking-on-a-loop-warns", "awaited")
async def _(at: Scene) -> None:
    """A blocking call on the thread of a running loop works, and warns of it."""
    # A line is warned about once a process, so this is a line of its own each time
    line = compile("subject.add(1, 2)", f"<line {next(_lines)} of the suite>", "eval")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        equal(eval(line, {"subject": at.subject}), 3)  # noqa: S307  it stands above
    true(any(each.category is BlockingInAsyncWarning for each in caught), "it has warned")


@behaviour("both-faces/signature")
async def _(at: Scene) -> None:
    """A method shows its name, its text and its parameters, and `.aio` is a coroutine function."""
    method: Any = at.subject.bound
    equal(list(inspect.signature(method).parameters), ["a", "b", "more", "c", "d", "rest"])
    equal((method.__name__, method.__doc__), ("bound", "Tell what each parameter got."))
    equal((inspect.iscoroutinefunction(method), inspect.iscoroutinefunction(method.aio)), (False, True))


@behaviour("both-faces/get-of-what-is-not-there", "awaited")
async def _(at: Scene) -> None:
    """`ambidex.get` of an unknown name raises AttributeError."""
    with raising(AttributeError, "nonsense"):
        await at.way.get(at.subject, "nonsense")


@behaviour("both-faces/same-error")
async def _(at: Scene) -> None:
    """An error of the one face is that of the other: its class, text and arguments."""
    errors: list[BaseException] = []
    for run in (lambda: at.subject.fail("value"), lambda: asyncio.run(at.subject.fail.aio("value"))):
        with concurrent.futures.ThreadPoolExecutor(1) as threads:
            error = threads.submit(run).exception()
        true(error is not None, "it raises")
        errors.append(error or AssertionError())
    equal(
        [(type(each), str(each), each.args) for each in errors[:1]],
        [(type(each), str(each), each.args) for each in errors[1:]],
    )
