"""Fork at random moments while threads start runtimes, call and close them; each child makes calls of its own.

python -m tests.stress.forks --count 300 --seed 1
"""

from __future__ import annotations

import argparse
import asyncio
import faulthandler
import itertools
import os
import random
import signal
import sys
import threading
import traceback
from typing import TYPE_CHECKING

from ambidex import run_async_task
from tests.runtime.kinds import KNOWN, make_synchronizer
from tests.stress.watch import Escapes, Resources, Watchdog, finish

if TYPE_CHECKING:
    from ambidex import Synchronizer

CHILD_LIMIT_S = 30  # a child that takes longer hangs; it is killed and shows where it stood


async def where(value: int) -> tuple[int, int]:
    """Return `value` and the process that runs this, after one pass of the loop."""
    await asyncio.sleep(0)
    return value, os.getpid()


class Forks:
    """Own the threads that start and those that fork."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.failures: list[str] = []
        self.stop = threading.Event()
        self.watchdog = Watchdog(CHILD_LIMIT_S + 5)
        self.escapes = Escapes()
        self.parent = os.getpid()
        self.started = [0] * options.starters
        self.forked = [0] * options.forkers
        self.current = [""] * options.starters  # the synchronizer that each starter is starting at this moment
        self.shared = self._synchronizer("shared")

    def _synchronizer(self, name: str) -> Synchronizer:
        return make_synchronizer(self.options.kind, name, grace_s=2)

    def _check(self, synchronizer: Synchronizer, value: int) -> None:
        answer = synchronizer.run(where, value)
        if answer != (value, os.getpid()):
            raise AssertionError(f"{synchronizer!r} gave {answer!r} and not {(value, os.getpid())!r}")

    def _start(self, index: int) -> None:
        """Start one runtime after another; two starters share each name, so that they start it together."""
        while not self.stop.is_set():
            self.watchdog.beat()
            number = self.started[index]
            self.current[index] = name = f"{index // 2}-{number}"
            try:
                own = self._synchronizer(name)
                self._check(own, number)
                self._check(self.shared, number)
                own.run(where, number) if number % 2 else own.close()
                own.close()
            except RuntimeError as error:
                if "was closed" not in str(error):  # the other starter of this name has closed it
                    self.failures.append(f"a starter met {traceback.format_exc()}")
            except BaseException:  # noqa: BLE001  it is reported
                self.failures.append(f"a starter met {traceback.format_exc()}")
            self.started[index] += 1
        self.watchdog.rest()

    def _fork(self, index: int, count: int) -> None:
        rng = random.Random(self.options.seed * 100 + index)
        for number in itertools.count():
            if number >= count and sum(self.started) >= self.options.least_starts:
                break
            self.watchdog.beat()
            self.stop.wait(rng.uniform(0, 0.003))  # the random moment
            pid = os.fork()
            if pid == 0:
                self._be_a_child(number)
            _, status = os.waitpid(pid, 0)
            if status != 0:
                self.failures.append(f"child {number} of forker {index} ended with status {status}")
            self.forked[index] += 1
        self.watchdog.rest()

    def _be_a_child(self, number: int) -> None:
        signal.alarm(CHILD_LIMIT_S)  # the stacks are shown, and the child is killed: main() has arranged that
        status = 1
        try:
            self._call_in_child(number)
            status = 0
        except BaseException:  # noqa: BLE001  it is reported
            os.write(2, traceback.format_exc().encode())
        finally:
            os._exit(status)

    def _call_in_child(self, number: int) -> None:
        for name in {*self.current, "shared", "of the child"} - {""}:
            self._check(self._synchronizer(name), number)
        if run_async_task(where(number)) != (number, os.getpid()):
            raise AssertionError("run_async_task gave a wrong answer")
        if self.escapes.seen:
            raise AssertionError(self.escapes.seen)

    def run(self) -> int:
        """Fork as often as asked for, and while too few have started; return the exit status."""
        resources = Resources(self.options.kind)
        share = self.options.count // self.options.forkers
        counts = [share] * self.options.forkers
        counts[0] += self.options.count - sum(counts)
        starters = [threading.Thread(target=self._start, args=(index,)) for index in range(self.options.starters)]
        forkers = [
            threading.Thread(target=self._fork, args=(index, counts[index])) for index in range(1, self.options.forkers)
        ]
        for thread in starters + forkers:
            thread.start()
        self._fork(0, counts[0])  # the main thread forks too
        for thread in forkers:
            thread.join()
        self.stop.set()
        for thread in starters:
            thread.join()
        self._check(self.shared, 1)
        self.shared.close()
        self.watchdog.stop()
        self.failures += self.escapes.seen + resources.leaks()
        return finish(self.failures, self.options.seed, forked=sum(self.forked), started=sum(self.started))


def main() -> int:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--least-starts", type=int, default=0, help="fork more often, until so many have started")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--starters", type=int, default=4)
    parser.add_argument("--forkers", type=int, default=3)
    parser.add_argument("--kind", choices=KNOWN, default="asyncio")
    faulthandler.register(signal.SIGALRM, chain=True)
    return Forks(parser.parse_args()).run()


if __name__ == "__main__":
    sys.exit(main())
