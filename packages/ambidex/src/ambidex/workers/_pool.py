"""Own `WorkerPool`: several child processes of one program, used as one worker is, blocking and awaited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, TypeVar, Union, overload

from ..bridge import placed
from ..errors import UsageError
from ..options import CallOptions
from ..rpc.calling import Counters, leave_out, note_existing
from ..rpc.peer import check_codec
from ..runtime import runtime_of
from ._attempts import Attempts
from ._crew import Crew
from ._lifecycle import BlockingSide, Lifecycle
from ._names import AwaitedNames, BlockingNames
from ._parent import RUNTIME, ParentWorker
from ._pool_calls import AwaitedPoolFunction, BlockingPoolFunction
from ._pool_channel import PoolChannel
from ._pool_statistics import PoolStatistics, statistics_of
from ._resident import check_can_tell

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from typing_extensions import ParamSpec, TypeVarTuple, Unpack

    from ..rpc.calling import Observer
    from ..rpc.peer import CodecName
    from ._listed import Functions
    from ._restarts import Kind, RestartPolicy
    from ._targets import OutputTarget

    P = ParamSpec("P")
    Ts = TypeVarTuple("Ts")
    Variables = Mapping[str, Union[str, None]]

F = TypeVar("F")
T = TypeVar("T")
_QUEUE_SIZE = 16_384  # as many calls as a child has open at most; arbitrary beyond that


class WorkerPool(Lifecycle):
    """Run several child processes of one program and call what they have.

    Each call goes to the worker with the fewest calls in flight; of several such, to the one that was used the longest
    ago. `size` is the greatest number of workers, `min_size` the least, and as many as `size` without it: one more is
    started when a call finds all busy, and one that was idle for `idle_timeout` seconds is ended. `env` changes single
    variables, as that of `ParentWorker` does, or is a function that is given a worker's number, 0 to `size` - 1, and
    returns them; a number is used again only when its process has ended. All other options are those of `ParentWorker`.

    A worker takes `calls_per_worker` calls at a time. Where all have as many, further calls wait, `queue_size` of them
    at most; a call's timeout covers the waiting. After `max_calls_per_worker` calls, or when it holds more than
    `max_memory_bytes` of resident memory at the end of a call, a worker takes no new calls, finishes its own, and is
    replaced. The death of a worker fails its calls alone, and it is started again as `restart` says; one that was given
    up is started anew when a call finds it dead, and again when all are busy.

    `create` makes an object in the worker with the fewest objects. Its calls go straight there and take no place of the
    pool's; a worker is not replaced, and not ended for idleness, as long as objects of it are in use.

    Raises:
        UsageError: an option is out of its range, or not to be had on this system.
    """

    def __init__(
        self,
        target: str | os.PathLike[str] | type,
        *,
        size: int,
        min_size: int | None = None,
        calls_per_worker: int = 1,
        queue_size: int = _QUEUE_SIZE,
        max_calls_per_worker: int | None = None,
        max_memory_bytes: int | None = None,
        idle_timeout: float = 60.0,
        env: Variables | Callable[[int], Variables] | None = None,
        python: str | os.PathLike[str] | None = None,
        args: Sequence[str] = (),
        cwd: str | os.PathLike[str] | None = None,
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
        _check("size", size, 1)
        _check("min_size", min_size, 1, size)
        _check("calls_per_worker", calls_per_worker, 1)
        _check("queue_size", queue_size, 0)
        _check("max_calls_per_worker", max_calls_per_worker, 1)
        _check("max_memory_bytes", max_memory_bytes, 1)
        if not idle_timeout >= 0:
            raise UsageError(f"WorkerPool(idle_timeout={idle_timeout!r}): write a number of seconds, 0 or more")
        if max_memory_bytes is not None:
            check_can_tell()

        counters = Counters(observer)

        def make(index: int) -> ParentWorker:
            worker = ParentWorker(
                target,
                python=python,
                args=args,
                cwd=cwd,
                env=env(index) if callable(env) else env,
                python_flags=python_flags,
                output=output,
                start_timeout=start_timeout,
                grace=grace,
                restart=restart,
                heartbeat=heartbeat,
                observer=observer,
                codec=codec,
            )
            worker.counters = counters
            leave_out(worker)
            return worker

        self._name = f"WorkerPool({str(target)!r})"
        self.runtime = runtime_of(RUNTIME)
        self.default_ahead = 2 * size * calls_per_worker
        self.crew = Crew(
            self._name,
            make,
            counters,
            size=size,
            min_size=size if min_size is None else min_size,
            calls_per_worker=calls_per_worker,
            queue_size=queue_size,
            max_calls=max_calls_per_worker,
            max_bytes=max_memory_bytes,
            idle_s=idle_timeout,
        )
        self._channel = PoolChannel(self.crew, self.runtime)
        self.call = BlockingNames(self, BlockingPoolFunction)
        self.acall = AwaitedNames(self, AwaitedPoolFunction)
        self.create = PoolCreate(self)
        note_existing("pool", self)

    def __str__(self) -> str:
        return self._name

    @property
    def pids(self) -> list[int]:
        """The process ids of the workers that take calls, in the order of their numbers."""
        return self.crew.pids()

    @property
    def sync(self) -> BlockingPool:
        """The same pool, to be used in a `with` block."""
        return BlockingPool(self)

    def statistics(self) -> PoolStatistics:
        """Return what the pool has and does at this moment, and what was counted of the calls to all its workers."""
        return statistics_of(self.crew)

    # -- start and end, as `Lifecycle` has it

    whose = "the workers have"

    @property
    def is_of_this_process(self) -> bool:
        """Whether the pool was made by this process, and not by the one it was forked from."""
        return self.crew.is_of_this_process

    async def begin(self) -> None:
        """Do what `start` does, on the loop of the runtime: the least number of workers; if one fails, none stays."""
        await self.crew.open()

    async def end(self) -> None:
        """Do what `close` does, on the loop of the runtime: all workers at once."""
        await self.crew.close()

    def state(self) -> str:
        """Say in some words what runs."""
        pids = self.pids
        return f"{len(pids)} running, pids {', '.join(map(str, pids))}" if pids else "not running"

    # -- calls

    def function(self, target: F, /) -> F:
        """Return a public function, or a class method, of a generated module; each call of it is placed anew.

        It takes the same places and waits in the same queue as other calls.
        """
        made: Any = placed(target, self._channel)
        result: F = made
        return result

    def functions(self, name: str) -> Functions:
        """Return what the workers have told that they have.

        Raises:
            UsageError: `name` was called before the pool was started.
        """
        functions = self.crew.functions
        if functions is None:
            raise self.crew.not_running(name)
        return functions

    def known_functions(self) -> Functions | None:
        """Return the same, None before the pool was started."""
        return self.crew.functions


class PoolCreate:
    """Make an object in the worker with the fewest: by its generated class, or by a class method that gives one."""

    def __init__(self, pool: WorkerPool, *, overrides: bool = False) -> None:
        self._pool = pool
        self._overrides = overrides

    def with_options(self, *, overrides: bool) -> PoolCreate:
        """Return the same with another default of `overrides`: type checkers know all arguments of the constructor."""
        return PoolCreate(self._pool, overrides=overrides)

    def __repr__(self) -> str:
        return f"<{self._pool}.create: {self._pool.state()}>"

    if TYPE_CHECKING:

        @overload  # a parameter cannot be added to named ones of a callable: these are for `with_options`
        def __call__(self, make: Callable[[Unpack[Ts]], T], /, *args: Unpack[Ts], overrides: bool) -> T: ...
        @overload
        def __call__(self, make: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T: ...

    def __call__(self, make: Any, /, *args: Any, **kwargs: Any) -> Any:  # type: ignore[misc]  # `*args` take all that `*Ts` do
        """Block until the object is made, and return its face; its worker is busy with that as with a call.

        `overrides` is that of a worker's own `create`. A worker is not replaced before such an object is released.
        """
        for attempt in self._attempts(make):
            with attempt as worker:
                return worker.create.with_options(overrides=self._overrides)(make, *args, **kwargs)
        raise AssertionError("the attempts of a call end with its outcome")

    if TYPE_CHECKING:

        @overload
        async def aio(self, make: Callable[[Unpack[Ts]], T], /, *args: Unpack[Ts], overrides: bool) -> T: ...
        @overload
        async def aio(self, make: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T: ...

    async def aio(self, make: Any, /, *args: Any, **kwargs: Any) -> Any:  # type: ignore[misc]  # `*args` take all that `*Ts` do
        """Await the object, and return its face."""
        for attempt in self._attempts(make):
            async with attempt as worker:
                return await worker.create.with_options(overrides=self._overrides).aio(make, *args, **kwargs)
        raise AssertionError("the attempts of a call end with its outcome")

    def _attempts(self, make: Any) -> Attempts:
        name: str = getattr(make, "__qualname__", "create")  # as such a call is counted where it is made
        return Attempts(self._pool.crew, name, CallOptions(), is_for_object=True)


class BlockingPool(BlockingSide):
    """The blocking side of a pool, which runs for the time of a `with` block."""

    def __init__(self, pool: WorkerPool) -> None:
        super().__init__(pool)
        self._pool = pool
        self.call = pool.call
        self.create = pool.create

    def function(self, target: F, /) -> F:
        """Return a public function, or a class method, of a generated module; each call of it is placed anew."""
        return self._pool.function(target)

    def statistics(self) -> PoolStatistics:
        """Return what the pool has and does at this moment, and what was counted of the calls to all its workers."""
        return self._pool.statistics()

    @property
    def pids(self) -> list[int]:
        """The process ids of the workers that take calls, in the order of their numbers."""
        return self._pool.pids


def _check(name: str, value: int | None, least: int, most: int | None = None) -> None:
    if value is None:
        return
    if type(value) is not int or value < least or (most is not None and value > most):
        limits = f"{least} or more" if most is None else f"{least} to {most}"
        raise UsageError(f"WorkerPool({name}={value!r}): write a whole number, {limits}")
