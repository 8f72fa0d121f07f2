"""Own one worker from its start to its close: one life of a child after the other, as its policy has it.

A task on the loop of the runtime of workers does it, so that whatever ends that loop, such as the interpreter's exit,
ends the child as well. What callers ask is answered on any thread:

    no start yet, closed     nothing runs: it is for the worker to say so
    running                  the life, to be called
    waiting, starting        `change` is done when that has ended; a call waits for it, for it was sent to nobody
    over                     every call fails, with the reason
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
import time
from typing import TYPE_CHECKING

from ..errors import InternalError, RuntimeClosed, UsageError, WorkerNotStarted
from ._restarts import GiveUp, Restart, Restarts

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._life import Life
    from ._restarts import Decision, RestartPolicy

_log = logging.getLogger(__name__)


class Supervisor:
    """Start a child, and again after each end that its policy wants followed by a start.

    `new_life` makes what is to be begun, on the loop. `program` is what it runs, for messages. `restarted` is told of
    each further start. `clock` and `random` are those of the policy. Any thread may ask for `current`, the last life
    that was ready; whoever finds it over waits for `change`, which he has read before. The rest is for the loop.
    """

    def __init__(
        self,
        new_life: Callable[[], Life],
        policy: RestartPolicy,
        program: str,
        random: Callable[[], float],
        restarted: Callable[[], object],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._new_life = new_life
        self._program = program
        self._clock = clock
        self._restarted = restarted
        self._decisions = Restarts(policy, random)
        self._failure: Exception | None = None  # why the last start failed
        self._reason = ""  # why it is over
        self._task: asyncio.Task[None] | None = None
        self._leaving: set[asyncio.Future[None]] = set()  # of lives that are over
        self.current: Life | None = None
        self.change: concurrent.futures.Future[None] = concurrent.futures.Future()

    @property
    def restarts(self) -> int:
        """How often the child was started again."""
        return self._decisions.count

    @property
    def is_over(self) -> bool:
        """Whether no child will be started any more."""
        return self._task is not None and self._task.done()

    async def start(self) -> None:
        """Start the first child, and wait until it is ready.

        Raises:
            UsageError: there is no such program or interpreter.
            WorkerNotStarted: it ended before it was ready, or took too long; it is not tried again. A child that took
                too long is being ended then.
        """
        self._task = asyncio.get_running_loop().create_task(self._run())
        self._task.add_done_callback(self._note_end)
        first = asyncio.wrap_future(self.change)
        try:
            await asyncio.wait({first})
        except asyncio.CancelledError:
            await self.close()
            raise
        if self.current is None:
            raise self._failure or RuntimeClosed(f"{self._program} was closed before it was ready")

    async def wait_for_end(self) -> None:
        """Wait until no child runs and none will be started."""
        if self._task is not None:
            await asyncio.wait({self._task, *self._leaving})

    async def close(self) -> None:
        """End the child that runs, if any, and start none any more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task, *self._leaving})

    def error(self, call: str) -> Exception:
        """Return the error of a call that is made once it is over."""
        if self._failure is not None or self.current is None:
            error = WorkerNotStarted(self._program, self._reason)
            error.__cause__ = self._failure
            return error
        return self.current.died(call, "not_sent", reason=self._reason)

    # -- the task

    async def _run(self) -> None:
        while True:
            status = await self._live()
            if self.current is None:  # the first start: whoever waits for it is told
                return
            decision = self._decisions.note_end(self._clock(), was_clean=status == 0)
            if not isinstance(decision, Restart):
                self._give_up(decision)
                return
            delay_s = decision.delay_s
            _log.warning("the worker %s %s; it is started again in %.2f s", self._program, self._last_end(), delay_s)
            await asyncio.sleep(delay_s)
            self._restarted()

    async def _live(self) -> int | None:
        """Run a child from its start to its end; return its exit status, or None where it did not become ready."""
        self._decisions.note_start(self._clock())
        life = self._new_life()
        try:
            await life.begin()
        except (UsageError, WorkerNotStarted) as error:
            self._failure = error
            if self.current is None and life.is_late:
                self._change()  # whoever waits is told now, and not when it has been made to end
            await life.end()
            if self.current is None and not life.is_late:
                self._change()
            return None
        except BaseException:  # it was closed
            await life.end()
            raise
        self._failure = None
        self._decisions.note_ready(self._clock())
        self.current = life  # first: who waits looks for it then
        self._change()
        try:
            status = await asyncio.shield(life.death)
        except BaseException:
            await life.end()
            raise
        leaving = asyncio.ensure_future(life.end())  # what it has written last is taken meanwhile
        self._leaving.add(leaving)
        leaving.add_done_callback(self._leaving.discard)
        return status

    def _change(self) -> None:
        """Wake who waits; the next ones wait for the next change."""
        change, self.change = self.change, concurrent.futures.Future()
        change.set_result(None)

    def _last_end(self) -> str:
        if self._failure is not None or self.current is None:
            return f"was not started again: {self._failure}"
        return f"has ended with the status {self.current.fate.result()}"

    def _give_up(self, decision: Decision) -> None:
        if isinstance(decision, GiveUp):
            self._reason = f"it is not started again: {decision.reason}"
            _log.error("the worker %s %s; %s", self._program, self._last_end(), self._reason)
        else:
            self._reason = "it is not started again: its policy asks for no start after such an end"

    def _note_end(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is not None:
            self._failure = InternalError(f"the supervision of {self._program} ended with {task.exception()!r}")
        self._change()
