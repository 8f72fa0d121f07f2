"""Own one life of a child process: its start, what it says of itself, its death, and the end that it is asked for."""

from __future__ import annotations

import asyncio
import concurrent.futures
import functools
import os
import platform
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..errors import InternalError, ProtocolError, WorkerDied, WorkerNotStarted
from ..protocol import Hello, Kind, Limits, read_hello
from ..rpc import BACK, Outgoing, PickleCodec, outcome, read_release
from ..rpc.calling import END_KNOWN_S, CallingHandles, RemoteChannel, Session, holding
from ..rpc.serving import Incoming, Served, function_of
from ..transport import Connection, Control, new_pair
from ._launch import launch
from ._output import Output
from ._process import Process

if TYPE_CHECKING:
    from collections.abc import Mapping
    from concurrent.futures import Executor

    from ..protocol import Message
    from ..rpc.calling import Counters
    from ..rpc.serving import Function
    from ..runtime import Runtime
    from ._launch import Program
    from ._targets import OutputTarget


@dataclass(frozen=True)
class Settings:
    """Say how a child is run: limits are in seconds."""

    output: OutputTarget = "terminal"
    start_timeout_s: float = 60.0
    grace_s: float = 5.0


class Life:
    """Run a child once, on the loop of the runtime of workers.

    `functions` is what it has, by name: how each runs, whether it is a two-way stream, whether it is idempotent.
    """

    def __init__(self, program: Program, settings: Settings, runtime: Runtime, counters: Counters) -> None:
        self._program = program
        self._counters = counters
        self._runtime = runtime
        self._settings = settings
        self._loop = asyncio.get_running_loop()
        self._limits = Limits()
        self._fate: concurrent.futures.Future[int | None] = concurrent.futures.Future()  # its exit status
        self._handles = CallingHandles(lambda: self._main, lambda: self.session, self._open_back)
        self._codec = PickleCodec(self._handles, main_file=main_file())
        self._ready: asyncio.Future[dict[str, Any]] = self._loop.create_future()
        self._output = Output(settings.output, pid=lambda: self.pid)
        self.death: asyncio.Future[int | None] = self._loop.create_future()
        self.functions: Mapping[str, tuple[str, bool, bool]] = {}
        self._last_call: asyncio.TimerHandle | None = None  # for a child that has hung up, and lives on
        self.session: Session
        self.channel: RemoteChannel
        self._incoming: Incoming
        self._process: Process
        self._main: Connection
        self._back: Connection | None = None
        self._control: Control
        self._reading: asyncio.Task[None]

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    @property
    def status(self) -> int | None:
        """The exit status of a dead one, as `subprocess` gives it."""
        return self._fate.result(0) if self._fate.done() else None

    def count_objects(self) -> int:
        """Return how many of the child's objects are in use here."""
        return len(self._handles.received)

    # -- the beginning

    async def begin(self) -> None:
        """Start the process and wait until it is ready.

        Raises:
            UsageError: there is no such program or interpreter.
            WorkerNotStarted: it ended before it was ready, or took too long.
        """
        await self._launch()
        self._greet()
        try:
            self.functions = await self._become_ready()
        except BaseException:
            await self.end()
            raise

    async def _launch(self) -> None:
        ours, theirs = new_pair()
        our_control, their_control = new_pair()
        out, their_out = os.pipe()
        err, their_err = os.pipe()
        given = [theirs.fileno(), their_control.fileno()]
        try:
            start = functools.partial(launch, self._program, {}, given, their_out, their_err)
            popen = await self._loop.run_in_executor(None, start)
        except BaseException:
            for sock in (ours, our_control):
                sock.close()
            for descriptor in (out, err):
                os.close(descriptor)
            raise
        finally:
            for sock in (theirs, their_control):
                sock.close()
            for descriptor in (their_out, their_err):
                os.close(descriptor)
        self._process = Process(popen)
        self._process.watch(self._loop, self._note_death)
        self._reading = self._loop.create_task(self._output.read(out, err))
        self._control = Control(our_control)
        self._main = Connection(self._loop, ours, self._limits, self._receive, self._note_end_of_main)
        served = Served(self._codec, self._find, self._no_threads, self._limits.calls)
        self._incoming = Incoming(self._main, served, lambda: None)
        self.session = Session(
            self._codec,
            self._limits,
            self._control.connect,
            self._died,
            self._settings.grace_s,
            self._runtime,
            f"worker {self.pid}",
            self._counters,
        )
        self.channel = RemoteChannel(self.session, self._runtime)

    def _greet(self) -> None:
        from .. import __version__

        hello = Hello((self._codec.name,), self._limits, __version__, platform.python_version(), os.getpid())
        self._main.send(Kind.HELLO, 0, hello.encoded())

    async def _become_ready(self) -> Mapping[str, tuple[str, bool, bool]]:
        limit_s = self._settings.start_timeout_s
        waited: set[asyncio.Future[Any]] = {self._ready, self.death}
        await asyncio.wait(waited, timeout=limit_s, return_when=asyncio.FIRST_COMPLETED)
        if self._ready.done():
            try:
                return self._ready.result()
            except Exception as error:
                raise self._not_started(f"it reported {type(error).__name__}: {error}") from error
        if self.death.done():
            raise self._not_started(f"it ended with {_ending(self.death.result())} before it was ready")
        raise self._not_started(f"it was not ready within {limit_s:g} s")

    def _not_started(self, reason: str) -> WorkerNotStarted:
        return WorkerNotStarted(str(self._program), reason, "\n".join(self._output.last_lines()))

    # -- what it says

    def _receive(self, message: Message) -> None:
        kind = message.kind
        if kind == Kind.SETTLED:
            self.session.settle(message.id)
        elif kind == Kind.HELLO:
            read_hello(message.payload)
        elif kind in (Kind.RESULT, Kind.ERROR) and message.id == 0 and not self._ready.done():
            try:
                self._ready.set_result(outcome(self._codec, message))
                self._counters.worker_started(self.pid)
            except Exception as error:  # noqa: BLE001  what its `setup` has raised
                self._ready.set_exception(error)
        elif kind == Kind.RELEASE:
            self._handles.exported.release(*read_release(message))
        elif message.id & 1:  # a call of the child's
            self._incoming.receive(message)
        elif kind not in (Kind.PONG, Kind.GOODBYE):
            raise ProtocolError(f"a message of the kind {kind} came over the main connection")

    def _find(self, target: int, asked: str) -> Function:
        return function_of(self._handles.exported.find(target), asked)

    def _open_back(self) -> None:
        """Open the connection by which the child asks while its loop stands still; any thread may do so."""
        sock = self._control.connect(BACK)
        self._loop.call_soon_threadsafe(self._serve_back, sock)

    def _serve_back(self, sock: Any) -> None:
        def find(target: int, asked: str) -> Function:
            entry = self._find(target, asked)
            return entry._replace(function=holding(entry.function, self.session))

        def receive(message: Message) -> None:
            (incoming if message.id & 1 else outgoing).receive(message)

        def ended(_: Exception | None) -> None:
            incoming.end()
            outgoing.end()

        served = Served(self._codec, find, self._no_threads, self._limits.calls)
        back = Connection(self._loop, sock, self._limits, receive, ended)
        incoming = Incoming(back, served, lambda: None)
        outgoing = self.session.back = Outgoing(back, self._codec)
        self._back = back
        if self._fate.done():
            back.close()

    def _no_threads(self) -> Executor:
        raise InternalError("what a child calls back is found by the bridge, which has threads of its own")

    # -- its end

    def _note_end_of_main(self, error: Exception | None) -> None:
        """Have a child end that can be told nothing any more; one that has hung up is on its way, and is given time."""
        self._incoming.end()
        if self._fate.done():
            return
        if error is not None:
            self._process.kill()
        else:
            self._last_call = self._loop.call_later(self._settings.grace_s, self._process.kill)

    def _note_death(self, status: int | None) -> None:
        self._loop.create_task(self._bury(status))

    async def _bury(self, status: int | None) -> None:
        await asyncio.sleep(0)  # the reader of its output has begun
        self._output.finish()
        self._fate.set_result(status)
        if self._last_call is not None:
            self._last_call.cancel()
        self._main.close()
        if self._back is not None:
            self._back.close()
        self.session.end()
        self._control.close()
        if self._ready.done() and self._ready.exception() is None:
            self._counters.worker_ended(self.pid, status)
        if not self.death.done():
            self.death.set_result(status)

    def _died(self, call: str, progress: str) -> Exception:
        """Return the error of a call that the child's death has ended; block until that is known."""
        try:
            status = self._fate.result(END_KNOWN_S)
        except concurrent.futures.TimeoutError:
            status = None
        return WorkerDied(self.pid, status, call, progress, self._output.last_lines())

    async def end(self) -> None:
        """Ask the child to end, make it do so where it does not within the grace period, and wait for that."""
        if not self.death.done():
            self._main.send(Kind.GOODBYE, 0)
            await asyncio.wait({self.death}, timeout=self._settings.grace_s)
            if not self.death.done():
                await self._process.end(self._settings.grace_s)
                await self.death
        await asyncio.wait({self._reading})  # which has a grace of its own


def main_file() -> str:
    """Return the program that this process runs, empty where it is none."""
    return str(getattr(sys.modules.get("__main__"), "__file__", None) or "")


def _ending(status: int | None) -> str:
    if status is None:
        return "an exit status that nobody knows"
    return f"signal {-status}" if status < 0 else f"exit code {status}"
