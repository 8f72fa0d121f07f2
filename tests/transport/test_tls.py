"""TLS with pinned keys: who is not let in, how both ends learn it, and what hostile bytes come to."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ambidex.errors import ProtocolError, SecurityError
from ambidex.protocol import Kind, Limits, Message
from ambidex.transport import BlockingConnection, StreamCut
from ambidex.transport.tls import TlsSocket
from tests.limits import HANG_S
from tests.transport.streams import both, identities, inside, shake, tcp_pair, tls_of, tls_pair

if TYPE_CHECKING:
    from collections.abc import Callable

CALL = int(Kind.CALL)


@pytest.mark.parametrize("is_on_loop", [False, True], ids=["thread", "loop"])
@pytest.mark.parametrize("refuses", ["server", "client", "both"])
def test_wrong_key_is_a_security_error_at_both_ends(refuses: str, is_on_loop: bool) -> None:
    """Who refuses names what it accepts and what it saw; who is refused names its own key."""
    server, client, other = identities()
    server_accepts = [client.key] if refuses == "client" else [other.key]
    client_accepts = [server.key] if refuses == "server" else [other.key]
    if is_on_loop:
        at_server, at_client = asyncio.run(_shake_on_loop(server_accepts, client_accepts))
    else:
        at_server, at_client = shake(server_accepts, client_accepts)
    for error, seen, is_refusing in (
        (at_server, client.key, refuses != "client"),
        (at_client, server.key, refuses != "server"),
    ):
        assert isinstance(error, SecurityError)
        if is_refusing:
            assert (error.expected, error.seen) == ((other.key,), seen)
            assert "accept it in pin= or allow=" in str(error)
        else:
            own = client.key if seen == server.key else server.key
            assert (error.expected, error.seen) == ((), own)
            assert f"whose key is {seen}, does not accept the key of this one" in str(error)


async def _shake_on_loop(
    server_accepts: list[str], client_accepts: list[str]
) -> tuple[TlsSocket | BaseException, TlsSocket | BaseException]:
    theirs, ours = tcp_pair()
    server, client, _ = map(tls_of, identities())
    loop = asyncio.get_running_loop()
    one, other = await asyncio.gather(
        server.secure_on(loop, theirs, server_accepts, HANG_S, is_server=True),
        client.secure_on(loop, ours, client_accepts, HANG_S, is_server=False),
        return_exceptions=True,
    )
    assert (theirs.fileno(), ours.fileno()) == (-1, -1)
    return one, other


def test_both_ends_know_the_key_of_the_other() -> None:
    """It is TLS 1.3, and there is no session that could be taken up again without a check."""
    server, client, _ = identities()
    theirs, ours = tls_pair()
    assert (theirs.peer_key, ours.peer_key) == (client.key, server.key)
    assert inside(ours, "_tls").version() == "TLSv1.3"
    theirs.sendall(b"x")
    assert ours.recv_into(memoryview(bytearray(1))) == 1
    assert inside(ours, "_tls").session is None or not inside(ours, "_tls").session.has_ticket
    theirs.close()
    ours.close()


def serve_one(work: Callable[[socket.socket], object], timeout_s: float = HANG_S) -> BaseException | TlsSocket:
    """Return what becomes of a server's end when a stranger does that with the other one."""
    server, client, _ = identities()
    theirs, ours = tcp_pair()
    thread = threading.Thread(target=work, args=(ours,))
    thread.start()
    try:
        return tls_of(server).secure(theirs, [client.key], timeout_s, is_server=True)
    except (SecurityError, OSError) as error:
        return error
    finally:
        assert theirs.fileno() == -1
        thread.join(HANG_S)
        ours.close()


def read_to_end(sock: socket.socket) -> None:
    """Read until the other side has left."""
    with contextlib.suppress(OSError):
        while sock.recv(65536):
            pass


@pytest.mark.parametrize("said", [b"GET / HTTP/1.1\r\n\r\n", b"\0" * 200, b"\x10\0\0\0\2\0\0\0" * 4])
def test_plaintext_is_refused(said: bytes) -> None:
    """Whatever it is, with a sentence."""

    def speak(sock: socket.socket) -> None:
        sock.sendall(said)
        read_to_end(sock)

    error = serve_one(speak)
    assert isinstance(error, SecurityError)
    assert "does not speak TLS 1.3" in str(error)


def stranger(protocol: int = ssl.PROTOCOL_TLS_CLIENT) -> ssl.SSLContext:
    """Return a client that trusts everybody and has no key."""
    context = ssl.SSLContext(protocol)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def begin_tls(context: ssl.SSLContext) -> Callable[[socket.socket], None]:
    """Return what begins TLS as a stranger and reads what there is."""

    def speak(sock: socket.socket) -> None:
        with contextlib.suppress(OSError), context.wrap_socket(sock) as secured:
            read_to_end(secured)

    return speak


