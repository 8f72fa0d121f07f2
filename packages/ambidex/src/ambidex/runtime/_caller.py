"""Who handed callables over with a call: the context they see, the loop they run on, the thread that may run them.

A blocking caller waits for its call anyway, so the blocking callables that it handed over run on its own thread: what
belongs to that thread (thread-locals, database connections) works in them as in a plain call. The caller waits on a
lock; work is put into a deque and the lock released, the caller does the work and waits again:

    loop                                        caller
    append the job                              wait on the lock
    does the caller wait, and not elsewhere?    while the call is not done and there are jobs: run one
       release the lock                         done? go on; else wait again
    else take the job back, to the pool

Jobs wait for each other here, in order. Only when the caller waits inside a callback, for another call, they move to
the pool, because that other call may need what they do.
"""

from __future__ import annotations

import contextvars
import time
from asyncio import _get_running_loop
from collections import deque
from typing import TYPE_CHECKING, Any

from ..errors import RuntimeClosed
from ._diagnosis._guard import check_blocking
from ._loop._call import Call
from ._native import caller_ident, new_waiter

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType
    from typing import Protocol

    from typing_extensions import Self

    from ._loop._thread import LoopThread
    from ._runtime import Runtime

    class Job(Protocol):
        """A blocking callback that has to run on some thread."""

        def run_here(self) -> None: ...
        def run_on_pool(self) -> None: ...

    class Registry(Protocol):
        """Where a caller stands while its call runs."""

        def remove(self, caller: Caller, /) -> object: ...


# The caller whose call runs here, in the call's own task and in those it starts. Calls that hand nothing over leave it.
current: contextvars.ContextVar[Caller | None] = contextvars.ContextVar("ambidex_caller")


def current_caller() -> Caller | None:
    """Return the caller that hands callables over at this moment, or whose call runs here."""
    return current.get(None)


class Caller:
    """Stand for one call that hands callables over.

    Entered around the translation of the arguments and the call itself. `owner` is the channel that the call takes.
    `loop` is the event loop that runs where the callables are handed over, if any.
    """

    def __init__(self, runtime: Runtime, owner: Any) -> None:
        self.runtime = runtime
        self.owner = owner
        self.loop: asyncio.AbstractEventLoop | None = _get_running_loop()
        self.context = contextvars.copy_context()
        self.instead = ""  # the code to write where the loop of the caller must not be held
        self._is_away = False  # it runs a callback of ours which waits for another call
        self._call: Call | None = None
        self._jobs: deque[Job] = deque()
        self._lock = new_waiter()
        self._lock.acquire()
        self._registries: list[Registry] = []
        self._tokens: list[contextvars.Token[Caller | None]] = []

    # -- around the call

    def __enter__(self) -> Self:
        self._tokens.append(current.set(self))
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            current.reset(self._tokens.pop())
        except ValueError:  # a coroutine that is closed by the garbage collector, in whatever context
            pass

    def stand_in(self, registry: Registry) -> None:
        """Note a place where this caller stands until `close`."""
        self._registries.append(registry)

    def close(self, _: object = None) -> None:
        """Leave every place: the call has ended."""
        while self._registries:
            try:
                self._registries.pop().remove(self)
            except (IndexError, ValueError):  # closed on two threads at once
                pass

    def run(
        self,
        function: Callable[..., Any],
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        name: str,
        instead: str,
        timeout_s: float | None,
        is_sync: bool,
    ) -> Any:
        """Run a call on the runtime's loop and wait for it, as `Runtime.run` does, running callbacks meanwhile."""
        thread = self.runtime.ensure_thread()
        if is_sync and thread.is_current():
            return function(*args, **kwargs)
        if instead:
            check_blocking(thread, name, instead)
        call = Call(function, args, kwargs, name, timeout_s, is_sync=is_sync)
        return self.wait(call, thread, instead).outcome()

    def wait(self, call: Call, thread: LoopThread, instead: str) -> Call:
        """Wait for the end of `call`, running callbacks meanwhile, and return it."""
        call.wake, call.lock = self._wake, self
        self.instead = instead
        self._call = call
        try:
            if _get_running_loop() is None:
                self.runtime.wait_blocking(call, thread)
            else:
                self.runtime.wait_holding_loop(call, thread, instead)
        finally:
            self._call = None
            self._pass_on()  # tasks that outlive the call may still wait for these
        return call

    # -- the waiting: called in the place of a lock

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Wait until the call is done, running callbacks meanwhile; False when `timeout` seconds have passed."""
        call = self._call
        assert call is not None
        deadline = time.monotonic() + timeout if timeout >= 0 else None
        while True:
            remaining = -1.0 if deadline is None else max(0.0, deadline - time.monotonic())
            if not self._lock.acquire(blocking, remaining):
                return False
            while not call.done and (job := self._next_job()) is not None:
                self._serve(job)
                if call.thread is not None and call.thread.is_closed and not call.done:  # the callback has forked
                    call.finish_with(RuntimeClosed(f"{call.name} runs in the parent process; this is its fork"))
            if call.done:
                return True

    def _wake(self) -> None:
        try:
            self._lock.release()
        except RuntimeError:  # woken already, and has not looked yet
            pass

    def _next_job(self) -> Job | None:
        try:
            return self._jobs.popleft()
        except IndexError:
            return None

    def _serve(self, job: Job) -> None:
        mine = serving.setdefault(caller_ident(), [])
        mine.append(self)
        try:
            job.run_here()
        finally:
            mine.pop()
            if not mine:
                serving.pop(caller_ident(), None)
            self._is_away = False

    # -- the loop's thread

    def is_waiting(self) -> bool:
        """Tell whether the caller's thread waits for its call, and the call goes on."""
        call = self._call
        return call is not None and not call.done

    def offer(self, job: Job) -> bool:
        """Let the waiting caller run `job`; False when it does not wait, or waits for something else."""
        if self._is_away or not self.is_waiting():
            return False
        self._jobs.append(job)
        if self._is_away or not self.is_waiting():
            try:
                self._jobs.remove(job)
            except ValueError:  # the caller has passed it on
                return True
            return False
        self._wake()
        return True

    # -- the caller's thread

    def step_aside(self) -> None:
        """Leave what waits for this caller to the pool."""
        self._is_away = True
        self._pass_on()

    def come_back(self) -> None:
        """Take callbacks again: the one that has called the API is done."""
        self._is_away = False

    def _pass_on(self) -> None:
        while (job := self._next_job()) is not None:
            job.run_on_pool()


serving: dict[int, list[Caller]] = {}  # by thread: the callers that run a callback there, outermost first


def forget() -> None:
    """Forget, in a forked child, what the parent's threads serve: a new dict, for that may be locked by one of them."""
    global serving  # noqa: PLW0603  of the process, like its threads; always to be named with this module
    serving = {}


def step_aside() -> None:
    """Leave the callbacks that wait for this thread to the pool: inside one, the thread is about to wait itself."""
    for caller in tuple(serving.get(caller_ident(), ())):
        caller.step_aside()
