"""Own the blocking callers of a session: each has a connection for the time of its call, out of those that are free."""

from __future__ import annotations

import concurrent.futures
import contextlib
import functools
import weakref
from time import perf_counter
from typing import TYPE_CHECKING, Any

from ...errors import DeadlineExceeded, ProtocolError
from ...transport import BlockingConnection, ending_of
from .._messages import ROOT, outcome, size_of
from .._outgoing import ConnectionLost, TurnedAway
from .._reading import StreamReader
from ._encoding import encode_sent
from ._lane import Lane

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from ...transport import Stream
    from .._carried import Carried
    from ._link import Link

_MOST_FREE_LANES = 32  # connections that are kept for the next blocking callers: arbitrary
VERDICT_S = 0.5  # how long past a deadline's grace the other side is left to deliver the verdict itself


class Lanes:
    """Make calls from threads that wait; any thread may do so."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._free: list[Lane] = []
        self._all: weakref.WeakValueDictionary[int, Lane] = weakref.WeakValueDictionary()
        self._settling: dict[int, concurrent.futures.Future[None]] = {}

    def __len__(self) -> int:
        return len(self._all)

    @property
    def unsettled(self) -> int:
        """How many connections were given up whose calls the other side has not ended yet."""
        return len(self._settling)

    def call(
        self,
        name: str,
        target: int,
        payload: bytes,
        buffers: Sequence[memoryview],
        remaining_s: float | None,
        carried: Carried | None = None,
        flags: int = 0,
    ) -> Any:
        """Make a call and wait for its result; `carried` is told when it is sent."""
        link, began = self._link, perf_counter()
        sent = size_of(payload, buffers) if buffers else len(payload)
        try:
            lane = self._free.pop()
        except IndexError:
            lane = self._opened(name, target)
        recorder = lane.recorder
        recorder.call_started(name)
        try:
            id_ = next(link.ids)
            bound_s = None if remaining_s is None else remaining_s + link.grace_s + VERDICT_S
            try:
                if carried is not None:
                    carried.is_sent = True
                message = lane.call(id_, payload, buffers, bound_s, flags)
            except TurnedAway:
                lane.close()
                raise link.turned_away(name, target, carried) from None
            except BaseException as error:  # any: what ended the wait goes on, when the call has ended, too
                self._leave(lane, name, id_, error, remaining_s)
                raise
        except BaseException as error:  # any: it is counted, and passed on
            recorder.call_failed(name, perf_counter() - began, error, sent)
            raise
        received = size_of(message.payload, message.buffers) if message.buffers else len(message.payload)
        try:
            value = outcome(link.codec, message, link.kept)
        except BaseException as error:  # any: it is counted, and passed on
            recorder.call_failed(name, perf_counter() - began, error, sent, received)
            self._give_back(lane)
            raise
        recorder.call_returned(name, perf_counter() - began, sent, received)
        self._give_back(lane)
        return value

    def stream(
        self,
        name: str,
        target: int,
        payload: bytes,
        buffers: Sequence[memoryview],
        remaining_s: float | None,
        ahead: int,
        carried: Carried | None = None,
        flags: int = 0,
    ) -> Generator[Any, Any, None]:
        """Yield what a stream yields; each step blocks. `carried` is told when the call is sent."""
        link, counters = self._link, self._link.counters
        began, sent = perf_counter(), size_of(payload, buffers)
        try:
            lane = self._free.pop()
        except IndexError:
            lane = self._opened(name, target)
        counters.call_started(name)
        try:
            id_ = next(link.ids)
            if carried is not None:
                carried.is_sent = True
            moved = functools.partial(counters.bytes_moved, name)
            dumps = functools.partial(encode_sent, link.codec, target != ROOT)
            reader = StreamReader(link.codec, ahead, moved, dumps, link.kept)
            bound_s = None if remaining_s is None else remaining_s + link.grace_s + VERDICT_S
            steps = lane.stream(id_, payload, buffers, reader, link.grace_s, bound_s, flags)
            try:
                yield from steps
            except TurnedAway:
                lane.close()
                raise link.turned_away(name, target, carried) from None
            except BaseException as error:  # any: what ended the stream goes on, when its work has ended, too
                if lane.has_ended:
                    self._give_back(lane)
                elif isinstance(error, GeneratorExit):  # and the other side has not closed it within the grace period
                    lane.close()
                    if reader.was_lost:
                        link.lost(None)
                        if link.is_end_known():
                            link.raise_died_at_close(name, id_, error)
                else:
                    self._leave(lane, name, id_, error, remaining_s)
                raise
            self._give_back(lane)
        except BaseException as error:  # any: it is counted, and passed on
            counters.call_failed(name, perf_counter() - began, error, sent)
            raise
        counters.call_returned(name, perf_counter() - began, sent, 0)

    # -- lanes

    def _opened(self, name: str, target: int) -> Lane:
        """Return a new lane; a call that gets none is counted, too."""
        link, began = self._link, perf_counter()
        try:
            try:
                lane = self._made(*link.open(name))
            except ConnectionLost:
                link.raise_never_sent(name, target)
            except TurnedAway:
                raise link.turned_away(name, target) from None
        except BaseException as error:  # any: it is counted, and passed on
            link.count_refused(name, began, error)
            raise
        return lane

    def _made(self, number: int, sock: Stream) -> Lane:
        link = self._link
        connection = BlockingConnection(sock, link.limits, link.sharing, number)
        link.begin(connection)
        lane = self._all[number] = Lane(connection, number, link.counters)
        link.check_not_ended(lane.close)
        return lane

    def _give_back(self, lane: Lane) -> None:
        """Keep a lane for the next caller, as the very last thing: an interrupt may come behind each line."""
        if not self._link.is_open or len(self._free) >= _MOST_FREE_LANES:
            lane.close()
        else:
            self._free.append(lane)
            if not self._link.is_open:  # since then: `end` may have looked before
                self._close_free()

    def _leave(self, lane: Lane, name: str, id_: int, error: BaseException, limit_s: float | None) -> None:
        """Give up a lane in the middle of a call, and wait for the end of that; raise what says more than `error`."""
        link = self._link
        ending = ending_of(error)
        settled: concurrent.futures.Future[None] = concurrent.futures.Future()
        try:
            self._settling[lane.number] = settled
        finally:  # a second interrupt does not leave the work alone either
            lane.close()
        if ending == "lost" or isinstance(error, ProtocolError):
            link.lost(error if isinstance(error, ProtocolError) else None)
            link.raise_died(name, id_ if lane.has_sent else None)
        if link.is_open:
            concurrent.futures.wait([settled], link.grace_s)
        if ending == "late":
            raise DeadlineExceeded(name, limit_s or 0.0) from None

    def settle(self, number: int) -> None:
        """Note that every call of a connection that was given up has ended; any thread may tell."""
        settled = self._settling.pop(number, None)
        if settled is not None and not settled.done():
            settled.set_result(None)

    # -- the end

    def end(self) -> None:
        """End every connection, and so every wait; any thread may do so, once, when the link has ended."""
        for reference in self._all.valuerefs():
            lane = reference()
            if lane is not None:
                lane.connection.end()  # the thread that uses it closes it
        self._close_free()
        for settled in tuple(self._settling.values()):
            if not settled.done():
                settled.set_result(None)

    def _close_free(self) -> None:
        with contextlib.suppress(IndexError):  # several threads may do so at once
            while True:
                self._free.pop().close()

    def forget(self) -> None:
        """Let go of every connection, in a process that was forked: they are the other process's, and go on there."""
        for lane in tuple(self._all.values()):
            lane.abandon()
        self._free = []
