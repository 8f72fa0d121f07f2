"""Own the calls that arrive over one connection: each is a task here until its outcome was sent."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import time
from typing import TYPE_CHECKING, Any

from ...errors import DeadlineExceeded, ProtocolError, UsageError
from ...protocol import Flags, Kind
from .._begun import SIZE, Begun
from .._carried import give_up_carried, take_carried
from .._deadlines import received_deadline, within
from .._failures import dump_error
from .._messages import ROOT, encode_result, read_call, size_of
from .._steady import steady
from ._first_step import FirstSteps
from ._streams import ServedStream, generator_of_thread
from ._table import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Executor

    from ...protocol import Limits, Message
    from ...transport import Connection
    from .._codecs import Codec
    from .._counting import CountedCalls
    from ._table import Function

_CALL, _CANCEL, _RESULT, _ERROR = int(Kind.CALL), int(Kind.CANCEL), int(Kind.RESULT), int(Kind.ERROR)
_STREAM = int(Flags.STREAM)
_NOTHING: Any = ()


class OpenCalls:
    """Count the calls that are open in several sessions; `most` may be."""

    __slots__ = ("count", "most")

    def __init__(self, most: int) -> None:
        self.count = 0
        self.most = most


class Served:
    """Hold what is served to one session: where functions are found, and what sync ones run on.

    `begun` is called with the number of each call when its function is, on the thread that calls it. `together` counts
    those of other sessions, too. What `counting` gives counts the calls of one connection, but for those of the service
    itself, of `ROOT`.
    """

    def __init__(
        self,
        codec: Codec,
        find: Callable[[int, str], Function],
        executor: Callable[[], Executor],
        limits: Limits,
        begun: Callable[[int], object] | None = None,
        together: OpenCalls | None = None,
        counting: Callable[[], CountedCalls] | None = None,
    ) -> None:
        self.counting = counting
        self.together = together or OpenCalls(limits.calls)
        self.codec = codec
        self.find = find
        self.executor = executor
        self.limits = limits
        self.begun = begun or Begun(bytearray(SIZE)).note
        self.open_calls = 0
        self.open_streams = 0  # of them


class Incoming:
    """Run what arrives over a connection.

    `settled` is called once, after `end`, when the last call has ended. The outcomes of calls that end later than the
    connection go to nobody: their caller is told by `settled` that they are over.
    """

    def __init__(self, connection: Connection, served: Served, settled: Callable[[], None]) -> None:
        self._connection = connection
        self._served = served
        self._settled = settled
        self._loop = connection.loop
        self._first_steps = FirstSteps(connection.loop)
        self._tasks: dict[int, asyncio.Task[None] | None] = {}  # None: in its first step
        self._streams: dict[int, ServedStream] = {}
        self._timers: dict[int, asyncio.TimerHandle] = {}
        self._expired: dict[int, float] = {}  # by id: the limit that a call has passed, in seconds
        self._cancelled: set[int] = set()  # a second cancellation would cut the clean-up of the first one short
        self._has_ended = False
        self._counted = None if served.counting is None else served.counting()

    def receive(self, message: Message) -> None:
        """Take a message of the other side's calls.

        Raises:
            ProtocolError: no message of this kind may come for this call.
        """
        kind = message.kind
        if self._has_ended:  # by what the message before it was answered, in the same read
            return
        if kind == _CALL:
            self._begin(message)
        elif kind == _CANCEL:
            if message.id not in self._tasks:  # it overtook its call, all of which is lost with that, or its answer
                self._fail(message.id, asyncio.CancelledError())
            self._cancel(message.id)
        else:
            stream = self._streams.get(message.id)
            if stream is not None:
                stream.receive(message)
            elif kind not in (Kind.CREDIT, Kind.END, Kind.ITEM, Kind.ERROR):  # these may have crossed the stream's end
                raise ProtocolError(f"a message of the kind {kind} came for {message.id}, which is no call here")

    def end(self) -> None:
        """Cancel what runs: the connection is over, and nobody waits any more."""
        self._has_ended = True
        for id_ in tuple(self._tasks):
            self._cancel(id_)
        self._settle()

    def _settle(self) -> None:
        if self._has_ended and not self._tasks:
            self._first_steps.close()
            self._settled()

    # -- the beginning of a call

    def _begin(self, message: Message) -> None:
        id_, served = message.id, self._served
        if id_ in self._tasks:
            raise ProtocolError(f"call {id_} came twice")
        remaining_s, target, name, body = read_call(message)
        deadline = None if remaining_s is None else received_deadline(remaining_s, time.monotonic())  # or it is refused
        counted = None if target == ROOT else self._counted
        known = ""
        try:
            if served.open_calls >= served.limits.calls:
                _refuse_more("calls", served.limits.calls)
            if served.together.count >= served.together.most:
                _refuse_more("calls of all clients", served.together.most, "calls_together")
            if message.flags & _STREAM and served.open_streams >= served.limits.streams:
                _refuse_more("streams", served.limits.streams)
            entry = served.find(target, name)
            known = entry.name
            args, kwargs = served.codec.loads(body, message.buffers)
            is_stream = entry.runs in ("stream", "sync_stream")
            if is_stream != bool(message.flags & _STREAM):
                _refuse_way(entry.name, is_stream=is_stream)
            if remaining_s is not None:
                _check_time(entry.name, remaining_s)
        except Exception as error:  # noqa: BLE001  the boundary to bytes and code of the other side: it is told
            self._refuse(message, counted, known, error)
            return
        if counted is not None:
            counted.begin(id_, known, size_of(message.payload, message.buffers))
        if is_stream:
            work = self._begin_stream(id_, entry, args, kwargs, counted)
        elif entry.runs == "async":
            work = self._run(id_, entry, args, kwargs)
        else:
            work = self._run_on_thread(id_, entry, args, kwargs)
        served.open_calls += 1
        served.together.count += 1
        self._tasks[id_] = None
        del args, kwargs, body
        take: Callable[[Any], asyncio.Task[None] | None] = self._first_steps.take
        if message.buffers:  # a pass later: who has handed the message on has it no more then
            take = self._loop.create_task
        if remaining_s is None:
            task = take(work)
        else:
            self._timers[id_] = self._loop.call_later(remaining_s, self._expire, id_, remaining_s)
            with within(deadline):
                task = take(work)
        if task is not None:
            self._tasks[id_] = task

    def _refuse(self, message: Message, counted: CountedCalls | None, name: str, error: Exception) -> None:
        if counted is not None:
            counted.begin(message.id, name, size_of(message.payload, message.buffers))
        self._fail(message.id, error)

    # -- its course

    async def _run(self, id_: int, entry: Function, args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
        try:
            self._served.begun(id_)
            held = [await entry.function(*args, **kwargs)]
            args = kwargs = _NOTHING  # which may be what it gives: nobody is to have that any more
            self._give(id_, entry, held)
        except BaseException as error:  # noqa: BLE001  any: it goes to the caller
            self._fail(id_, error, entry)
        finally:
            self._end_call(id_)

    async def _run_on_thread(self, id_: int, entry: Function, args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
        context = contextvars.copy_context()
        given = [(args, kwargs)]
        args = kwargs = _NOTHING
        call = functools.partial(self._called_on_thread, id_, entry.function, given)
        try:
            held = await self._loop.run_in_executor(self._served.executor(), context.run, call)
            self._give(id_, entry, held)
        except BaseException as error:  # noqa: BLE001  any: it goes to the caller
            self._fail(id_, error, entry)
        finally:
            self._end_call(id_)

    def _called_on_thread(
        self, id_: int, function: Callable[..., Any], given: list[tuple[Sequence[Any], Mapping[str, Any]]]
    ) -> list[Any]:
        """Return the result in a list, as the arguments come: the thread has both lists for a while longer."""
        self._served.begun(id_)
        args, kwargs = given.pop()
        try:
            return [function(*args, **kwargs)]
        except StopIteration as error:
            return [Stopped(error)]

    def _begin_stream(
        self, id_: int, entry: Function, args: Sequence[Any], kwargs: Mapping[str, Any], counted: CountedCalls | None
    ) -> Any:
        self._served.open_streams += 1
        recorder = None if counted is None else counted.recorder
        codec = entry.codec or self._served.codec
        stream = self._streams[id_] = ServedStream(self._connection, codec, id_, entry.name, recorder)
        return self._run_stream(id_, stream, entry, args, kwargs)

    async def _run_stream(
        self, id_: int, stream: ServedStream, entry: Function, args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> None:
        try:
            self._served.begun(id_)
            generator = entry.function(*args, **kwargs)
            is_on_thread = entry.runs == "sync_stream"
            if is_on_thread:
                generator = generator_of_thread(generator, self._loop, self._served.executor())
            await stream.run(generator, is_on_thread=is_on_thread)
            if self._counted is not None:
                self._counted.note_return(id_, 0)  # its items are counted, each by itself
        except BaseException as error:  # noqa: BLE001  any: it goes to the caller
            self._fail(id_, error, entry)
        finally:
            self._streams.pop(id_).close()
            self._served.open_streams -= 1
            self._end_call(id_)

    # -- its end

    def _give(self, id_: int, entry: Function, held: list[Any]) -> None:
        """Send a result, which is taken out of its list: what nobody has any more need not be copied."""
        value = held.pop()
        if type(value) is Stopped:
            self._fail(id_, value.error, entry)
            return
        try:
            payload, buffers = encode_result(entry.codec or self._served.codec, entry.name, value)
            if buffers:
                del value
                buffers = steady(buffers)
            self._connection.send(_RESULT, id_, payload, buffers, at_once=len(self._tasks) <= 1)
            if self._counted is not None:
                self._counted.note_return(id_, size_of(payload, buffers))
        except BaseException:  # any: nothing was sent, and it is passed on
            give_up_carried()
            raise
        take_carried()

    def _fail(self, id_: int, error: BaseException, entry: Function | None = None) -> None:
        if entry is not None and id_ in self._expired and isinstance(error, asyncio.CancelledError):
            error = DeadlineExceeded(entry.name, self._expired[id_]).with_traceback(error.__traceback__)
        elif entry is not None and entry.raised is not None:
            entry.raised(error)
        payload, buffers = dump_error(self._served.codec, error)
        if self._counted is not None:
            self._counted.note_failure(id_, error, size_of(payload, buffers))
        self._connection.send(_ERROR, id_, payload, steady(buffers))

    def _end_call(self, id_: int) -> None:
        del self._tasks[id_]
        self._served.open_calls -= 1
        self._served.together.count -= 1
        if self._cancelled:
            self._cancelled.discard(id_)
        timer = self._timers.pop(id_, None)
        if timer is not None:
            timer.cancel()
            self._expired.pop(id_, None)
        if self._has_ended:
            self._settle()

    def _expire(self, id_: int, limit_s: float) -> None:
        self._expired[id_] = limit_s
        self._cancel(id_)

    def _cancel(self, id_: int) -> None:
        task = self._tasks.get(id_)
        if task is not None and id_ not in self._cancelled:
            self._cancelled.add(id_)
            self._loop.call_soon(task.cancel)  # not at once: a task that has not begun would end without a word


def _refuse_more(what: str, most: int, limit: str = "") -> None:
    raise UsageError(
        f"{most} {what} are open, and the other process takes no more (its limit `{limit or what}`): wait for some"
    )


def _check_time(name: str, remaining_s: float) -> None:
    if remaining_s <= 0.0:  # as in one process: it never begins
        raise DeadlineExceeded(name, 0.0)


def _refuse_way(name: str, *, is_stream: bool) -> None:
    if is_stream:
        raise UsageError(f"{name} yields items: iterate over it instead of waiting for its result")
    raise UsageError(f"{name} gives one result: call it or await it instead of iterating over it")
