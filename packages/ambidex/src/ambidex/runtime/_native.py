"""The only door to what the runtime's own threads, locks and loops are made of.

gevent's monkey patch puts greenlets in the place of threads: a "thread" then shares its OS thread with others, and a
lock of the standard library, once it is really waited on, holds them all. The runtime keeps to real threads and real
locks, whenever the patch comes; a greenlet that makes a blocking call waits as gevent wants it to (`_gevent`).

Without gevent the names here are the standard library's own. gevent is never imported from here, only found.
"""

from __future__ import annotations

import _thread
import asyncio
import contextlib
import sys
import threading
import weakref
from collections import deque
from typing import TYPE_CHECKING, Any, Protocol

from ._diagnosis._standing import StandingLock

if TYPE_CHECKING:
    import selectors
    from collections.abc import Callable
    from concurrent.futures import Future

    class Lock(Protocol):
        """What `_thread.allocate_lock` returns, as far as the runtime uses it."""

        def acquire(self, blocking: bool = True, timeout: float = -1, /) -> bool: ...
        def release(self) -> None: ...
        def locked(self) -> bool: ...
        def __enter__(self) -> bool: ...
        def __exit__(self, *details: object) -> None: ...

    class Waiter(Protocol):
        """What a blocked caller waits on: a lock, of which these two are used."""

        def acquire(self, blocking: bool = True, timeout: float = -1, /) -> bool: ...
        def release(self) -> None: ...

    class Thread(Protocol):
        """What the runtime uses of a thread."""

        @property
        def ident(self) -> int | None: ...
        def start(self) -> None: ...
        def join(self, timeout: float | None = None) -> None: ...
        def is_alive(self) -> bool: ...


_modules = sys.modules
_PATCH = "gevent.monkey"
_PATCHED = ("threading", "socket", "select", "time")  # any of them means that greenlets share a thread


def original(module: str, name: str) -> Any:
    """Return what the standard library's `module` called `name` before anybody patched it."""
    monkey: Any = _modules.get(_PATCH)
    if monkey is None:
        return getattr(__import__(module), name)
    return monkey.get_original(module, name)


allocate_lock: Callable[[], Lock] = original("_thread", "allocate_lock")
new_reentrant_lock: Callable[[], contextlib.AbstractContextManager[bool]] = original("_thread", "RLock")
get_ident: Callable[[], int] = original("_thread", "get_ident")
start_new_thread: Callable[[Callable[..., object], tuple[Any, ...]], int] = original("_thread", "start_new_thread")
TIMEOUT_MAX = threading.TIMEOUT_MAX
_READ_BYTES = 64 * 1024  # half of what glibc's malloc begins to map at, and to give back at the end of a thread's heap
# As built: a GIL may come back at run time. `sysconfig` tells too, and its import costs more than all of ours.
IS_FREE_THREADED = "free-threading" in sys.version

_new_lock: Callable[[], Waiter] = StandingLock if IS_FREE_THREADED else allocate_lock

_loops: weakref.WeakSet[asyncio.AbstractEventLoop] = weakref.WeakSet()  # made while there was no patch
_threads: weakref.WeakKeyDictionary[threading.Thread, Ending] = weakref.WeakKeyDictionary()
_is_cooperative = True  # until the interpreter ends: from then on no greenlet is to run any more


def is_patched(*modules: str) -> bool:
    """Tell whether gevent has patched one of these modules of the standard library."""
    is_module_patched = getattr(_modules.get(_PATCH), "is_module_patched", None)  # absent while it is being imported
    return is_module_patched is not None and any(map(is_module_patched, modules or _PATCHED))


def caller_ident() -> int:
    """Return what tells the running thread from others, and the running greenlet where greenlets pass for threads."""
    return _thread.get_ident()


def waits_in_c() -> bool:
    """Tell whether a thread that waits for another has no greenlets to let run meanwhile."""
    return _PATCH not in _modules or not is_patched() or not _is_cooperative


def new_waiter() -> Waiter:
    """Return a lock to wait on: a real one, or in a greenlet one that lets the other greenlets run meanwhile."""
    return _new_lock() if waits_in_c() else _new_greenlet_waiter()


def _new_greenlet_waiter() -> Waiter:
    from ._gevent import _locks

    notice_patch()
    return _locks.new_waiter()


