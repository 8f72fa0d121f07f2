"""Own what two processes lend each other: objects that stay where they are, known over there by their numbers."""

from __future__ import annotations

import contextlib
import struct
import weakref
from typing import TYPE_CHECKING, Any

from ..errors import ProtocolError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from ..protocol import Message
    from ._carried import Carried

_RELEASE = struct.Struct("<QII")  # the object's number, how often it was received, and how often it was sent back

FIRST = 2  # lower numbers are the targets that are no objects
_LAST = 2**32 - 1  # of which calls can name one
_MANY = 2**31  # how often an object may be received or sent back before a release says so; it has 32 bits for each


class Lent:
    """Hold an object, how often it was sent and not released, and how often it has come home, and should have.

    `is_typed` and `handed_by` are as in `Exported.lend`; `calls` are those that have lent it, and are open.
    """

    __slots__ = ("calls", "came_home", "handed_by", "is_typed", "obj", "owed", "sent")

    def __init__(self, obj: Any, is_typed: bool) -> None:
        self.obj = obj
        self.is_typed = is_typed
        self.handed_by: Any = None
        self.calls: set[Carried] = set()
        self.sent = 0
        self.owed = 0
        self.came_home = 0

    @property
    def is_over(self) -> bool:
        return self.sent <= 0 and self.came_home >= self.owed


class Exported:
    """Keep objects alive for as long as the other side refers to them; for one thread, or with a `lock` for several.

    The other side says how often it has received what it lets go: while a release is under way the object may have been
    sent once more, and then it stays. It says how often it has sent the object back, too, which may be under way on
    another connection than the release.

    Numbers are used in turn, and again when all have been: what is under way would have to be overtaken by four billion
    objects to mean another one. Those of objects that are lent still are left out.
    """

    def __init__(self, lock: AbstractContextManager[Any] | None = None) -> None:
        self._lock: AbstractContextManager[Any] = contextlib.nullcontext() if lock is None else lock
        self._next = FIRST
        self._objects: dict[int, Lent] = {}  # by number
        self._known: dict[tuple[int, bool], int] = {}  # by id, and whether it is lent as typed: the number

    def __len__(self) -> int:
        return len(self._objects)

    def lend(self, obj: object, is_typed: bool = False, handed_by: object = None) -> int:
        """Return the number of an object that is sent.

        One that is lent by calls whose types are known has another number than by others: what it gives in its turn is
        lent in another way. `handed_by` is whoever hands it over this time.
        """
        with self._lock:
            key = (id(obj), is_typed)
            number = self._known.get(key)
            lent = None if number is None else self._objects.get(number)
            if number is None or lent is None or lent.obj is not obj:
                number = self._free_number()
                lent = Lent(obj, is_typed)
                self._objects[number] = lent  # first: an interrupt behind it leaves no number of nothing
                self._known[key] = number
            lent.sent += 1
            lent.handed_by = handed_by
            return number

    def _free_number(self) -> int:
        number = self._next
        while number in self._objects:
            number = number + 1 if number < _LAST else FIRST
        self._next = number + 1 if number < _LAST else FIRST
        return number

    def find(self, number: int) -> Any:
        """Return an object.

        Raises:
            UsageError: there is none of that number, or it was let go.
        """
        return self.entry(number).obj

    def come_home(self, number: int) -> Any:
        """Return an object that the other side has sent back. Errors are those of `find`."""
        with self._lock:
            lent = self.entry(number)
            lent.came_home += 1
            self._let_go(number, lent)
            return lent.obj

    def release(self, number: int, count: int, returned: int = 0) -> None:
        """Let an object go that the other side has received `count` times and refers to no more."""
        with self._lock:
            lent = self._objects.get(number)
            if lent is not None:
                lent.sent -= count
                lent.owed += returned
                self._let_go(number, lent)

    def clear(self) -> None:
        """Let everything go: the other side is gone."""
        with self._lock:
            self._objects.clear()
            self._known.clear()

    def entry(self, number: int) -> Lent:
        """Return what is known of an object that is lent. Errors are those of `find`."""
        try:
            return self._objects[number]
        except KeyError:
            raise UsageError(
                f"there is no object {number} here: it was let go, or belongs to another process"
            ) from None

    def _let_go(self, number: int, lent: Lent) -> None:
        if lent.is_over:
            key = (id(lent.obj), lent.is_typed)
            if self._known.get(key) == number:
                del self._known[key]
            self._objects.pop(number, None)


class Received:
    """Know what stands here for the other side's objects, each once, and tell when nothing does any more.

    `released` is called with an object's number, how often it was received and how often it was sent back, on whatever
    thread lets it go.
    """

    def __init__(
        self, released: Callable[[int, int, int], None], lock: AbstractContextManager[Any] | None = None
    ) -> None:
        self._lock: AbstractContextManager[Any] = contextlib.nullcontext() if lock is None else lock
        self._released = released
        self._living: dict[int, _Entry] = {}

    def __len__(self) -> int:
        return len(self._living)

    def receive(self, number: int, make: Callable[[], Any]) -> Any:
        """Return what stands for an object that was sent, made with `make` where nothing does.

        Raises:
            ProtocolError: no object has that number.
        """
        if not FIRST <= number <= _LAST:  # before anything is made that would name it to the other side
            raise ProtocolError(f"the number of an object is {number:.3g}, which none can have")
        with self._lock:
            entry = self._living.get(number)
            known = None if entry is None else entry()
            if entry is not None and known is not None:
                entry.count += 1
                if entry.count >= _MANY:  # all but one: it stays
                    self._released(number, entry.count - 1, 0)
                    entry.count = 1
                return known
            if entry is not None:
                self._forget(entry)
            made = make()
            fresh = self._living[number] = _Entry(made, self._forget)
            fresh.number, fresh.count, fresh.returned = number, 1, 0
            return made

    def send_back(self, number: int) -> None:
        """Note that an object is sent back to the side that it belongs to."""
        with self._lock:
            entry = self._living.get(number)
            if entry is not None:
                entry.returned += 1
                if entry.returned >= _MANY:  # not all: some may be kept after all
                    self._released(number, 0, _MANY // 2)
                    entry.returned -= _MANY // 2

    def keep(self, number: int) -> None:
        """Note that an object was not sent back after all."""
        with self._lock:
            entry = self._living.get(number)
            if entry is not None:
                entry.returned -= 1

    def let_go(self, number: int) -> None:
        """Forget what stands for an object, though it is there: it stands for nothing from now on."""
        entry = self._living.get(number)
        if entry is not None:
            self._forget(entry)

    def _forget(self, dead: Any) -> None:
        entry: _Entry = dead
        if self._living.get(entry.number) is entry:
            del self._living[entry.number]
            self._released(entry.number, entry.count, entry.returned)


class _Entry(weakref.ref[Any]):
    """Refer to what stands for an object, with its number, and how often it was received and sent back."""

    __slots__ = ("count", "number", "returned")

    number: int
    count: int
    returned: int


def release_of(number: int, count: int, returned: int = 0) -> bytes:
    """Return the payload of a release: the object's number, how often it was received and how often sent back."""
    return _RELEASE.pack(number, count, returned)


def read_release(message: Message) -> tuple[int, int, int]:
    """Return what a message of the kind release says.

    Raises:
        ProtocolError: it is none.
    """
    if len(message.payload) != _RELEASE.size:
        raise ProtocolError(f"a release of {len(message.payload)} bytes came")
    number, count, returned = _RELEASE.unpack(message.payload)
    return number, count, returned
