"""The default executor of a loop: daemon threads of the operating system, which the interpreter's end does not join.

The standard library's executor is joined before anything else at the end of the interpreter. A job that only ends when
the task that awaits it is cancelled would then be waited for without end, for that comes later. The jobs of this one
are waited for after the tasks, for the grace period. And where gevent has patched the process, the threads are real.
"""

from __future__ import annotations

import contextlib
import contextvars
import functools
import os
import queue
from concurrent.futures import Executor, Future
from typing import TYPE_CHECKING, Any

from .._native import adapt_future, allocate_lock, new_thread, original

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable
    from concurrent.futures import ThreadPoolExecutor

    from .._native import Thread
else:
    try:
        from concurrent.futures import ThreadPoolExecutor
    except RuntimeError:  # the interpreter is ending, and lets no executor register itself for its end
        ThreadPoolExecutor = Executor


class LoopExecutor(ThreadPoolExecutor):
    """Run functions in threads that are started on demand and end with the loop.

    asyncio takes nothing but a `ThreadPoolExecutor` for a default executor; all that it does is done here. Who has
    something that one thread alone may touch makes one of his own, with `most_threads=1`, and ends it by `shutdown`.
    """

    def __init__(self, name: str, most_threads: int | None = None) -> None:
        # Not the base class's: it makes patched locks, and a hub of gevent's in the loop's thread.
        self._name = name
        self._max_workers = most_threads or min(32, (os.cpu_count() or 1) + 4)  # as there
        self._work: Any = original("queue", "SimpleQueue")()
        self._mutex = allocate_lock()
        self._workers: list[Thread] = []
        self._unfinished: dict[Future[Any], Callable[..., Any]] = {}  # what runs, or waits to be run
        self._unclaimed = 0  # items of work, less the workers that wait for one
        self._ended = 0  # workers
        self._is_shut = False
        self._is_left = False  # the loop has closed: nobody hears how a function ends
        self._drained: Callable[[], object] | None = None
        self.given: list[Executor] = []  # what the loop got in the place of this one, if anything

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run `fn` in a thread and return its future.

        Raises:
            RuntimeError: the executor was shut down, or no thread may start because the interpreter is ending.
        """
        future: Future[Any] = Future()
        adapt_future(future)
        with self._mutex:
            if self._is_shut:
                raise RuntimeError("cannot schedule new futures after shutdown")
            if self._unclaimed >= 0 and len(self._workers) < self._max_workers:
                self._start_worker()
            self._unfinished[future] = fn
            self._work.put((future, fn, args, kwargs))
            self._unclaimed += 1
        return future

    def _start_worker(self) -> None:
        worker = new_thread(self._serve, f"ambidex-{self._name}-executor-{len(self._workers)}", self._note_end)
        try:
            worker.start()
        except RuntimeError:  # the interpreter is ending: the threads that run take the work
            if not self._workers:
                raise
        else:
            self._workers.append(worker)

    def _serve(self) -> None:
        while (item := self._next()) is not None:
            self._run(*item)
            del item
        self._work.put(None)  # for the next worker

    def _run(self, future: Future[Any], function: Callable[..., Any], args: Any, kwargs: Any) -> None:
        if not future.set_running_or_notify_cancel():
            self._unfinished.pop(future, None)
            return
        failure: BaseException | None = None
        value: Any = None
        try:
            value = function(*args, **kwargs)
        except BaseException as error:  # noqa: BLE001  it belongs to who waits for the future
            traceback = error.__traceback__
            failure = error.with_traceback(traceback and traceback.tb_next)  # without this frame
            del traceback
        self._unfinished.pop(future, None)  # before anybody hears of its end
        if self._is_left:
            return
        try:
            if failure is not None:
                future.set_exception(failure)
            else:
                future.set_result(value)
        finally:
            del failure  # its traceback may lead to this frame, and would be a cycle

    def _note_end(self) -> None:
        with self._mutex:
            self._ended += 1
            drained = self._drained if self._ended == len(self._workers) else None
        if drained is not None:
            drained()

    def _next(self) -> Any:
        with self._mutex:
            self._unclaimed -= 1
        return self._work.get()

    @property
    def unfinished(self) -> list[str]:
        """Return the names of the functions that run at this moment, and last how many more wait to be run."""
        functions = self._unfinished.copy()
        running = sorted(_name_of(function) for future, function in functions.items() if future.running())
        waiting = sum(not future.running() and not future.done() for future in functions)
        return [*running, f"{waiting} that had not begun"] if waiting else running

    def drain(self, drained: Callable[[], object]) -> None:
        """Take no more work, do what is queued, and call `drained` once, from any thread, when no thread is left."""
        with self._mutex:
            self._is_shut = True  # here already: no worker may start and end in between, which would call it, too
            self._drained = drained
            is_idle = self._ended == len(self._workers)
        self.shutdown(wait=False)
        if is_idle:
            drained()

    def drain_given(self, drained: Callable[[], object]) -> None:
        """Do the same with the executors that the loop got in the place of this one; a thread waits for them.

        Raises:
            RuntimeError: no thread may start because the interpreter is ending.
        """

        def wait() -> None:
            for executor in self.given:
                executor.shutdown()

        new_thread(wait, f"ambidex-{self._name}-executors-end", drained).start()

    def leave(self) -> None:
        """Drop what has not begun, and the results of what runs: the loop closes, and nobody waits for them."""
        self._is_left = True
        self.shutdown(wait=False, cancel_futures=True)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more work; end the threads when what is queued has been done."""
        with self._mutex:
            self._is_shut = True
        while cancel_futures:
            try:
                item = self._work.get_nowait()
            except queue.Empty:
                break
            if item is not None:
                item[0].cancel()
                self._unfinished.pop(item[0], None)
        self._work.put(None)
        for worker in self._workers if wait else ():
            worker.join()


def open_executor(loop: asyncio.AbstractEventLoop, name: str) -> LoopExecutor:
    """Give a loop its default executor, and return that; it takes note of any other one that the loop is given."""
    executor = LoopExecutor(name)
    take: Callable[[Any], None] = loop.set_default_executor

    def take_other(given: Any) -> None:
        take(given)
        executor.given.append(given)

    with contextlib.suppress(TypeError, RuntimeError):  # the interpreter is ending: no loop gets an executor any more
        take(executor)
        vars(loop)["set_default_executor"] = take_other
    return executor


def _name_of(function: Any) -> str:
    try:
        name = _given_name(function)
    except Exception:  # noqa: BLE001  what answers for the function's names is its own, and must not cost the report
        name = None
    return name if isinstance(name, str) else f"a {type(function).__qualname__}"


def _given_name(function: Any) -> object:
    while isinstance(function, functools.partial):
        is_to_thread = isinstance(getattr(function.func, "__self__", None), contextvars.Context)
        function = function.args[0] if is_to_thread and function.args else function.func
    return function.__qualname__
