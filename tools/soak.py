"""Run the behaviours of runtime, bridge and channels over and over in random order, under the suite's leak checks.

Stops at the first failure and prints the seed that repeats it; stops without one after `--runs`, or when `--seconds`
are over, and prints how many runs there were.
"""

from __future__ import annotations

import argparse
import random
import shlex
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("tests/runtime", "tests/bridge", "tests/contract")
ENDING_S = 30  # arbitrary, ample for fixtures to end


def command(seed: int, folders: list[str]) -> list[str]:
    """Return the command of one run."""
    return [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "--exitfirst",
        "-p",
        "no:cacheprovider",
        "-p",
        "randomly",
        f"--randomly-seed={seed}",
        "-m",
        "not slow and not serial",
        *folders,
    ]


def run(pytest: list[str], limit_s: float) -> tuple[str, str]:
    """Run the command and return "passed", "failed" or "out of time", and what it printed."""
    process = subprocess.Popen(pytest, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        output, _ = process.communicate(timeout=limit_s)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)  # pytest then ends its fixtures
        try:
            output, _ = process.communicate(timeout=ENDING_S)
        except subprocess.TimeoutExpired:
            process.kill()
            output, _ = process.communicate()
        return "out of time", output
    return "passed" if process.returncode == 0 else "failed", output


class Soak:
    """Count the runs of several workers, and take note of the first failure."""

    def __init__(self, first_seed: int, runs: int, seconds: float, folders: list[str]) -> None:
        self._seeds = iter(range(first_seed, first_seed + runs))
        self._runs = runs
        self._seconds = seconds
        self._folders = folders
        self._lock = threading.Lock()
        self._started = time.monotonic()
        self.passed = 0
        self.failed: str | None = None  # the command that repeats it

    @property
    def elapsed_s(self) -> float:
        """Return how long it has run."""
        return time.monotonic() - self._started

    def work(self) -> None:
        """Take one run after another until there is none left, time is over, or one has failed."""
        while (seed := self._next_seed()) is not None:
            pytest = command(seed, self._folders)
            result, output = run(pytest, self._seconds - self.elapsed_s)
            with self._lock:
                if self.failed is not None or result == "out of time":
                    return
                if result == "failed":
                    self.failed = shlex.join(pytest)
                    print(f"{output}\na run failed after {self.passed}; repeat it with: {self.failed}", flush=True)
                    return
                self.passed += 1
                print(f"run {self.passed} of {self._runs} passed (seed {seed}, {self.elapsed_s:.0f} s)", flush=True)

    def _next_seed(self) -> int | None:
        with self._lock:
            return None if self.failed is not None or self.elapsed_s >= self._seconds else next(self._seeds, None)


def main() -> int:
    """Run as often as asked for and return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=50, help="at most this many")
    parser.add_argument("--seconds", type=float, default=1200, help="and no longer than this")
    parser.add_argument("--jobs", type=int, default=1, help="so many at a time, each a process")
    parser.add_argument("--seed", type=int, help="of the first run; those after it count on (default: random)")
    parser.add_argument("folders", nargs="*", default=FOLDERS, help="what to run")
    options = parser.parse_args()
    first: int = options.seed if options.seed is not None else random.SystemRandom().randrange(2**31)
    soak = Soak(first, options.runs, options.seconds, list(options.folders))
    workers = [threading.Thread(target=soak.work) for _ in range(options.jobs)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if soak.failed is not None:
        return 1
    print(f"soak: {soak.passed} of {options.runs} runs passed in {soak.elapsed_s:.0f} s, none failed")
    return 0 if soak.passed else 1


if __name__ == "__main__":
    sys.exit(main())
