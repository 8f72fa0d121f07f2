"""A mixed load: every way to call, iterate, enter, cancel and drop, each checked for its one right answer.

`Mix.call` makes one call of a kind that a seeded generator chooses. Work counts how often it began and ended, so that
what is left over can be told once the load has stopped.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from ambidex import DeadlineExceeded, RuntimeClosed, run_async_task
from tests.stress.watch import HANG_S

if TYPE_CHECKING:
    import random
    from collections.abc import AsyncGenerator, Callable, Coroutine

    from ambidex import Future, Synchronizer

NUMBERS = 5  # how many items a stream has


class Own(Exception):
    """The work's own error; it carries the number of its call."""


class Work:
    """The implementation: async functions that count how often they began and ended."""

    def __init__(self) -> None:
        self.begun: list[None] = []  # an append is one step, whichever thread makes it
        self.ended: list[None] = []

    def live(self) -> int:
        """Return how much work has begun and not ended, and forget what has, so that long runs do not grow."""
        count = len(self.ended)
        del self.begun[:count], self.ended[:count]
        return len(self.begun) - len(self.ended)

    async def echo(self, number: int) -> int:
        """Return `number` without suspending."""
        return number

    async def suspend(self, number: int) -> int:
        """Return `number` after a few passes of the loop, or a moment."""
        self.begun.append(None)
        try:
            for _ in range(number % 4):
                await asyncio.sleep(0)
            if number % 16 == 0:
                await asyncio.sleep(0.0005)
            return number
        finally:
            self.ended.append(None)

    async def gather(self, number: int) -> int:
        """Return `number` by way of tasks of its own."""
        parts = await asyncio.gather(*(self.suspend(number + part) for part in range(3)))
        return parts[0]

    async def fail(self, number: int) -> int:
        """Raise an error of its own."""
        await asyncio.sleep(0)
        raise Own(number)

    async def wait(self, number: int) -> int:
        """Wait for good; clean up with a suspension."""
        self.begun.append(None)
        try:
            await asyncio.Event().wait()
            return number
        finally:
            await self._clean_up()

    async def numbers(self, number: int) -> AsyncGenerator[int, Any]:
        """Yield `number` and those after it; take an error of its own and go on."""
        self.begun.append(None)
        try:
            for item in range(number, number + NUMBERS):
                if item % 3 == 0:
                    await asyncio.sleep(0)
                with contextlib.suppress(Own):
                    yield item
        finally:
            await self._clean_up()

    async def _clean_up(self) -> None:
        try:
            await asyncio.sleep(0)
        finally:  # closing the synchronizer may cancel it
            self.ended.append(None)

    @asynccontextmanager
    async def manage(self, number: int) -> AsyncGenerator[int, None]:
        """Give `number`; suppress an error of its own."""
        self.begun.append(None)
        try:
            with contextlib.suppress(Own):
                yield number
            await asyncio.sleep(0)
        finally:
            self.ended.append(None)


