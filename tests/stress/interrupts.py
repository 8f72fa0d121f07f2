"""Interrupt the main thread's blocking calls at random moments, by the kernel's timer or from another process.

A thread of the same process cannot do this: its signal is heard when the main thread next gets the interpreter, which
is always in the same place. The kernel's timer strikes at any instruction of the library.

    python -m tests.stress.interrupts --count 500 --seed 1 --workers 2 --sender timer
"""

from __future__ import annotations

import argparse
import asyncio
import collections
import gc
import os
import random
import signal
import subprocess
import sys
import threading
import time
import traceback
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from ambidex import RuntimeClosed, run_async_task
from tests.runtime.kinds import KNOWN, make_synchronizer
from tests.stress.watch import HANG_S, Escapes, Resources, Watchdog, finish

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable
    from types import FrameType

    from ambidex import Synchronizer

# A process that sends SIGINT to its parent some microseconds after each line it reads.
SENDER = """
import os, sys, time
for line in sys.stdin:
    until = time.perf_counter() + float(line)
    while time.perf_counter() < until:
        pass
    os.kill(os.getppid(), 2)
"""


class Counted:
    """Async functions that count how often they began and ended."""

    def __init__(self) -> None:
        self.begun = 0
        self.ended = 0

    @property
    def live(self) -> int:
        """Return how many have begun and not ended."""
        return self.begun - self.ended

    async def work(self, value: int) -> int:
        """Compute and suspend in turn, as an implementation does."""
        self.begun += 1
        try:
            for _ in range(1 + value % 3):
                for _ in range(200):
                    pass
                await asyncio.sleep(0 if value % 5 else 0.0005)
            return value
        finally:
            self.ended += 1

    async def numbers(self, value: int) -> AsyncGenerator[int, None]:
        """Yield `value` and the four after it."""
        self.begun += 1
        try:
            for number in range(value, value + 5):
                await asyncio.sleep(0)
                yield number
        finally:
            self.ended += 1

    @asynccontextmanager
    async def manage(self, value: int) -> AsyncGenerator[int, None]:
        """Give `value`, suspending on the way in and out."""
        self.begun += 1
        try:
            await asyncio.sleep(0)
            yield value
            await asyncio.sleep(0)
        finally:
            self.ended += 1


async def echo(value: int) -> int:
    """Return `value` without suspending."""
    return value


