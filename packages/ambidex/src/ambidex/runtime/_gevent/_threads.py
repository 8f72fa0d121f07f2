"""Threads of the operating system in a process that gevent has patched; imported only there."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from .._native import Ending, get_ident, start_new_thread
from ._locks import hub_if_exists

if TYPE_CHECKING:
    from collections.abc import Callable

_known_threads: dict[int, Any] = vars(threading)["_active"]
_names: dict[int, str] = {}  # of the threads from before the patch, by ident


class NativeThread(Ending):
    """A daemon thread of the operating system, where `threading.Thread` would make a greenlet."""

    def __init__(self, target: Callable[[], object], name: str, ended: Callable[[], object] | None = None) -> None:
        super().__init__(ended)
        self.ident: int | None = None
        self._target = target
        self._name = name

    def start(self) -> None:
        """Start it.

        Raises:
            RuntimeError: no new thread may start.
        """
        start_new_thread(self.run, (self._begin,))

    def _begin(self) -> None:
        self.ident = get_ident()
        threading.current_thread().name = self._name  # for log records and `threading.enumerate`
        self._target()


def destroy_hub() -> None:
    """Free the running thread's hub, which gevent never does by itself.

    A thread that the interpreter's end finds in a hub, or in the threads of one, takes the process down: to end it, the
    stack is unwound through greenlet's C++ frames.
    """
    hub = hub_if_exists()
    if hub is not None:
        hub.destroy(destroy_loop=True)


def disown(thread: Any) -> None:
    """Take a thread from before the patch out of `threading`'s book, which the patch keeps by other idents.

    At its end it would not find itself there, and say so; in a forked child gevent would take it for a greenlet.
    """
    if thread.ident is not None:
        _names[thread.ident] = thread.name
        _known_threads.pop(thread.ident, None)
    thread._delete = bool  # noqa: SLF001  called without arguments, for nothing


def adapt_thread(thread: Any, ending: Ending) -> None:
    """Let a thread from before the patch be waited for; the patched `join` looks a hundred times a second."""
    if thread.is_alive():
        disown(thread)
        thread.is_alive = ending.is_alive
        thread.join = ending.join


def name_current() -> None:
    """Give the running thread the name back that it had before it was disowned."""
    threading.current_thread().name = _names.get(get_ident(), "ambidex")
