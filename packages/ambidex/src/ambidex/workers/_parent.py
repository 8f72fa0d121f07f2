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
from ..rpc import CallOptions
from ..rpc.calling import Counters, Spans
from ..runtime import runtime_of
from ._calls import AwaitedCalls, BlockingCalls
from ._create import Create
from ._joint import Joint, closed_where_interrupted
from ._launch import Program
from ._life import Life, Settings, check_codec
from ._restarts import RestartPolicy
from ._supervisor import Supervisor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    from typing_extensions import Self

    from ..rpc.calling import Observer, Statistics
    from ._life import CodecName
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


class ParentWorker:
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
        self._runtime = runtime_of(RUNTIME)
        self._counters = Counters(observer)
        self._spans = observer if isinstance(observer, Spans) else None
        self._process = os.getpid()
        self._starting = Joint(self._begin)
        self.supervisor: Supervisor | None = None
        self.call = BlockingCalls(self, CallOptions())
        self.acall = AwaitedCalls(self, CallOptions())
        self.create = Create(self)

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

    # -- start and end

    async def start(self) -> None:
        """Start the child and wait until it is ready; nothing happens where it runs.

        Raises:
            UsageError: there is no such program or interpreter.
            WorkerNotStarted: the child ended before it was ready, or took too long.
        """
        await self._runtime.await_(self._start, (), {}, f"{self}.start")

    def start_blocking(self) -> None:
        """Do what `start` does, and block meanwhile."""
        self._runtime.run(self._start, (), {}, f"{self}.call.start", f"await {self}.start()")

    async def close(self) -> None:
        """Ask the child to end, make it end where it does not, and wait for that; open calls fail.

        In a process that was forked from the one that has started the child, nothing happens.
        """
        if os.getpid() == self._process:
            await self._runtime.await_(self._close, (), {}, f"{self}.close")

    def close_blocking(self) -> None:
        """Do what `close` does, and block meanwhile."""
        if os.getpid() == self._process:
            self._runtime.run(self._close, (), {}, f"{self}.call.close", f"await {self}.close()")

    async def _start(self) -> None:
        if os.getpid() != self._process:
            raise UsageError(f"{self} belongs to the process that this one was forked from: make another one here")
        supervisor = self.supervisor
        if supervisor is None or supervisor.current is None or supervisor.is_over:
            await self._starting.run()
        elif self.running is None:
            await self.life_to_come("start", None)

    async def _begin(self) -> None:
        if self.supervisor is not None:
            await self.supervisor.wait_for_end()  # of a child that has not become ready, and has a grace to end
        counters = self._counters
        supervisor = Supervisor(self._new_life, self._policy, str(self._program), random.random, counters.restarted)
        try:
            await supervisor.start()
        finally:
            self.supervisor = supervisor

    def _new_life(self) -> Life:
        return Life(self._program, self._settings, self._runtime, self._counters, self._spans)

    async def _close(self) -> None:
        await self._starting.cancel()
        supervisor, self.supervisor = self.supervisor, None
        if supervisor is not None:
            await supervisor.close()

    def __enter__(self) -> Self:
        with closed_where_interrupted(self.close_blocking):
            self.start_blocking()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        self.close_blocking()

    async def __aenter__(self) -> Self:
        try:
            await self.start()
        except asyncio.CancelledError:  # which may have come when it had started: no `__aexit__` follows
            await self.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        await self.close()

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

    async def life_to_come(self, name: str, timeout_s: float | None) -> Life:
        """Do what `life` does, and let the running loop go on meanwhile."""
        end = None if timeout_s is None else time.monotonic() + timeout_s
        while True:
            life, change = self._look(name)
            if change is None:
                return life
            left_s = None if end is None else max(0.0, end - time.monotonic())
            done, _ = await asyncio.wait({asyncio.wrap_future(change)}, timeout=left_s)
            if not done:
                raise DeadlineExceeded(name, timeout_s or 0.0)

    def _look(self, name: str) -> tuple[Life, concurrent.futures.Future[None] | None]:
        """Return the last child, and what to wait for where it is over; a call that is refused is counted."""
        began = time.perf_counter()
        supervisor = self.supervisor
        change = None if supervisor is None else supervisor.change  # first: any life after this one wakes who waits
        life = self.last_life(name)
        if not life.is_over:
            return life, None
        if supervisor is not None and supervisor.is_over:
            error = supervisor.error(name)
            self._counters.call_started(name)
            self._counters.call_failed(name, time.perf_counter() - began, error, 0)
            raise error from error.__cause__
        return life, change

    def function(self, target: F, /) -> F:
        """Return a public function, or a class method, of a generated module, to be run in the child."""
        life = self.life(getattr(target, "__qualname__", "it"))
        life.learn(target)
        made: Any = placed(target, life.channel)
        result: F = made
        return result

    def count_objects(self) -> int:
        """Return how many objects of the child are in use here."""
        life = self.running
        return 0 if life is None else life.count_objects()

    def function_names(self) -> list[str]:
        """Return the names of what the child has, sorted."""
        return sorted(self.last_life("list_functions").functions)

    def check_retry(self, name: str, options: CallOptions) -> None:
        """Check that a function of the child may be called again, as `CallOptions.check_retry` does."""
        runs, _, is_idempotent = self.last_life(name).functions[name]
        options.check_retry(name, runs, is_idempotent=is_idempotent)

    def statistics(self) -> Statistics:
        """Return what was counted of the calls to the child, over all its lives; the child is not asked."""
        return self._counters.statistics()

    def check_name(self, name: str, face: str) -> None:
        """Check that the child has a function of this name, as far as that is known.

        Raises:
            AttributeError: it has none, or may not be asked for it.
        """
        if name.startswith("_"):
            raise AttributeError(f"{self}.{face} has no {name}: names that begin with an underscore are private")
        life = None if self.supervisor is None else self.supervisor.current
        if life is not None and name not in life.functions:
            has = ", ".join(sorted(life.functions)) or "nothing that can be called"
            raise AttributeError(f"{self}.{face} has no {name}: the child has {has}")

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            successor = _SUCCESSORS.get(name)
            if successor is None:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            raise AttributeError(f"ParentWorker has no .{name} any more: write .{successor}")


class BlockingWorker:
    """The blocking side of a worker, which runs for the time of a `with` block."""

    def __init__(self, worker: ParentWorker) -> None:
        self._worker = worker
        self.call = worker.call

    def start(self) -> None:
        """Start the child and wait until it is ready; nothing happens where it runs."""
        self._worker.start_blocking()

    def close(self) -> None:
        """End the child, and wait for that."""
        self._worker.close_blocking()

    def statistics(self) -> Statistics:
        """Return what was counted of the calls to the child so far."""
        return self._worker.statistics()

    @property
    def pid(self) -> int | None:
        """The child's process id, None where none runs."""
        return self._worker.pid

    def __enter__(self) -> Self:
        self._worker.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        self.close()