class Storm:
    """Strike the main thread's calls, and check after each strike that the runtime is whole."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.random = random.Random(options.seed)
        self.failures: list[str] = []
        self.heard = 0
        self.number = 0
        self.calls_made = 0
        self.places: collections.Counter[str] = collections.Counter()
        self.waited = Counted()  # by calls whose interruption waits for the clean-up
        self.unwaited = Counted()  # by streams and futures, which may be dropped
        self.of_workers = Counted()
        self.worker_calls = [0] * options.workers
        self.stop = threading.Event()
        self.watchdog = Watchdog()
        self.escapes = Escapes(self._is_ours)
        self.own: Synchronizer = make_synchronizer(options.kind, "struck", grace_s=HANG_S / 2)
        make_synchronizer(options.kind, "ambidex", grace_s=HANG_S / 2)
        self._rounds_left = 0
        self._second_s = 0.0
        self._was_dropped = False
        self.dropped = 0  # interrupts that struck in a finalizer
        self.calls: list[Callable[[int], object]] = [
            lambda n: self._check(self.own.run(self.waited.work, n), n),
            lambda n: self._check(self.own.run(echo, n), n),
            lambda n: self._check(self.own.with_options(timeout=60).run(self.waited.work, n), n),
            lambda n: self._check(self.own.submit(self.unwaited.work, n).result(), n),
            lambda n: self._check(run_async_task(self.unwaited.work(n)), n),
            lambda n: self._check(list(self.own.iterate(self.unwaited.numbers, n)), list(range(n, n + 5))),
            lambda n: self._check(next(self.own.iterate(self.unwaited.numbers, n)), n),
            self._enter,
        ]
        if options.close:
            self.calls.append(lambda n: self.own.close() if n % 20 == 0 else None)

    # -- the calls

    def _check(self, value: object, expected: object) -> None:
        self.calls_made += 1
        if value != expected:
            self.failures.append(f"a call gave {value!r} and not {expected!r}")

    def _enter(self, n: int) -> None:
        with self.own.context(self.unwaited.manage, n) as value:
            self._check(value, n)
            self._check(self.own.run(self.unwaited.work, n), n)

    def _work_too(self, index: int) -> None:
        while not self.stop.is_set():
            self.watchdog.beat()
            number = self.worker_calls[index]
            try:
                if self.own.run(self.of_workers.work, number) != number:
                    self.failures.append("a worker got a wrong answer")
            except RuntimeClosed:
                if not self.options.close:
                    self.failures.append("a worker was told that the runtime was closed")
            except BaseException:  # noqa: BLE001  whatever it is, it escaped from the main thread's call
                self.failures.append(f"a worker met {traceback.format_exc()}")
            self.worker_calls[index] += 1
        self.watchdog.rest()

    # -- the strikes

    def _is_ours(self, error: BaseException) -> bool:
        """Tell whether Python dropped our interrupt: it struck in a finalizer; or cut a coroutine's handing over."""
        if isinstance(error, KeyboardInterrupt):
            self._was_dropped = True
            self.dropped += 1
            return True
        return isinstance(error, RuntimeWarning) and "Counted.work' was never awaited" in str(error)

    def _arm(self) -> None:
        after_s = self.random.uniform(0.00001, 0.002)
        if self.options.sender == "process":
            os.write(self.line, b"%f\n" % after_s)
        elif self.options.twice:
            self._rounds_left = 2
            self._second_s = self.random.uniform(0.00002, 0.001)
            signal.setitimer(signal.ITIMER_REAL, after_s)
        else:
            signal.setitimer(signal.ITIMER_REAL, after_s)

    def _ring(self, _: int, frame: FrameType | None) -> None:
        """Raise as the default handler does, and have the second strike follow the first."""
        self._rounds_left -= 1
        if self._rounds_left > 0:
            signal.setitimer(signal.ITIMER_REAL, self._second_s)
        if frame is not None:
            self.places[frame.f_code.co_name] += 1
        raise KeyboardInterrupt

    def _call_until_struck(self) -> None:
        self._was_dropped = False
        self._arm()
        while not self._was_dropped and (self._rounds_left > 0 or not self.options.twice):
            self.watchdog.beat()
            self.number += 1
            self.random.choice(self.calls)(self.number)

    # Three nets: in CPython 3.13.0 an interrupt at the end of a loop's body can escape the `try` around that loop, and
    # a second interrupt may strike while the first is being handled.

    def _strike(self) -> None:
        try:
            self._call_until_struck()
        except KeyboardInterrupt as error:
            self._note_traceback(error)
        except RuntimeClosed:
            self._closed()

    def _survive(self) -> None:
        try:
            self._strike()
        except KeyboardInterrupt:
            pass  # it has struck
        except RuntimeClosed:
            self._closed()

    def _endure(self) -> None:
        try:
            self._survive()
            signal.setitimer(signal.ITIMER_REAL, 0)
        except KeyboardInterrupt:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def _note_traceback(self, error: BaseException) -> None:
        """Record where it struck; within the library alone that it did, because its frames are hidden."""
        if not self.options.twice:
            self.places[traceback.extract_tb(error.__traceback__)[-1].name] += 1

    def _closed(self) -> None:
        if not self.options.close:
            self.failures.append("a call was told that the runtime was closed")

    def _check_whole(self) -> None:
        if asyncio._get_running_loop() is not None:
            self.failures.append("a running loop is left set")
            asyncio._set_running_loop(None)
        if any(sys.get_asyncgen_hooks()):
            self.failures.append("hooks for async generators are left set")
        if not self.options.twice and not self.options.close and self.waited.live:
            self.failures.append(f"{self.waited.live} tasks outlive their interrupted calls")
        for function in (echo, self.waited.work):
            self.number += 1
            try:
                answer = self.own.run(function, self.number)
            except Exception:  # noqa: BLE001  the next call must be right, whatever happened to the last
                self.failures.append(f"the call after an interrupt raised {traceback.format_exc()}")
            else:
                self._check(answer, self.number)

    # -- the run

    def run(self) -> int:
        """Strike as often as asked for; return the exit status."""
        self.own.run(echo, 0)
        run_async_task(echo(0))
        gc.collect()
        resources = Resources(self.options.kind)
        workers = [threading.Thread(target=self._work_too, args=(index,)) for index in range(self.options.workers)]
        for worker in workers:
            worker.start()
        with self._sender():
            for _ in range(self.options.count):
                self.watchdog.beat()
                self._endure()
                self.heard += 1
                self._check_whole()
        self.stop.set()
        for worker in workers:
            worker.join()
        if not all(self.worker_calls):
            self.failures.append(f"workers made {self.worker_calls} calls")
        self._drain()
        self.watchdog.beat()
        self.own.close()
        make_synchronizer(self.options.kind, "ambidex").close()
        self.watchdog.stop()
        self.failures += [escape for escape in self.escapes.seen if not self._is_of_closing(escape)] + resources.leaks()
        return finish(
            self.failures,
            self.options.seed,
            heard=self.heard,
            calls=self.calls_made,
            worker_calls=sum(self.worker_calls),
            dropped=self.dropped,
            places=len(self.places),
            most=",".join(f"{name}:{times}" for name, times in self.places.most_common(4)),
        )

    def _is_of_closing(self, escape: str) -> bool:
        """Tell of a report whether it is due: of a future that closing has ended, after its reader was interrupted."""
        return bool(self.options.close) and "was never read" in escape and "RuntimeClosed" in escape

    def _drain(self) -> None:
        """Wait until what dropped streams and futures left running has ended; it must, without anybody's help."""
        gc.collect()

        async def others() -> int:
            await asyncio.sleep(0.001)
            return len(asyncio.all_tasks()) - 1

        self.watchdog.beat()
        deadline = time.monotonic() + HANG_S
        while self.own.run(others) + run_async_task(others()) and time.monotonic() < deadline:
            self.watchdog.beat()
        for kind, counted in vars(self).items():
            if isinstance(counted, Counted) and counted.live:
                self.failures.append(f"{counted.live} tasks never ended ({kind})")

    def _sender(self) -> Any:
        if self.options.sender == "process":
            return self._sending_process()
        signal.signal(signal.SIGALRM, self._ring if self.options.twice else signal.default_int_handler)
        return _nothing()

    def _sending_process(self) -> Any:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        process = subprocess.Popen([sys.executable, "-c", SENDER], stdin=subprocess.PIPE, start_new_session=True)
        assert process.stdin is not None
        self.line = process.stdin.fileno()
        return process


class _nothing:  # noqa: N801  contextlib.nullcontext is written in Python, where an interrupt may strike
    def __enter__(self) -> None: ...
    def __exit__(self, *_: object) -> None: ...


def main() -> int:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--sender", choices=("timer", "process"), default="timer")
    parser.add_argument("--twice", action="store_true", help="strike a second time soon after")
    parser.add_argument("--close", action="store_true", help="close the synchronizer now and then")
    parser.add_argument("--kind", choices=KNOWN, default="asyncio")
    return Storm(parser.parse_args()).run()


if __name__ == "__main__":
    sys.exit(main())
