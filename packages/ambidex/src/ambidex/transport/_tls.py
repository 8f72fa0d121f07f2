"""Own a socket whose bytes go through TLS, for connections that know sockets alone.

The layer reads and writes memory, and this module moves that from and to the socket. So the socket does all that it
does without it: another thread may hang it up, a wait in it is interrupted and timed as ever, and no call of the layer
waits for the other direction. An `ssl.SSLSocket` that another thread shuts down goes on without TLS (CPython 3.9 to
3.13: it forgets the layer first), and is the slower one: docs/design/0019-identities-and-tls.md has the figures.
"""

from __future__ import annotations

import contextlib
import ssl
import time
from typing import TYPE_CHECKING, cast, final

from ..errors import ProtocolError
from ..protocol import CHUNK
from ._endings import StreamCut, ending_of
from ._stream import Layer

if TYPE_CHECKING:
    import socket
    from collections.abc import Sequence

    from ._stream import Data

_ROOM = 128 * 1024  # bytes that are read at once: arbitrary, eight of the longest records
_MOST_ANSWERS = 64 * 1024  # bytes that TLS itself has to say, beyond all that an honest side asks for: arbitrary


@final
class TlsSocket(Layer):
    """Carry bytes over a socket on which TLS has begun; `peer_key` is the other side's key as text, which was checked.

    What TLS has to say itself, such as its answer to a new key of the other side, goes with what is sent next.
    """

    def __init__(
        self, sock: socket.socket, tls: ssl.SSLObject, incoming: ssl.MemoryBIO, outgoing: ssl.MemoryBIO, peer_key: str
    ) -> None:
        self.peer_key = peer_key
        self._socket = sock
        self._tls = tls
        self._incoming = incoming
        self._outgoing = outgoing
        self._room = memoryview(bytearray(_ROOM))
        self._rest = memoryview(b"")  # of what was encrypted, and the socket has not taken
        self._taken = 0  # bytes of what is being sent that went into that
        self._timeout_s = sock.gettimeout()
        self._is_torn = False  # nobody knows how much of a record was sent
        self._has_said_end = False
        self._has_ended = False  # the other side has said so

    # -- what comes in

    @property
    def has_more(self) -> bool:
        """Tell whether bytes have come that were not read."""
        return self._incoming.pending > 0 or self._tls.pending() > 0

    def recv_into(self, buffer: memoryview, /) -> int:
        """Read what has come, or wait for it as the socket does; 0 where the other side has announced the end.

        A timeout is that of the whole wait, however many parts a record comes in.

        Raises:
            StreamCut: the stream has ended without that.
            ProtocolError: what came is not what the other side has sent, or breaks the rules of TLS.
            OSError: as of a socket.
        """
        if self._has_ended:
            return 0
        end = None
        if self._timeout_s:
            end = time.monotonic() + self._timeout_s
            self._socket.settimeout(self._timeout_s)
        if not self.has_more:
            self._receive()
        while True:
            try:
                # typeshed gives `SSLObject.read` bytes, which it returns without a buffer alone
                count = cast("int", self._tls.read(len(buffer), buffer))
            except ssl.SSLWantReadError:
                pass
            except ssl.SSLError as error:
                raise _broken(error) from error
            else:
                self._has_ended = count == 0
                return count
            if self._outgoing.pending > _MOST_ANSWERS:
                raise ProtocolError("the other side asks TLS for new keys again and again, and sends nothing")
            if end is not None:
                left_s = end - time.monotonic()
                if left_s <= 0:
                    raise TimeoutError("no whole record came in time")
                self._socket.settimeout(left_s)
            self._receive()

    def _receive(self) -> None:
        count = self._socket.recv_into(self._room)
        if count == 0:
            raise StreamCut("the connection was cut: the other side has not said that it ends")
        self._incoming.write(self._room[:count])

    # -- what goes out

    def send(self, data: Data, /) -> int:
        """Send bytes without a wait, and return how many of `data` were taken."""
        if not self._taken:
            self._taken = self._encrypt(memoryview(data)[:CHUNK])
            self._rest = memoryview(self._outgoing.read())
        self._flush()
        count, self._taken = self._taken, 0
        return count

    def sendall(self, data: Data, /) -> None:
        """Send bytes, and wait until the socket has taken them."""
        view = memoryview(data)
        for begin in range(0, len(view), CHUNK):
            self._encrypt(view[begin : begin + CHUNK])
            self._is_torn = True  # where an exception comes out of the wait
            self._socket.sendall(self._outgoing.read())
            self._is_torn = False

    def sendmsg(self, buffers: Sequence[Data], /) -> int:
        """Send bytes that stand in several places, as `sendall` does; return how many."""
        data = b"".join(buffers)
        self.sendall(data)
        return len(data)

    def _encrypt(self, data: memoryview) -> int:
        try:
            return self._tls.write(data)
        except ssl.SSLWantReadError as error:
            # Nothing honest is that long that it would come in parts. To wait for the rest of it, a connection would
            # have to know that what it sends depends on what it reads.
            raise ProtocolError("the other side has begun a message of TLS itself, and not ended it") from error
        except ssl.SSLError as error:
            raise _broken(error) from error

    def _flush(self) -> None:
        while self._rest:
            count = self._socket.send(self._rest)
            self._rest = self._rest[count:]

    # -- the end

    def say_end(self) -> None:
        """Tell the other side that nothing follows, or what was wrong, as far as the socket takes that at once."""
        if self._is_torn or self._has_said_end:
            return
        self._has_said_end = True
        try:
            self._socket.setblocking(False)
            self._flush()
            with contextlib.suppress(ssl.SSLError):  # it would read the end of the other side's stream
                self._tls.unwrap()
            self._rest = memoryview(self._outgoing.read())
            self._flush()
        except OSError as error:  # it is full, or gone
            if ending_of(error) is None:
                raise

    def shutdown(self, how: int, /) -> None:
        """Hang up, from any thread; the other side sees a stream that was cut, unless `say_end` came before."""
        self._socket.shutdown(how)

    def close(self) -> None:
        """Close the socket, and say nothing."""
        self._socket.close()

    # -- of the socket

    def fileno(self) -> int:
        """Return the socket's descriptor."""
        return self._socket.fileno()

    def setblocking(self, flag: bool, /) -> None:
        """Have the socket block, or not."""
        self.settimeout(None if flag else 0.0)

    def settimeout(self, value: float | None, /) -> None:
        """Bound each wait by so many seconds."""
        self._socket.settimeout(value)
        self._timeout_s = value


def _broken(error: ssl.SSLError) -> ProtocolError:
    return ProtocolError(f"TLS refuses what has come ({said_by(error)}): it was changed on its way, or is none")


def said_by(error: ssl.SSLError) -> str:
    """Return what OpenSSL calls an error."""
    return (error.reason or str(error)).replace("_", " ").lower()
