"""The named runtimes, and the surface for calling async code by hand: `Synchronizer` and `run_async_task`."""

from __future__ import annotations

import asyncio
import concurrent.futures
import copy
import inspect
import math
from typing import TYPE_CHECKING, Any, TypeVar, overload

from ..deadlines import check_timeout
from ..errors import UsageError
from ._context_manager import Context, entering
from ._diagnosis._stack import hide_library_frames
from ._diagnosis._statistics import Statistics, statistics_of
from ._runtime import Runtime, start_closing_together
from ._streams._read_ahead import ReadAhead
from ._streams._stream import AsyncStream, BlockingStream, StreamCall

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Generator
    from contextlib import AbstractAsyncContextManager
    from types import TracebackType
    from typing import Literal

    from typing_extensions import ParamSpec, Self

    from ._future import Future
    from ._loop._selector import FirstStep, LoopKind

    P = ParamSpec("P")

T = TypeVar("T")
Y = TypeVar("Y")

_AS_IT_IS: Any = ...  # an option that is left out
_runtimes: dict[str, Runtime] = {}  # one runtime per name and process; entries are never removed


class Synchronizer:
    """Run async functions on one event loop in one named daemon thread.

    All synchronizers of one name share the loop. The thread starts on first use; after `close`, or in a forked process,
    the next use starts another. `timeout` is a deadline, in seconds, for each call made through this object.
    `grace_s` is how long, in seconds, a cancelled task's clean-up is waited for.

    `loop` is the kind of event loop: "asyncio", or "uvloop" where that package is installed. With
    `first_step="caller"` a caller that finds the loop idle runs the first step of its call itself, which makes calls
    that never suspend much cheaper; not for implementations that are bound to one thread (sqlite3 objects,
    `threading.local`, an `RLock` held over an await). It concerns asyncio's loop on Linux, never the main thread's
    blocking calls, never asyncio's debug mode; elsewhere the loop's own thread takes every step.

    `watchdog_s` has a warning logged, once a stall, that names what holds the loop for longer than that many seconds; a
    thread looks twice in that time.

    `grace_s`, `loop`, `first_step` and `watchdog_s` count for everyone who shares the name.

    Raises:
        TypeError: `name` is not a string.
        ValueError: `name` is empty, `grace_s` is negative or not finite, `timeout` is negative, `watchdog_s` is not
            above 0, or `loop` or `first_step` is no such thing.
        UsageError: the loop runs already, with another `loop` or `first_step`.
    """

    def __init__(
        self,
        name: str,
        *,
        grace_s: float | None = None,
        timeout: float | None = None,
        loop: LoopKind | None = None,
        first_step: FirstStep | None = None,
        watchdog_s: float | None = None,
    ) -> None:
        if not isinstance(name, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(f"Synchronizer({name!r}): the name is a string, as in Synchronizer('records')")
        if not name:
            raise ValueError("Synchronizer(''): write a name; every use of one name shares one event loop")
        self._runtime = runtime_of(name)
        self._timeout_s = check_timeout(timeout)
        self._read_ahead: int | None = None
        if grace_s is not None:
            if not 0 <= grace_s < math.inf:  # NaN too
                raise ValueError(f"Synchronizer({name!r}, grace_s={grace_s}): write a number of seconds, 0 or more")
            self._runtime.allow_grace(grace_s)
        choose_loop(self._runtime, loop, first_step)
        if watchdog_s is not None:
            if not 0 < watchdog_s < math.inf:
                raise ValueError(f"Synchronizer({name!r}, watchdog_s={watchdog_s}): write a number of seconds above 0")
            self._runtime.watch(watchdog_s)

    @property
    def name(self) -> str:
        """Return the name that the loop and its thread are shared by."""
        return self._runtime.name

    def run(self, function: Callable[P, Awaitable[T]], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call an async function on the loop and wait for its result.

        Raises:
            DeadlockError: called on the loop's own thread.
            DeadlineExceeded: the call did not end within the `timeout` of `with_options`; it was cancelled.
            RuntimeClosed: the synchronizer was closed meanwhile.
        """
        name = _name_of(function)
        try:
            return self._runtime.run(  # type: ignore[no-any-return]
                function, args, kwargs, name, f"await synchronizer.aio({name}, ...)", self._timeout_s
            )
        except BaseException as error:  # any: it is passed on, without the library's frames
            hide_library_frames(error)
            raise

    async def aio(self, function: Callable[P, Awaitable[T]], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call an async function on the loop and await its result from any asyncio loop.

        Raises:
            NoRunningLoop: no asyncio loop runs here.
            DeadlineExceeded: the call did not end within the `timeout` of `with_options`; it was cancelled.
            RuntimeClosed: the synchronizer was closed meanwhile.
        """
        try:
            value: T = await self._runtime.await_(function, args, kwargs, _name_of(function), self._timeout_s)
        except BaseException as error:  # any: it is passed on, without the library's frames
            hide_library_frames(error)
            raise
        return value

    def submit(self, function: Callable[P, Awaitable[T]], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Start an async function on the loop and return its future at once; never blocks."""
        return self._runtime.submit(function, args, kwargs, _name_of(function), self._timeout_s)

    def iterate(
        self, function: Callable[P, AsyncIterable[Y]], /, *args: P.args, **kwargs: P.kwargs
    ) -> Generator[Y, Any, None]:
        """Iterate what an async generator function yields; each step runs on the loop and blocks."""
        name = _name_of(function)
        instead = f"async for ... in synchronizer.aiterate({name}, ...)"
        call = StreamCall(self._runtime, function, args, kwargs, name, instead, self._timeout_s)
        return BlockingStream(call) if self._read_ahead is None else ReadAhead(call, self._read_ahead)

    def aiterate(
        self, function: Callable[P, AsyncIterable[Y]], /, *args: P.args, **kwargs: P.kwargs
    ) -> AsyncGenerator[Y, Any]:
        """Iterate what an async generator function yields from any asyncio loop; each step runs on this one."""
        return AsyncStream(StreamCall(self._runtime, function, args, kwargs, _name_of(function), "", self._timeout_s))

    def context(
        self, function: Callable[P, AbstractAsyncContextManager[T]], /, *args: P.args, **kwargs: P.kwargs
    ) -> Context[T]:
        """Return what serves in `with` and in `async with`: the context manager that `function` makes, on the loop."""
        name, entered = _name_of(function), entering(function)
        instead = f"async with synchronizer.context({name}, ...)"
        call = StreamCall(self._runtime, entered, args, kwargs, name, instead, self._timeout_s)
        return Context(lambda: BlockingStream(call), lambda: AsyncStream(call))

    def with_options(self, *, timeout: float | None = _AS_IT_IS, read_ahead: int | None = _AS_IT_IS) -> Self:
        """Return this synchronizer with options for each call made through it.

        What is left out stays as it is, and None takes it back.

        `timeout` is a deadline in seconds. With `read_ahead`, `iterate` lets the loop read up to that many items ahead
        of the iteration, which saves a change of threads for most; nothing can be sent or thrown into the generator.

        Raises:
            ValueError: `timeout` is negative or not a number, or `read_ahead` is not a positive whole number.
        """
        other = copy.copy(self)
        if timeout is not _AS_IT_IS:
            other._timeout_s = check_timeout(timeout)  # noqa: SLF001  one of its own class, as the next
        if read_ahead is not _AS_IT_IS:
            other._read_ahead = check_read_ahead(read_ahead)  # noqa: SLF001
        return other

    def statistics(self) -> Statistics:
        """Return how many calls there were and how they ended, and what is under way; from any thread, at any time."""
        return statistics_of(self._runtime)

    def close(self) -> None:
        """Cancel all work, wait for its clean-up, and end the thread; the next use starts another.

        Blocks for three grace periods at most; what has not ended by then is logged and left.

        Raises:
            DeadlockError: called on the loop's own thread.
        """
        self._runtime.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Synchronizer):
            return NotImplemented
        return (self._runtime, self._timeout_s, self._read_ahead) == (
            other._runtime,
            other._timeout_s,
            other._read_ahead,
        )

    def __hash__(self) -> int:
        return hash((self.name, self._timeout_s))

    def __repr__(self) -> str:
        return f"<Synchronizer {self.name}>"

    def __reduce__(self) -> tuple[Callable[..., Synchronizer], tuple[str, float | None, int | None]]:
        return _named, (self.name, self._timeout_s, self._read_ahead)

    def __copy__(self) -> Self:
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__)
        return other


def _named(name: str, timeout_s: float | None, read_ahead: int | None) -> Synchronizer:
    """Return what was pickled: the synchronizer of that name, in whichever process, with the options of its calls."""
    return Synchronizer(name).with_options(timeout=timeout_s, read_ahead=read_ahead)


def get_synchronizer(name: str) -> Synchronizer:
    """Return the synchronizer of that name; all of one name share one loop.

    Raises:
        ValueError: `name` is empty.
    """
    return Synchronizer(name)


@overload
def run_async_task(
    awaitable: Awaitable[T], timeout: float | None = None, fire_and_forget: Literal[False] = False
) -> T: ...
@overload
def run_async_task(awaitable: Awaitable[T], timeout: float | None, fire_and_forget: Literal[True]) -> Future[T]: ...
@overload
def run_async_task(
    awaitable: Awaitable[T], timeout: float | None = None, *, fire_and_forget: Literal[True]
) -> Future[T]: ...
@overload
def run_async_task(
    awaitable: Awaitable[T], timeout: float | None = None, fire_and_forget: bool = False
) -> T | Future[T]: ...
def run_async_task(
    awaitable: Awaitable[T], timeout: float | None = None, fire_and_forget: bool = False
) -> T | Future[T]:
    """Run a coroutine, or anything else that can be awaited, from blocking code and return its result.

    It runs on the loop of the synchronizer "ambidex", in a thread of its own. `timeout`, in seconds, cancels the work.
    With `fire_and_forget=True` a `Future` is returned at once, in every context the same class.

    Raises:
        TypeError: `awaitable` cannot be awaited.
        UsageError: `awaitable` is a task or future of another event loop.
        ValueError: `timeout` is negative or not a number.
        DeadlockError: called, without `fire_and_forget`, on the thread that would run the work.
        DeadlineExceeded: the work did not end in time and was cancelled.
    """
    work = _Awaiting(awaitable)
    runtime = runtime_of("ambidex")
    try:
        timeout_s = check_timeout(timeout)
        if fire_and_forget:
            return runtime.submit(work, (), {}, work.name, timeout_s)
        return runtime.run(work, (), {}, work.name, work.instead, timeout_s)  # type: ignore[no-any-return]
    except BaseException as error:  # any: it is passed on, without the library's frames
        work.discard()
        hide_library_frames(error)
        raise


class _Awaiting:
    """Stand for an awaitable as a function that awaits it, once."""

    __slots__ = ("_awaitable", "instead", "name")

    def __init__(self, awaitable: Awaitable[Any]) -> None:
        if not inspect.isawaitable(awaitable):
            raise TypeError(_not_awaitable(awaitable))
        if asyncio.isfuture(awaitable):
            home = runtime_of("ambidex").thread
            if home is None or awaitable.get_loop() is not home.loop:
                raise UsageError(
                    f"run_async_task({awaitable!r}): it belongs to another event loop and can be awaited there alone; "
                    "pass the coroutine itself, before a task is made of it"
                )
        self._awaitable = awaitable
        own_name = getattr(awaitable, "__qualname__", None)  # of a coroutine
        self.name = _shown(own_name or type(awaitable).__qualname__)
        self.instead = f"await {self.name}(...)" if own_name else "await awaitable"

    def __call__(self) -> Awaitable[Any]:
        return self._awaitable

    def discard(self) -> None:
        """Close a coroutine that never began, which would else be reported as never awaited."""
        if inspect.iscoroutine(self._awaitable) and inspect.getcoroutinestate(self._awaitable) == inspect.CORO_CREATED:
            self._awaitable.close()


def _not_awaitable(value: object) -> str:
    if inspect.iscoroutinefunction(value):
        name = _name_of(value)
        return f"run_async_task({name}): the function was not called; write run_async_task({name}(...))"
    if inspect.isasyncgen(value) or inspect.isasyncgenfunction(value):
        name = _name_of(value) if callable(value) else _shown(value.__qualname__)
        given = name if callable(value) else f"{name}(...)"
        return (
            f"run_async_task({given}): an async generator has many values; write "
            f"list(get_synchronizer('ambidex').iterate({name}, ...)) for them, or `for ... in` what `iterate` returns"
        )
    if isinstance(value, concurrent.futures.Future):
        return f"run_async_task({value!r}): it runs already; write future.result()"
    if callable(value):
        return f"run_async_task({value!r}): a function that is not async; call it, it needs no event loop"
    return f"run_async_task({value!r}): not awaitable; pass a coroutine, as in run_async_task(fetch())"


def runtime_of(name: str) -> Runtime:
    """Return the one runtime of that name in this process."""
    runtime = _runtimes.get(name)
    return runtime if runtime is not None else _runtimes.setdefault(name, Runtime(name))


def choose_loop(runtime: Runtime, loop: LoopKind | None, first_step: FirstStep | None) -> None:
    """Set what kind of loop `runtime` has, and who takes the first step of a call; None leaves it as it is.

    Raises:
        ValueError: there is no such kind.
        UsageError: its loop runs already, with other options.
    """
    if loop is None and first_step is None:
        return
    if loop not in (None, "asyncio", "uvloop"):
        raise ValueError(f"Synchronizer({runtime.name!r}, loop={loop!r}): write loop='asyncio' or loop='uvloop'")
    if first_step not in (None, "loop", "caller"):
        raise ValueError(
            f"Synchronizer({runtime.name!r}, first_step={first_step!r}): write first_step='loop' or first_step='caller'"
        )
    kind = loop if loop is not None else runtime.loop_kind
    callers_step = runtime.callers_step if first_step is None else first_step == "caller"
    if kind == "uvloop" and callers_step:
        raise ValueError(f"Synchronizer({runtime.name!r}): first_step='caller' needs loop='asyncio'")
    runtime.choose_loop(kind, callers_step)


def all_runtimes() -> tuple[Runtime, ...]:
    """Return every runtime of this process, running or not."""
    return tuple(_runtimes.copy().values())  # a copy in one operation: another thread may add one meanwhile


def close_all() -> None:
    """Close every synchronizer of this process and wait for their threads; for tests and orderly shutdowns.

    Raises:
        DeadlockError: called on the thread of one of them.
    """
    runtimes = all_runtimes()
    for runtime in runtimes:
        if runtime.is_current():
            runtime.close()  # raises, with the message
    start_closing_together(runtimes, is_exiting=False)()


def check_read_ahead(read_ahead: int | None) -> int | None:
    """Return `read_ahead`, a number of items; None means lock-step.

    Raises:
        ValueError: it is not a positive whole number.
    """
    if read_ahead is None:
        return None
    if not isinstance(read_ahead, int) or isinstance(read_ahead, bool) or read_ahead < 1:  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ValueError(f"read_ahead={read_ahead!r}: write a number of items, 1 or more, or None for lock-step")
    return read_ahead


def _name_of(function: object) -> str:
    if not callable(function):
        raise TypeError(_not_callable(function))
    return _shown(getattr(function, "__qualname__", None) or type(function).__qualname__)


def _not_callable(value: object) -> str:
    if inspect.iscoroutine(value):
        name = _shown(value.__qualname__)
        value.close()  # else it would be reported as never awaited
        return (
            f"{name}(...) was called already: pass the function, then its arguments, or write "
            f"run_async_task({name}(...))"
        )
    if inspect.isasyncgen(value):
        name = _shown(value.__qualname__)
        return f"{name}(...) was called already: pass the function, then its arguments, as in iterate({name}, ...)"
    return f"{value!r} is no function: pass an async function, then its arguments"


def _shown(name: str) -> str:
    return name.replace("<locals>.", "")
