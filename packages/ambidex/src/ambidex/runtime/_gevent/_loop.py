"""Run a loop in a thread of the operating system in spite of gevent's monkey patch; imported only where it was found.

The loop waits on the platform's selector. What an implementation starts through
patched names of its own accord ("threads", sockets) are greenlets of the loop's thread: its hub runs while the loop
waits.

All that the loop's thread needs of ours is imported here, by the thread that finds the patch: the locks of imports are
patched too.
"""

from __future__ import annotations

import asyncio
import codecs
import contextlib
import functools
import sys
from typing import Any

from .._native import original
from ._locks import hub_if_exists
from ._threads import name_current

_gevent: Any = sys.modules["gevent"]  # it has no types; the patch has loaded it
_gevent.get_hub()  # gevent imports what the first hub needs: two threads that make one at once wait for each other
# Each lookup of a name asks for this codec. Two threads that import it at once wait for good: with the patch, import
# locks are gevent's, and these lose a wake-up that comes from another thread.
codecs.lookup("idna")


class _HubAware:
    """A selector's `select` that lets the greenlets of its own thread run meanwhile, once there are any."""

    def select(self, timeout: float | None = None) -> list[Any]:
        hub = hub_if_exists()
        parent: Any = super()
        this: Any = self
        if hub is None:
            return parent.select(timeout)  # type: ignore[no-any-return]
        if timeout is not None and timeout <= 0:
            _gevent.sleep(0)
            return parent.select(0)  # type: ignore[no-any-return]
        watcher = hub.loop.io(this.fileno(), 1)  # 1: readable
        try:
            with _gevent.Timeout(timeout, False):
                hub.wait(watcher)
        finally:
            watcher.close()
        return parent.select(0)  # type: ignore[no-any-return]


def _make_aware(selector: Any) -> Any:
    """Make a selector, in place, one that lets greenlets run; one that the hub cannot watch stays as it is."""
    plain: type[Any] = selector.__class__
    if hasattr(selector, "fileno") and not issubclass(plain, _HubAware):
        selector.__class__ = type(plain.__name__, (_HubAware, plain), {"__slots__": ()})
    return selector


class _Loop(asyncio.SelectorEventLoop):
    """A selector loop that owes nothing to patched names."""

    _internal_fds: int  # of the base class

    def _make_self_pipe(self) -> None:  # as in asyncio; a cooperative socket would belong to a hub
        self._ssock, self._csock = original("_socket", "socketpair")()  # the one of `socket` makes patched ones
        self._ssock.setblocking(False)
        self._csock.setblocking(False)
        self._internal_fds += 1
        self._add_reader(self._ssock.fileno(), self._read_from_self)  # type: ignore[attr-defined]

    async def getaddrinfo(self, *args: Any, **options: Any) -> Any:
        """Resolve in a thread of the executor; the patched function would start a hub there."""
        return await self.run_in_executor(None, functools.partial(original("socket", "getaddrinfo"), *args, **options))

    async def getnameinfo(self, *args: Any, **options: Any) -> Any:
        """Resolve in a thread of the executor; the patched function would start a hub there."""
        return await self.run_in_executor(None, functools.partial(original("socket", "getnameinfo"), *args, **options))


def new_selector_loop(selector: Any) -> asyncio.AbstractEventLoop:
    """Return a loop on `selector`."""
    return _Loop(_make_aware(selector))


def adapt_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Let a loop that runs since before the patch live with it; any thread may call.

    All is done at once, because the loop begins new work before it runs what was scheduled.
    """
    selector = getattr(loop, "_selector", None)
    if selector is not None:
        selector.baton = None  # who holds it gives it back; from now on no caller takes a step of the loop
        _make_aware(selector)
    with contextlib.suppress(RuntimeError):  # it has closed
        loop.call_soon_threadsafe(name_current)
