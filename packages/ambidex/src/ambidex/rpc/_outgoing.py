"""Own the calls that are made over one connection from its loop: each waits for its outcome in a future."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any

from .._waiter import Waiter
from ..errors import ProtocolError
from ..protocol import Flags, Kind
from ._messages import CREDIT
from ._reading import READS_AHEAD

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from ..protocol import Message
    from ..transport import Connection
    from ._codecs import Codec
    from ._reading import StreamReader

_CALL, _CANCEL, _CREDIT = int(Kind.CALL), int(Kind.CANCEL), int(Kind.CREDIT)
_ITEM, _END, _ERROR, _RESULT = int(Kind.ITEM), int(Kind.END), int(Kind.ERROR), int(Kind.RESULT)
_GOODBYE = int(Kind.GOODBYE)
_STREAM = int(Flags.STREAM)


class ConnectionLost(Exception):
    """Say that a connection is over; what that means for a stream or a call, its session knows."""


class TurnedAway(Exception):
    """Say that the other side has not taken a connection: nothing of what was sent over it has been run."""


class Late(Exception):
    """Say that the other side has not delivered its verdict on a call or a stream whose time is over."""


class Outgoing:
    """Make calls over a connection; only its loop's thread may do so."""

    def __init__(self, connection: Connection, codec: Codec) -> None:
        self.connection = connection
        self.is_given_up = False  # its loop is closed: nobody waits for what is open
        self.is_turned_away = False  # the other side has not taken the connection, and has run nothing
        self._codec = codec
        self._calls: dict[int, Waiter] = {}
        self._streams: dict[int, _Awaited] = {}

    def receive(self, message: Message) -> None:
        """Take a message that answers a call.

        Raises:
            ProtocolError: no message of this kind answers.
        """
        kind = message.kind
        if kind in (_RESULT, _ERROR):
            reply = self._calls.pop(message.id, None)
            if reply is not None:
                reply.come(message)
                return
        elif kind == _GOODBYE:
            self.is_turned_away = True
            self.connection.close()
            self.end()
            return
        elif kind not in (_ITEM, _END):
            raise ProtocolError(f"a message of the kind {kind} came for call {message.id}")
        stream = self._streams.get(message.id)
        if stream is not None:
            stream.receive(message)

    def end(self) -> None:
        """End what waits: a call is told None, for no message will come, and a stream fails with `ConnectionLost`.

        Not to be called in a task: those that wait run at once.
        """
        for stream in self._streams.values():
            stream.fail(ConnectionLost())  # one for each: what is raised keeps the frames of its callers
        replies = deque(self._calls.values())
        self._calls.clear()
        self._tell(replies)

    def _tell(self, replies: deque[Waiter]) -> None:
        while replies:
            try:
                replies.popleft().come(None)
            except BaseException:  # an interrupt in the code of somebody who was told: the others are told nevertheless
                self.connection.loop.call_soon(self._tell, replies)
                raise

    def begin(self, id_: int, payload: bytes, buffers: Sequence[memoryview], flags: int = 0) -> Waiter:
        """Make a call, and return what its caller awaits at once; where that ends with an error `give_up` follows.

        What comes is the message that ends the call, or None where the connection is over.

        Raises:
            ConnectionLost: the connection was found over, and the call was not sent.
        """
        calls, connection = self._calls, self.connection
        connection.send(_CALL, id_, payload, buffers, flags, at_once=not calls)
        if not connection.is_open:
            raise ConnectionLost
        reply = calls[id_] = Waiter(connection.loop)  # after it: what is too long is refused there
        return reply

    async def give_up(self, id_: int, error: BaseException, grace_s: float) -> None:
        """Forget a call that was given up with an error: its work is cancelled, where there is any.

        The clean-up is waited for, for `grace_s` seconds, where it is the caller's task that was cancelled.
        """
        calls = self._calls
        try:
            if id_ in calls and self.connection.is_open:
                if isinstance(error, asyncio.CancelledError):
                    await self._cancel(id_, grace_s)
                else:
                    self.connection.send(_CANCEL, id_)
        finally:
            calls.pop(id_, None)

    async def call(self, id_: int, payload: bytes, buffers: Sequence[memoryview], grace_s: float) -> Message:
        """Make a call and await the message that ends it; what ends the wait, ends the call as `give_up` does.

        Raises:
            ConnectionLost: the connection is over.
        """
        reply = self.begin(id_, payload, buffers)
        try:
            message: Message | None = await reply
        except BaseException as error:  # any: it is passed on
            await self.give_up(id_, error, grace_s)
            raise
        if message is None:
            raise ConnectionLost
        return message

    async def _cancel(self, id_: int, grace_s: float) -> None:
        """Cancel the work of a call and wait for its end; what it was is not asked for any more."""
        loop = self.connection.loop
        reply = self._calls[id_] = Waiter(loop)
        self.connection.send(_CANCEL, id_)
        timer = loop.call_later(grace_s, reply.come, None)
        await reply  # for nothing where it does not end, or the other side is gone
        timer.cancel()

    async def stream(
        self,
        id_: int,
        payload: bytes,
        buffers: Sequence[memoryview],
        reader: StreamReader,
        grace_s: float,
        bound_s: float | None = None,
        flags: int = 0,
    ) -> AsyncGenerator[Any, Any]:
        """Yield what a stream yields; `reader` says how many items it may be ahead.

        What is sent or thrown in reaches the generator on the other side; one that is ahead can be sent nothing, and
        is closed by what is thrown in.

        Raises:
            ConnectionLost: the connection is over. Where the reader ends it, the `reader` says so.
            Late: the stream has not ended within `bound_s` seconds.
        """
        connection = self.connection
        waiting = self._streams[id_] = _Awaited(connection.loop, reader)
        timer = None if bound_s is None else connection.loop.call_later(bound_s, self._end_late, id_, waiting)
        is_over = False
        try:
            connection.send(_CALL, id_, payload, buffers, _STREAM | flags, at_once=False)
            credit = reader.first_credit()
            while True:
                if credit:
                    connection.send(_CREDIT, id_, CREDIT.pack(credit))
                while not reader.items:
                    if reader.has_ended:
                        is_over = True
                        reader.raise_error()
                        return
                    await waiting.wait()
                item = reader.items.popleft()
                try:
                    sent = yield item
                except Exception as error:
                    if reader.is_ahead:
                        raise
                    connection.send(_ERROR, id_, *reader.encode_error(error))  # it is the generator's own affair
                    credit = 0
                else:
                    credit = reader.next_credit()
                    if sent is not None:
                        if reader.is_ahead:
                            raise TypeError(READS_AHEAD)
                        connection.send(_ITEM, id_, *reader.encode(sent))
                        credit = 0
        finally:
            if timer is not None:
                timer.cancel()
            try:
                if not is_over:
                    await self._close_stream(id_, waiting, grace_s)
            except ConnectionLost:
                reader.was_lost = True
            finally:
                del self._streams[id_]

    def _end_late(self, id_: int, waiting: _Awaited) -> None:
        """End a stream of whose end the other side says nothing, and have it cancelled there once it listens again."""
        if not waiting.reader.has_ended:
            waiting.fail(Late())
            self.connection.send(_CANCEL, id_)

    async def _close_stream(self, id_: int, waiting: _Awaited, grace_s: float) -> None:
        """Have a stream closed whose reader stops early, wait for its clean-up, and raise what that raises.

        Raises:
            ConnectionLost: the connection is over.
        """
        reader = waiting.reader
        if not reader.has_ended:
            if not self.connection.is_open:
                raise ConnectionLost
            self.connection.send(_END, id_)
            try:
                await asyncio.wait_for(waiting.wait_for_end(), grace_s)
            except asyncio.TimeoutError:
                self.connection.send(_CANCEL, id_)
                return
        reader.raise_error()


class _Awaited:
    """Let a task wait for what comes of a stream."""

    def __init__(self, loop: asyncio.AbstractEventLoop, reader: StreamReader) -> None:
        self._loop = loop
        self.reader = reader
        self._waiter: asyncio.Future[None] | None = None

    def receive(self, message: Message) -> None:
        """Take items, or the end."""
        self.reader.receive(message)
        self._wake()

    def fail(self, error: Exception) -> None:
        """End the stream with an error: its connection is over."""
        self.reader.fail(error)
        self._wake()

    async def wait(self) -> None:
        """Wait until something has come."""
        self._waiter = self._loop.create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None

    async def wait_for_end(self) -> None:
        """Wait until the stream has ended; items that come meanwhile are of no use any more."""
        self.reader.items.clear()
        while not self.reader.has_ended:
            await self.wait()
            self.reader.items.clear()

    def _wake(self) -> None:
        waiter = self._waiter
        if waiter is not None and not waiter.done():
            waiter.set_result(None)
