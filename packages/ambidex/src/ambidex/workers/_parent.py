"""Own `ParentWorker`: a child process as its parent sees it, blocking and awaited."""

from __future__ import annotations

import asyncio
import concurrent.futures
import os
import random
import time
from typing import TYPE_CHECKING, Any, TypeVar

from ..bridge import placed
from ..errors import DeadlineExceeded, UsageError
from ..rpc.calling import Counters, Spans, note_existing
from ..rpc.peer import check_codec
from ..runtime import runtime_of
from ._calls import AwaitedFunction, BlockingFunction
from ._create import Create
from ._joint import Joint
from ._launch import Program
from ._life import Life, Settings
from ._lifecycle import BlockingSide, Lifecycle
from ._names import AwaitedNames, BlockingNames
from ._restarts import RestartPolicy
from ._supervisor import Supervisor
from ._worker_channel import WorkerChannel

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..options import CallOptions
    from ..rpc.calling import Observer, Statistics
    from ..rpc.peer import CodecName
    from ._listed import Functions
    from ._restarts import Kind
    from ._targets import OutputTarget

F = TypeVar("F")
RUNTIME = "ambidex workers"  # the synchronizer whose loop watches children; users' code never runs there
_SUCCESSORS = {
    "proxy": "call",
    "aproxy": "acall",
    "astart": "start(), which is awaited, or call.start(), which blocks",
    "aclose": "close(), which is awaited, or call.close(), which blocks",
}


