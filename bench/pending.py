"""The section of calls that wait: what a process with 100 threads in a blocking call uses while nothing happens.

Each candidate has a process of its own, where nothing else runs; all wait at the same time. This file is also what
those processes run: it takes the candidate and the seconds to wait, and prints the CPU seconds it used.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

from children import environment
from peers import Bridge, is_installed, portal_bridge, stdlib_bridge, synchronicity_bridge, synchronizer_bridge
from report import Row, Section
from targets import PENDING, target_of

from ambidex import Synchronizer

if TYPE_CHECKING:
    from collections.abc import Callable

    from candidates import World
    from measure import Settings

CALLS = 100
FULL_WINDOW_S = 60.0
_BEGIN_S = 60.0  # arbitrary: all calls have begun by then, on any machine
_SETTLE_S = 0.5  # arbitrary: the callers whose calls have begun come to wait meanwhile
_NAMES = {
    "ambidex": "ambidex, Synchronizer",
    "first_step": "ambidex, Synchronizer, first_step='caller'",
    "stdlib": "asyncio.run_coroutine_threadsafe",
    "synchronicity": "synchronicity",
    "anyio": "anyio blocking portal",
}
_PACKAGES = {"synchronicity": "synchronicity", "anyio": "anyio"}


def measure_pending(world: World, settings: Settings) -> Section:
    """Measure each candidate's process over one window, all at once; always by CPU time."""
    window_s = settings.idle_window_s
    scaled = "" if window_s == FULL_WINDOW_S else f"{window_s:g} s measured, scaled to {FULL_WINDOW_S:g} s"
    rows: list[Row] = []
    with contextlib.ExitStack() as stack:
        children = {
            kind: _start(kind, window_s, stack) for kind in _NAMES if is_installed(_PACKAGES.get(kind, "asyncio"))
        }
        for kind, name in _NAMES.items():
            answers = (target_of(PENDING, "process time in 60 s"),) if kind == "ambidex" else ()
            if kind not in children:
                rows.append(Row(name, unit="ms", note="not installed"))
                continue
            output, _ = children[kind].communicate(timeout=window_s + 2 * _BEGIN_S)
            if children[kind].returncode:
                raise RuntimeError(
                    f"{CALLS} pending calls of {name}: the process ended with {children[kind].returncode}"
                )
            rows.append(Row(name, float(output) * 1e3 * FULL_WINDOW_S / window_s, "ms", None, answers, scaled))
    title = f"{CALLS} threads in a blocking call: CPU time of the process in {FULL_WINDOW_S:g} s"
    return Section("pending", title, "", rows)


def _start(kind: str, window_s: float, stack: contextlib.ExitStack) -> subprocess.Popen[str]:
    command = [sys.executable, __file__, kind, str(window_s)]
    child = stack.enter_context(subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, text=True))
    stack.callback(child.kill)  # for when another one failed; nothing happens to one that has ended
    return child


def _bridge(kind: str, stack: contextlib.ExitStack) -> Bridge:
    if kind == "stdlib":
        loop = asyncio.new_event_loop()
        threading.Thread(target=loop.run_forever, daemon=True).start()
        return stdlib_bridge(loop)
    if kind == "synchronicity":
        return synchronicity_bridge()
    if kind == "anyio":
        return portal_bridge(stack)
    is_lending = kind == "first_step"
    return synchronizer_bridge(kind, Synchronizer("bench", first_step="caller" if is_lending else "loop"))


def _wait(bridge: Bridge, window_s: float) -> float:
    """Return the CPU seconds that this process uses in `window_s` while all calls are pending."""
    have_begun = threading.Semaphore(0)

    async def pend(value: int) -> int:
        have_begun.release()
        await asyncio.Event().wait()
        return value

    assert bridge.blocking is not None
    call: Callable[[int], int] = bridge.blocking(pend)
    for _ in range(CALLS):
        threading.Thread(target=call, args=(1,), daemon=True).start()
    for _ in range(CALLS):
        if not have_begun.acquire(timeout=_BEGIN_S):
            raise TimeoutError(f"not all of {CALLS} calls began within {_BEGIN_S:g} s")
    time.sleep(_SETTLE_S)
    started = time.process_time()
    time.sleep(window_s)
    return time.process_time() - started


if __name__ == "__main__":
    with contextlib.ExitStack() as until_then:
        print(_wait(_bridge(sys.argv[1], until_then), float(sys.argv[2])), flush=True)
        os._exit(0)  # the calls never end
