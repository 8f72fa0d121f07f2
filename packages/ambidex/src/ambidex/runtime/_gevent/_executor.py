"""An executor of real threads in a process that gevent has patched; imported only there."""

from __future__ import annotations

import concurrent.futures.thread
import os
import queue
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from .._native import allocate_lock, original
from ._locks import adapt_future
from ._threads import NativeThread

if TYPE_CHECKING:
    from collections.abc import Callable


class NativeExecutor(ThreadPoolExecutor):
    """Run functions in threads of the operating system; the loop's default executor.

    The standard library's executor would start greenlets, and a function that holds its thread would hold the loop.
    """

    def __init__(self) -> None:
        # Not the base class's: it makes patched locks, and so a hub, in the loop's thread.
        self._max_workers = min(32, (os.cpu_count() or 1) + 4)  # as there
        self._work: Any = original("queue", "SimpleQueue")()
        self._mutex = allocate_lock()
        self._workers: list[NativeThread] = []
        self._unclaimed = 0  # items of work, less the workers that wait for one
        self._is_shut = False

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run `fn` in a thread and return its future.

        Raises:
            RuntimeError: the executor was shut down.
        """
        future: Future[Any] = Future()
        adapt_future(future)
        with self._mutex:
            if self._is_shut:
                raise RuntimeError("cannot schedule new futures after shutdown")
            self._work.put((future, fn, args, kwargs))
            self._unclaimed += 1
            if self._unclaimed > 0 and len(self._workers) < self._max_workers:
                self._start_worker()
        return future

    def _start_worker(self) -> None:
        worker = NativeThread(self._serve, f"ambidex-executor-{len(self._workers)}")
        self._workers.append(worker)
        at_exit: Any = getattr(concurrent.futures.thread, "_threads_queues", None)
        if at_exit is not None:
            at_exit[worker] = self._work  # the interpreter's end waits for what runs, as with the executor it replaces
        worker.start()

    def _serve(self) -> None:
        while (item := self._next()) is not None:
            future, function, args, kwargs = item
            if future.set_running_or_notify_cancel():
                try:
                    value = function(*args, **kwargs)
                except BaseException as error:  # noqa: BLE001  it belongs to who waits for the future
                    future.set_exception(error)
                else:
                    future.set_result(value)
                    del value
            del item, future, function, args, kwargs
        self._work.put(None)  # for the next worker

    def _next(self) -> Any:
        with self._mutex:
            self._unclaimed -= 1
        return self._work.get()

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
        self._work.put(None)
        for worker in self._workers if wait else ():
            worker.join()
