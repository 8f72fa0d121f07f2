"""Look at the frames of other threads where no GIL holds those still.

To follow the frames of a thread that runs meanwhile ends the process, sooner or later (CPython 3.13 without a GIL). So
there a thread that waits in a call lets others look at it, and does not go on while somebody does:

    who waits                           who looks
    enter the frame in `_standing`      enter a lock in `_looks`
    wait                                copy what stands in `_standing`
    take the frame out                  take the lock out, and release it
    wait for each lock in `_looks`

A frame that the one who looks has found is that of a thread which will find the lock. With a GIL nothing of this is
used: waiters are plain locks.
"""

from __future__ import annotations

from _thread import allocate_lock, get_ident
from sys import _getframe as _own_frame  # pyright: ignore[reportPrivateUsage]
from typing import TYPE_CHECKING, Any

from . import _shared

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import CodeType, FrameType
    from typing import Protocol

    class Frame(Protocol):
        """What is read of a frame."""

        @property
        def f_code(self) -> CodeType: ...
        @property
        def f_lineno(self) -> int: ...
        @property
        def f_locals(self) -> Mapping[str, Any]: ...


_standing: dict[int, FrameType] = {}  # by thread: where it waits
_looks: dict[object, tuple[int, Any]] = {}  # who looks at this moment: its thread, and the lock that it holds


class Seen:
    """What a frame was at one moment: it stays so when the frame goes on."""

    __slots__ = ("f_code", "f_lineno", "f_locals")

    def __init__(self, code: CodeType, line: int, variables: Mapping[str, Any]) -> None:
        self.f_code = code
        self.f_lineno = line
        self.f_locals = variables


def see(frame: FrameType) -> Seen:
    """Return what `frame` is now; its variables only where a function of the library waits or works for a call."""
    code = frame.f_code
    is_read = code in _shared.waiters or code in _shared.workers or code.co_name in _shared.workers
    return Seen(code, frame.f_lineno or code.co_firstlineno, {**frame.f_locals} if is_read else {})


class StandingLock:
    """A lock to wait on; others may look at the frames of the thread that does."""

    __slots__ = ("_lock", "release")

    def __init__(self) -> None:
        self._lock = allocate_lock()
        self.release = self._lock.release

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Take the lock as a plain one is taken; does not return while somebody looks."""
        if self._lock.acquire(False):
            return True
        if not blocking:
            return False
        ident = get_ident()
        outer = _standing.get(ident)  # a signal handler may wait in a thread that waits
        _standing[ident] = _own_frame()
        try:
            return self._lock.acquire(True, timeout)
        finally:
            if outer is None:
                _standing.pop(ident, None)
            else:
                _standing[ident] = outer
            if _looks:
                _let_others_look(ident)


def _let_others_look(ident: int) -> None:
    for looking, lock in _looks.copy().values():
        if looking != ident:  # a signal handler waits in the very thread that looks
            with lock:
                pass


def standing_stacks() -> dict[int, list[Seen]]:
    """Return the stack of every thread that waits in a call, innermost frame first, by its identifier."""
    key, lock = object(), allocate_lock()
    lock.acquire()
    try:
        _looks[key] = get_ident(), lock
        return {ident: _stack_of(frame) for ident, frame in _standing.copy().items()}
    finally:
        _looks.pop(key, None)
        lock.release()


def _stack_of(innermost: FrameType) -> list[Seen]:
    stack: list[Seen] = []
    frame: FrameType | None = innermost
    while frame is not None:
        stack.append(see(frame))
        frame = frame.f_back
    return stack


def forget() -> None:
    """Forget, in a forked child, the parent's threads: new dicts, for those may be locked by one of them."""
    global _standing, _looks
    _standing, _looks = {}, {}
