"""Own a blocking caller's own connection: its thread sends a call and waits for the answer, with no loop in between."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from ...protocol import Flags, Kind
from .._failures import dump_error
from .._messages import CREDIT
from .._reading import StreamReader

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from ...protocol import Message
    from ...transport import BlockingConnection
    from .._codecs import Codec

_CALL, _CREDIT, _CANCEL = int(Kind.CALL), int(Kind.CREDIT), int(Kind.CANCEL)
_ITEM, _END, _ERROR, _RESULT = int(Kind.ITEM), int(Kind.END), int(Kind.ERROR), int(Kind.RESULT)
_STREAM = int(Flags.STREAM)


class Lane:
    """Carry one call or stream at a time; `number` is what both sides call its connection.

    An exception that escapes from here leaves an answer behind that is not read: the lane is of no use any more.
    """

    __slots__ = ("connection", "has_sent", "is_done", "number")

    def __init__(self, connection: BlockingConnection, number: int) -> None:
        self.connection = connection
        self.number = number
        self.has_sent = False  # the whole call, so that the other side may know it
        self.is_done = False  # all that the other side sends of the last stream was read

    def call(self, id_: int, payload: bytes, buffers: Sequence[memoryview], timeout_s: float | None) -> Message:
        """Make a call and wait for the message that ends it.

        Raises:
            TimeoutError: nothing ended it within `timeout_s` seconds.
            EOFError: the connection has ended.
            OSError: likewise.
            ProtocolError: what came breaks the rules of the wire.
        """
        connection = self.connection
        self.has_sent = False
        connection.send(_CALL, id_, payload, buffers)
        self.has_sent = True
        if timeout_s is None:
            while True:
                for message in connection.receive():
                    if message.id == id_:
                        return message
        end = time.monotonic() + timeout_s
        while True:
            for message in connection.receive(end - time.monotonic()):
                if message.id == id_:
                    return message

    def stream(
        self, id_: int, payload: bytes, buffers: Sequence[memoryview], codec: Codec, ahead: int, grace_s: float
    ) -> Generator[Any, Any, None]:
        """Yield what a stream yields, as `Outgoing.stream` does."""
        connection, reader = self.connection, StreamReader(codec, ahead)
        self.has_sent = self.is_done = False
        connection.send(_CALL, id_, payload, buffers, _STREAM)
        self.has_sent = True
        credit = reader.first_credit()
        while True:
            if credit:
                connection.send(_CREDIT, id_, CREDIT.pack(credit))
            while not reader.items:
                if reader.has_ended:
                    self.is_done = True
                    reader.raise_error()
                    return
                self._read(id_, reader)
            item = reader.items.popleft()
            try:
                sent = yield item
            except GeneratorExit:
                try:
                    self._close(id_, reader, grace_s)
                except TimeoutError:
                    raise
                except (EOFError, OSError):  # the other side is gone, and the reader asks for nothing any more
                    pass
                raise
            except Exception as error:  # noqa: BLE001  thrown in by the reader: the generator's own affair
                connection.send(_ERROR, id_, *dump_error(codec, error))
                credit = 0
            else:
                credit = reader.next_credit()
                if sent is not None:
                    connection.send(_ITEM, id_, *codec.dumps(sent))
                    credit = 0

    def _read(self, id_: int, reader: StreamReader, timeout_s: float | None = None) -> None:
        for message in self.connection.receive(timeout_s):
            if message.id == id_:
                reader.receive(message)

    def _close(self, id_: int, reader: StreamReader, grace_s: float) -> None:
        """Have a stream closed whose reader stops early, and wait for its clean-up."""
        self.connection.send(_END, id_)
        end = time.monotonic() + grace_s
        while not reader.has_ended:
            self._read(id_, reader, end - time.monotonic())
        self.is_done = True
        reader.raise_error()
