"""Own one life of a child process: its start, what it says of itself, its death, and the end that it is asked for."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import logging
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..errors import ProtocolError, WorkerDied, WorkerNotStarted
from ..rpc import outcome
from ..rpc.peer import Peer
from ..runtime import forget_after_fork
from ..transport import Control
from ._heartbeat import Heartbeat
from ._listed import Functions, Listed
from ._output import Output
from ._process import Process
from ._start import start

if TYPE_CHECKING:
    from ..protocol import Message
    from ..rpc.calling import Calls, Counters, Spans
    from ..rpc.peer import CodecName
    from ..runtime import Runtime
    from ..transport import Socket
    from ._launch import Program
    from ._targets import OutputTarget

_DYING_S = (
    0.5  # a process closes its sockets moments before its end is seen: one that is there later still has not died
)
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Settings:
    """Say how a child is run: limits are in seconds, `heartbeat_s` None asks for none.

    With the `codec` "msgpack" nothing that comes from it is trusted.
    """

    output: OutputTarget = "terminal"
    start_timeout_s: float = 60.0
    grace_s: float = 5.0
    heartbeat_s: float | None = 30.0
    codec: CodecName = "pickle"


class Life:
    """Run a child once, on the loop of the runtime of workers.

    `functions` is what it has, by name, and how each is called; `peer` is what leads to it, by whose `session` calls
    go. `fate` is done, on whatever thread asks, once its exit status is known, and `death` then, on the loop. `spans`
    are those that calls run in, None for none.
    """

    def __init__(
        self, program: Program, settings: Settings, runtime: Runtime, counters: Counters, spans: Spans | None = None
    ) -> None:
        self._program = program
        self._counters = counters
        self._spans = spans
        self._runtime = runtime
        self._settings = settings
        self._loop = asyncio.get_running_loop()
        self._ready: asyncio.Future[Functions] = self._loop.create_future()
        self._output = Output(settings.output, pid=lambda: self.pid)
        self._is_launched = False
        self.is_late = False  # it was not ready in time
        self.is_over = False  # once its end is known: no call reaches it
        self._is_asked = False  # to end
        self._status: int | None = None
        self._last_lines: tuple[str, ...] = ()
        self._reason = ""
        self._cause: Exception | None = None
        self.fate: concurrent.futures.Future[int | None] = concurrent.futures.Future()
        self.death: asyncio.Future[int | None] = self._loop.create_future()
        self.functions = Functions()
        self.peer: Peer
        self.session: Calls
        self._process: Process
        self._control: Control
        self._heartbeat: Heartbeat
        self._reading: asyncio.Task[None]

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    @property
    def status(self) -> int | None:
        """The exit status of a dead one, as `subprocess` gives it."""
        return self._status

    # -- the beginning

    async def begin(self) -> None:
        """Start the process and wait until it is ready; where this raises, `end` is to be awaited.

        Raises:
            UsageError: there is no such program or interpreter.
            WorkerNotStarted: it ended before it was ready, or took too long.
        """
        await self._launch()
        self.peer.greet()
        self.functions = await self._become_ready()
        self._heartbeat.begin()

    async def _launch(self) -> None:
        started = await start(self._program, self._settings.grace_s, self._settings.codec)
        self._is_launched = True
        self._process = Process(started.popen)
        self._process.watch(self._loop, self._note_death)
        self._reading = self._loop.create_task(self._output.read(started.stdout, started.stderr))
        self._control = Control(started.control)
        self._begun = started.begun
        self._heartbeat = Heartbeat(self._loop, started.watch, self.pid, self._settings.heartbeat_s, self._give_up)
        settings = self._settings
        self.peer = Peer(
            self,
            started.main,
            self._control,
            self._runtime,
            self._counters,
            whose=f"worker {self.pid}",
            codec=settings.codec,
            main_file=main_file(),
            grace_s=settings.grace_s,
            spans=self._spans,
            arenas=started.arenas,
        )
        self.session = self.peer.session
        forget_after_fork(self)

    async def _become_ready(self) -> Functions:
        limit_s = self._settings.start_timeout_s
        waited: set[asyncio.Future[Any]] = {self._ready, self.death}
        await asyncio.wait(waited, timeout=limit_s, return_when=asyncio.FIRST_COMPLETED)
        if self._ready.done():
            try:
                return self._ready.result()
            except Exception as error:
                raise self._not_started(f"it reported {type(error).__name__}: {error}") from error
        if self.death.done():
            also = f", because {self._reason}" if self._reason else ""
            ending = f"it ended with {_ending(self.death.result())} before it was ready{also}"
            raise self._not_started(ending) from self._cause
        self.is_late = True
        raise self._not_started(f"it was not ready within {limit_s:g} s")

    def _not_started(self, reason: str) -> WorkerNotStarted:
        return WorkerNotStarted(str(self._program), reason, "\n".join(self._output.last_lines()))

    # -- what is asked by whatever leads to it, on any thread

    def answered(self, message: Message) -> None:
        """Take what the child says that it has, or what its `setup` has raised; on the loop."""
        try:
            functions = _functions(outcome(self.peer.codec, message))
            functions.whose = self.session.whose
            self._ready.set_result(functions)
            self._counters.worker_started(self.pid)
        except Exception as error:  # noqa: BLE001  the user's, which the start reports
            self._ready.set_exception(error)

    def connect(self, number: int) -> Socket:
        """Hand one more connection to the child."""
        return self._control.connect(number)

    def connecting(self, number: int) -> None:
        """Return None: a connection is handed to the child without a wait."""

    def lost(self, error: Exception | None) -> None:
        """Note the end of a connection."""
        with contextlib.suppress(RuntimeError):  # the loop is closed, and the child has ended with it
            self._loop.call_soon_threadsafe(self._note_lost, error)

    def died(self, call: str, progress: str, *, is_of_object: bool = False, reason: str = "") -> Exception:
        """Return the error of a call that the death has ended, shown with its cause alone."""
        if is_of_object:
            reason = "the object was lost with it: make it again"
        if self._reason:
            reason = f"{self._reason}; {reason}" if reason else self._reason
        was_closed = self._is_asked and not self._reason
        error = WorkerDied(self.pid, self._status, call, progress, self._last_lines, reason, was_closed=was_closed)
        error.__cause__ = self._cause  # also None: nothing else is shown either
        return error

    def has_begun(self, id_: int) -> bool:
        """Tell whether the child had begun a call; its memory outlives it."""
        return self._begun is not None and self._begun.has(id_)

    def forget(self) -> None:
        """Let go of the child in a process that was forked: it goes on, for the one that has started it."""
        self.peer.forget()
        self._heartbeat.close()
        self._process.forget()

    # -- its end

    def _note_lost(self, error: Exception | None) -> None:
        """Have a child end that cannot be told everything any more; one that is asked to end is given its time."""
        if error is not None:
            self._give_up(f"it broke the rules of the wire: {error}", error)
        elif not (self._is_asked or self.fate.done()):
            self._loop.call_later(_DYING_S, self._look_again)

    def _look_again(self) -> None:
        if self.peer.is_leaving:
            self._loop.call_later(self._settings.grace_s, self._give_up, "it said goodbye, and did not end")
        else:
            self._give_up("it closed a connection, and went on")

    def _give_up(self, reason: str, cause: Exception | None = None) -> None:
        if not self.fate.done() and not self._process.has_ended:
            self._reason, self._cause = f"it was killed because {reason}", cause
            self._process.kill()

    def _note_death(self, status: int | None) -> None:
        self._loop.call_soon(self._bury, status)  # not now: the reader of its output may not have begun

    def _bury(self, status: int | None) -> None:
        self._output.finish()
        self._last_lines = tuple(self._output.last_lines())
        if self._begun is not None:
            self._begun = self._begun.kept()
        self._status = status
        self.is_over = True  # first: who has seen the fate finds it over
        self.fate.set_result(status)
        self._heartbeat.close()
        self.peer.end()
        if self._ready.done() and self._ready.exception() is None:
            self._counters.worker_ended(self.pid, status)
        if not self.death.done():
            self.death.set_result(status)

    async def end(self) -> None:
        """Ask the child to end, make it do so where it does not within the grace period, and wait for that.

        Nothing happens where it could not be started. Where this is cancelled, the child is killed at once. How a child
        ends that was asked to is logged, if not well.
        """
        if not self._is_launched:
            return
        is_asked = self._is_asked = not self.death.done()
        try:
            if is_asked:
                self.peer.dismiss()
                await asyncio.wait({self.death}, timeout=self._settings.grace_s)
            if not self.death.done():
                _log.warning("%s does not end, and is made to", self.session.whose)
                await self._process.end(self._settings.grace_s)
        finally:
            self._process.kill()
            while not self.death.done():  # nothing survives being killed
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.wait({self.death})
            try:
                await asyncio.wait({self._reading})  # it has a grace of its own
            finally:
                self._reading.cancel()
        status = self.death.result()
        if is_asked and status:
            _log.warning("%s was closed, and ended with %s", self.session.whose, _ending(status))


def _functions(said: Any) -> Functions:
    """Return what a child says that it has.

    Raises:
        ProtocolError: it says something else.
    """
    rows: dict[Any, Any] = dict(said) if isinstance(said, dict) else {None: None}  # pyright: ignore[reportUnknownArgumentType]  checked below
    for name, row in rows.items():
        if type(name) is not str or type(row) is not tuple or tuple(map(type, row)) != (str, bool, bool, str):  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]  as above
            raise ProtocolError("the child does not say what it has")
    return Functions({name: Listed(*row) for name, row in rows.items()})


def main_file() -> str:
    """Return the program that this process runs, empty where it is none."""
    return str(getattr(sys.modules.get("__main__"), "__file__", None) or "")


def _ending(status: int | None) -> str:
    if status is None:
        return "an exit status that nobody knows"
    return f"signal {-status}" if status < 0 else f"exit code {status}"
