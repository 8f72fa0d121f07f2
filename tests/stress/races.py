"""Run the mixed load in eight threads with the interpreter switching all the time; in half of the rounds, close too.

Each round has a seed of its own; a failure prints it. With `--seconds` rounds follow each other until time is up.

    python -m tests.stress.races --seed 1 --rounds 5
"""

from __future__ import annotations

import argparse
import gc
import random
import sys
import threading
import time
import traceback

from ambidex import RuntimeClosed
from tests.runtime.kinds import KNOWN, make_synchronizer
from tests.stress.mix import Mix, Numbers
from tests.stress.watch import HANG_S, Escapes, Resources, Watchdog, finish

THREADS = 8


class Round:
    """One round: its own synchronizer, its own seed."""

    def __init__(self, seed: int, calls: int, kind: str, watchdog: Watchdog) -> None:
        self.seed = seed
        self.calls = calls
        self.kind = kind
        self.watchdog = watchdog
        self.is_closing = seed % 2 == 1
        self.own = make_synchronizer(kind, f"race {seed}", grace_s=HANG_S / 2)
        make_synchronizer(kind, "ambidex")
        self.mix = Mix(self.own)
        self.numbers = Numbers(THREADS)
        self.stop = threading.Event()
        self.refused: list[None] = []

    def _call(self, index: int) -> None:
        rng = random.Random(f"{self.seed} {index}")
        for _ in range(self.calls):
            self.watchdog.beat()
            number = self.numbers.take(index)
            try:
                self.mix.call(number, rng)
            except RuntimeClosed:
                self.refused.append(None)
                if not self.is_closing:
                    self.mix.failures.append("a call was told that the runtime was closed; nobody had closed it")
            except BaseException:  # noqa: BLE001  nothing else may end a call
                self.mix.failures.append(f"call {number} raised {traceback.format_exc()}")
        self.watchdog.rest()

    def _close(self) -> None:
        rng = random.Random(f"{self.seed} close")
        while not self.stop.wait(rng.uniform(0, 0.02)):
            self.watchdog.beat()
            self.own.close()
            self.watchdog.rest()

    def run(self) -> list[str]:
        """Make all calls of the round; return what went wrong."""
        callers = [threading.Thread(target=self._call, args=(index,)) for index in range(THREADS)]
        closers = [threading.Thread(target=self._close) for _ in range(2 if self.is_closing else 0)]
        for thread in callers + closers:
            thread.start()
        for thread in callers:
            thread.join()
        self.stop.set()
        for thread in closers:
            thread.join()
        gc.collect()
        self.watchdog.beat()
        self.mix.settle()
        self.own.close()
        make_synchronizer(self.kind, "ambidex").close()
        self.watchdog.rest()
        if len(self.refused) > THREADS * self.calls * 0.9:
            self.mix.failures.append("hardly a call was answered: the round has tested nothing")
        return self.mix.failures


def main() -> int:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seed", type=int, default=1, help="of the first round; those after it count on")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument(
        "--least-refused", type=int, default=0, help="go on with rounds until closing met so many calls"
    )
    parser.add_argument("--seconds", type=float, help="go on with rounds for this long instead")
    parser.add_argument("--calls", type=int, default=150, help="of each thread in a round")
    parser.add_argument("--kind", choices=KNOWN, default="asyncio")
    options = parser.parse_args()
    sys.setswitchinterval(1e-6)
    escapes = Escapes()
    watchdog = Watchdog()
    resources = Resources(options.kind)
    started = time.monotonic()
    seed, calls, refused = options.seed, 0, 0
    failures: list[str] = []
    while not failures and (
        time.monotonic() - started < options.seconds
        if options.seconds
        else seed < options.seed + options.rounds or refused < options.least_refused
    ):
        print(f"seed {seed}", file=sys.stderr, flush=True)  # the last one printed is the one that hung
        this = Round(seed, options.calls, options.kind, watchdog)
        failures = this.run() + escapes.seen + resources.leaks()
        calls += this.numbers.total
        refused += len(this.refused)
        seed += 1
    watchdog.stop()
    return finish(failures, seed - 1, rounds=seed - options.seed, calls=calls, refused=refused)


if __name__ == "__main__":
    sys.exit(main())
