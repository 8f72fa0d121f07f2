"""Where lines go: to a callback, to a logger or to the terminal, on a thread that may be held up."""

from __future__ import annotations

import asyncio
import inspect
import logging
import sys
import time
from typing import TYPE_CHECKING, Callable, Literal, Protocol, Union, final

from ..errors import UsageError
from ._lines import OutputLine

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TextIO

    from ._lines import LineQueue, StreamName

OutputTarget = Union[Callable[[OutputLine], object], logging.Logger, Literal["terminal", "drop"]]

TURN_S = 0.05  # on a thread that others wait for, too; arbitrary: a turn costs some 0.1 ms
_log = logging.getLogger(__name__)


class Target(Protocol):
    """Take lines, on one thread at a time; it may block, and raise what it likes."""

    def write(self, line: OutputLine, /) -> object:
        """Take one line."""
        ...

    def flush(self) -> object:
        """Let nothing that was taken wait any longer."""
        ...


def target_of(chosen: OutputTarget) -> Target | None:
    """Return what takes the lines; None where they are dropped.

    Raises:
        UsageError: it is nothing that can take lines.
    """
    if isinstance(chosen, logging.Logger):
        return _LoggerTarget(chosen)
    if chosen == "terminal":
        return _Terminal()
    if chosen == "drop":
        return None
    if not callable(chosen) or inspect.iscoroutinefunction(chosen):
        raise UsageError(
            f"the output of a worker cannot go to {chosen!r}; give a function that is not async, a logging.Logger, "
            '"terminal" or "drop"'
        )
    return _CallbackTarget(chosen)


@final
class _CallbackTarget:
    """Call a function with each line."""

    def __init__(self, callback: Callable[[OutputLine], object]) -> None:
        self.write = callback

    def flush(self) -> None:
        """Do nothing: each line was given already."""


@final
class _LoggerTarget:
    """Log each line: stdout at INFO, stderr at WARNING."""

    def __init__(self, logger: logging.Logger) -> None:
        self._logger = logger

    def write(self, line: OutputLine) -> None:
        """Log one line, with its stream and process id in the record."""
        level = logging.INFO if line.stream == "stdout" else logging.WARNING
        self._logger.log(level, "%s", line.text, extra={"stream": line.stream, "pid": line.pid})

    def flush(self) -> None:
        """Do nothing: that is up to the handlers."""


@final
class _Terminal:
    """Write to what `sys.stdout` and `sys.stderr` are at that moment, as it came."""

    def __init__(self) -> None:
        self._written: TextIO | None = None  # and not flushed

    def write(self, line: OutputLine) -> None:
        """Write one line, or a part of one."""
        stream: TextIO | None = sys.stdout if line.stream == "stdout" else sys.stderr
        if stream is None:  # a process without a console
            return
        if self._written is not stream:
            self.flush()  # in the order in which the child wrote
        text = line.text + line.end
        try:
            stream.write(text)
        except UnicodeEncodeError as error:
            stream.write(text.encode(error.encoding, "backslashreplace").decode(error.encoding))
        self._written = stream

    def flush(self) -> None:
        """Show what was written."""
        stream, self._written = self._written, None
        if stream is not None:
            stream.flush()


@final
class Forwarder:
    """Hand the lines of a queue to a target, in turns on threads of the loop's executor, one turn at a time.

    Belongs to the loop that it was made on, as the queue does; only the turns run elsewhere.
    """

    def __init__(self, queue: LineQueue, target: Target) -> None:
        self._queue = queue
        self._target = target
        self._more = asyncio.Event()
        self._has_ended = False
        self._batch: Sequence[OutputLine] = ()
        self._taken = 0  # of the batch; only a turn writes it
        self._turn: asyncio.Future[None] | None = None
        self._is_left = False
        self._has_failed = False

    @property
    def untaken(self) -> int:
        """Return how many lines the target has not taken; one that it is taking is among them."""
        return len(self._batch) - self._taken + len(self._queue)

    def put(self, stream: StreamName, lines: Sequence[str]) -> None:
        """Take lines with their ends; never waits."""
        if lines:
            self._queue.put(stream, lines)
            self._more.set()

    def end(self) -> None:
        """Let `run` return as soon as the queue is empty."""
        self._has_ended = True
        self._more.set()

    def leave(self) -> None:
        """Hand over nothing more, even if `run` was cancelled during a turn, which ends with the line that it is at."""
        self._is_left = True

    async def run(self) -> None:
        """Hand over what comes, till `end` was called and nothing is left, or it is cancelled after `leave`.

        Cancelling it before has no effect: whatever ends the loop cancels every task, and there is more to come then.
        """
        while True:
            try:
                return await self._hand_over()
            except asyncio.CancelledError:
                if self._is_left:
                    raise

    async def _hand_over(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            if self._turn is not None:  # a cancelled task leaves one behind, too
                await asyncio.shield(self._turn)
                self._turn = None
            if self._taken == len(self._batch):
                if not len(self._queue):
                    if self._has_ended:
                        return
                    self._more.clear()
                    await self._more.wait()
                self._batch, self._taken = self._queue.take(), 0
            if self._batch:
                self._turn = loop.run_in_executor(None, self._take_turn)

    def _take_turn(self) -> None:
        """Hand over lines of the batch for a moment; on a thread of the executor."""
        end = time.monotonic() + TURN_S
        while self._taken < len(self._batch) and not self._is_left:
            self._try(self._target.write, self._batch[self._taken])
            self._taken += 1
            if time.monotonic() > end:
                break
        self._try(self._target.flush)

    def _try(self, take: Callable[..., object], *lines: OutputLine) -> None:
        try:
            take(*lines)
        except BaseException:  # noqa: BLE001  the target's own, a SystemExit, too: neither the loop nor the thread is its
            if not self._has_failed:
                self._has_failed = True
                _log.exception(
                    "what takes the output of a worker has raised; it gets the next lines all the same, and what else "
                    "it raises is not reported"
                )
