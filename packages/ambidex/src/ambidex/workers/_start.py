"""Own what a child is started with: the ends of its connections and pipes, and who closes which when it fails."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..rpc import BEGUN_BYTES, Begun
from ..transport import ARENA_BYTES, new_arenas, new_page, new_pair
from ._launch import launch

if TYPE_CHECKING:
    import subprocess

    from ..transport import Socket
    from ._launch import Program

_ORPHAN_S = 0.75  # what a child has for its clean-up whose parent is gone: after a second nothing of it is left


@dataclass(frozen=True)
class Started:
    """Hold a child that was started, and this process's ends of what goes between them.

    `main` carries messages, `control` further sockets, `watch` heartbeats; `begun` tells which calls have, and is None
    where processes share no memory. `arenas` are the descriptors of what goes out and what comes in, None without.
    """

    popen: subprocess.Popen[bytes]
    main: Socket
    control: Socket
    watch: Socket
    stdout: int
    stderr: int
    begun: Begun | None
    arenas: tuple[int, int] | None


async def start(program: Program, grace_s: float, codec: str) -> Started:
    """Start a program with its half of everything; its own half is closed here, and all of it when that fails.

    Raises:
        UsageError: there is no such program or interpreter.
        WorkerNotStarted: the system has not started it.
    """
    with contextlib.ExitStack() as ours, contextlib.ExitStack() as theirs:
        sockets: list[Socket] = []
        given: list[int] = []
        for _ in range(3):
            our_end, their_end = new_pair()
            ours.callback(our_end.close)
            theirs.callback(their_end.close)
            sockets.append(our_end)
            given.append(their_end.fileno())
        outputs: list[tuple[int, int]] = []
        for _ in range(2):
            outputs.append(os.pipe())
            ours.callback(os.close, outputs[-1][0])
            theirs.callback(os.close, outputs[-1][1])
        begun = None
        if sys.platform != "win32":
            page, memory = new_page(BEGUN_BYTES)
            theirs.callback(os.close, page)
            given.append(page)
            begun = Begun(memory)
            ours.callback(begun.close)  # now, and not with the error, whose traceback refers to it
        config = {"watch_grace_s": min(grace_s, _ORPHAN_S), "codec": codec}
        arenas = new_arenas() if codec == "pickle" else None  # memory is for what this process trusts
        if arenas is not None:
            for each in arenas:
                ours.callback(os.close, each)
            given.extend(arenas)
            config["arena_bytes"] = ARENA_BYTES
        starting = functools.partial(launch, program, config, given, *(their_pipe for _, their_pipe in outputs))
        # Not to be cancelled: the thread would start a process that nobody knows of.
        popen = await _uncancelled(asyncio.get_running_loop().run_in_executor(None, starting))
        ours.pop_all()
    main, control, watch = sockets
    (stdout, _), (stderr, _) = outputs
    return Started(popen, main, control, watch, stdout, stderr, begun, arenas)


async def _uncancelled(work: asyncio.Future[subprocess.Popen[bytes]]) -> subprocess.Popen[bytes]:
    """Await work that takes milliseconds to its end; a cancellation comes with the next wait."""
    task = asyncio.current_task()
    is_cancelled = False
    while not work.done():
        try:
            await asyncio.wait({work})
        except asyncio.CancelledError:
            is_cancelled = True
    if is_cancelled and task is not None:
        asyncio.get_running_loop().call_soon(task.cancel)
    return work.result()