def test_older_tls_is_refused() -> None:
    """TLS 1.2, by an alert and a sentence."""
    context = stranger()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    error = serve_one(begin_tls(context))
    assert isinstance(error, SecurityError)
    assert "unsupported protocol" in str(error)


def test_client_without_a_key_is_refused() -> None:
    """Though its handshake is done before the server knows it."""
    error = serve_one(begin_tls(stranger()))
    assert isinstance(error, SecurityError)
    assert "has shown no key" in str(error)


def test_certificate_of_another_issuer_is_refused(tmp_path: Path) -> None:
    """One that OpenSSL makes, of a key of another kind."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("the program openssl is not installed")
    file = tmp_path / "stranger.pem"
    made = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x", "-keyout", "-", "-out", "-"]
    file.write_bytes(subprocess.run(made, check=True, capture_output=True, timeout=HANG_S).stdout)
    context = stranger()
    context.load_cert_chain(file)
    assert isinstance(serve_one(begin_tls(context)), SecurityError)


@pytest.mark.parametrize("said", [b"", b"\x16\x03\x01"], ids=["nothing", "a part of a record"])
def test_silence_ends_with_the_time_limit(said: bytes) -> None:
    """As a timeout, and the socket is closed: in a thread and on a loop."""

    def speak(sock: socket.socket) -> None:
        sock.sendall(said)
        read_to_end(sock)

    assert isinstance(serve_one(speak, 0.05), TimeoutError)

    async def main() -> None:
        server, client, _ = identities()
        theirs, ours = tcp_pair()
        with ours:
            ours.sendall(said)
            with pytest.raises(TimeoutError, match=r"has not begun TLS within 0\.05 s"):
                await tls_of(server).secure_on(asyncio.get_running_loop(), theirs, [client.key], 0.05, is_server=True)
        assert theirs.fileno() == -1

    asyncio.run(main())


def test_peer_that_leaves_during_the_handshake_is_lost_and_no_question_of_security() -> None:
    """So a client tries again."""
    assert isinstance(serve_one(lambda sock: sock.shutdown(socket.SHUT_RDWR)), StreamCut)


def test_cancelled_handshake_closes_its_socket() -> None:
    """And nothing is left on the loop."""

    async def main() -> None:
        server, client, _ = identities()
        theirs, ours = tcp_pair()
        with ours:
            loop = asyncio.get_running_loop()
            task = loop.create_task(tls_of(server).secure_on(loop, theirs, [client.key], HANG_S, is_server=True))
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        assert theirs.fileno() == -1

    asyncio.run(main())


def test_timeout_covers_a_record_that_comes_byte_by_byte() -> None:
    """A peer that sends one byte at a time does not prolong a wait."""
    theirs, ours = tls_pair()
    inside(theirs, "_tls").write(b"x" * 16_000)
    record = inside(theirs, "_outgoing").read()
    is_done = threading.Event()

    def drip() -> None:
        for place in range(len(record) - 1):
            inside(theirs, "_socket").send(record[place : place + 1])
            if is_done.wait(0.002):
                return

    thread = threading.Thread(target=drip)
    thread.start()
    ours.settimeout(0.1)
    began = time.monotonic()
    with pytest.raises(OSError, match=r"in time|timed out"):
        ours.recv_into(memoryview(bytearray(10)))
    assert time.monotonic() - began < HANG_S  # the whole record takes more than 32 s
    has_ended_early = thread.is_alive()
    is_done.set()
    thread.join()
    assert has_ended_early
    theirs.close()
    ours.close()


def test_key_update_of_the_other_side_is_followed(tmp_path: Path) -> None:
    """A real peer, `openssl s_client`, which asks for new keys in both directions between messages."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("the program openssl is not installed")
    server, client, _ = identities()
    file = tmp_path / "client.pem"
    credentials = client.credentials
    file.write_bytes(credentials.certificates + credentials.private_key)
    password = ("-pass", f"pass:{credentials.password.decode()}")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        program = subprocess.Popen(
            [openssl, "s_client", "-connect", f"127.0.0.1:{port}", "-cert", file, "-key", file, *password],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        accepted, _ = listener.accept()
    assert program.stdin is not None
    assert program.stdout is not None
    with program:
        try:
            program.stdin.write(b"\1\n")  # the verdict, with the end of a line
            program.stdin.flush()
            secured = tls_of(server).secure(accepted, [client.key], HANG_S, is_server=True)
            assert (secured.peer_key, read(secured, 1)) == (client.key, b"\n")
            for number in range(5):
                program.stdin.write(b"K\n")  # new keys, and a request for new ones
                program.stdin.flush()
                _wait_for(program, b"KEYUPDATE")
                program.stdin.write(b"message %d\n" % number)
                program.stdin.flush()
                assert read(secured, 10) == b"message %d\n" % number
                secured.sendall(b"answer %d\n" % number)
                _wait_for(program, b"answer %d" % number)
            secured.close()
        finally:
            program.kill()


def _wait_for(program: subprocess.Popen[bytes], word: bytes) -> None:
    assert program.stdout is not None
    for line in program.stdout:
        if word in line:
            return
    raise AssertionError(f"openssl has ended before {word!r}")


def read(stream: TlsSocket, size: int) -> bytes:
    """Read so many bytes."""
    stream.settimeout(HANG_S)
    data = bytearray()
    while len(data) < size:
        room = bytearray(size - len(data))
        count = stream.recv_into(memoryview(room))
        assert count
        data += room[:count]
    return bytes(data)


def test_flood_of_what_only_tls_answers_ends_the_connection() -> None:
    """Answers are kept until something is sent, so there is a bound to them."""
    theirs, ours = tls_pair()
    inside(ours, "_outgoing").write(bytes(65 * 1024))  # as after 2,500 requests for new keys
    inside(theirs, "_tls").write(b"x" * 100)
    inside(theirs, "_socket").sendall(inside(theirs, "_outgoing").read()[:-1])
    with pytest.raises(ProtocolError, match="new keys again and again"):
        ours.recv_into(memoryview(bytearray(10)))
    theirs.close()
    ours.close()


class _Relay:
    """Stand between two sockets, and flip bits of one byte of what goes one way."""

    def __init__(self, is_from_client: bool, place: int, mask: int) -> None:
        self.server, near = tcp_pair()
        far, self.client = tcp_pair()
        self.has_flipped = False
        ways = ((far, near, is_from_client), (near, far, not is_from_client))
        self._sockets = (near, far)
        self._threads = [
            threading.Thread(target=self._carry, args=(source, target, place if is_flipped else None, mask))
            for source, target, is_flipped in ways
        ]
        for thread in self._threads:
            thread.start()

    def _carry(self, source: socket.socket, target: socket.socket, place: int | None, mask: int) -> None:
        passed = 0
        with contextlib.suppress(OSError):
            while data := bytearray(source.recv(65536)):
                if place is not None and passed <= place < passed + len(data):
                    data[place - passed] ^= mask
                    self.has_flipped = True
                passed += len(data)
                target.sendall(data)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        """End it."""
        for sock in self._sockets:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(HANG_S)
        for sock in self._sockets:
            sock.close()


@settings(max_examples=150)
@given(is_from_client=st.booleans(), place=st.integers(0, 2600), mask=st.integers(1, 255))
def test_flipped_bits_are_a_typed_error_and_never_another_message(is_from_client: bool, place: int, mask: int) -> None:
    """Anywhere in the stream, the handshake and the end included: what arrives is what was sent, up to the error."""
    relay = _Relay(is_from_client, place, mask)
    server, client, _ = identities()
    sent = [b"message %d" % number * 5 for number in range(10)]
    received: dict[bool, list[Message]] = {True: [], False: []}

    def run(sock: socket.socket, accepted: str, is_server: bool) -> TlsSocket:
        tls = tls_of(server if is_server else client)
        connection = BlockingConnection(tls.secure(sock, [accepted], 0.5, is_server=is_server), Limits())
        try:
            for number, payload in enumerate(sent):
                connection.send(CALL, number + 1, payload)
            while len(received[is_server]) < len(sent):
                received[is_server] += connection.receive(0.5)
            raise _AllCame
        finally:
            connection.close()

    outcomes = both(
        lambda: run(relay.server, client.key, True),
        lambda: run(relay.client, server.key, False),
    )
    relay.close()
    for error in outcomes:
        assert isinstance(error, (SecurityError, ProtocolError, OSError, EOFError, _AllCame)), repr(error)
        assert not isinstance(error, ssl.SSLError)
    for messages in received.values():
        assert [bytes(each.payload) for each in messages] == sent[: len(messages)]
    if not relay.has_flipped:
        assert [type(error) for error in outcomes] == [_AllCame, _AllCame]


class _AllCame(Exception):
    """Say that every message has come."""


def test_contexts_leave_no_file_of_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does a certificate or a key stand in what is printed of the credentials."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    identity = identities()[0]
    text = repr(identity.credentials) + repr(identity)
    assert "PRIVATE" not in text
    assert identity.credentials.password.decode() not in text
    assert list(tmp_path.iterdir()) == []
