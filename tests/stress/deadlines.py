"""Make calls whose work ends at about the moment of their deadline, at every round number of milliseconds.

Each call has to end with its value or with the error of its deadline, whichever came first: no other error, no second
outcome, nothing in the logs.

    python -m tests.stress.deadlines --count 10000 --seed 1
"""

from __future__ import annotations

import argparse
import asyncio
import collections
import concurrent.futures
import contextlib
import random
import sys
import threading
import traceback
from typing import TYPE_CHECKING, Any

from ambidex import DeadlineExceeded, run_async_task
from tests.runtime.kinds import KNOWN, make_synchronizer
from tests.stress.watch import HANG_S, Escapes, Resources, Watchdog, finish

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from ambidex import Synchronizer

AT_ONCE = 50  # awaited calls in flight; each lasts up to 20 ms
THREADS = 8  # blocking callers
AIM_STEP_S = 0.0001  # a slow machine's delay of some milliseconds is made up for within a hundred calls


class Work:
    """Async functions that last a given time, each in another way."""

    def __init__(self) -> None:
        self.begun = 0
        self.ended = 0

    async def sleep(self, value: int, seconds: float) -> int:
        """End by a timer of the loop."""
        return await self._counted(value, asyncio.sleep, seconds)

    async def wait(self, value: int, seconds: float) -> int:
        """End by an event that a timer sets."""
        ringing = asyncio.Event()
        timer = asyncio.get_running_loop().call_later(seconds, ringing.set)
        try:
            return await self._counted(value, ringing.wait)
        finally:
            timer.cancel()

    async def clean_up(self, value: int, seconds: float) -> int:
        """End with a clean-up that suspends."""
        try:
            return await self._counted(value, asyncio.sleep, seconds)
        finally:
            await asyncio.sleep(0)

    async def swallow(self, value: int, seconds: float) -> int:
        """Take the cancellation and give the value all the same."""
        with contextlib.suppress(asyncio.CancelledError):
            await self._counted(value, asyncio.sleep, seconds)
        return value

    async def limited(self, value: int, seconds: float) -> int:
        """Have a time limit of its own inside, which ends at the same moment."""
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._counted(value, asyncio.Event().wait), seconds)
        return value

    async def compute(self, value: int, seconds: float) -> int:
        """Hold the loop at the end, so that deadline and result are both due when it looks."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        await self._counted(value, asyncio.sleep, seconds * 0.9)
        while loop.time() < until:
            pass
        return value

    async def _counted(self, value: int, wait: Callable[..., Awaitable[object]], *args: float) -> int:
        # It calls `wait` itself: a task that is cancelled before its first step would drop a coroutine given to it.
        self.begun += 1
        try:
            await wait(*args)
            return value
        finally:
            self.ended += 1


class Deadlines:
    """Make the calls, by each road, and check every outcome."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.random = random.Random(options.seed)
        self.failures: list[str] = []
        self.outcomes: list[str] = []
        self.aim_s = -0.0007  # where the ends of the work are aimed at, from the deadline on: that begins before it
        self.escapes = Escapes()
        self.watchdog = Watchdog()
        self.work = Work()
        self.own: Synchronizer = make_synchronizer(options.kind, "hurried", grace_s=HANG_S / 2)
        make_synchronizer(options.kind, "ambidex", grace_s=HANG_S / 2)

    def _plan(self, number: int) -> tuple[Callable[[int, float], Coroutine[Any, Any, int]], float, float]:
        """Return what to call, its deadline, and how long it lasts: about as long, to a fraction of a millisecond."""
        functions = (self.work.sleep, self.work.wait, self.work.clean_up, self.work.swallow, self.work.limited)
        timeout_s = (1 + number % 20) / 1000
        # Now and then one that holds the loop; each holds all calls in flight for a tenth of its time.
        function = self.work.compute if number % 50 == 7 and timeout_s < 0.01 else functions[number % len(functions)]
        return (
            function,
            timeout_s,
            max(0.0, timeout_s + self.random.gauss(self.aim_s, 0.0007)),
        )

    def _count(self, outcome: str) -> None:
        """Note how a call has ended; the next work ends later after a value, and sooner after anything else.

        However slow the machine is, both come about as often so. A step that threads lose does no harm.
        """
        self.outcomes.append(outcome)  # one step, whichever thread does it
        self.aim_s += AIM_STEP_S if outcome == "value" else -AIM_STEP_S

    async def _await(self, number: int) -> None:
        function, timeout_s, seconds = self._plan(number)
        own = self.own.with_options(timeout=timeout_s)
        try:
            if number % 4 == 3:  # the caller has a limit of its own, at the same moment
                value = await asyncio.wait_for(own.aio(function, number, seconds), timeout_s)
            else:
                value = await own.aio(function, number, seconds)
        except DeadlineExceeded as error:
            self._count("deadline")
            if error.timeout_s != timeout_s:
                self.failures.append(f"call {number} with {timeout_s} s was told of {error.timeout_s} s")
        except asyncio.TimeoutError:
            self._count("wait_for")
            if number % 4 != 3:
                self.failures.append(f"call {number} raised {traceback.format_exc()}")
        except BaseException:  # noqa: BLE001  nothing else may end it
            self.failures.append(f"call {number} raised {traceback.format_exc()}")
        else:
            self._count("value")
            if value != number:
                self.failures.append(f"call {number} gave {value!r}")

    async def _await_all(self) -> None:
        for start in range(0, self.options.count, AT_ONCE):
            self.watchdog.beat()
            await asyncio.gather(*(self._await(number) for number in range(start, start + AT_ONCE)))
            if await self.own.aio(self.work.sleep, start, 0) != start:
                self.failures.append("the call after those with deadlines was wrong")
        self.watchdog.rest()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        if others:
            self.failures.append(f"the callers' loop has tasks left: {others}")

    def _block(self, number: int) -> None:
        function, timeout_s, seconds = self._plan(number)
        try:
            if number % 2:
                value = self.own.with_options(timeout=timeout_s).run(function, number, seconds)
            else:
                value = run_async_task(function(number, seconds), timeout_s)
        except DeadlineExceeded:
            self._count("deadline")
        else:
            self._count("value")
            if value != number:
                self.failures.append(f"blocking call {number} gave {value!r}")

    def _wait_for_result(self, number: int) -> None:
        """Limit the waiting alone: the work goes on and gives its value to who waits longer."""
        function, timeout_s, seconds = self._plan(number)
        future = self.own.submit(function, number, seconds)
        try:
            value = future.result(timeout_s)
        except DeadlineExceeded:
            self.failures.append(f"the waiting for future {number} was taken for a deadline")
            return
        except concurrent.futures.TimeoutError:
            self._count("waiting")
            value = future.result(HANG_S)
        else:
            self._count("value")
        if value != number or future.result() != number or not future.done() or future.cancelled():
            self.failures.append(f"future {number} gave {value!r}, and is {future!r}")

    def _threaded(self, call: Callable[[int], None], count: int) -> None:
        numbers = iter(range(count))
        taking = threading.Lock()

        def take() -> None:
            while True:
                with taking:
                    number = next(numbers, None)
                if number is None:
                    break
                self.watchdog.beat()
                try:
                    call(number)
                    if self.own.run(self.work.sleep, number, 0) != number:
                        self.failures.append("the call after one with a deadline was wrong")
                except BaseException:  # noqa: BLE001  nothing else may end it
                    self.failures.append(f"{call.__name__} {number} raised {traceback.format_exc()}")
            self.watchdog.rest()

        threads = [threading.Thread(target=take) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def run(self) -> int:
        """Make all calls; return the exit status."""
        self.own.run(self.work.sleep, 0, 0)
        run_async_task(self.work.sleep(0, 0))
        resources = Resources(self.options.kind)
        asyncio.run(self._await_all())
        self._threaded(self._block, self.options.blocking)
        self._threaded(self._wait_for_result, self.options.blocking)
        self._check_end()
        self.watchdog.stop()
        self.failures += self.escapes.seen + resources.leaks()
        return finish(self.failures, self.options.seed, **collections.Counter(self.outcomes))

    def _check_end(self) -> None:
        async def others() -> int:
            for _ in range(3):
                await asyncio.sleep(0)
            return len(asyncio.all_tasks()) - 1

        self.watchdog.beat()
        if left := self.own.run(others) + run_async_task(others()):
            self.failures.append(f"{left} tasks are left")
        if self.work.begun != self.work.ended:
            self.failures.append(f"{self.work.begun - self.work.ended} pieces of work never ended")
        self.own.close()
        make_synchronizer(self.options.kind, "ambidex").close()


def main() -> int:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--count", type=int, default=1000, help="awaited calls; a multiple of 50")
    parser.add_argument("--blocking", type=int, default=400, help="blocking calls, and as many futures")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", choices=KNOWN, default="asyncio")
    return Deadlines(parser.parse_args()).run()


if __name__ == "__main__":
    sys.exit(main())
