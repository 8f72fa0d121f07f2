"""Own what two processes lend each other: objects that stay where they are, known over there by their numbers."""

from __future__ import annotations

import contextlib
import itertools
import struct
import weakref
from typing import TYPE_CHECKING, Any

from ..errors import ProtocolError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from ..protocol import Message

_RELEASE = struct.Struct("<QI")  # the object's number, and how often it was received

FIRST = 2  # lower numbers are the targets that are no objects


class Exported:
    """Keep objects alive for as long as the other side refers to them; for one thread, or with a `lock` for several.

    The other side says how often it has received what it lets go: while a release is under way the object may have been
    sent once more, and then it stays.
    """

    def __init__(self, lock: AbstractContextManager[Any] | None = None) -> None:
        self._lock: AbstractContextManager[Any] = contextlib.nullcontext() if lock is None else lock
        self._numbers = itertools.count(FIRST)
        self._objects: dict[int, tuple[Any, int]] = {}  # by number: the object, and how often it was sent
        self._known: dict[int, int] = {}  # by id: the number

    def __len__(self) -> int:
        return len(self._objects)

    def lend(self, obj: object) -> int:
        """Return the number of an object that is sent."""
        with self._lock:
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
        with self._lock:
            found = self._objects.get(number)
            if found is None:
                return
            obj, sent = found
            if sent > count:
                self._objects[number] = (obj, sent - count)
            else:
                del self._objects[number]
                del self._known[id(obj)]


class Received:
    """Know what stands here for the other side's objects, each once, and tell when nothing does any more.

    `released` is called with an object's number and how often it was received, on whatever thread lets it go.
    """

    def __init__(self, released: Callable[[int, int], None]) -> None:
        self._released = released
        self._living: dict[int, _Entry] = {}

    def __len__(self) -> int:
        return len(self._living)

    def receive(self, number: int, make: Callable[[], Any]) -> Any:
        """Return what stands for an object that was sent, made with `make` where nothing does."""
        while True:
            entry = self._living.get(number)
            known = None if entry is None else entry()
            if entry is not None and known is not None:
                entry.count += 1
                return known
            if entry is not None:
                self._forget(entry)
            made = make()
            fresh = _Entry(made, self._forget)
            fresh.number, fresh.count = number, 1
            if self._living.setdefault(number, fresh) is fresh:
                return made

    def _forget(self, dead: Any) -> None:
        entry: _Entry = dead
        if self._living.get(entry.number) is entry:
            del self._living[entry.number]
            self._released(entry.number, entry.count)


class _Entry(weakref.ref[Any]):
    """Refer to what stands for an object, with its number, and how often it was received."""

    __slots__ = ("count", "number")

    number: int
    count: int


def release_of(number: int, count: int) -> bytes:
    """Return the payload of a release: the object's number, and how often it was received."""
    return _RELEASE.pack(number, count)


def read_release(message: Message) -> tuple[int, int]:
    """Return what a message of the kind release says.

    Raises:
        ProtocolError: it is none.
    """
    if len(message.payload) != _RELEASE.size:
        raise ProtocolError(f"a release of {len(message.payload)} bytes came")
    number, count = _RELEASE.unpack(message.payload)
    return number, count
