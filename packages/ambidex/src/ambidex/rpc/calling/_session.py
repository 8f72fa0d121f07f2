"""Own the calling side of a session: one other process, and as many connections to it as there are callers.

A blocking caller has a connection for the time of its call, out of those that are free. Each loop that awaits has one
for as long as it runs. What ends the session ends every connection, and so every wait.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import functools
import itertools
import os
import time
import weakref
from time import perf_counter
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

from ...errors import DeadlineExceeded, DeadlockError, NoRunningLoop, ProtocolError, UsageError
from ...runtime import Caller, check_blocking, current_caller
from ...transport import BlockingConnection, Connection, ending_of
from .._deadlines import current_deadline, inherited_deadline, remaining_until
from .._messages import DEFINITIONS, outcome, size_of
from .._outgoing import ConnectionLost, Outgoing
from .._reading import StreamReader
from ._handles import encode, is_held
from ._lane import Lane

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator, Mapping, Sequence

    from ...protocol import Limits, Message
    from ...runtime import Callback, Runtime
    from ...transport import Socket
    from .._codecs import Codec
    from .._counters import Counters
    from ._channel import RemoteChannel

_MOST_FREE_LANES = 32  # connections that are kept for the next blocking callers: arbitrary
VERDICT_S = 0.5  # how long past a deadline's grace the other side is left to deliver the verdict itself


class Owner(Protocol):
    """What a session asks of whoever has started the other side, from any thread.

    `fate` is done once it is known how the other side ended, which the owner sees to.
    """

    fate: concurrent.futures.Future[Any]

    def connect(self, number: int) -> Socket:
        """Open one more connection, under this number; an OSError where the other side is gone."""
        ...

    def lost(self, error: Exception | None) -> None:
        """Note that a connection is over, by what broke it, if anything: then the other side is of no use."""
        ...

    def died(self, call: str, progress: str, *, is_of_object: bool = False) -> Exception:
        """Return the error of a call that the end has ended; `fate` is done."""
        ...

    def has_begun(self, id_: int) -> bool:
        """Tell whether the other side had begun a call; `fate` is done."""
        ...


class Session:
    """Make calls to another process.

    `grace_s` is how long, in seconds, the clean-up of a call is waited for that its caller gives up. `runtime` is the
    one whose loop the other side's calls come to, and `whose` names the other side. `counters` count the calls.
    """

    def __init__(
        self,
        codec: Codec,
        limits: Limits,
        owner: Owner,
        grace_s: float,
        runtime: Runtime,
        whose: str,
        counters: Counters,
    ) -> None:
        self.codec = codec
        self._counters = counters
        self.whose = whose
        self._runtime = runtime
        self._limits = limits
        self._owner = owner
        self._grace_s = grace_s
        self._process = os.getpid()
        self._ids = itertools.count(2, 2)
        self._numbers = itertools.count(1)
        self._free: list[Lane] = []
        self._lanes: weakref.WeakValueDictionary[int, Lane] = weakref.WeakValueDictionary()
        self._settling: dict[int, concurrent.futures.Future[None]] = {}
        self._by_loop: dict[asyncio.AbstractEventLoop, Outgoing] = {}
        self._last: tuple[asyncio.AbstractEventLoop | None, Outgoing | None] = (None, None)
        self.back: Outgoing | None = None  # by which a callback asks for which the other side's loop stands still
        self.is_open = True
        self.channel: RemoteChannel  # of the faces of its objects; who makes the session sets it

    # -- blocking callers

    def call(
        self,
        target: int,
        asked: str,
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        timeout_s: float | None = None,
        name: str = "",
    ) -> Any:
        """Make a call from this thread and wait for its result; `name` is what its errors call it, if not `asked`.

        Raises:
            UsageError: an argument cannot be sent, or the session belongs to the process that this one was forked from.
            DeadlineExceeded: it did not end within `timeout_s` seconds.
        """
        name = name or asked
        remaining_s = remaining_of(timeout_s)
        if is_held(self):
            return self._call_back(name, target, encode(self.codec, target, asked, args, kwargs, remaining_s))
        payload, buffers, handed = encode(self.codec, target, asked, args, kwargs, remaining_s)
        if handed:
            return self._call_handing_over(handed, name, target, payload, buffers, remaining_s)
        sent, began = size_of(payload, buffers), perf_counter()
        self._counters.call_started(name)
        try:
            message = self._answer(name, target, payload, buffers, remaining_s)
        except BaseException as error:  # any: it is counted, and passed on
            self._counters.call_failed(name, perf_counter() - began, error, sent)
            raise
        return self._outcome(name, began, message, sent)

    def _answer(
        self, name: str, target: int, payload: bytes, buffers: Sequence[memoryview], remaining_s: float | None
    ) -> Message:
        """Send a call over a lane, and wait for the message that ends it."""
        id_ = next(self._ids)
        lane = self._take_lane(name, target)
        bound_s = None if remaining_s is None else remaining_s + self._grace_s + VERDICT_S
        try:
            message = lane.call(id_, payload, buffers, bound_s)
        except BaseException as error:  # any: what ended the wait goes on, when the call has ended, too
            self._leave(lane, name, id_, error, remaining_s)
            raise
        self._give_back(lane)
        return message

    def _outcome(self, name: str, began: float, message: Message, sent: int) -> Any:
        """Return the result that came or raise the exception, and count it; `sent` is in bytes."""
        received = size_of(message.payload, message.buffers)
        try:
            value = outcome(self.codec, message)
        except BaseException as error:  # any: it is counted, and passed on
            self._counters.call_failed(name, perf_counter() - began, error, sent, received)
            raise
        self._counters.call_returned(name, perf_counter() - began, sent, received)
        return value

    def _call_back(self, name: str, target: int, encoded: tuple[bytes, Sequence[memoryview], list[Callback]]) -> Any:
        """Make a call from a callback that the other side does not await: it answers what needs no waiting."""
        payload, buffers, handed = encoded
        outgoing = self.back
        if outgoing is None or not self.is_open:
            self._owner.fate.result()
            _raise(self._never_sent(name, target))
        if handed:
            self._hand_over(handed)
        id_ = next(self._ids)
        call = outgoing.call(id_, payload, buffers, self._grace_s)
        try:
            message = asyncio.run_coroutine_threadsafe(call, outgoing.connection.loop).result()
        except ConnectionLost:
            self._owner.fate.result()
            _raise(self._owner.died(name, self._progress(id_)))
        return outcome(self.codec, message)

    def _call_handing_over(
        self,
        handed: Sequence[Callback],
        name: str,
        target: int,
        payload: bytes,
        buffers: Sequence[memoryview],
        remaining_s: float | None,
    ) -> Any:
        """Make a call that hands functions over: on the runtime's loop, so that they run on this thread meanwhile."""
        caller = Caller(self._runtime, None, is_remote=True)
        work = functools.partial(self._awaited, name, target, payload, buffers, remaining_s)
        try:
            with caller:
                for each in handed:
                    each.hand_over(caller)
                return caller.run(work, (), {}, name, "", None, is_sync=False)
        finally:
            caller.close()

    def stream(
        self,
        target: int,
        asked: str,
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        timeout_s: float | None = None,
        ahead: int = 0,
        name: str = "",
        holds: object = None,  # noqa: ARG002  this frame refers to it
    ) -> Generator[Any, Any, None]:
        """Yield what a stream of the other side yields; each step blocks. Errors are those of `call`.

        `holds` is kept alive for as long.
        """
        name = name or asked
        remaining_s = remaining_of(timeout_s)
        payload, buffers, handed = self._encoded(name, target, asked, args, kwargs, remaining_s)
        caller = self._hand_over(handed) if handed else None
        counters, began, sent = self._counters, perf_counter(), size_of(payload, buffers)
        counters.call_started(name)
        try:
            id_ = next(self._ids)
            lane = self._take_lane(name, target)
            reader = StreamReader(self.codec, ahead, functools.partial(counters.bytes_moved, name))
            steps = lane.stream(id_, payload, buffers, reader, self._grace_s)
            try:
                yield from steps
            except BaseException as error:  # any: what ended the stream goes on, when its work has ended, too
                if lane.has_ended:
                    self._give_back(lane)
                elif isinstance(error, GeneratorExit):  # and the other side has not closed it within the grace period
                    lane.close()
                else:
                    self._leave(lane, name, id_, error, remaining_s)
                raise
            self._give_back(lane)
        except BaseException as error:  # any: it is counted, and passed on
            counters.call_failed(name, perf_counter() - began, error, sent)
            raise
        finally:
            if caller is not None:
                caller.close()
        counters.call_returned(name, perf_counter() - began, sent, 0)

    def _take_lane(self, name: str, target: int) -> Lane:
        try:
            return self._free.pop()
        except IndexError:
            pass
        try:
            number, sock = self._open(name)
        except ConnectionLost:
            self._owner.fate.result()
            _raise(self._never_sent(name, target))
        lane = self._lanes[number] = Lane(BlockingConnection(sock, self._limits), number)
        return lane

    def _give_back(self, lane: Lane) -> None:
        """Keep a lane for the next caller, as the very last thing: an interrupt may come behind each line."""
        if not self.is_open or len(self._free) >= _MOST_FREE_LANES:
            lane.close()
        else:
            self._free.append(lane)

    def _leave(self, lane: Lane, name: str, id_: int, error: BaseException, limit_s: float | None) -> None:
        """Give up a lane in the middle of a call, and wait for the end of that; raise what says more than `error`."""
        ending = ending_of(error)
        settled: concurrent.futures.Future[None] = concurrent.futures.Future()
        try:
            self._settling[lane.number] = settled
        finally:  # a second interrupt does not leave the work alone either
            lane.close()
        if ending == "lost" or isinstance(error, ProtocolError):
            if self.is_open:
                self._owner.lost(error if isinstance(error, ProtocolError) else None)
            self._owner.fate.result()
            _raise(self._owner.died(name, self._progress(id_) if lane.has_sent else "not_sent"))
        if self.is_open:
            concurrent.futures.wait([settled], self._grace_s)
        if ending == "late":
            raise DeadlineExceeded(name, limit_s or 0.0) from None

    def settle(self, number: int) -> None:
        """Note that every call of a connection that was given up has ended; any thread may tell."""
        settled = self._settling.pop(number, None)
        if settled is not None and not settled.done():
            settled.set_result(None)

    # -- awaiting callers

    async def acall(
        self,
        target: int,
        asked: str,
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        timeout_s: float | None = None,
        name: str = "",
    ) -> Any:
        """Make a call from the running loop and await its result. Errors are those of `call`."""
        remaining_s = remaining_of(timeout_s)
        name = name or asked
        payload, buffers, handed = self._encoded(name, target, asked, args, kwargs, remaining_s)
        if not handed:
            return await self._awaited(name, target, payload, buffers, remaining_s)
        caller = self._hand_over(handed)
        try:
            return await self._awaited(name, target, payload, buffers, remaining_s)
        finally:
            caller.close()

    async def _awaited(
        self, name: str, target: int, payload: bytes, buffers: Sequence[memoryview], remaining_s: float | None
    ) -> Any:
        sent, began = size_of(payload, buffers), perf_counter()
        self._counters.call_started(name)
        try:
            outgoing = await self._outgoing(name, target)
            id_ = next(self._ids)
            call = outgoing.call(id_, payload, buffers, self._grace_s)
            try:
                message = await call if remaining_s is None else await self._within(call, name, remaining_s)
            except ConnectionLost:
                _raise(self._owner.died(name, self._progress(id_)))
        except BaseException as error:  # any: it is counted, and passed on
            self._counters.call_failed(name, perf_counter() - began, error, sent)
            raise
        return self._outcome(name, began, message, sent)

    async def _within(self, call: Any, name: str, remaining_s: float) -> Message:
        """Await the verdict of the other side, and do without where it is late."""
        task = asyncio.ensure_future(call)
        try:
            done, _ = await asyncio.wait({task}, timeout=remaining_s + self._grace_s + VERDICT_S)
        except asyncio.CancelledError:
            task.cancel()
            await asyncio.wait({task})
            raise
        if not done:
            task.cancel()
            raise DeadlineExceeded(name, remaining_s)
        ended: Message = await task
        return ended

    async def astream(
        self,
        target: int,
        asked: str,
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        timeout_s: float | None = None,
        ahead: int = 0,
        name: str = "",
        holds: object = None,  # noqa: ARG002  as in `stream`
    ) -> AsyncGenerator[Any, Any]:
        """Yield what a stream of the other side yields. Errors are those of `call`."""
        name = name or asked
        payload, buffers, handed = self._encoded(name, target, asked, args, kwargs, remaining_of(timeout_s))
        caller = self._hand_over(handed) if handed else None
        counters, began, sent_bytes = self._counters, perf_counter(), size_of(payload, buffers)
        counters.call_started(name)
        try:
            reader = StreamReader(self.codec, ahead, functools.partial(counters.bytes_moved, name))
            outgoing = await self._outgoing(name, target)
            id_ = next(self._ids)
            steps = outgoing.stream(id_, payload, buffers, reader, self._grace_s)
            step: Any = steps.__anext__()
            try:
                while True:
                    try:
                        item = await step
                    except StopAsyncIteration:
                        break
                    try:
                        sent = yield item
                    except Exception as error:  # noqa: BLE001  thrown in by the reader: the generator's own affair
                        step = steps.athrow(error)
                    else:
                        step = steps.asend(sent)
            except ConnectionLost:
                _raise(self._owner.died(name, self._progress(id_)))
            finally:
                await steps.aclose()
        except BaseException as error:  # any: it is counted, and passed on
            counters.call_failed(name, perf_counter() - began, error, sent_bytes)
            raise
        finally:
            if caller is not None:
                caller.close()
        counters.call_returned(name, perf_counter() - began, sent_bytes, 0)

    def _encoded(
        self,
        name: str,
        target: int,
        asked: str,
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        remaining_s: float | None,
    ) -> tuple[bytes, Sequence[memoryview], list[Callback]]:
        if is_held(self):
            raise DeadlockError(
                f"{name} is called by a callback that {self.whose} waits for without awaiting it: nothing else runs "
                "there until the callback returns; call it later, or declare the callback as one that is awaited"
            )
        return encode(self.codec, target, asked, args, kwargs, remaining_s)

    def _hand_over(self, handed: Sequence[Callback]) -> Caller:
        """Return the caller whose callables are handed over: the one whose call this is a part of, or a new one."""
        caller = current_caller()
        if caller is None or caller.owner is None or caller.runtime is not self._runtime:
            caller = Caller(self._runtime, None)
        for each in handed:
            each.hand_over(caller)
        return caller

    async def _outgoing(self, name: str, target: int) -> Outgoing:
        """Return the running loop's calls; without a step of that where they are there."""
        try:
            return self._outgoing_here(name)
        except ConnectionLost:
            await self._fate_here()
            _raise(self._never_sent(name, target))

    def _outgoing_here(self, name: str) -> Outgoing:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            raise NoRunningLoop(f"{name} is awaited where no event loop of asyncio runs") from None
        last_loop, last = self._last
        if last_loop is loop and last is not None and last.connection.is_open and os.getpid() == self._process:
            return last
        outgoing = self._by_loop.get(loop)
        if outgoing is None or not outgoing.connection.is_open:
            outgoing = self._connect_loop(loop, name)
        self._last = (loop, outgoing)
        return outgoing

    def _connect_loop(self, loop: asyncio.AbstractEventLoop, name: str) -> Outgoing:
        for other in tuple(self._by_loop):
            left = self._by_loop.pop(other, None) if other.is_closed() else None  # None: another thread has it
            if left is not None:
                left.is_given_up = True
                left.connection.close()
        _, sock = self._open(name)

        def receive(message: Message) -> None:
            outgoing.receive(message)

        def ended(error: Exception | None) -> None:
            if outgoing.is_given_up:
                return
            if self.is_open:
                self._owner.lost(error)
            self.when_known(loop, outgoing.end)

        outgoing = self._by_loop[loop] = Outgoing(Connection(loop, sock, self._limits, receive, ended), self.codec)
        return outgoing

    # -- the end

    def _progress(self, id_: int) -> str:
        """Return how far a call was that was sent."""
        return "started" if self._owner.has_begun(id_) else "sent"

    def _never_sent(self, name: str, target: int) -> Exception:
        """Return the error of a call that came too late; objects have ended with the process that had them."""
        return self._owner.died(name, "not_sent", is_of_object=target > DEFINITIONS)

    def when_known(self, loop: asyncio.AbstractEventLoop, then: Callable[[], object]) -> None:
        """Call `then` on its loop once it is known how the other side ended: now, if it is."""
        fate = self._owner.fate
        if fate.done():
            then()
        else:
            fate.add_done_callback(lambda _: _call_soon(loop, then))

    async def _fate_here(self) -> None:
        """Wait on the running loop until it is known how the other side ended."""
        loop = asyncio.get_running_loop()
        is_known = loop.create_future()

        def note() -> None:
            if not is_known.done():
                is_known.set_result(None)

        self.when_known(loop, note)
        await is_known

    # -- connections

    def _open(self, name: str) -> tuple[int, Socket]:
        """Return a new connection and its number.

        Raises:
            ConnectionLost: the other side is gone; how, its owner knows, or will.
            UsageError: it was started by the process that this one was forked from.
        """
        if os.getpid() != self._process:
            raise UsageError(
                f"{name} was called in a process that was forked from the one that has started the worker; "
                "start a worker of its own there"
            )
        if not self.is_open:
            raise ConnectionLost
        number = next(self._numbers)
        try:
            return number, self._owner.connect(number)
        except OSError as error:
            if ending_of(error) is None:
                raise
            self._owner.lost(None)
            raise ConnectionLost from None

    def end(self) -> None:
        """End every connection, and so every wait; any thread may do so, once."""
        self.is_open = False
        for reference in self._lanes.valuerefs():
            lane = reference()
            if lane is not None:
                lane.connection.end()  # the thread that uses it closes it
        with contextlib.suppress(IndexError):
            while True:
                self._free.pop().close()
        for settled in tuple(self._settling.values()):
            if not settled.done():
                settled.set_result(None)
        for loop, outgoing in tuple(self._by_loop.items()):
            if not _call_soon(loop, outgoing.connection.close):
                outgoing.connection.close()
        self._by_loop.clear()

    def forget(self) -> None:
        """Let go of every connection, in a process that was forked: they are the other process's, and go on there."""
        for lane in tuple(self._lanes.values()):
            lane.abandon()
        for outgoing in tuple(self._by_loop.values()):
            outgoing.connection.abandon()
        if self.back is not None:
            self.back.connection.abandon()
        self._free, self._by_loop, self._last, self.back = [], {}, (None, None), None


def _raise(error: Exception) -> NoReturn:
    """Raise an error with the cause that it has, instead of what is being handled."""
    raise error from error.__cause__


def _call_soon(loop: asyncio.AbstractEventLoop, function: Callable[[], object]) -> bool:
    """Have a loop call a function; False where the loop is closed, and so nobody waits on it."""
    try:
        loop.call_soon_threadsafe(function)
    except RuntimeError:
        return False
    return True


def remaining_of(timeout_s: float | None) -> float | None:
    """Return how many seconds a call has: by its own limit, or that of the call it is part of, if that is shorter."""
    if timeout_s is None and current_deadline() is None:
        return None
    now = time.monotonic()
    return remaining_until(inherited_deadline(timeout_s, now), now)


def check_may_block(name: str) -> None:
    """Warn where a loop runs on this thread, which a blocking call would hold."""
    check_blocking(None, name, f"await {name.replace('.call.', '.acall.')}(...)")