def notice_patch() -> None:
    """Let the loops and threads that run since before the patch live with it; to be called now and then."""
    if _PATCH in _modules and (_threads or _loops) and is_patched():
        from ._gevent import _loop as loops
        from ._gevent import _threads as threads

        with contextlib.suppress(KeyError):  # another thread came first
            while _threads:
                threads.adapt_thread(*_threads.popitem())
            while _loops:
                loops.adapt_loop(_loops.pop())


class Ending:
    """The end of a thread of the operating system, which greenlets and threads can wait for."""

    def __init__(self, ended: Callable[[], object] | None = None) -> None:
        self._ended = ended
        self._joining: deque[Waiter] = deque()
        self._is_over = False

    def run(self, target: Callable[[], object]) -> None:
        """Call `target`, which is all that the thread does, and let go of what gevent has made for the thread."""
        try:
            target()
        finally:
            if is_patched():
                from ._gevent import _threads as threads

                threads.destroy_hub()
            self._is_over = True
            while self._joining:
                self._joining.popleft().release()
            if self._ended is not None:
                self._ended()

    def is_alive(self) -> bool:
        """Tell whether the thread has not ended."""
        return not self._is_over

    def join(self, timeout: float | None = None) -> None:
        """Wait for the end of the thread, `timeout` seconds at most."""
        waiter = new_waiter()
        waiter.acquire()
        self._joining.append(waiter)
        if not self._is_over:
            waiter.acquire(True, -1 if timeout is None else min(timeout, TIMEOUT_MAX))


def new_thread(target: Callable[[], object], name: str, ended: Callable[[], object] | None = None) -> Thread:
    """Return a daemon thread of the operating system, to be started; it calls `ended` last of all."""
    if is_patched("threading"):
        from ._gevent import _loop as loops
        from ._gevent import _threads as threads

        _ = loops  # the new thread finds it imported
        return threads.NativeThread(target, name, ended)
    ending = Ending(ended)
    thread = threading.Thread(target=ending.run, args=(target,), name=name, daemon=True)
    _threads[thread] = ending
    return thread


def is_own_thread(thread: threading.Thread) -> bool:
    """Tell whether `thread` was made by `new_thread`, where gevent has not patched it since."""
    return thread in _threads


def adapt_future(future: Future[Any]) -> None:
    """Let a new future be settled by one thread and waited for by greenlets of another, through its base class too."""
    if _PATCH in _modules and is_patched("threading"):
        from ._gevent import _locks

        notice_patch()
        _locks.adapt_future(future)


def new_selector_loop(selector: selectors.BaseSelector) -> asyncio.AbstractEventLoop:
    """Return asyncio's loop on `selector`, to be run by a thread of the operating system."""
    if is_patched():
        from ._gevent import _loop

        return _loop.new_selector_loop(selector)
    return prepare(SelectorLoop(selector))


class SelectorLoop(asyncio.SelectorEventLoop):
    """asyncio's own loop, whose stream transports read in pieces that malloc need not ask the system for.

    asyncio has room made for 256 KiB before each read. That is a mapping of memory and its release, on which a small
    answer spends more than on all else that asyncio does for it; large ones are read as fast in pieces of this size.
    """

    def __init__(self, selector: selectors.BaseSelector) -> None:
        try:
            super().__init__(selector)
        except OSError:  # none left for what wakes it; half made, it would report itself, and `close` fails
            asyncio.BaseEventLoop.close(self)
            selector.close()
            raise

    def _make_socket_transport(self, *args: Any, **options: Any) -> Any:
        base: Any = super()
        transport: Any = base._make_socket_transport(*args, **options)  # noqa: SLF001  no other place knows of it
        transport.max_size = _READ_BYTES
        return transport


def prepare(loop: asyncio.AbstractEventLoop) -> asyncio.AbstractEventLoop:
    """Let a new loop of any kind live with the patch when it comes; return it."""
    if not is_patched():
        _loops.add(loop)
    return loop


def stop_cooperating() -> None:
    """Let every wait be a real one from now on: the interpreter is ending, and greenlets have had their time."""
    global _is_cooperative  # noqa: PLW0603  of the process, like the patch
    _is_cooperative = False