class ParentWorker(Lifecycle):
    """Run a child process and call what it has.

    `target` is a file, "module:Class", or a `ChildWorker` subclass. `python` is an interpreter, or the folder of an
    environment; `env` changes single variables, and removes those that are None. What the child writes goes to
    `output`, line by line: a callable that is given each `OutputLine`, a logger, "terminal" or "drop". `start_timeout`
    is how long, in seconds, the child may take to become ready, `grace` how long the clean-up of a call or of the child
    is waited for. `observer` hears of each call and of the child's start and end, as `Observer` says.

    `restart` says when a child that has ended by itself is started again: a policy, or its kind with the defaults of
    `RestartPolicy`, "permanent" (the default), "transient" or "temporary". Calls that were open then raise
    `WorkerDied`, and are not repeated; calls that are made until the child is ready again wait for that, within their
    timeout, because they were sent to nobody. What the old child held is lost: its objects raise `WorkerDied`. A first
    start that fails is not repeated. A worker that is given up logs an error, and each call says so.

    A child that does not answer within `heartbeat` seconds, and is stopped or uses no processor time, is killed; so one
    that computes is left alone, in C too. None asks for no answer, which a debugger wants.

    `codec` is how values cross: "pickle" for a child that is trusted as this process is; "msgpack" for one that is not,
    from which nothing is unpickled, and which sends plain data and what generated modules name.

    Raises:
        UsageError: there is no such codec.
    """

    def __init__(
        self,
        target: str | os.PathLike[str] | type,
        *,
        python: str | os.PathLike[str] | None = None,
        args: Sequence[str] = (),
        cwd: str | os.PathLike[str] | None = None,
        env: Mapping[str, str | None] | None = None,
        python_flags: Sequence[str] = (),
        output: OutputTarget = "terminal",
        start_timeout: float = 60.0,
        grace: float = 5.0,
        restart: RestartPolicy | Kind = "permanent",
        heartbeat: float | None = 30.0,
        observer: Observer | None = None,
        codec: CodecName = "pickle",
    ) -> None:
        check_codec(type(self).__name__, codec)
        self._program = Program(target, python, tuple(args), cwd, dict(env or {}), tuple(python_flags))
        self._settings = Settings(output, start_timeout, grace, heartbeat, codec)
        self._policy = restart if isinstance(restart, RestartPolicy) else RestartPolicy(restart)
        self.runtime = runtime_of(RUNTIME)
        self.counters = Counters(observer)  # all workers of a pool have the pool's
        self._spans = observer if isinstance(observer, Spans) else None
        self._process = os.getpid()
        self._starting = Joint(str(self), self._begin)
        self.supervisor: Supervisor | None = None
        self.call = BlockingNames(self, BlockingFunction)
        self.acall = AwaitedNames(self, AwaitedFunction)
        self.create = Create(self)
        self._channel = WorkerChannel(self, self.runtime)
        note_existing("worker", self)

    def __str__(self) -> str:
        return f"ParentWorker({str(self._program)!r})"

    @property
    def pid(self) -> int | None:
        """The child's process id, None where none runs; another one after each restart."""
        life = self.running
        return None if life is None else life.pid

    @property
    def restarts(self) -> int:
        """How often the child was started again since `start`."""
        return 0 if self.supervisor is None else self.supervisor.restarts

    @property
    def sync(self) -> BlockingWorker:
        """The same worker, to be used in a `with` block."""
        return BlockingWorker(self)

    # -- start and end, as `Lifecycle` has it

    @property
    def is_of_this_process(self) -> bool:
        """Whether the child, or the one to come, is of this process, and not of the one it was forked from."""
        return os.getpid() == self._process

    async def begin(self) -> None:
        """Do what `start` does, on the loop of the runtime."""
        if not self.is_of_this_process:
            raise UsageError(f"{self} belongs to the process that this one was forked from: make another one here")
        supervisor = self.supervisor
        if supervisor is None or supervisor.current is None or supervisor.is_over:
            await self._starting.run()
        elif self.running is None:
            await self.life_to_come("start", None, is_call=False)

    async def _begin(self) -> None:
        if self.supervisor is not None:
            await self.supervisor.wait_for_end()  # of a child that has not become ready, and has a grace to end
        counters = self.counters
        supervisor = Supervisor(self._new_life, self._policy, str(self._program), random.random, counters.restarted)
        try:
            await supervisor.start()
        finally:
            self.supervisor = supervisor

    def _new_life(self) -> Life:
        return Life(self._program, self._settings, self.runtime, self.counters, self._spans)

    async def end(self) -> None:
        """Do what `close` does, on the loop of the runtime."""
        await self._starting.cancel()
        supervisor, self.supervisor = self.supervisor, None
        if supervisor is not None:
            await supervisor.close()

    def state(self) -> str:
        """Say in some words what runs."""
        supervisor, life = self.supervisor, self.running
        if life is not None:
            return f"running, pid {life.pid}"
        if self._starting.is_under_way:
            return "starting"
        if supervisor is None or supervisor.current is None:
            return "not running"
        return "given up" if supervisor.is_over else "being started again"

    # -- calls

    @property
    def running(self) -> Life | None:
        """The child that can be called now."""
        supervisor = self.supervisor
        life = None if supervisor is None else supervisor.current
        return None if life is None or life.is_over else life

    def last_life(self, name: str) -> Life:
        """Return the child that runs, or did before the one that is being started.

        Raises:
            UsageError: there is none.
        """
        life = None if self.supervisor is None else self.supervisor.current
        if life is None:
            raise UsageError(f"{name} was called and {self} does not run: start it first, or use it in a `with` block")
        return life

    def life(self, name: str, timeout_s: float | None = None) -> Life:
        """Return the child to call; block while it is started again, for `timeout_s` seconds at the most.

        Raises:
            UsageError: there is none.
            WorkerDied: it has ended, and is not started again.
            WorkerNotStarted: it was not started again.
            DeadlineExceeded: it was not ready within that time.
        """
        end = None if timeout_s is None else time.monotonic() + timeout_s
        while True:
            life, change = self._look(name)
            if change is None:
                return life
            try:
                change.result(None if end is None else max(0.0, end - time.monotonic()))
            except concurrent.futures.TimeoutError:
                raise DeadlineExceeded(name, timeout_s or 0.0) from None

    async def life_to_come(self, name: str, timeout_s: float | None, *, is_call: bool = True) -> Life:
        """Do what `life` does, and let the running loop go on meanwhile; `is_call` is whether a refusal is counted."""
        end = None if timeout_s is None else time.monotonic() + timeout_s
        while True:
            life, change = self._look(name, is_call=is_call)
            if change is None:
                return life
            left_s = None if end is None else max(0.0, end - time.monotonic())
            done, _ = await asyncio.wait({asyncio.wrap_future(change)}, timeout=left_s)
            if not done:
                raise DeadlineExceeded(name, timeout_s or 0.0)

    def _look(self, name: str, *, is_call: bool = True) -> tuple[Life, concurrent.futures.Future[None] | None]:
        """Return the last child, and what to wait for where it is over; a call that is refused is counted."""
        began = time.perf_counter()
        supervisor = self.supervisor
        change = None if supervisor is None else supervisor.change  # first: any life after this one wakes who waits
        life = self.last_life(name)
        if not life.is_over:
            return life, None
        if supervisor is not None and supervisor.is_over:
            error = supervisor.error(name)
            if is_call:
                self.counters.call_started(name)
                self.counters.call_failed(name, time.perf_counter() - began, error, 0)
            raise error from error.__cause__
        return life, change

    def function(self, target: F, /) -> F:
        """Return a public function, or a class method, of a generated module, whose calls run in the child.

        It is the worker's, whichever child that has when it is called.
        """
        made: Any = placed(target, self._channel)
        result: F = made
        return result

    def count_objects(self) -> int:
        """Return how many objects of the child are in use here."""
        life = self.running
        return 0 if life is None else life.peer.count_objects()

    def functions(self, name: str) -> Functions:
        """Return what the child has told that it has.

        Raises:
            UsageError: `name` was called before it was started.
        """
        return self.last_life(name).functions

    def known_functions(self) -> Functions | None:
        """Return the same, None before it was started."""
        life = None if self.supervisor is None else self.supervisor.current
        return None if life is None else life.functions

    def check_retry(self, name: str, options: CallOptions) -> None:
        """Check that a function of the child may be called again, as `CallOptions.check_retry` does."""
        listed = self.functions(name)[name]
        options.check_retry(name, is_stream=listed.is_stream, is_idempotent=listed.is_idempotent)

    def statistics(self) -> Statistics:
        """Return what was counted of the calls to the child, over all its lives; the child is not asked."""
        return self.counters.statistics()

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            successor = _SUCCESSORS.get(name)
            if successor is None:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            raise AttributeError(f"ParentWorker has no .{name} any more: write .{successor}")


class BlockingWorker(BlockingSide):
    """The blocking side of a worker, which runs for the time of a `with` block."""

    def __init__(self, worker: ParentWorker) -> None:
        super().__init__(worker)
        self._worker = worker
        self.call = worker.call
        self.create = worker.create

    def function(self, target: F, /) -> F:
        """Return a public function, or a class method, of a generated module, whose calls run in the child."""
        return self._worker.function(target)

    def statistics(self) -> Statistics:
        """Return what was counted of the calls to the child so far."""
        return self._worker.statistics()

    @property
    def pid(self) -> int | None:
        """The child's process id, None where none runs."""
        return self._worker.pid
