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

A stream's caller may be several threads, each of which waits for a step of its own. Each such wait has its own lock and
jobs; a job goes to the one that has waited longest and is not elsewhere.
"""

from __future__ import annotations

import contextvars
import time
from asyncio import _get_running_loop
from collections import deque
from typing import TYPE_CHECKING, Any

from ..deadlines import enter_deadline
from ..errors import DeadlockError, RuntimeClosed
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
    from ._streams._stream_task import StreamTask

    class Job(Protocol):
        """A blocking callback that has to run on some thread; `has_begun` once it may not be run any more."""

        has_begun: bool

        def run_here(self, come_back: Callable[[], object]) -> None: ...
        def run_on_pool(self) -> None: ...
        def give_up(self) -> None: ...

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
    `loop` is the event loop that runs where the callables are handed over, if any. With `is_remote` the implementation
    is in another process: an interrupt of a callable ends the caller's wait, and does not go there.
    """

    def __init__(self, runtime: Runtime, owner: Any, *, is_remote: bool = False) -> None:
        self.runtime = runtime
        self.owner = owner
        self.is_remote = is_remote
        self.loop: asyncio.AbstractEventLoop | None = _get_running_loop()
        self.context = contextvars.copy_context()
        self.instead = ""  # the code to write where the loop of the caller must not be held
        self._waits: list[_Wait] = []  # one for each thread that waits for a call
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

    def part(self, deadline: float | None) -> contextvars.Context:
        """Return a context for work that is a part of this caller's call, in whatever task it runs.

        It has the caller's variables as they were at the call, and the `deadline` that this part has.
        """
        context = self.context.copy()
        context.run(current.set, self)
        if deadline is not None:
            context.run(enter_deadline, deadline)
        return context

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
        """Wait for the end of `call`, running callbacks meanwhile, and return it.

        Raises:
            DeadlockError: it is a step of a stream, and comes from a callback inside another step of that stream.
        """
        if serving:
            _refuse_step_within_step(call)
        own = _Wait(call)
        call.wake, call.lock = own.wake, own
        self.instead = instead
        try:
            self._waits.append(own)
            if _get_running_loop() is None:
                self.runtime.wait_blocking(call, thread)
            else:
                self.runtime.wait_holding_loop(call, thread, instead)
        finally:
            own.end()
            try:
                self._waits.remove(own)
            except ValueError:  # an interrupt came before it stood there
                pass
        return call

    # -- the loop's thread

    def is_waiting(self) -> bool:
        """Tell whether a thread of the caller's waits for its call, and that call goes on."""
        return any(wait.goes_on() for wait in tuple(self._waits))

    def offer(self, job: Job) -> bool:
        """Let a waiting thread of the caller's run `job`; False when none waits, or each waits for something else."""
        for wait in tuple(self._waits):  # noqa: SIM110  one, mostly; a generator would cost each callback more
            if wait.offer(job):
                return True
        return False


class _Wait:
    """One thread's wait for one call, in the place of the lock that it would wait on."""

    __slots__ = ("_call", "_is_away", "_jobs", "_lock")

    def __init__(self, call: Call) -> None:
        self._call: Call | None = call
        self._is_away = False  # it runs a callback of ours which waits for another call
        self._jobs: deque[Job] = deque()
        self._lock = new_waiter()
        self._lock.acquire()

    # -- on the thread that waits

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Wait until the call is done, running callbacks meanwhile; False when `timeout` seconds have passed."""
        call = self._call
        assert call is not None
        deadline = time.monotonic() + timeout if timeout >= 0 else None
        self._run_jobs(call)  # an interrupted wait may have been woken for them, and nothing wakes this one again
        while True:
            remaining = -1.0 if deadline is None else max(0.0, deadline - time.monotonic())
            if not self._lock.acquire(blocking, remaining):
                return False
            self._run_jobs(call)
            if call.done:
                return True

    def end(self) -> None:
        """Take no more callbacks; tasks that outlive the call may still wait for those that are left."""
        self._call = None
        if self._jobs:
            self._pass_on()

    def _next_job(self) -> Job | None:
        try:
            return self._jobs.popleft()
        except IndexError:
            return None

    def _run_jobs(self, call: Call) -> None:
        while not call.done and self._jobs:
            self._run_first()
            if call.thread is not None and call.thread.is_closed and not call.done:  # the callback has forked
                call.finish_with(RuntimeClosed(f"{call.name} runs in the parent process; this is its fork"))

    def _run_first(self) -> None:
        """Run the first job; an interrupt, wherever it comes, leaves it to be run, or answered."""
        try:
            job = self._jobs[0]
        except IndexError:  # it was taken back
            return
        try:
            try:
                self._jobs.remove(job)
            except ValueError:  # likewise
                return
            self._serve(job)
        except BaseException:  # an interrupt, or whatever a signal handler raised: it is passed on
            if job.has_begun:
                job.give_up()
            elif job not in self._jobs:
                self._jobs.appendleft(job)
            raise

    def _serve(self, job: Job) -> None:
        mine = serving.setdefault(caller_ident(), [])
        mine.append(self)
        try:
            job.run_here(self._come_back)
        finally:
            mine.pop()
            if not mine:
                serving.pop(caller_ident(), None)
            self._is_away = False

    def step_aside(self) -> None:
        """Leave what waits for this thread to the pool."""
        self._is_away = True
        self._pass_on()

    def _come_back(self) -> None:
        """Take callbacks again: the one that has called the API is done."""
        self._is_away = False

    def _pass_on(self) -> None:
        while (job := self._next_job()) is not None:
            job.run_on_pool()

    # -- on the loop's thread

    def wake(self) -> None:
        """Have the thread look for what there is: a job, or the end of its call."""
        try:
            self._lock.release()
        except RuntimeError:  # woken already, and has not looked yet
            pass

    def goes_on(self) -> bool:
        """Tell whether the thread waits for its call, and the call goes on."""
        call = self._call
        return call is not None and not call.done

    def steps_through(self, stream: StreamTask) -> bool:
        """Tell whether the thread waits for a step of `stream`."""
        call = self._call
        return call is not None and not call.done and call.stream is stream

    def offer(self, job: Job) -> bool:
        """Let the thread run `job`; False when it does not wait, or waits for something else."""
        if self._is_away or not self.goes_on():
            return False
        self._jobs.append(job)
        if self._is_away or not self.goes_on():
            try:
                self._jobs.remove(job)
            except ValueError:  # the thread has passed it on
                return True
            return False
        self.wake()
        return True


serving: dict[int, list[_Wait]] = {}  # by thread: the waits in which a callback runs there, outermost first


def _refuse_step_within_step(call: Call) -> None:
    stream = call.stream
    if stream is None or call.is_owed:  # a close is not waited for without bound
        return
    if any(wait.steps_through(stream) for wait in serving.get(caller_ident(), ())):
        raise DeadlockError(
            f"{call.name} is asked for its next item by a callback that one of its own steps has called and waits for; "
            "return from the callback first"
        )


def forget() -> None:
    """Forget, in a forked child, what the parent's threads serve: a new dict, for that may be locked by one of them."""
    global serving  # noqa: PLW0603  of the process, like its threads; always to be named with this module
    serving = {}


def step_aside() -> None:
    """Leave the callbacks that wait for this thread to the pool: inside one, the thread is about to wait itself."""
    for wait in tuple(serving.get(caller_ident(), ())):
        wait.step_aside()
