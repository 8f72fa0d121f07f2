"""What is called back, and what is called there."""

from __future__ import annotations

import asyncio
import functools
import threading
from typing import TYPE_CHECKING, Any

from .._behaviours import behaviour
from .._checks import equal, raising, same, true

if TYPE_CHECKING:
    from .._behaviours import Scene


async def _double(number: int) -> int:
    await asyncio.sleep(0)
    return number * 2


@behaviour("callbacks/async-from-service")
async def _(at: Scene) -> None:
    """An async function is awaited by the implementation, which gets its results in order."""
    equal(await at.way.call(at.subject.tell, _lambda(), [1, 2, 3]), [2, 4, 6])


def _lambda() -> Any:
    async def double(number: int) -> int:
        return await _double(number)

    return double


@behaviour("callbacks/runs-on-its-own-loop", "awaited")
async def _(at: Scene) -> None:
    """It runs on the loop of who has handed it over."""
    loops: list[object] = []

    async def back(number: int) -> None:
        loops.append(asyncio.get_running_loop())

    await at.subject.tell.aio(back, [1])
    same(loops[0], asyncio.get_running_loop())


@behaviour("callbacks/blocking-function")
async def _(at: Scene) -> None:
    """A blocking function serves where the implementation awaits."""
    told: list[int] = []

    def back(number: int) -> None:
        told.append(number)

    await at.way.call(at.subject.tell, back, [1, 2])
    equal(told, [1, 2])


@behaviour("callbacks/blocking-function-on-the-waiting-thread", "blocking")
async def _(at: Scene) -> None:
    """It runs on the thread that waits in the call."""
    threads: list[object] = []

    def back(number: int) -> None:
        threads.append(threading.current_thread())

    at.subject.tell(back, [1])
    same(threads[0], threading.current_thread())


@behaviour("callbacks/plain-function-whose-result-is-there-at-once")
async def _(at: Scene) -> None:
    """A plain function that the implementation does not await gives its result at once."""

    def tripled(number: int) -> int:
        return number * 3

    equal(await at.way.call(at.subject.apply, tripled, 4), 12)


@behaviour("callbacks/error-reaches-the-work")
async def _(at: Scene) -> None:
    """What it raises is raised where it is awaited, as its own class."""

    async def back(number: int) -> None:
        raise ZeroDivisionError("here")

    equal(await at.way.call(at.subject.tell_catching, back), "caught ZeroDivisionError: here")


@behaviour("callbacks/error-comes-home")
async def _(at: Scene) -> None:
    """What the implementation lets through is the very exception, of whatever class."""

    class Own(Exception):
        pass

    error = Own("mine")

    async def back(number: int) -> None:
        raise error

    with raising(Own) as caught:
        await at.way.call(at.subject.tell, back, [1])
    same(caught.error, error)


@behaviour("callbacks/calls-the-object-again")
async def _(at: Scene) -> None:
    """It may call the object that calls it."""

    async def back(number: int) -> int:
        return await at.subject.add.aio(number, 100)

    equal(await at.way.call(at.subject.tell, back, [1, 2]), [101, 102])


@behaviour("callbacks/deep")
async def _(at: Scene) -> None:
    """Calls and callbacks of each other go ten deep."""

    async def back(number: int) -> int:
        if number == 0:
            return 0
        found = await at.subject.tell.aio(back, [number - 1])
        return 1 + int(found[0])

    equal(await at.way.call(at.subject.tell, back, [10]), [10])


@behaviour("callbacks/at-once")
async def _(at: Scene) -> None:
    """Several callbacks of one call run at the same time."""
    begun: list[int] = []
    gate: list[asyncio.Event] = []

    async def back(number: int) -> int:
        begun.append(number)
        if not gate:
            gate.append(asyncio.Event())
        if len(begun) == 5:
            gate[0].set()
        await gate[0].wait()
        return number * 2

    equal(await at.way.call(at.subject.tell_at_once, back, [1, 2, 3, 4, 5]), [2, 4, 6, 8, 10])


