"""Own what a connection asks of its socket, so that a layer such as TLS can take the place of one."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Protocol

from ._endings import ending_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Union

    Data = Union[bytes, memoryview]

_BOTH_WAYS = 2  # `socket.SHUT_RDWR`


class Stream(Protocol):
    """Do what a socket does that is connected; `socket.socket` is one.

    `shutdown` is for any thread, all else for the one that uses the connection. One that does not block and has no room
    raises a BlockingIOError from `send`, which is called again with the same bytes, or more that begin with them.
    """

    def fileno(self) -> int:
        """Return the descriptor that a loop watches."""
        ...

    def setblocking(self, flag: bool, /) -> None:
        """Have each call wait, or not."""
        ...

    def settimeout(self, value: float | None, /) -> None:
        """Bound each wait by so many seconds."""
        ...

    def recv_into(self, buffer: memoryview, /) -> int:
        """Read into `buffer`, and return how many bytes; 0 at the end."""
        ...

    def send(self, data: Data, /) -> int:
        """Send a part of `data`, and return how many bytes."""
        ...

    def sendall(self, data: Data, /) -> None:
        """Send all of `data`."""
        ...

    if sys.platform != "win32":

        def sendmsg(self, buffers: Sequence[Data], /) -> int:
            """Send a part of what stands in several places, and return how many bytes."""
            ...

    def shutdown(self, how: int, /) -> None:
        """End one direction or both."""
        ...

    def close(self) -> None:
        """Let go of the socket."""
        ...


class Layer(Stream, ABC):
    """Stand between a connection and its socket, and keep bytes of which a loop that watches the socket knows nothing.

    What breaks the layer's rules is a `ProtocolError`; an end of the stream that the other side has not announced is a
    `StreamCut`.
    """

    @property
    @abstractmethod
    def has_more(self) -> bool:
        """Tell whether bytes have come that were not read."""

    @abstractmethod
    def say_end(self) -> None:
        """Tell the other side that nothing follows, as far as the socket takes that at once."""


def end_stream(stream: Stream) -> None:
    """Say the end, hang up and close, from the thread that uses the stream."""
    if isinstance(stream, Layer):
        stream.say_end()
    hang_up(stream)
    stream.close()


def hang_up(stream: Stream) -> None:
    """End what a socket is connected to, for whoever else holds it too, such as a process that was forked meanwhile."""
    try:
        stream.shutdown(_BOTH_WAYS)
    except OSError as error:  # it is not connected any more
        if ending_of(error) is None:
            raise
