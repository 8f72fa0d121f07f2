"""Own what this process has lent to the other one: objects that stay here, known there by their numbers."""

from __future__ import annotations

import itertools
from typing import Any

from ..errors import UsageError

FIRST = 2  # lower numbers are the targets that are no objects


class Exported:
    """Keep objects alive for as long as the other side refers to them; for one thread.

    The other side says how often it has received what it lets go: while a release is under way the object may have been
    sent once more, and then it stays.
    """

    def __init__(self) -> None:
        self._numbers = itertools.count(FIRST)
        self._objects: dict[int, tuple[Any, int]] = {}  # by number: the object, and how often it was sent
        self._known: dict[int, int] = {}  # by id: the number

    def __len__(self) -> int:
        return len(self._objects)

    def lend(self, obj: object) -> int:
        """Return the number of an object that is sent."""
        key = id(obj)
        number = self._known.get(key)
        if number is None:
            number = self._known[key] = next(self._numbers)
        self._objects[number] = (obj, self._objects.get(number, (obj, 0))[1] + 1)
        return number

    def find(self, number: int) -> Any:
        """Return an object.

        Raises:
            UsageError: there is none of that number, or it was let go.
        """
        try:
            return self._objects[number][0]
        except KeyError:
            raise UsageError(
                f"there is no object {number} here: it was let go, or belongs to another process"
            ) from None

    def release(self, number: int, count: int) -> None:
        """Let an object go that the other side has received `count` times and refers to no more."""
        found = self._objects.get(number)
        if found is None:
            return
        obj, sent = found
        if sent > count:
            self._objects[number] = (obj, sent - count)
        else:
            del self._objects[number]
            del self._known[id(obj)]
