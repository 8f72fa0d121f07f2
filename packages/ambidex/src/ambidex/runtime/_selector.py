"""The loops a runtime can have, and the cheapest way to wake each from another thread.

On Linux an event descriptor wakes the selector: registered edge-triggered it needs no read, which asyncio's own pair
of sockets does, twice. Elsewhere, and for other loops, the loop's `call_soon_threadsafe` does it.
"""

from __future__ import annotations

import asyncio
import os
import selectors
import sys
import weakref
from _thread import allocate_lock
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, Union

from ..errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Literal

    FirstStep = Literal["loop", "caller"]
    LoopKind = Literal["asyncio", "uvloop"]

if sys.platform == "linux":
    import select

    class EdgeSelector(selectors.EpollSelector):
        """An epoll selector that can watch a descriptor for edges."""

        _selector: select.epoll  # of the base class

        def watch_edges(self, descriptor: int) -> None:
            """Report a registered descriptor once for each write to it, read or not."""
            self._selector.modify(descriptor, select.EPOLLIN | select.EPOLLET)

    class SharedSelector(EdgeSelector):
        """A selector that lends the loop to other threads while it waits.

        Who holds `baton` may run code of the loop: the loop's own thread, but while it waits here, or another thread
        that has taken it meanwhile. `is_wanted` asks that thread for it.
        """

        _fd_to_key: dict[int, selectors.SelectorKey]  # of the base class

        def __init__(self) -> None:
            super().__init__()
            self.baton = allocate_lock()
            self.baton.acquire()
            self.is_wanted = False

        def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
            if timeout is not None and timeout <= 0:
                return super().select(timeout)
            limit_s = -1.0 if timeout is None else timeout + 0.0009  # epoll counts whole milliseconds, rounded down
            most = max(len(self._fd_to_key), 1)
            self.baton.release()
            try:
                ready = self._selector.poll(limit_s, most)
            except InterruptedError:
                ready = []
            finally:
                if not self.baton.acquire(False):
                    self.is_wanted = True
                    self.baton.acquire()
                    self.is_wanted = False
            found: list[tuple[selectors.SelectorKey, int]] = []
            for descriptor, flags in ready:  # looked up now: the other thread may have changed what is registered
                key = self._fd_to_key.get(descriptor)
                if key is not None:
                    read = selectors.EVENT_READ if flags & ~select.EPOLLOUT else 0
                    write = selectors.EVENT_WRITE if flags & ~select.EPOLLIN else 0
                    found.append((key, (read | write) & key.events))
            return found

    Shared = Union[SharedSelector, None]
else:
    Shared = Any  # nothing lends its loop there


class OpenLoop(NamedTuple):
    """A loop that is ready to run.

    `wake` makes it call `take_in`, from any thread. `selector` lends the loop to others, where that was asked for and
    is possible. `loop` must be closed by its owner. What `wake` writes to is closed when `wake` is collected: a
    descriptor that is closed under a writer may be somebody else's a moment later.
    """

    loop: asyncio.AbstractEventLoop
    wake: Callable[[], object]
    selector: Shared


def open_loop(kind: LoopKind, take_in: Callable[[], None], *, is_shared: bool) -> OpenLoop:
    """Make a loop; with `is_shared`, one that lends itself to other threads.

    Raises:
        UsageError: there is no loop of that kind here.
    """
    if kind == "uvloop":
        loop = _new_uvloop()
    elif sys.platform == "win32":
        loop = asyncio.ProactorEventLoop()
    elif sys.platform == "linux":
        return _open_epoll(take_in, is_shared=is_shared)
    else:
        loop = asyncio.SelectorEventLoop(selectors.DefaultSelector())
    return OpenLoop(loop, partial(loop.call_soon_threadsafe, take_in), None)


if sys.platform == "linux":

    def _open_epoll(take_in: Callable[[], None], *, is_shared: bool) -> OpenLoop:
        selector = SharedSelector() if is_shared else EdgeSelector()
        loop = asyncio.SelectorEventLoop(selector)
        wake = partial(loop.call_soon_threadsafe, take_in)
        if sys.version_info >= (3, 10):
            descriptor = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
            wake = partial(os.eventfd_write, descriptor, 1)
            weakref.finalize(wake, os.close, descriptor).atexit = False
            loop.add_reader(descriptor, take_in)
            selector.watch_edges(descriptor)
        return OpenLoop(loop, wake, selector if isinstance(selector, SharedSelector) else None)


def _new_uvloop() -> asyncio.AbstractEventLoop:
    try:
        import uvloop  # an extra: only who asks for it needs it
    except ImportError as error:
        raise UsageError("loop='uvloop': uvloop is not installed here; pip install uvloop") from error
    loop: asyncio.AbstractEventLoop = uvloop.new_event_loop()
    return loop
