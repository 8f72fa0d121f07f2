"""Own the called side of a stream: one task that drives the generator as far as its reader has given credit.

What a generator yields without waiting goes together in one message, up to a number of items that follows their size.
What it could change afterwards goes at once, as it is then: a generator may fill the same list or array for each item.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections import deque
from typing import TYPE_CHECKING, Any, cast

from ...errors import ProtocolError
from ...protocol import CHUNK, Kind
from .._carried import give_up_carried, take_carried
from .._failures import load_error
from .._messages import CREDIT, encode_result, size_of
from .._steady import steady

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator
    from concurrent.futures import Executor

    from ...protocol import Message
    from ...transport import Connection
    from .._codecs import Codec
    from .._counters import Recorder

_MOST_TOGETHER = 256  # items in one message: arbitrary, what costs of a message is then spread thin
_ITEM, _END, _ERROR = int(Kind.ITEM), int(Kind.END), int(Kind.ERROR)
_MOST_CREDIT = 2**32 - 1
_MOST_ASKED = 4  # steps that wait: a reader sends or throws something in for an item that it has, and then ends it
_UNCHANGING = frozenset((bool, bytes, complex, float, int, str, type(None)))
_NEXT = 0  # no kind of message: the next item, for credit


class ServedStream:
    """Drive a generator by what its reader asks for, and send what it yields; `recorder` counts the bytes of that."""

    def __init__(
        self, connection: Connection, codec: Codec, id_: int, name: str, recorder: Recorder | None = None
    ) -> None:
        self._recorder = recorder
        self._connection = connection
        self._codec = codec
        self._id = id_
        self._name = name
        self._credit = 0
        # Steps other than the next item: kind, what is sent in, and how many bytes that took
        self._asked: deque[tuple[int, Any, int]] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._batch: list[Any] = []
        self._most = 1
        self._waits_in_step: asyncio.Task[Any] | None = None  # the task, once a step has waited that can be cancelled
        self._is_closing = False

    def receive(self, message: Message) -> None:
        """Take what the reader asks for.

        Raises:
            ProtocolError: it may not ask for that.
        """
        kind = message.kind
        if len(self._asked) >= _MOST_ASKED:
            raise ProtocolError(f"more was sent into the stream {self._id} than it has given items")
        if kind == Kind.CREDIT:
            if len(message.payload) != CREDIT.size:
                raise ProtocolError(f"a credit of {len(message.payload)} bytes came for {self._id}")
            self._credit = min(self._credit + CREDIT.unpack(message.payload)[0], _MOST_CREDIT)
        elif kind == Kind.ITEM:
            size = size_of(message.payload, message.buffers)
            if self._recorder is not None:
                self._recorder.bytes_moved(self._name, 0, size)
            self._ask(kind, self._codec.loads(message.payload, message.buffers), size)
        elif kind == Kind.ERROR:
            error = load_error(self._codec, message.payload, message.buffers)
            self._ask(kind, error, size_of(message.payload, message.buffers))
        elif kind == Kind.END:
            self._ask(kind, None, 0)
            if self._waits_in_step is not None:  # for what nobody reads any more
                self._is_closing = True
                self._waits_in_step.cancel()
        else:
            raise ProtocolError(f"a message of the kind {kind} came for the stream {self._id}")
        waiter = self._waiter
        if waiter is not None and not waiter.done():
            waiter.set_result(None)

    def close(self) -> None:
        """Let go of what was asked for and is not done any more."""
        while self._asked:
            self._next_step()

    def _ask(self, kind: int, value: Any, size: int) -> None:
        self._connection.keep(size)
        self._asked.append((kind, value, size))

    def _next_step(self) -> tuple[int, Any]:
        if not self._asked:
            return _NEXT, None
        kind, value, size = self._asked.popleft()
        self._connection.keep(-size)
        return kind, value

    async def run(self, generator: AsyncGenerator[Any, Any], *, is_on_thread: bool) -> None:
        """Drive `generator` to its end, or until its reader closes it; raise what it raises.

        A step that it waits in is cancelled then, unless it `is_on_thread`, where nothing can be.
        """
        before_waiting = self._flush if is_on_thread else self._wait_in_step
        try:
            while True:
                if not self._asked and not self._credit:
                    self._flush()
                    await self._wait()
                    continue
                kind, value = self._next_step()
                if kind == _END:
                    break
                step: Any
                if kind == _ERROR:
                    step = cast("Any", generator).athrow(value)
                elif kind == _ITEM:
                    step = generator.asend(value)
                else:
                    self._credit -= 1
                    step = generator.__anext__()
                item = await _Step(
                    step, before_waiting, is_on_thread=is_on_thread
                )  # which may send the batch, and begin another
                self._batch.append(item)
                is_changing = item.__class__ not in _UNCHANGING and not _is_row(item)
                del item, step  # what nobody has any more is sent as it is
                if is_changing or len(self._batch) >= self._most:
                    self._flush()
        except StopAsyncIteration:
            pass
        except asyncio.CancelledError:
            if not self._is_closing:
                raise
        finally:
            self._waits_in_step = None  # the clean-up is not cut short
            try:
                self._flush()
            finally:
                await generator.aclose()
        self._connection.send(_END, self._id)

    def _wait_in_step(self) -> None:
        self._waits_in_step = asyncio.current_task()
        self._flush()

    async def _wait(self) -> None:
        self._waiter = asyncio.get_running_loop().create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None

    def _flush(self) -> None:
        """Send what was yielded; the next message takes as many items as fit into one frame by the size of these."""
        if not self._batch:
            return
        batch, self._batch = self._batch, []
        try:
            payload, buffers = encode_result(self._codec, self._name, batch)
            size = size_of(payload, buffers)
            if self._recorder is not None:
                self._recorder.bytes_moved(self._name, size, 0)
            self._most = max(1, min(_MOST_TOGETHER, CHUNK * len(batch) // (2 * size)))
            batch.clear()
            self._connection.send(_ITEM, self._id, payload, steady(buffers))
        except BaseException:  # any: nothing was sent, and it is passed on
            give_up_carried()
            raise
        take_carried()


def _is_row(item: Any) -> bool:
    return item.__class__ is tuple and _UNCHANGING.issuperset(map(type, item))


class _Step:
    """Await one step of a generator; call `before_waiting` where it does not end at once.

    What that raises ends a step on the loop; one that is on a thread is waited for first.
    """

    __slots__ = ("_before_waiting", "_is_on_thread", "_step")

    def __init__(self, step: Any, before_waiting: Callable[[], None], *, is_on_thread: bool) -> None:
        self._step = step
        self._before_waiting = before_waiting
        self._is_on_thread = is_on_thread

    def __await__(self) -> Generator[Any, Any, Any]:
        step = self._step
        try:
            waited = step.send(None)
        except StopIteration as done:
            return done.value
        failure: BaseException | None = None
        try:
            self._before_waiting()
        except BaseException as error:
            if not self._is_on_thread:
                step.close()
                raise
            failure = error
        try:
            while True:
                try:
                    sent = yield waited
                except BaseException as error:  # noqa: BLE001  a cancellation, for the generator
                    waited = step.throw(error)
                else:
                    waited = step.send(sent)
        except StopIteration as done:
            if failure is None:
                return done.value
        except Exception:
            if failure is None:
                raise
        raise failure


async def generator_of_thread(
    generator: Generator[Any, Any, Any], loop: asyncio.AbstractEventLoop, executor: Executor
) -> AsyncGenerator[Any, Any]:
    """Drive a plain generator on threads, one step at a time, all of them in a copy of this context."""
    run: Any = contextvars.copy_context().run
    step: Callable[[], Any] = generator.__next__
    running: asyncio.Future[tuple[bool, Any]] | None = None

    def close() -> asyncio.Future[None]:
        try:
            return loop.run_in_executor(executor, run, generator.close)
        except RuntimeError:  # the process ends, and its threads have: here, then
            run(generator.close)
            closed: asyncio.Future[None] = loop.create_future()
            closed.set_result(None)
            return closed

    try:
        while True:
            running = loop.run_in_executor(executor, run, _stepped, step)
            is_over, value = await asyncio.shield(running)
            if is_over:
                return
            try:
                sent = yield value
            except Exception as error:  # noqa: BLE001  thrown in by the reader: the generator's own affair
                step = _throwing(generator, error)
            else:
                step = _sending(generator, sent)
    finally:
        if running is None or running.done():
            await close()
        else:  # the call was cancelled in a step, which nothing can end: the clean-up is next on its thread
            running.add_done_callback(lambda _: close())


def _stepped(step: Callable[[], Any]) -> tuple[bool, Any]:
    try:
        return False, step()
    except StopIteration:  # which no future carries
        return True, None


def _throwing(generator: Generator[Any, Any, Any], error: Exception) -> Callable[[], Any]:
    return lambda: generator.throw(error)


def _sending(generator: Generator[Any, Any, Any], value: object) -> Callable[[], Any]:
    return lambda: generator.send(value)