class Mix:
    """Make calls of one synchronizer, and note each that did not end once with its own answer."""

    def __init__(self, own: Synchronizer) -> None:
        self.own = own
        self.work = Work()
        self.failures: list[str] = []
        self.settled: list[object] = []  # a token of each future, once for each time that it said it was done
        self._blocking: tuple[Callable[[int, random.Random], object], ...] = (
            lambda n, _: self._expect(own.run(self.work.echo, n), n),
            lambda n, _: self._expect(own.run(self.work.suspend, n), n),
            lambda n, _: self._expect(own.run(self.work.gather, n), n),
            lambda n, _: self._expect(own.with_options(timeout=HANG_S).run(self.work.suspend, n), n),
            lambda n, _: self._expect(run_async_task(self.work.suspend(n)), n),
            self._fail,
            self._submit,
            self._submit_and_cancel,
            self._exceed,
            self._iterate,
            self._enter,
        )
        self._awaited: tuple[Callable[[int, random.Random], Coroutine[Any, Any, object]], ...] = (
            self._await,
            self._await_future,
            self._await_and_cancel,
            self._await_and_exceed,
            self._aiterate,
            self._aenter,
        )

    def call(self, number: int, rng: random.Random) -> None:
        """Make one call, or several awaited ones on a loop of this thread's own.

        Raises:
            RuntimeClosed: somebody closed the synchronizer meanwhile.
        """
        kind = rng.randrange(len(self._blocking) + 2)
        if kind < len(self._blocking):
            self._blocking[kind](number, rng)
        else:
            asyncio.run(self._several(number, rng))

    def _expect(self, value: object, expected: object) -> None:
        if value != expected:
            self.failures.append(f"a call gave {value!r} and not {expected!r}")

    # -- blocking

    def _fail(self, number: int, _: random.Random) -> None:
        try:
            self.own.run(self.work.fail, number)
        except Own as error:
            self._expect(error.args, (number,))
        else:
            self.failures.append("a call that fails has returned")

    def _submitted(self, function: Callable[[int], Any], number: int) -> Future[int]:
        future: Future[int] = self.own.submit(function, number)
        token = object()
        future.add_done_callback(lambda _: self.settled.append(token))
        return future

    def _submit(self, number: int, rng: random.Random) -> None:
        future = self._submitted(self.work.suspend, number)
        if rng.random() < 0.5:
            concurrent.futures.wait([future], HANG_S)
        self._expect(future.result(HANG_S), number)
        self._expect((future.done(), future.cancelled(), future.exception()), (True, False, None))

    def _submit_and_cancel(self, number: int, rng: random.Random) -> None:
        future = self._submitted(rng.choice((self.work.suspend, self.work.wait)), number)
        if rng.random() < 0.5:
            concurrent.futures.wait([future], 0.0005)  # it has begun by now, most times
        future.cancel()
        try:
            self._expect(future.result(HANG_S), number)
        except concurrent.futures.CancelledError:
            self._expect(future.cancelled(), True)
        except concurrent.futures.TimeoutError:
            future.cancel()
            if not future.done():
                raise AssertionError("a cancelled future did not end") from None

    def _exceed(self, number: int, rng: random.Random) -> None:
        timeout_s = rng.choice((0.0, 0.0001, 0.001))
        own = self.own.with_options(timeout=timeout_s)
        try:
            self._expect(own.run(rng.choice((self.work.wait, self.work.suspend)), number), number)
        except DeadlineExceeded as error:
            self._expect(error.timeout_s, timeout_s)

    def _iterate(self, number: int, rng: random.Random) -> None:
        stream = self.own.iterate(self.work.numbers, number)
        end = rng.choice(("exhaust", "break", "throw", "close", "drop", "unbegun"))
        if end == "unbegun":
            return
        self._expect(next(stream), number)
        if end == "exhaust":
            self._expect(list(stream), list(range(number + 1, number + NUMBERS)))
        elif end == "break":
            for item in stream:
                self._expect(item, number + 1)
                break
        elif end == "throw":
            self._expect(stream.throw(Own(number)), number + 1)
            try:
                stream.throw(KeyError(number))
            except KeyError as error:
                self._expect(error.args, (number,))
        elif end == "close":
            stream.close()
            self._expect(list(stream), [])

    def _enter(self, number: int, rng: random.Random) -> None:
        error = rng.choice((None, Own(number), KeyError(number)))
        try:
            with self.own.context(self.work.manage, number) as value:
                self._expect(value, number)
                if rng.random() < 0.5:
                    self._expect(self.own.run(self.work.suspend, number), number)
                if error is not None:
                    raise error
        except KeyError as raised:
            self._expect(raised, error)

    # -- awaited, from a loop of the caller's

    async def _several(self, number: int, rng: random.Random) -> None:
        calls = [self._awaited[rng.randrange(len(self._awaited))](number, rng) for _ in range(rng.randrange(1, 5))]
        outcomes = await asyncio.gather(*calls, return_exceptions=True)
        errors = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
        for error in errors:
            if not isinstance(error, RuntimeClosed):
                raise error
        if errors:
            raise errors[0]
        if others := asyncio.all_tasks() - {asyncio.current_task()}:
            self.failures.append(f"the caller's loop has tasks left: {others}")

    async def _await(self, number: int, rng: random.Random) -> None:
        self._expect(await self.own.aio(rng.choice((self.work.echo, self.work.suspend)), number), number)

    async def _await_future(self, number: int, _: random.Random) -> None:
        self._expect(await self._submitted(self.work.suspend, number), number)

    async def _await_and_cancel(self, number: int, rng: random.Random) -> None:
        call = asyncio.ensure_future(self.own.aio(rng.choice((self.work.wait, self.work.suspend)), number))
        for _ in range(rng.randrange(4)):
            await asyncio.sleep(0)
        if rng.random() < 0.3:
            await asyncio.sleep(0.0005)
        call.cancel()
        try:
            self._expect(await call, number)
        except asyncio.CancelledError:
            self._expect(call.cancelled(), True)

    async def _await_and_exceed(self, number: int, rng: random.Random) -> None:
        own = self.own.with_options(timeout=rng.choice((0.0, 0.0001, 0.001)))
        with contextlib.suppress(DeadlineExceeded):
            self._expect(await own.aio(rng.choice((self.work.wait, self.work.suspend)), number), number)

    async def _aiterate(self, number: int, rng: random.Random) -> None:
        stream = self.own.aiterate(self.work.numbers, number)
        end = rng.choice(("exhaust", "break", "throw", "close", "drop", "cancel"))
        self._expect(await stream.__anext__(), number)
        if end == "exhaust":
            self._expect([item async for item in stream], list(range(number + 1, number + NUMBERS)))
        elif end == "break":
            async for item in stream:
                self._expect(item, number + 1)
                break
        elif end == "throw":
            self._expect(await stream.athrow(Own(number)), number + 1)
        elif end == "close":
            await stream.aclose()
        elif end == "cancel":
            step = asyncio.ensure_future(stream.__anext__())
            await asyncio.sleep(0)
            step.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                self._expect(await step, number + 1)

    async def _aenter(self, number: int, rng: random.Random) -> None:
        error = rng.choice((None, Own(number), KeyError(number)))
        try:
            async with self.own.context(self.work.manage, number) as value:
                self._expect(value, number)
                if error is not None:
                    raise error
        except KeyError as raised:
            self._expect(raised, error)

    # -- the end

    def settle(self) -> None:
        """Wait until what nobody waits for has ended, and note what has not; no other call may be under way."""

        async def others() -> list[str]:
            await asyncio.sleep(0.001)
            return [repr(task) for task in asyncio.all_tasks() - {asyncio.current_task()}]

        deadline = time.monotonic() + HANG_S / 2
        while left := self.own.run(others) + run_async_task(others()) + ["uncounted work"] * self.work.live():
            if time.monotonic() > deadline:
                self.failures.append(f"{len(left)} are left: {left[:5]}")
                break
        if len(set(self.settled)) != len(self.settled):
            self.failures.append("a future has told twice that it is done")
        self.settled.clear()


class Numbers:
    """Give each thread numbers that no other thread gives."""

    def __init__(self, threads: int) -> None:
        self._step = threads
        self._next = list(range(threads))

    def take(self, thread: int) -> int:
        """Return the next number of that thread."""
        number = self._next[thread]
        self._next[thread] = number + self._step
        return number

    @property
    def total(self) -> int:
        """Return how many were taken."""
        return sum((number - thread) // self._step for thread, number in enumerate(self._next))
