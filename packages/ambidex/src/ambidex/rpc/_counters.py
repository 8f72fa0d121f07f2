"""Own the counting of calls: cheap where a call is made, bounded in memory, and without a lock.

What is counted goes to a `Recorder`, which has one writer at a time: a connection that carries calls has one for
itself, and for one count elsewhere one is taken from those that are free. So its increments race with nobody, under a
lock of the interpreter or, in a free-threaded one, without. Taking and giving back are one operation of a deque each.
There are so as many recorders as connections and threads that counted at the same moment. Who reads adds up all of
them: it takes copies of their dictionaries and lists, which is one operation of the interpreter each, and reads whole
numbers, which are replaced and never changed. It may so see a call in one number and not yet in another, never a number
that was not there.

Nothing is ever taken out of a recorder. One whose count was interrupted is lent no more, and keeps its numbers.

Calls are counted where they are made, and there alone: a child has one caller, whose numbers are the child's, and a
child that counted too would start later. What serves many callers counts with the same class where calls arrive.
"""

from __future__ import annotations

import weakref
from collections import deque
from types import MappingProxyType
from typing import TYPE_CHECKING, final

from ..errors import DeadlineExceeded, RemoteError
from ._observer import Guarded
from ._statistics import BUCKETS, OTHER, Latencies, MethodStatistics, bucket_of, of_parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ._observer import Observer, Outcome
    from ._statistics import Statistics

# Arbitrary. With the 4 KiB of buckets that a method has in a recorder, all of them full, a recorder takes 1.2 MiB.
MOST_METHODS = 256
MOST_ERRORS = 64  # classes, over all methods
LONGEST_NAME = 256  # characters
_NONE: Mapping[str, int] = MappingProxyType({})


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
class Recorder(dict[str, _Counts]):
    """Count calls, for one thread at a time; a method that has no numbers yet gets them, or those of all too many."""

    __slots__ = ("_errors", "_names", "_observer")

    def __init__(self, names: _Names, errors: _Names, observer: Guarded | None) -> None:
        super().__init__()
        self._names = names
        self._errors = errors
        self._observer = observer

    def __missing__(self, method: str) -> _Counts:
        name = self._names.counted_as(method)
        counts = self.get(name)
        if counts is None:
            counts = self[name] = _Counts(name)
        return counts

    def call_started(self, method: str) -> None:
        """Count a call that begins."""
        self[method].started += 1
        if self._observer is not None:
            self._observer.call_started(self._names.counted_as(method))

    def call_returned(self, method: str, seconds: float, sent: int, received: int) -> None:
        """Count a call that has given its result; `sent` and `received` are bytes not counted before."""
        counts = self[method]
        counts.returned += 1
        counts.buckets[bucket_of(seconds)] += 1
        counts.bytes_sent += sent
        counts.bytes_received += received
        if self._observer is not None:
            self._tell_end(method, seconds, "returned", None, sent, received)

    def call_failed(self, method: str, seconds: float, error: BaseException, sent: int = 0, received: int = 0) -> None:
        """Count a call that has ended with an exception; one that is no `Exception` means that its caller gave up."""
        counts, name = self[method], None
        outcome: Outcome
        if not isinstance(error, Exception):
            outcome = "cancelled"
            counts.cancelled += 1
        elif isinstance(error, DeadlineExceeded):
            outcome = "deadline_exceeded"
            counts.exceeded += 1
        else:
            outcome = "failed"
            name = error.type_name if isinstance(error, RemoteError) else type(error).__qualname__
            name = self._errors.counted_as(name)
            counts.errors[name] = counts.errors.get(name, 0) + 1
        if outcome != "cancelled":
            counts.buckets[bucket_of(seconds)] += 1
        counts.bytes_sent += sent
        counts.bytes_received += received
        if self._observer is not None:
            self._tell_end(method, seconds, outcome, name, sent, received)

    def bytes_moved(self, method: str, sent: int, received: int) -> None:
        """Count bytes of a call that goes on."""
        counts = self[method]
        counts.bytes_sent += sent
        counts.bytes_received += received
        if self._observer is not None:
            self._observer.bytes_moved(counts.name, sent, received)

    def _tell_end(
        self, method: str, seconds: float, outcome: Outcome, error: str | None, sent: int, received: int
    ) -> None:
        assert self._observer is not None
        name = self._names.counted_as(method)
        if sent or received:
            self._observer.bytes_moved(name, sent, received)
        self._observer.call_ended(name, seconds, outcome, error)


