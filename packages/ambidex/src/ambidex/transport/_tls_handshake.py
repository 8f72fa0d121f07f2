"""Own how TLS begins: both sides show their keys, check them, and tell each other what they think of them.

TLS 1.3 alone. A side is trusted for its key and nothing else: whoever has signed its certificate, whatever name or date
stands in it. Python's `ssl` asks a client for a certificate only where it checks who has issued it, so all are issued
by a key that everybody has (`Credentials.anchor`); what TLS proves is that the other side has the key it shows.

A client of TLS 1.3 is done before the server has seen its certificate. So each side sends one byte when it has checked
the other's key, 1 where it accepts it and 0 where not, and takes no other byte before that of the other side.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import ssl
import sys
import tempfile
import time
from typing import TYPE_CHECKING, NamedTuple, final

from ..errors import SecurityError
from ._endings import StreamCut, ending_of
from ._stream import hang_up
from ._tls import TlsSocket, said_by

if TYPE_CHECKING:
    import asyncio
    import socket
    from collections.abc import Callable, Collection, Generator

    from typing_extensions import Literal

_ROOM = 64 * 1024  # bytes that are read at once: arbitrary, a handshake has 3 KiB
_NO_CHECK_TIME = 0x200000  # OpenSSL's X509_V_FLAG_NO_CHECK_TIME, which `ssl` has no name for
_ACCEPTED, _REFUSED = b"\1", b"\0"
_LINGER_S = 1.0  # how long the other side may take to read why it is refused: arbitrary, it waits for that
_SENDING = 1  # `socket.SHUT_WR`


@dataclasses.dataclass(frozen=True)
class Credentials:
    """Hold what a side shows of itself.

    `key` is its key as text; `certificates` and `private_key` are PEM, the latter encrypted with `password`; `anchor`
    is the certificate, DER, of what has issued everybody's. `key_of` returns the key as text of a certificate, DER, or
    raises a `SecurityError`.
    """

    key: str
    certificates: bytes
    private_key: bytes = dataclasses.field(repr=False)
    password: bytes = dataclasses.field(repr=False)
    anchor: bytes = dataclasses.field(repr=False)
    key_of: Callable[[bytes], str] = dataclasses.field(repr=False)


class _Step(NamedTuple):
    """Say what to send, and what then: read more, go on without it, or wait for the other side to leave."""

    data: bytes
    then: Literal["read", "go on", "leave"]


@final
class Tls:
    """Begin TLS on sockets, with the credentials of one side; any thread may, on any number of them."""

    def __init__(self, credentials: Credentials) -> None:
        self._key = credentials.key
        self._key_of = credentials.key_of
        self._client = _new_context(ssl.PROTOCOL_TLS_CLIENT, credentials)
        self._server = _new_context(ssl.PROTOCOL_TLS_SERVER, credentials)

    def secure(self, sock: socket.socket, accepted: Collection[str], timeout_s: float, *, is_server: bool) -> TlsSocket:
        """Begin TLS with a side that has one of the `accepted` keys, and wait for that, on the thread that calls.

        The socket belongs to what is returned, and is closed where anything is raised.

        Raises:
            SecurityError: the other side has another key, none, or speaks no TLS 1.3, or it does not accept this one.
            TimeoutError: that was not known within `timeout_s` seconds.
            StreamCut: the other side has left before that.
            OSError: the connection broke.
        """
        end = time.monotonic() + timeout_s
        steps = self._steps(sock, accepted, is_server=is_server)
        try:
            try:
                step = next(steps)
                while True:
                    if step.then == "leave":
                        _leave(sock, step.data, end)
                        received = b""
                    else:
                        _limit(sock, end)
                        sock.sendall(step.data)
                        _limit(sock, end)
                        received = sock.recv(_ROOM) if step.then == "read" else b""
                    step = steps.send(received)
            except StopIteration as done:
                secured: TlsSocket = done.value
            except OSError as error:
                if ending_of(error) == "late":
                    raise _late(timeout_s) from None
                raise
        except BaseException:  # any: it is passed on
            sock.close()
            raise
        secured.settimeout(None)
        return secured

    async def secure_on(
        self,
        loop: asyncio.AbstractEventLoop,
        sock: socket.socket,
        accepted: Collection[str],
        timeout_s: float,
        *,
        is_server: bool,
    ) -> TlsSocket:
        """Do what `secure` does, on a loop, which is the running one; cancelling closes the socket."""
        sock.setblocking(False)
        is_late = False

        def stop() -> None:
            nonlocal is_late
            is_late = True
            hang_up(sock)  # which ends each wait

        timers = [loop.call_later(timeout_s, stop)]
        steps = self._steps(sock, accepted, is_server=is_server)
        try:
            step = next(steps)
            while True:
                if step.then == "leave":
                    timers.append(loop.call_later(_LINGER_S, hang_up, sock))
                    with contextlib.suppress(OSError):
                        await loop.sock_sendall(sock, step.data)
                        sock.shutdown(_SENDING)
                        while await loop.sock_recv(sock, _ROOM):
                            pass
                    received = b""
                else:
                    await loop.sock_sendall(sock, step.data)
                    received = await loop.sock_recv(sock, _ROOM) if step.then == "read" else b""
                step = steps.send(received)
        except StopIteration as done:
            secured: TlsSocket = done.value
            return secured
        except BaseException as error:  # any: it is passed on
            sock.close()
            if is_late and isinstance(error, OSError):
                raise _late(timeout_s) from None
            raise
        finally:
            for timer in timers:
                timer.cancel()

    def _steps(
        self, sock: socket.socket, accepted: Collection[str], *, is_server: bool
    ) -> Generator[_Step, bytes, TlsSocket]:
        """Go through the handshake, without a wait: what is yielded is to be sent, what came is sent back."""
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        context = self._server if is_server else self._client
        tls = context.wrap_bio(incoming, outgoing, server_side=is_server)

        def reading(work: Callable[[], bytes | None]) -> Generator[_Step, bytes, bytes | None]:
            while True:
                try:
                    return work()
                except ssl.SSLWantReadError:
                    received = yield _Step(outgoing.read(), "read")
                    if not received:
                        raise StreamCut("the other side has left before TLS had begun") from None
                    incoming.write(received)

        try:
            yield from reading(tls.do_handshake)
            seen = self._checked(tls, accepted)
            tls.write(_ACCEPTED)
            yield _Step(outgoing.read(), "go on")
            verdict = yield from reading(lambda: tls.read(1))
        except ssl.SSLError as error:
            yield _Step(outgoing.read(), "leave")  # the alert
            raise SecurityError(_refusal(error, self._key), sorted(accepted)) from error
        except SecurityError:
            with contextlib.suppress(ssl.SSLError):
                tls.write(_REFUSED)
            yield _Step(outgoing.read(), "leave")
            raise
        if verdict != _ACCEPTED:
            raise SecurityError(
                f"the other side, whose key is {seen}, does not accept the key of this one: have it accept that, or "
                "use the identity that it knows",
                (),
                self._key,
            )
        return TlsSocket(sock, tls, incoming, outgoing, seen)

    def _checked(self, tls: ssl.SSLObject, accepted: Collection[str]) -> str:
        """Return the key that the other side has shown, which is one of those that are accepted."""
        seen = self._key_of(tls.getpeercert(binary_form=True) or b"")
        if seen not in accepted:
            raise SecurityError("the other side has another key than this one accepts", sorted(accepted), seen)
        return seen


def _refusal(error: ssl.SSLError, key: str) -> str:
    said = said_by(error)
    if "did not return a certificate" in said:
        return "the other side has shown no key: it has to connect with an identity"
    if "alert" in said:
        return f"the other side has refused to begin TLS ({said}); the key of this one is {key}"
    return (
        f"the other side does not speak TLS 1.3 as ambidex does ({said}): see that both are ambidex, and that both use "
        "tcp+tls"
    )


def _new_context(protocol: int, credentials: Credentials) -> ssl.SSLContext:
    context = ssl.SSLContext(protocol)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False  # there are no names
    context.verify_mode = ssl.CERT_REQUIRED
    context.verify_flags |= ssl.VerifyFlags(_NO_CHECK_TIME)  # whatever time it is here, and stands there
    if protocol == ssl.PROTOCOL_TLS_SERVER:
        context.num_tickets = 0  # a session that is taken up again would skip the check
    context.load_verify_locations(cadata=credentials.anchor)
    with _file_of(credentials.certificates + credentials.private_key) as path:
        context.load_cert_chain(path, password=credentials.password)
    return context


@contextlib.contextmanager
def _file_of(data: bytes) -> Generator[str, None, None]:
    """Give the path of a file with these bytes for a while: OpenSSL reads keys from files alone."""
    if sys.platform == "linux":  # in memory, where no folder has to be writable
        descriptor = os.memfd_create("ambidex")
        try:
            os.write(descriptor, data)
            yield f"/proc/self/fd/{descriptor}"
        finally:
            os.close(descriptor)
    else:
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "credentials")  # noqa: PTH118  a path as text is what is wanted
            with open(path, "wb") as file:  # noqa: PTH123  likewise
                file.write(data)
            yield path


def _limit(sock: socket.socket, end: float) -> None:
    left_s = end - time.monotonic()
    if left_s <= 0:
        raise TimeoutError
    sock.settimeout(left_s)


def _late(timeout_s: float) -> TimeoutError:
    return TimeoutError(f"the other side has not begun TLS within {timeout_s:g} s")


def _leave(sock: socket.socket, data: bytes, end: float) -> None:
    """Send the last bytes and let the other side read them: to close at once, with some of its own unread, takes them.

    What goes wrong with that is of no interest any more.
    """
    end = min(end, time.monotonic() + _LINGER_S)
    try:
        _limit(sock, end)
        sock.sendall(data)
        sock.shutdown(_SENDING)
        _limit(sock, end)
        while sock.recv(_ROOM):
            _limit(sock, end)
    except OSError as error:
        if ending_of(error) is None:
            raise