@behaviour("callbacks/objects")
async def _(at: Scene) -> None:
    """An object that it is given is the face, and what it gives back is the object."""
    part = await at.way.call(at.subject.part, "x")
    seen: list[object] = []

    async def back(given: Any) -> Any:
        seen.append(given)
        return given

    same(await at.way.call(at.subject.tell_part, back, "x"), True)
    same(seen[0], part)


@behaviour("callbacks/in-a-stream")
async def _(at: Scene) -> None:
    """A stream may call back for each item."""
    equal(await at.way.stream(at.subject.tell_each, _double_here(), 5).rest(), [0, 2, 4, 6, 8])


def _double_here() -> Any:
    async def double(number: int) -> int:
        return number * 2

    return double


@behaviour("callbacks/bound-methods-and-partials")
async def _(at: Scene) -> None:
    """Whatever can be called is called: a bound method, a partial, an object."""

    class Adder:
        def __init__(self) -> None:
            self.seen: list[int] = []

        async def add(self, number: int, more: int = 0) -> int:
            self.seen.append(number)
            return number + more

    adder = Adder()
    equal(await at.way.call(at.subject.tell, adder.add, [1]), [1])
    equal(await at.way.call(at.subject.tell, functools.partial(adder.add, more=5), [2]), [7])
    equal(adder.seen, [1, 2])


@behaviour("callbacks/kept-for-later", "awaited")
async def _(at: Scene) -> None:
    """A function that the implementation keeps is called by later calls, until it lets go of it: it is the same one."""
    told: list[int] = []

    async def back(number: int) -> None:
        told.append(number)

    await at.subject.subscribe.aio(back)
    equal(await at.subject.publish.aio(1), 1)
    equal(await at.subject.publish.aio(2), 1)
    await at.subject.unsubscribe.aio(back)
    equal(await at.subject.publish.aio(3), 0)
    equal(told, [1, 2])


@behaviour("callbacks/async-function-of-the-object")
async def _(at: Scene) -> None:
    """An async function that a call gives is called, blocking or awaited, as a method is."""
    add = await at.way.call(at.subject.adder, 10)
    equal(await at.way.call(add, 1), 11)


@behaviour("callbacks/plain-function-of-the-object", "blocking")
async def _(at: Scene) -> None:
    """A plain function that a call gives is called."""
    equal(at.subject.plain_adder(10)(1), 11)


@behaviour("callbacks/context-manager-of-the-caller")
async def _(at: Scene) -> None:
    """The implementation enters and leaves a context manager of its caller's; what it raises there is seen here."""
    events: list[str] = []

    class Door:
        async def __aenter__(self) -> int:
            events.append("entered")
            return 7

        async def __aexit__(self, kind: object, error: BaseException | None, traceback: object) -> bool:
            events.append(f"left with {type(error).__name__}")
            return True

    equal(await at.way.call(at.subject.use, Door(), False), 7)
    equal(await at.way.call(at.subject.use, Door(), True), -1)
    equal(events, ["entered", "left with NoneType", "entered", "left with ArithmeticError"])


@behaviour("callbacks/of-the-root")
async def _(at: Scene) -> None:
    """The root calls back, too."""
    equal(await at.way.call(at.root.tell, _lambda(), [4]), [8])


@behaviour("callbacks/of-a-begun-call", "awaited")
async def _(at: Scene) -> None:
    """Calls at the same time each call back their own function."""

    def made(by: int) -> Any:
        async def back(number: int) -> int:
            await asyncio.sleep(0)
            return number + by

        return back

    found = await asyncio.gather(*[at.subject.tell.aio(made(by), [1, 2]) for by in range(20)])
    equal(found, [[1 + by, 2 + by] for by in range(20)])
    true(len(found) == 20, "each has its answer")
