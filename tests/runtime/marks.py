"""What a call may leave with its task, for the tests that the next call does not find it."""

from __future__ import annotations

import asyncio
import weakref
from typing import Any

KINDS = ("attribute", "weak reference", "callback")


class Marks:
    """Leave marks with the running task, each of which has to be without any; count the callbacks that came."""

    def __init__(self) -> None:
        self.ended: list[str] = []
        self._known: weakref.WeakKeyDictionary[asyncio.Task[Any], str] = weakref.WeakKeyDictionary()

    def leave(self, kind: str) -> None:
        """Leave a mark of that kind."""
        task: Any = asyncio.current_task()
        assert not hasattr(task, "mark")
        assert task not in self._known
        if kind == "attribute":
            task.mark = kind
        elif kind == "weak reference":
            self._known[task] = kind
        else:
            task.add_done_callback(self._note_end)

    def _note_end(self, _: asyncio.Task[Any]) -> None:
        self.ended.append("callback")