@final
class Counters:
    """Count the calls of a worker, or of all those of a pool, over all their connections and lives; on any thread.

    `observer` hears of what is counted. At most `most_methods` methods and `most_errors` classes of errors are counted
    by name, those that come first; the others are counted together. So are names of more than 256 characters.
    """

    __slots__ = ("_errors", "_free", "_names", "_observer", "_recorders", "restarts")

    def __init__(
        self, observer: Observer | None = None, *, most_methods: int = MOST_METHODS, most_errors: int = MOST_ERRORS
    ) -> None:
        self._observer = None if observer is None else Guarded(observer)
        self._names = _Names(most_methods)
        self._errors = _Names(most_errors)
        self._recorders: list[Recorder] = []  # all of them
        self._free: deque[Recorder] = deque()
        self.restarts = 0  # written by who supervises, on its loop alone

    # -- calls

    def take(self) -> Recorder:
        """Return a recorder that nobody else has until it is given back."""
        try:
            return self._free.pop()
        except IndexError:
            recorder = Recorder(self._names, self._errors, self._observer)
            self._recorders.append(recorder)
            return recorder

    def give_back(self, recorder: Recorder) -> None:
        """Let the next one have a recorder."""
        self._free.append(recorder)

    def take_for(self, owner: object) -> Recorder:
        """Return a recorder that nobody else has for as long as `owner` lives."""
        recorder = self.take()
        weakref.finalize(owner, self.give_back, recorder).atexit = False
        return recorder

    def call_started(self, method: str) -> None:
        """Count a call that begins."""
        recorder = self.take()
        recorder.call_started(method)
        self.give_back(recorder)

    def call_returned(self, method: str, seconds: float, sent: int, received: int) -> None:
        """Count a call that has given its result; `sent` and `received` are bytes not counted before."""
        recorder = self.take()
        recorder.call_returned(method, seconds, sent, received)
        self.give_back(recorder)

    def call_failed(self, method: str, seconds: float, error: BaseException, sent: int = 0, received: int = 0) -> None:
        """Count a call that has ended with an exception; one that is no `Exception` means that its caller gave up."""
        recorder = self.take()
        recorder.call_failed(method, seconds, error, sent, received)
        self.give_back(recorder)

    def bytes_moved(self, method: str, sent: int, received: int) -> None:
        """Count bytes of a call that goes on."""
        recorder = self.take()
        recorder.bytes_moved(method, sent, received)
        self.give_back(recorder)

    # -- workers

    def worker_started(self, pid: int) -> None:
        """Tell that a child process is ready."""
        if self._observer is not None:
            self._observer.worker_started(pid)

    def worker_ended(self, pid: int, status: int | None) -> None:
        """Tell that a child process that was ready has ended; `status` is as `subprocess` gives it."""
        if self._observer is not None:
            self._observer.worker_ended(pid, status)

    def restarted(self) -> None:
        """Count a start of a worker after its first one; for the loop of who supervises it."""
        self.restarts += 1

    # -- what was counted

    def statistics(self, waiting: Mapping[str, int] = _NONE) -> Statistics:
        """Return what was counted so far; `waiting` is how many calls of each method have no worker yet."""
        return of_parts(self._parts(waiting), restarts=self.restarts)

    def _parts(self, waiting: Mapping[str, int]) -> Iterator[tuple[str, MethodStatistics]]:
        """Yield all ends before all starts: who sees the end of a call sees its start, at whichever recorder it was."""
        for method, count in waiting.items():
            yield self._names.counted_as(method), MethodStatistics(waiting=count)
        for recorder in self._recorders.copy():
            for counts in recorder.copy().values():
                yield counts.name, counts.without_starts()
        for recorder in self._recorders.copy():  # the later list: it may have another one by now
            for counts in recorder.copy().values():
                yield counts.name, MethodStatistics(in_flight=counts.started)
