"""Own a blocking caller's own connection: its thread sends a call and waits for the answer, with no loop in between.

An exception may come at any moment, out of a signal handler, and also where a lane is in no variable as yet: between
the end of a function and what its caller does with the result. So nobody is owed the closing of a lane: one that no
frame refers to any more closes its connection, and with that ends what runs for it on the other side.
"""

from __future__ import annotations

import time
import weakref
from typing import TYPE_CHECKING, Any

from ...protocol import Flags, Kind
from ...transport import ending_of
from .._messages import CREDIT
from .._outgoing import TurnedAway
from .._reading import READS_AHEAD

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from ...protocol import Message
    from ...transport import BlockingConnection
    from .._counters import Counters, Recorder
    from .._reading import StreamReader

_CALL, _CREDIT, _CANCEL = int(Kind.CALL), int(Kind.CREDIT), int(Kind.CANCEL)
_ITEM, _END, _ERROR, _RESULT = int(Kind.ITEM), int(Kind.END), int(Kind.ERROR), int(Kind.RESULT)
_GOODBYE = int(Kind.GOODBYE)
_STREAM = int(Flags.STREAM)


class Lane:
    """Carry one call or stream at a time; `number` is what both sides call its connection.

    An exception that escapes from `call` leaves an answer behind that is not read: the lane is of no use any more. One
    that escapes from `stream` does so unless the stream `has_ended`. `close` is for the thread that uses it.
    """

    __slots__ = ("__weakref__", "_collected", "connection", "has_ended", "has_sent", "number", "recorder")

    def __init__(self, connection: BlockingConnection, number: int, counters: Counters) -> None:
        self.connection = connection
        self.number = number
        self.recorder: Recorder = counters.take_for(self)
        self.has_sent = False  # the whole call, so that the other side may know it
        self.has_ended = False  # the stream, and all of it was read
        self._collected = weakref.finalize(self, connection.close)
        self._collected.atexit = False  # the system does it then

    def close(self) -> None:
        """End the connection, from the thread that uses it; also while the interpreter ends, when finalizers do not."""
        self.connection.close()
        self._collected.detach()

    def abandon(self) -> None:
        """Let go of the connection in a process that was forked: it goes on in the one that has opened it."""
        self._collected.detach()
        self.connection.abandon()

    def call(
        self, id_: int, payload: bytes, buffers: Sequence[memoryview], timeout_s: float | None, flags: int = 0
    ) -> Message:
        """Make a call and wait for the message that ends it.

        Raises:
            TimeoutError: nothing ended it within `timeout_s` seconds.
            EOFError: the connection has ended.
            OSError: likewise.
            ProtocolError: what came breaks the rules of the wire.
            TurnedAway: the other side has not taken the connection.
        """
        connection = self.connection
        self.has_sent = False
        connection.send(_CALL, id_, payload, buffers, flags)
        self.has_sent = True
        if timeout_s is None:
            while True:
                for message in connection.receive():
                    if message.id == id_:
                        return message
                    _check_taken(message)
        end = time.monotonic() + timeout_s
        while True:
            for message in connection.receive(end - time.monotonic()):
                if message.id == id_:
                    return message
                _check_taken(message)

    def stream(
        self,
        id_: int,
        payload: bytes,
        buffers: Sequence[memoryview],
        reader: StreamReader,
        grace_s: float,
        bound_s: float | None,
        flags: int = 0,
    ) -> Generator[Any, Any, None]:
        """Yield what a stream yields, as `Outgoing.stream` does; errors are those of `call`."""
        connection = self.connection
        end = None if bound_s is None else time.monotonic() + bound_s
        self.has_sent = self.has_ended = False
        connection.send(_CALL, id_, payload, buffers, _STREAM | flags)
        self.has_sent = True
        credit = reader.first_credit()
        while True:
            if credit:
                connection.send(_CREDIT, id_, CREDIT.pack(credit))
            while not reader.items:
                if reader.has_ended:
                    self.has_ended = True
                    reader.raise_error()
                    return
                self._read(id_, reader, None if end is None else end - time.monotonic())
            item = reader.items.popleft()
            try:
                sent = yield item
            except GeneratorExit:
                self._close(id_, reader, grace_s)
                raise
            except Exception as error:
                if reader.is_ahead:
                    self._close(id_, reader, grace_s)
                    raise
                connection.send(_ERROR, id_, *reader.encode_error(error))  # it is the generator's own affair
                credit = 0
            else:
                credit = reader.next_credit()
                if sent is not None:
                    if reader.is_ahead:
                        self._close(id_, reader, grace_s)
                        raise TypeError(READS_AHEAD)
                    connection.send(_ITEM, id_, *reader.encode(sent))
                    credit = 0

    def _read(self, id_: int, reader: StreamReader, timeout_s: float | None = None) -> None:
        for message in self.connection.receive(timeout_s):
            if message.id == id_:
                reader.receive(message)
            else:
                _check_taken(message)

    def _close(self, id_: int, reader: StreamReader, grace_s: float) -> None:
        """Have a stream closed whose reader stops early, and wait for its clean-up, which may be late, or lost."""
        end = time.monotonic() + grace_s
        try:
            if not reader.has_ended:
                self.connection.send(_END, id_)
            while not reader.has_ended:
                self._read(id_, reader, end - time.monotonic())
        except (EOFError, OSError) as error:
            ending = ending_of(error)
            if ending is None:
                raise
            reader.was_lost = ending == "lost"
            return  # the reader asks for nothing any more
        self.has_ended = True
        reader.raise_error()


def _check_taken(message: Message) -> None:
    if message.kind == _GOODBYE:
        raise TurnedAway
