"""Own one life of a child process: its start, what it says of itself, its death, and the end that it is asked for."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import contextvars
import logging
import os
import platform
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from ..errors import InternalError, ProtocolError, UsageError, WorkerDied, WorkerNotStarted
from ..protocol import Hello, Kind, Limits, chosen_codec, read_hello
from ..rpc import BACK, DEFINITIONS, Outgoing, PickleCodec, msgpack_codec, outcome, read_release
from ..rpc.calling import Answers, CallingHandles, Pairs, RemoteChannel, Session, TracedCalls, holding
from ..rpc.serving import Function, Incoming, Served, lent_function_of
from ..runtime import forget_after_fork, lock_that_forks_wait_for
from ..transport import ARENA_BYTES, Connection, Control, sharing_of
from ._heartbeat import Heartbeat
from ._listed import Listed
from ._output import Output
from ._process import Process
from ._start import start

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from ..protocol import Message
    from ..rpc import Codec
    from ..rpc.calling import Calls, Counters, FaceTypes, Spans
    from ..runtime import Runtime
    from ..transport import Sharing, Socket
    from ._launch import Program
    from ._targets import OutputTarget

    Functions = dict[str, Listed]

_DYING_S = (
    0.5  # a process closes its sockets moments before its end is seen: one that is there later still has not died
)
_log = logging.getLogger(__name__)
_arenas = lock_that_forks_wait_for()  # of all workers
CodecName = Literal["pickle", "msgpack"]


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

    `functions` is what it has, by name, and how each is called. `fate`
    is done, on whatever thread asks, once its exit status is known, and `death` then, on the loop. `reason` says why it
    was killed from here, if it was. `spans` are those that calls run in, None for none.
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
        self._limits = self._theirs = Limits()
        self._types = _types_of(settings.codec)
        self._handles = CallingHandles(lambda: self._main, lambda: self.session, self._open_back, self._types)
        self._pairs = Pairs(self._handles.have_way_back, self._handles.received.let_go)
        self._handles.users_class = self._pairs.users_class
        self._codec = _codec_of(self._handles, self._types)
        self._has_greeted = False
        self._ready: asyncio.Future[Functions] = self._loop.create_future()
        self._output = Output(settings.output, pid=lambda: self.pid)
        self._is_launched = False
        self.is_late = False  # it was not ready in time
        self.is_over = False  # once its end is known: no call reaches it
        self._is_asked = False  # to end
        self._is_leaving = False  # it has said goodbye
        self._status: int | None = None
        self._last_lines: tuple[str, ...] = ()
        self._reason = ""
        self._cause: Exception | None = None
        self.fate: concurrent.futures.Future[int | None] = concurrent.futures.Future()
        self.death: asyncio.Future[int | None] = self._loop.create_future()
        self.functions: Functions = {}
        self.session: Calls
        self._session: Session
        self.channel: RemoteChannel
        self._incoming: Incoming
        self._process: Process
        self._main: Connection
        self._back: Connection | None = None
        self._sharing: Sharing | None = None
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

    def count_objects(self) -> int:
        """Return how many of the child's objects are in use here."""
        return len(self._handles.received)

    # -- the beginning

    async def begin(self) -> None:
        """Start the process and wait until it is ready; where this raises, `end` is to be awaited.

        Raises:
            UsageError: there is no such program or interpreter.
            WorkerNotStarted: it ended before it was ready, or took too long.
        """
        await self._launch()
        self._greet()
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
        if started.arenas is not None:
            self._sharing = sharing_of(*started.arenas, ARENA_BYTES, lambda: self._main, _arenas)
        # In a context of its own: what the child calls here is no part of the call that has started it
        own, receive, ended = contextvars.Context(), self._receive, self._note_end_of_main
        self._main = own.run(Connection, self._loop, started.main, self._limits, receive, ended, self._sharing)
        served = Served(self._codec, self._find, self._no_threads, self._limits)
        self._incoming = Incoming(self._main, served, lambda: None)
        name = f"worker {self.pid}"
        grace_s = self._settings.grace_s
        session = Session(self._codec, self._limits, self, grace_s, self._runtime, name, self._counters, self._sharing)
        self._session = session
        self.session = session if self._spans is None else TracedCalls(session, self._spans)
        self.channel = self.session.channel = RemoteChannel(self.session, self._runtime, self._pairs, self._types)
        forget_after_fork(self)

    def _greet(self) -> None:
        self._main.send(Kind.HELLO, 0, self._hello().encoded())

    def _hello(self) -> Hello:
        from .. import __version__

        arena = 0 if self._sharing is None else self._sharing.size
        return Hello((self._codec.name,), self._limits, __version__, platform.python_version(), os.getpid(), arena)

    def learn(self, target: object) -> None:
        """Know the classes of the generated module that something placed in the child is of."""
        if self._types is not None:
            self._types.learn(str(getattr(target, "__module__", "")))

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

    # -- what it says

    def _receive(self, message: Message) -> None:
        kind = message.kind
        if kind == Kind.SETTLED:
            self._settle(message)
        elif kind == Kind.HELLO:
            hello = read_hello(message.payload)
            chosen_codec(self._hello(), hello)
            if self._sharing is not None:
                self._sharing.agree(hello.arena)
            self._theirs = hello.limits
            self._main.keep_to(self._theirs)
            self._session.keep_to(self._theirs)
            self._has_greeted = True
        elif not self._has_greeted:
            raise ProtocolError(f"a message of the kind {kind} came before the hello")
        elif kind in (Kind.RESULT, Kind.ERROR) and message.id == 0 and not self._ready.done():
            try:
                self._ready.set_result(_functions(outcome(self._codec, message)))
                self._counters.worker_started(self.pid)
            except Exception as error:  # noqa: BLE001  what its `setup` has raised
                self._ready.set_exception(error)
        elif kind == Kind.RELEASE:
            self._handles.exported.release(*read_release(message))
        elif kind == Kind.GOODBYE:
            self._is_leaving = True
        elif message.id & 1:  # a call of the child's
            self._incoming.receive(message)
        elif kind != Kind.PONG:
            raise ProtocolError(f"a message of the kind {kind} came over the main connection")

    def _settle(self, message: Message) -> None:
        """Note that a connection is over on the other side; one that ends with all others needs no more of it."""
        self._session.settle(message.id)
        if self._sharing is not None and self._sharing.may_put and not self._is_leaving:
            self._sharing.settle(message.id, message.payload)
            self._main.send(Kind.SETTLED, message.id, self._sharing.kept(message.id))

    def _find(self, target: int, asked: str) -> Function:
        of_pairs = target == DEFINITIONS
        answering = self._pairs.function_of(asked) if of_pairs else self._handles.asked_of(target, asked)
        lent = None if of_pairs else self._handles.exported.entry(target)
        codec = Answers(self._codec, self._runtime, lent)
        if answering is None:
            return lent_function_of(self._handles.exported.find(target), asked)._replace(codec=codec)
        function, is_stream = answering
        return Function(
            asked, function, "stream" if is_stream else "async", is_stream, is_idempotent=False, codec=codec
        )

    def _open_back(self) -> None:
        """Open the connection by which the child asks while its loop stands still; any thread may do so."""
        sock = self._control.connect(BACK)
        self._loop.call_soon_threadsafe(self._serve_back, sock, context=contextvars.Context())

    def _serve_back(self, sock: Any) -> None:
        def find(target: int, asked: str) -> Function:
            entry = self._find(target, asked)
            return entry._replace(function=holding(entry.function, self._session))

        def receive(message: Message) -> None:
            (incoming if message.id & 1 else outgoing).receive(message)

        def ended(error: Exception | None) -> None:
            incoming.end()
            self._note_lost(error)
            self._session.when_known(self._loop, outgoing.end)

        served = Served(self._codec, find, self._no_threads, self._limits)
        back = Connection(self._loop, sock, self._limits, receive, ended, self._sharing)
        back.keep_to(self._theirs)
        incoming = Incoming(back, served, lambda: None)
        outgoing = self._session.back = Outgoing(back, self._codec)
        self._back = back
        if self.fate.done():
            back.close()

    def _no_threads(self) -> Executor:
        raise InternalError("what a child calls back is found by the bridge, which has threads of its own")

    # -- what its session asks for, on any thread

    def connect(self, number: int) -> Socket:
        """Hand one more connection to the child."""
        return self._control.connect(number)

    def lost(self, error: Exception | None) -> None:
        """Note the end of a connection."""
        with contextlib.suppress(RuntimeError):  # the loop is closed, and the child has ended with it
            self._loop.call_soon_threadsafe(self._note_lost, error)

    def died(self, call: str, progress: str, *, is_of_object: bool = False, reason: str = "") -> Exception:
        """Return the error of a call that the death has ended."""
        if is_of_object:
            reason = "the object was lost with it: make it again"
        if self._reason:
            reason = f"{self._reason}; {reason}" if reason else self._reason
        was_closed = self._is_asked and not self._reason
        error = WorkerDied(self.pid, self._status, call, progress, self._last_lines, reason, was_closed=was_closed)
        error.__cause__ = self._cause
        return error

    def has_begun(self, id_: int) -> bool:
        """Tell whether the child had begun a call; its memory outlives it."""
        return self._begun is not None and self._begun.has(id_)

    def forget(self) -> None:
        """Let go of the child in a process that was forked: it goes on, for the one that has started it."""
        self._session.forget()
        self._main.abandon()
        if self._sharing is not None:
            self._sharing.abandon()
        if self._back is not None:
            self._back.abandon()
        self._control.close()
        self._heartbeat.close()
        self._process.forget()

    # -- its end

    def _note_end_of_main(self, error: Exception | None) -> None:
        self._incoming.end()
        self._note_lost(error)

    def _note_lost(self, error: Exception | None) -> None:
        """Have a child end that cannot be told everything any more; one that is asked to end is given its time."""
        if error is not None:
            self._give_up(f"it broke the rules of the wire: {error}", error)
        elif not (self._is_asked or self.fate.done()):
            self._loop.call_later(_DYING_S, self._look_again)

    def _look_again(self) -> None:
        if self._is_leaving:
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
        self._main.close()
        if self._back is not None:
            self._back.close()
        self._session.end()
        self._pairs.end()
        self._handles.exported.clear()
        if self._sharing is not None:
            self._sharing.close()
        self._control.close()
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
                self._main.send(Kind.GOODBYE, 0)
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


