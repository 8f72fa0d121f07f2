"""Keep a hundred threads at the mixed load, and see that nothing grows: memory, tasks, threads, descriptors.

All threads rest now and then, so that what is counted is what stays and not what is in flight.

glibc gives threads arenas of their own, and a cache each of what they have freed, up to 7 chunks of each size: what a
hundred threads keep so adds up to some MiB in ten minutes, for `asyncio.run` in as many threads too, and is no growth
of ours. So there the measured process is one with a single arena and no such caches. Other C libraries have no such
settings, and other platforms none that is needed.

    python -m tests.stress.soak --seconds 600 --warm-up 180
"""

from __future__ import annotations

import argparse
import asyncio
import ctypes
import gc
import os
import platform
import random
import sys
import threading
import time
import traceback
from dataclasses import dataclass
from pathlib import Path

from ambidex import run_async_task
from tests.runtime.kinds import KNOWN, make_synchronizer
from tests.stress.mix import Mix, Numbers
from tests.stress.watch import Escapes, Resources, Watchdog, count_descriptors, finish

STATUS = Path("/proc/self/status")
ARENAS = "MALLOC_ARENA_MAX"  # glibc reads both when a process begins
CACHES = {"GLIBC_TUNABLES": "glibc.malloc.tcache_count=0"}
GROWTH_LIMIT_BYTES = 2 * 1024 * 1024
# What the count of allocated blocks may grow by: caches of the interpreter; and for each rest, our own sample of it.
BLOCKS_LIMIT = 1_000
BLOCKS_OF_A_SAMPLE = 10
# One block left by each tenth call would be seen. However slow the machine is, the load is kept up until so many are
# made.
CALLS_TO_JUDGE_BY = 10 * BLOCKS_LIMIT


@dataclass(frozen=True)
class Sample:
    """What the process holds while all threads rest."""

    after_s: float
    calls: int
    memory_bytes: int
    blocks: int
    threads: int
    descriptors: int

    def __str__(self) -> str:
        return (
            f"{self.after_s:6.1f} s {self.calls:8} calls {self.memory_bytes / 2**20:8.2f} MiB {self.blocks:8} blocks "
            f"{self.threads} threads {self.descriptors} descriptors"
        )


class Meeting:
    """Let tasks of one loop wait until there are as many as there should be."""

    def __init__(self, size: int) -> None:
        self._missing = size
        self._is_complete: asyncio.Event | None = None

    async def join(self) -> None:
        """Come, and wait for the others."""
        if self._is_complete is None:
            self._is_complete = asyncio.Event()
        self._missing -= 1
        if self._missing == 0:
            self._is_complete.set()
        await self._is_complete.wait()


