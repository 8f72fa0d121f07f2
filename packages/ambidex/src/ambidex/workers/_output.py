"""Pass on what a child writes to its descriptors 1 and 2: to a callback, to a logger, to the terminal, or nowhere.

The loop reads whatever comes, at once, so the child never waits for anybody. Lines wait in a bounded queue, and go to
their target on a thread of the loop's executor, some at a time, for the target may be slow, or stand still. What the
queue does not hold is dropped, and one line says how much that was.

    pipes -> bytes -> lines -> bounded queue -> a thread of the executor -> target
                  +-> the last lines of stderr, for errors
"""

from __future__ import annotations

import asyncio
import codecs
import logging
from typing import TYPE_CHECKING, final

from ._lines import LastLines, LineQueue, LineSplitter
from ._pipe import Pipe
from ._targets import Forwarder, target_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._lines import StreamName
    from ._targets import OutputTarget

GRACE_S = 2.0  # arbitrary: as long as nobody minds waiting for the end of a worker
_log = logging.getLogger(__name__)


@final
class Output:
    r"""Read the output of one child, from its start to its end, and pass it on.

    A callback is called with one line after the other, on threads of the loop's executor. A logger gets lines of stdout
    at level INFO, and of stderr at WARNING, with `stream` and `pid` in the record. "terminal" is this process's own
    `sys.stdout` and `sys.stderr`, whatever they are at that moment; they get parts of lines as they come, too. What a
    target raises is logged once. `pid` is called when something was read. `kept_lines` of stderr are kept whatever
    the target is. At the end, what waits has `grace_s` seconds to be taken.

    Belongs to the loop, and the thread, of `read`.

    Raises:
        UsageError: there is no such target.
    """

    def __init__(
        self, target: OutputTarget, *, pid: Callable[[], int], kept_lines: int = 20, grace_s: float = GRACE_S
    ) -> None:
        self._target = target_of(target)
        self._is_live = target == "terminal"
        self._pid = pid
        self._grace_s = grace_s
        self._last = LastLines(kept_lines)
        self._pipes: list[Pipe] = []

    def last_lines(self) -> list[str]:
        r"""Return the last lines of stderr, the oldest first, as a terminal shows them where there is a "\r"."""
        return self._last.shown()

    async def read(self, stdout_fd: int, stderr_fd: int) -> None:
        """Read both pipes up to their ends, and pass on what comes; to be called once.

        Owns the two descriptors, from its first step on, and closes them however it ends; on Windows they are handles,
        which were opened for overlapped reads. Returns when both pipes have ended, or `finish` was called, and then
        all lines were taken or the grace has passed. What was not taken is counted in a warning that is logged.

        Cancelling it ends it when the pipes have ended: whatever ends the loop cancels every task, and a child that
        cleans up then is not to find its output closed. Cancelling it later gives no grace.
        """
        forwarder = None
        if self._target is not None:
            forwarder = Forwarder(LineQueue(self._pid, is_live=self._is_live), self._target)
        stdout = _Stream("stdout", forwarder, None, is_live=self._is_live)
        stderr = _Stream("stderr", forwarder, self._last, is_live=self._is_live)
        self._pipes = [Pipe(stdout_fd, stdout.take), Pipe(stderr_fd, stderr.take)]
        forwarding = asyncio.ensure_future(forwarder.run()) if forwarder is not None else None
        try:
            for pipe in self._pipes:
                await pipe.open()
            was_cancelled = await self._wait_ends()
            if forwarder is not None and forwarding is not None:
                forwarder.end()
                await asyncio.wait({forwarding}, timeout=self._grace_s)
            if was_cancelled:
                raise asyncio.CancelledError
        finally:
            for pipe in self._pipes:
                pipe.close()
            if forwarder is not None and forwarding is not None:
                await self._leave(forwarder, forwarding)

    async def _wait_ends(self) -> bool:
        """Wait until both pipes have ended; tell whether that was cancelled meanwhile."""
        was_cancelled = False
        while True:
            try:
                for pipe in self._pipes:
                    await pipe.wait_end()
            except asyncio.CancelledError:
                was_cancelled = True
            else:
                return was_cancelled

    async def _leave(self, forwarder: Forwarder, forwarding: asyncio.Future[None]) -> None:
        forwarder.leave()
        forwarding.cancel()
        await asyncio.wait({forwarding})  # a step or two of the loop: it waits for nothing that cannot be cancelled
        if forwarder.untaken:
            _log.warning(
                "%d lines of the output of process %d were not taken in time, and are dropped",
                forwarder.untaken,
                self._pid(),
            )

    def finish(self) -> None:
        """End the reading now, whoever holds the pipes open still: for when the child is known to be dead.

        What it has written is read first, so `last_lines` is complete after this; on Windows, where that cannot be done
        without waiting, what was not read yet is lost. `read` goes on as if the pipes had ended.
        """
        for pipe in self._pipes:
            pipe.finish()


@final
class _Stream:
    """Take the bytes of one pipe, and pass them on as lines."""

    def __init__(self, name: StreamName, forwarder: Forwarder | None, last: LastLines | None, *, is_live: bool) -> None:
        self._name: StreamName = name
        self._forwarder = forwarder
        self._last = last
        self._decoder = codecs.getincrementaldecoder("utf-8")("backslashreplace")
        self._splitter = LineSplitter(is_live=is_live)

    def take(self, data: bytes) -> None:
        """Take the next bytes; none at the end."""
        if self._forwarder is None and self._last is None:
            return
        is_last = not data
        text = self._decoder.decode(data, is_last)
        if self._last is not None:
            self._last.add(text)
        if self._forwarder is not None:
            self._forwarder.put(self._name, self._splitter.feed(text, is_last=is_last))
