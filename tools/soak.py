"""Run the behaviours of runtime, bridge and channels over and over in random order, under the suite's leak checks.

Stops at the first failure and prints the seed that repeats it; stops without one after `--runs`, or when `--seconds`
are over, and prints how many runs there were.
"""

from __future__ import annotations

import argparse
import random
import signal
import subprocess
import sys
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


def run(pytest: list[str], limit_s: float) -> str:
    """Run the command and return "passed", "failed" or "out of time"."""
    process = subprocess.Popen(pytest, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        output, _ = process.communicate(timeout=limit_s)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)  # pytest then ends its fixtures
        try:
            process.communicate(timeout=ENDING_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
        return "out of time"
    if process.returncode != 0:
        print(output)
        return "failed"
    return "passed"


def main() -> int:
    """Run as often as asked for and return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=50, help="at most this many")
    parser.add_argument("--seconds", type=float, default=1200, help="and no longer than this")
    parser.add_argument("--seed", type=int, help="of the first run; those after it count on (default: random)")
    parser.add_argument("folders", nargs="*", default=FOLDERS, help="what to run")
    options = parser.parse_args()
    first: int = options.seed if options.seed is not None else random.SystemRandom().randrange(2**31)
    started = time.monotonic()
    passed = 0
    for seed in range(first, first + options.runs):
        remaining_s = options.seconds - (time.monotonic() - started)
        pytest = command(seed, options.folders)
        result = run(pytest, remaining_s) if remaining_s > 0 else "out of time"
        if result == "failed":
            print(f"run {passed + 1} failed; repeat it with: {' '.join(pytest)}")
            return 1
        if result == "out of time":
            break
        passed += 1
        print(f"run {passed} of {options.runs} passed (seed {seed}, {time.monotonic() - started:.0f} s)", flush=True)
    print(f"soak: {passed} of {options.runs} runs passed in {time.monotonic() - started:.0f} s, none failed")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