def check_codec(whose: str, codec: str) -> None:
    """Check that there is such a codec.

    Raises:
        UsageError: there is not.
    """
    if codec not in get_args(CodecName):
        raise UsageError(f"{whose}(codec={codec!r}): write {' or '.join(map(repr, get_args(CodecName)))}")


def _types_of(codec: CodecName) -> FaceTypes | None:
    """Return what checks all that comes from a child that is not trusted; None for one that is."""
    if codec == "pickle":
        return None
    from ..rpc.calling import FaceTypes  # here: it is more to import

    return FaceTypes()


def _codec_of(handles: CallingHandles, types: FaceTypes | None) -> Codec:
    if types is None:
        return PickleCodec(handles, main_file=main_file())
    return msgpack_codec(handles, types.find)


def _functions(said: Any) -> Functions:
    """Return what a child says that it has.

    Raises:
        ProtocolError: it says something else.
    """
    rows: dict[Any, Any] = dict(said) if isinstance(said, dict) else {None: None}  # pyright: ignore[reportUnknownArgumentType]  checked below
    for name, row in rows.items():
        if type(name) is not str or type(row) is not tuple or tuple(map(type, row)) != (str, bool, bool, str):  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]  as above
            raise ProtocolError("the child does not say what it has")
    return {name: Listed(*row) for name, row in rows.items()}


def main_file() -> str:
    """Return the program that this process runs, empty where it is none."""
    return str(getattr(sys.modules.get("__main__"), "__file__", None) or "")


def _ending(status: int | None) -> str:
    if status is None:
        return "an exit status that nobody knows"
    return f"signal {-status}" if status < 0 else f"exit code {status}"