class Soak:
    """Own the threads and the samples."""

    def __init__(self, options: argparse.Namespace, threads: int, seconds: float, least_calls: int = 0) -> None:
        self.options = options
        self.threads = threads
        self.seconds = seconds
        self.least_calls = least_calls  # after the warm-up
        self.own = make_synchronizer(options.kind, "soaked", grace_s=2)
        make_synchronizer(options.kind, "ambidex")
        self.mix = Mix(self.own)
        self.first, self.second = Meeting(threads), Meeting(threads)
        self.numbers = Numbers(threads)
        self.watchdog = Watchdog(limit_s=60)  # a hundred threads share the interpreter, and the machine others
        self.samples: list[Sample] = []
        self.started = time.monotonic()
        self.next_rest = self.started + options.interval
        self.is_over = False
        self.barrier = threading.Barrier(threads, self._rest)

    def _call(self, index: int) -> None:
        rng = random.Random(f"{self.options.seed} {index}")
        self.own.run(self.first.join)  # as many wait at once as ever will: a loop makes what they wait on, and keeps it
        run_async_task(self.second.join())
        while not self.is_over:
            while time.monotonic() < self.next_rest:
                self.watchdog.beat()
                try:
                    self.mix.call(self.numbers.take(index), rng)
                except BaseException:  # noqa: BLE001  nothing may end a call
                    self.mix.failures.append(f"a call raised {traceback.format_exc()}")
            self.watchdog.rest()
            self.barrier.wait()

    def _rest(self) -> None:
        """Take a sample; one thread does it while all others wait."""
        self.mix.settle()
        gc.collect()
        return_free_memory()
        after_s = time.monotonic() - self.started
        self.samples.append(
            Sample(
                after_s,
                self.numbers.total,
                memory_bytes(),
                sys.getallocatedblocks(),
                threading.active_count(),
                count_descriptors(),
            )
        )
        if self.options.verbose:
            print(self.samples[-1], flush=True)
        self.is_over = bool(self.mix.failures) or (after_s >= self.seconds and self._has_enough_calls())
        self.next_rest = time.monotonic() + self.options.interval

    def _has_enough_calls(self) -> bool:
        return self.samples[-1].calls - self.warm().calls >= self.least_calls

    def run(self) -> list[str]:
        """Keep the load up for the time asked for, and until the calls asked for are made; return what went wrong."""
        threads = [threading.Thread(target=self._call, args=(index,)) for index in range(self.threads)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.own.close()
        make_synchronizer(self.options.kind, "ambidex").close()
        self.watchdog.stop()
        return self.mix.failures

    def report(self, failures: list[str]) -> int:
        """Add what has grown to the failures, and print them; return the exit status."""
        warm, last = self.warm(), self.samples[-1]
        return finish(
            failures + self.growth(),
            self.options.seed,
            calls=last.calls,
            samples=len(self.samples),
            calls_after_warm_up=last.calls - warm.calls,
            growth_kib=(last.memory_bytes - warm.memory_bytes) // 1024,
            blocks=last.blocks - warm.blocks,
            arenas=os.environ.get(ARENAS, "default"),
        )

    def warm(self) -> Sample:
        """Return the first sample after the warm-up."""
        warm = [sample for sample in self.samples if sample.after_s >= self.options.warm_up]
        return warm[0] if warm else self.samples[-1]

    def growth(self) -> list[str]:
        """Return what grew between the end of the warm-up and the last rest."""
        warm, last = self.warm(), self.samples[-1]
        found: list[str] = []
        if last.memory_bytes - warm.memory_bytes > GROWTH_LIMIT_BYTES:
            found.append(f"memory grew by {(last.memory_bytes - warm.memory_bytes) // 1024} KiB")
        if last.blocks - warm.blocks > BLOCKS_LIMIT + BLOCKS_OF_A_SAMPLE * len(self.samples):
            found.append(f"{last.blocks - warm.blocks} more blocks of memory are in use")
        if last.threads > warm.threads:
            found.append(f"there were {warm.threads} threads, and then {last.threads}")
        if last.descriptors > warm.descriptors:
            found.append(f"there were {warm.descriptors} descriptors open, and then {last.descriptors}")
        return [*found, *map(str, self.samples)] if found else []


def return_free_memory() -> None:
    """Have the C library give back what is free: how much it keeps depends on what else was allocated at the peak."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)


def memory_bytes() -> int:
    """Return the resident memory, or 0 where the platform does not tell."""
    if not STATUS.exists():
        return 0
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) * 1024


def limit_caches() -> None:
    """Begin this program anew with a single arena and no caches, where the C library has them and nobody has said."""
    if platform.libc_ver()[0] == "glibc" and ARENAS not in os.environ:
        command = [sys.executable, "-m", "tests.stress.soak", *sys.argv[1:]]
        os.execve(sys.executable, command, {**CACHES, **os.environ, ARENAS: "1"})


def main() -> int:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=25, help="longer where the calls are too few by then")
    parser.add_argument("--warm-up", type=float, default=10, help="growth counts after this many seconds")
    parser.add_argument("--interval", type=float, default=1.5, help="seconds from one rest to the next")
    parser.add_argument("--threads", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--verbose", action="store_true", help="print each sample")
    parser.add_argument("--kind", choices=KNOWN, default="asyncio")
    parser.add_argument("--overload", type=float, default=4, help="seconds, before all, with twice the threads")
    options = parser.parse_args()
    limit_caches()
    escapes = Escapes()
    resources = Resources(options.kind)
    gc.collect()
    gc.freeze()  # else the collector waits for garbage worth a quarter of all that, and memory swings by as much
    # The allocators give hardly anything back, so memory grows by chance with each new peak of the load. This one is
    # higher than any that follows.
    failures = Soak(options, 2 * options.threads, options.overload).run()
    soak = Soak(options, options.threads, options.seconds, least_calls=CALLS_TO_JUDGE_BY)
    failures += soak.run() + escapes.seen + resources.leaks()
    return soak.report(failures)


if __name__ == "__main__":
    sys.exit(main())
