"""The loops a runtime can have, and the cheapest way to wake each from another thread.

On Linux an event descriptor wakes the selector: registered edge-triggered it needs no read (asyncio's own pair of
sockets needs two), and the selector takes the work in itself, one pass of the loop earlier than a callback would. A
uvloop reads it. Elsewhere the loop's `call_soon_threadsafe` does it.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import os
import selectors
import sys
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from ...errors import UsageError
from .._native import allocate_lock, is_patched, new_selector_loop, original, prepare

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, Literal, Protocol

    from .._native import Lock

    class Lender(Protocol):
        """A selector that lends its loop; see `LoopSelector`."""

        baton: Lock | None
        is_wanted: bool

        def get_map(self) -> Mapping[Any, Any]: ...

    FirstStep = Literal["loop", "caller"]
    LoopKind = Literal["asyncio", "uvloop"]

if sys.platform == "linux":
    import select

    if TYPE_CHECKING:
        from selectors import EpollSelector
    else:
        EpollSelector = original("selectors", "EpollSelector")

    class LoopSelector(EpollSelector):
        """An epoll selector that takes work in, and may lend the loop to other threads while it waits.

        `take_in` is called from within `select` when `descriptor` was written to: one pass of the loop then begins the
        work and runs what it has queued. With a `baton`, whoever holds it may run code of the loop: the loop's own
        thread, but while it waits here, or another thread that has taken it meanwhile. `is_wanted` asks that thread
        for it.
        """

        _selector: select.epoll  # of the base class, as the next
        _fd_to_key: dict[int, selectors.SelectorKey]

        def __init__(self, *, is_shared: bool) -> None:
            super().__init__()
            self.baton = allocate_lock() if is_shared else None
            if self.baton is not None:
                self.baton.acquire()
            self.is_wanted = False
            self._has_looked = False  # in the last pass: while the loop has more to run, every other one looks
            self._descriptor = -1
            self._take_in: Callable[[], None]

        def watch(self, descriptor: int, take_in: Callable[[], None]) -> None:
            """Call `take_in` once for each write to `descriptor`, which is never read."""
            self._descriptor = descriptor
            self._take_in = take_in
            self._selector.register(descriptor, select.EPOLLIN | select.EPOLLET)

        def leave(self) -> None:
            """Wait, in a forked child, for nothing that was registered: whatever it takes there, the parent misses."""
            self._selector.close()  # first: there may be room for no other
            self._selector = type(self._selector)()

        def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
            most = len(self._fd_to_key) + 1
            baton = self.baton
            try:
                if timeout is not None and timeout <= 0:  # the loop has more to run
                    if self._has_looked:
                        self._has_looked = False
                        return []
                    ready = self._selector.poll(0, most)
                else:
                    limit_s = -1.0 if timeout is None else math.ceil(timeout * 1e3) * 1e-3  # epoll would round it down
                    if baton is not None:
                        ready = self._wait_without(baton, limit_s, most)
                    else:
                        ready = self._selector.poll(limit_s, most)
            except InterruptedError:
                return []
            self._has_looked = True
            found: list[tuple[selectors.SelectorKey, int]] = []
            has_work = False
            for descriptor, flags in ready:  # looked up now: another thread may have changed what is registered
                key = self._fd_to_key.get(descriptor)
                if key is not None:
                    read = selectors.EVENT_READ if flags & ~select.EPOLLOUT else 0
                    write = selectors.EVENT_WRITE if flags & ~select.EPOLLIN else 0
                    found.append((key, (read | write) & key.events))
                elif descriptor == self._descriptor:
                    has_work = True
            if has_work:
                self._take_in()
            return found

        def _wait_without(self, baton: Lock, limit_s: float, most: int) -> list[tuple[int, int]]:
            baton.release()
            try:
                return self._selector.poll(limit_s, most)
            finally:
                if not baton.acquire(False):
                    self.is_wanted = True
                    baton.acquire()
                    self.is_wanted = False


class OpenLoop(NamedTuple):
    """A loop that is ready to run.

    `wake` makes it call `take_in`, from any thread. `selector` lends the loop to others, where that was asked for and
    is possible. `leave` is to be called in a forked child, where the loop is the parent's. `loop` must be closed by its
    owner. What `wake` writes to is closed when `wake` is collected: a descriptor that is closed under a writer may be
    somebody else's a moment later.
    """

    loop: asyncio.AbstractEventLoop
    wake: Callable[[], object]
    selector: Lender | None
    leave: Callable[[], object] = bool  # nothing to do


def open_loop(kind: LoopKind, take_in: Callable[[], None], *, is_shared: bool) -> OpenLoop:
    """Make a loop; with `is_shared`, one that lends itself to other threads.

    Raises:
        UsageError: there is no loop of that kind here.
        OSError: the process has no more descriptors.
    """
    if kind == "uvloop":
        return _open_uvloop(take_in)
    if sys.platform == "linux":
        # A first step taken by a greenlet might switch to another one, inside the loop.
        return _open_epoll(take_in, is_shared=is_shared and not is_patched())
    if sys.platform == "win32":
        loop = prepare(asyncio.ProactorEventLoop())
    else:
        loop = new_selector_loop(original("selectors", "DefaultSelector")())
    return OpenLoop(loop, partial(loop.call_soon_threadsafe, take_in), None)


if sys.platform == "linux" and sys.version_info >= (3, 10):

    def _open_event(loop: asyncio.AbstractEventLoop) -> tuple[int, Callable[[], object]]:
        from ._signals import open_event

        try:
            return open_event(os.EFD_NONBLOCK)
        except OSError:  # the process has no more descriptors
            loop.close()
            raise


if sys.platform == "linux":

    def _open_epoll(take_in: Callable[[], None], *, is_shared: bool) -> OpenLoop:
        selector = LoopSelector(is_shared=is_shared)
        loop = new_selector_loop(selector)
        wake: Callable[[], object] = partial(loop.call_soon_threadsafe, take_in)
        if sys.version_info >= (3, 10):
            descriptor, wake = _open_event(loop)
            selector.watch(descriptor, take_in)
        return OpenLoop(loop, wake, selector if is_shared else None, selector.leave)


def _open_uvloop(take_in: Callable[[], None]) -> OpenLoop:
    loop = _new_uvloop()
    wake: Callable[[], object] = partial(loop.call_soon_threadsafe, take_in)
    if sys.platform == "linux" and sys.version_info >= (3, 10):
        # libuv calls a reader from its look at the descriptors; what is called soon waits for its next round
        descriptor, wake = _open_event(loop)

        def read() -> None:
            with contextlib.suppress(BlockingIOError):
                os.eventfd_read(descriptor)
            take_in()

        loop.add_reader(descriptor, read)
    return OpenLoop(loop, wake, None)


def _new_uvloop() -> asyncio.AbstractEventLoop:
    try:
        import uvloop  # an extra: only who asks for it needs it
    except ImportError as error:
        raise UsageError("loop='uvloop': uvloop is not installed here; pip install uvloop") from error
    loop: asyncio.AbstractEventLoop = uvloop.new_event_loop()
    return prepare(loop)
