"""Own long copies on a loop's thread: a piece in each pass of the loop, so that short messages overtake them."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Generator

    Work = Generator[None, None, None]


class Copies:
    """Run what copies, step by step, for calls in turn; what comes for a call waits behind what it has here.

    The first step of such work does nothing, so that it is inside its `try` when it is dropped before its turn. Only
    the loop's thread may use it.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._by_call: dict[int, deque[Work]] = {}  # the call whose turn it is first
        self._is_scheduled = False

    def __bool__(self) -> bool:
        return bool(self._by_call)

    def __contains__(self, id_: int) -> bool:
        return id_ in self._by_call

    def run(self, id_: int, work: Work) -> None:
        """Begin work for a call, and do all but its first piece later; all of it later, where something is before."""
        next(work)
        behind = self._by_call.get(id_)
        if behind is not None:
            behind.append(work)
            return
        self._by_call[id_] = deque((work,))
        try:
            self._step(id_)
        finally:
            self._schedule()

    def drop(self, id_: int) -> None:
        """End what a call has here."""
        for work in self._by_call.pop(id_, ()):
            work.close()

    def close(self) -> None:
        """End all."""
        for id_ in tuple(self._by_call):
            self.drop(id_)

    def _step(self, id_: int) -> None:
        """Take a step of what a call has first; then it is the turn of the others."""
        waiting = self._by_call.pop(id_)
        self._by_call[id_] = waiting
        work = waiting.popleft()  # which is not closed while it runs
        is_over = True
        try:
            next(work)
            is_over = False
        except StopIteration:
            pass
        finally:
            if self._by_call.get(id_) is not waiting:  # dropped by its own step, which has ended the connection
                work.close()
            elif not is_over:
                waiting.appendleft(work)
            elif not waiting:
                del self._by_call[id_]

    def _schedule(self) -> None:
        if self._by_call and not self._is_scheduled:
            self._is_scheduled = True
            self._loop.call_soon(self._go_on)

    def _go_on(self) -> None:
        self._is_scheduled = False
        if not self._by_call:
            return
        try:
            self._step(next(iter(self._by_call)))
        finally:
            self._schedule()
