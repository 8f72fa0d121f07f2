"""Own the counting of calls: cheap where a call is made, bounded in memory, and without a lock.

A `Recorder` has one writer at a time: it belongs to a connection, and a connection is used by one thread at a time, a
lane by the caller who has checked it out, the others by their loop. So its increments race with nobody, under a lock of
the interpreter or, in a free-threaded one, without. Who reads adds up all recorders: it takes copies of their
dictionaries and lists, which is one operation of the interpreter each, and reads whole numbers, which are replaced and
never changed. It may so see a call in one number and not yet in another, never a number that was not there.

Nothing is ever taken out of a recorder. One whose connection is closed is kept for the next connection, with its
numbers: there are as many recorders as connections were open at one time.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, final

from ._observer import Guarded
from ._statistics import BUCKETS, OTHER, Latencies, MethodStatistics, bucket_of, of_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ._observer import Observer, Outcome
    from ._statistics import Statistics

# Arbitrary. With the 4 KiB of buckets that a method has in a recorder, all of them full, a recorder takes 1.2 MiB.
MOST_METHODS = 256
MOST_ERRORS = 64  # classes, over all methods
LONGEST_NAME = 256  # characters


@final
class _Names:
    """Hold the first `most` names that come; threads that bring the last ones together may each add theirs."""

    __slots__ = ("_known", "_most")

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: dict[str, str] = {}

    def counted_as(self, name: str) -> str:
        """Return the name itself, or the one for all that are too many or too long."""
        known = self._known.get(name)
        if known is not None:
            return known
        if len(self._known) >= self._most or len(name) > LONGEST_NAME:
            return OTHER
        return self._known.setdefault(name, name)


@final
class _Counts:
    """Hold the numbers of one method in one recorder; they only grow."""

    __slots__ = (
        "buckets",
        "bytes_received",
        "bytes_sent",
        "cancelled",
        "errors",
        "exceeded",
        "name",
        "returned",
        "started",
    )

    def __init__(self, name: str) -> None:
        self.name = name
        self.started = 0
        self.returned = 0
        self.cancelled = 0
        self.exceeded = 0
        self.bytes_sent = 0
        self.bytes_received = 0
        self.errors: dict[str, int] = {}
        self.buckets = [0] * BUCKETS

    def without_starts(self) -> MethodStatistics:
        """Return all but how many calls were started: each that has ended is one less in flight."""
        returned, cancelled, exceeded, errors = self.returned, self.cancelled, self.exceeded, self.errors.copy()
        return MethodStatistics(
            in_flight=-(returned + cancelled + exceeded + sum(errors.values())),
            returned=returned,
            errors=errors,
            cancelled=cancelled,
            deadline_exceeded=exceeded,
            bytes_sent=self.bytes_sent,
            bytes_received=self.bytes_received,
            latencies=Latencies(tuple(pair for pair in enumerate(self.buckets.copy()) if pair[1])),
        )


@final
class Recorder:
    """Count the calls of one connection; for one thread at a time.

    A call may end at another recorder than it was started at, under the name that `call_started` gave.
    """

    __slots__ = ("_counts", "_errors", "_names", "_observer")

    def __init__(self, names: _Names, errors: _Names, observer: Observer | None) -> None:
        self._names = names
        self._errors = errors
        self._observer = observer
        self._counts: dict[str, _Counts] = {}

    def call_started(self, method: str) -> str:
        """Count a call, and return the name under which it is counted, for what follows."""
        counts = self._counts.get(method) or self._counts_of(method)
        counts.started += 1
        if self._observer is not None:
            self._observer.call_started(counts.name)
        return counts.name

    def call_ended(self, method: str, seconds: float, outcome: Outcome, error: str | None = None) -> None:
        """Count how a call has ended; `error` is the name of the class of what it raised, of a failed call alone."""
        counts = self._counts.get(method) or self._counts_of(method)
        if outcome == "returned":
            counts.returned += 1
            counts.buckets[bucket_of(seconds)] += 1
        elif outcome == "failed":
            error = self._errors.counted_as(error or OTHER)
            counts.errors[error] = counts.errors.get(error, 0) + 1
            counts.buckets[bucket_of(seconds)] += 1
        elif outcome == "cancelled":
            counts.cancelled += 1
        else:
            counts.exceeded += 1
            counts.buckets[bucket_of(seconds)] += 1
        if self._observer is not None:
            self._observer.call_ended(counts.name, seconds, outcome, error)

    def bytes_moved(self, method: str, sent: int, received: int) -> None:
        """Count bytes of a call."""
        counts = self._counts.get(method) or self._counts_of(method)
        counts.bytes_sent += sent
        counts.bytes_received += received
        if self._observer is not None:
            self._observer.bytes_moved(counts.name, sent, received)

    def copied(self) -> tuple[_Counts, ...]:
        """Return the numbers of all methods, which still grow; on any thread."""
        return tuple(self._counts.copy().values())

    def _counts_of(self, method: str) -> _Counts:
        name = self._names.counted_as(method)
        counts = self._counts.get(name)
        if counts is None:
            counts = self._counts[name] = _Counts(name)
        return counts


@final
class Counters:
    """Count the calls of one session, over all its connections; on any thread.

    `observer` hears of what is counted. At most `most_methods` methods and `most_errors` classes of errors are counted
    by name, those that come first; the others are counted together. So are names of more than 256 characters.
    """

    __slots__ = ("_errors", "_free", "_names", "_observer", "_recorders")

    def __init__(
        self, observer: Observer | None = None, *, most_methods: int = MOST_METHODS, most_errors: int = MOST_ERRORS
    ) -> None:
        self._observer = None if observer is None else Guarded(observer)
        self._names = _Names(most_methods)
        self._errors = _Names(most_errors)
        self._recorders: list[Recorder] = []  # all of them
        self._free: deque[Recorder] = deque()

    @property
    def observer(self) -> Observer | None:
        """The observer, to be told of workers: what it raises is logged and goes no further."""
        return self._observer

    def lend(self) -> Recorder:
        """Return a recorder for a connection that is opened."""
        try:
            return self._free.pop()
        except IndexError:
            recorder = Recorder(self._names, self._errors, self._observer)
            self._recorders.append(recorder)
            return recorder

    def take_back(self, recorder: Recorder) -> None:
        """Keep the recorder of a connection that is closed, which uses it no more."""
        self._free.append(recorder)

    def statistics(self) -> Statistics:
        """Return what was counted so far."""
        return of_parts(self._parts())

    def _parts(self) -> Iterator[tuple[str, MethodStatistics]]:
        """Yield all ends before all starts: who sees the end of a call sees its start, at whichever recorder it was."""
        for recorder in self._recorders.copy():
            for counts in recorder.copied():
                yield counts.name, counts.without_starts()
        for recorder in self._recorders.copy():  # the later list: it may have another one by now
            for counts in recorder.copied():
                yield counts.name, MethodStatistics(in_flight=counts.started)
