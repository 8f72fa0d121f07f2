"""Own `ParentWorker`: a child process as its parent sees it, blocking and awaited."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, TypeVar

from ..bridge import placed
from ..errors import UsageError
from ..rpc import CallOptions
from ..rpc.calling import Counters
from ..runtime import runtime_of
from ._calls import AwaitedCalls, BlockingCalls
from ._create import Create
from ._launch import Program
from ._life import Life, Settings

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    from typing_extensions import Self

    from ..rpc.calling import Observer, Statistics
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
        observer: Observer | None = None,
    ) -> None:
        self._program = Program(target, python, tuple(args), cwd, dict(env or {}), tuple(python_flags))
        self._settings = Settings(output, start_timeout, grace)
        self._runtime = runtime_of(RUNTIME)
        self._counters = Counters(observer)
        self._life: Life | None = None
        self._starting: asyncio.Task[Life] | None = None
        self.call = BlockingCalls(self, CallOptions())
        self.acall = AwaitedCalls(self, CallOptions())
        self.create = Create(self)

    def __str__(self) -> str:
        return f"ParentWorker({str(self._program)!r})"

    @property
    def pid(self) -> int | None:
        """The child's process id, None where none runs."""
        return None if self._life is None else self._life.pid

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
        """Ask the child to end, make it end where it does not, and wait for that; open calls fail."""
        await self._runtime.await_(self._close, (), {}, f"{self}.close")

    def close_blocking(self) -> None:
        """Do what `close` does, and block meanwhile."""
        self._runtime.run(self._close, (), {}, f"{self}.call.close", f"await {self}.close()")

    async def _start(self) -> None:
        if self._life is not None and not self._life.death.done():
            return
        if self._starting is None:
            self._starting = asyncio.get_running_loop().create_task(self._begin())
            self._starting.add_done_callback(self._note_start)
        await asyncio.shield(self._starting)

    async def _begin(self) -> Life:
        life = Life(self._program, self._settings, self._runtime, self._counters)
        await life.begin()
        self._life = life
        return life

    def _note_start(self, task: asyncio.Task[Life]) -> None:
        self._starting = None
        if not task.cancelled():
            task.exception()  # whoever waits raises it

    async def _close(self) -> None:
        if self._starting is not None:
            self._starting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait({self._starting})
        life = self._life
        if life is not None:
            self._life = None
            await life.end()

    def __enter__(self) -> Self:
        self.start_blocking()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        self.close_blocking()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        await self.close()

    # -- calls

    def life(self, name: str) -> Life:
        """Return the running child.

        Raises:
            UsageError: there is none.
        """
        life = self._life
        if life is None:
            raise UsageError(f"{name} was called and {self} does not run: start it first, or use it in a `with` block")
        return life

    def function(self, target: F, /) -> F:
        """Return a public function, or a class method, of a generated module, to be run in the child."""
        made: Any = placed(target, self.life(getattr(target, "__qualname__", "it")).channel)
        result: F = made
        return result

    def count_objects(self) -> int:
        """Return how many objects of the child are in use here."""
        life = self._life
        return 0 if life is None else life.count_objects()

    def function_names(self) -> list[str]:
        """Return the names of what the child has, sorted."""
        return sorted(self.life("list_functions").functions)

    def check_retry(self, name: str, options: CallOptions) -> None:
        """Check that a function of the child may be called again, as `CallOptions.check_retry` does."""
        runs, _, is_idempotent = self.life(name).functions[name]
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
        life = self._life
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
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        self.close()
