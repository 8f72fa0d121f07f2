"""Who may talk to a service over TCP: whoever has a key that it allows, to the service that has the pinned one."""

from __future__ import annotations

import functools
import socket
import ssl
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import SecurityError, UsageError
from ambidex.service import Identity, Service, connect
from ambidex.service._reconnecting import ReconnectPolicy
from tests.limits import HANG_S
from tests.service.conftest import serving
from tests.transport.streams import identities
from tests.workers.children import _atlas
from tests.workers.children.atlas import Town

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.service.conftest import Server

_SOON = ReconnectPolicy(first_delay_s=0.02, longest_delay_s=0.1)
_SAID = {
    "HTTP": b"GET / HTTP/1.1\r\n\r\n",
    "zeros": b"\0" * 64,
    "record": b"\x16\x03\x01\xff\xff" + b"\xff" * 600,
    "nothing": b"",
}
tls = pytest.mark.parametrize("server", ["tls"], indirect=True)


@tls
@pytest.mark.parametrize("is_wrong", ["pin", "identity"])
def test_wrong_key_is_a_security_error_at_both_ends_and_not_tried_again(server: Server, is_wrong: str) -> None:
    """The client raises it from each call, and has connected once; the service logs it; others are served."""
    *_, other = identities()
    wrong: dict[str, Any] = {"pin": other.key} if is_wrong == "pin" else {"identity": other}
    with server.connect() as right, connect(server.address, **{**server.keys, **wrong}) as remote:
        assert right.root(Town).roads() is not None
        for _ in range(3):
            with pytest.raises(SecurityError) as caught:
                remote.root(Town).roads()
            assert other.key in str(caught.value) or caught.value.seen == other.key
        health = remote.health()
        assert (health.state, health.attempts, health.next_try_s) == ("refused", 1, None)
        assert health.last_error is not None
        assert health.last_error.startswith("SecurityError: ")
        assert right.root(Town).roads() is not None
    _, log = server.end()
    assert log.count("has turned somebody away: the other side") == 1


@tls
def test_changed_key_of_a_service_is_noticed_when_it_comes_back(server: Server) -> None:
    """The client does not go on with what is behind the address now, and says which key it has seen."""
    with server.connect(reconnect=_SOON) as remote:
        town = remote.root(Town)
        town.roads()
        server.kill()
        path = Path(server.options["identity"]).with_name("other")
        other = Identity.create(path)
        server.options["identity"] = str(path)
        server.start()
        with pytest.raises(SecurityError) as caught:
            town.roads()
        assert caught.value.seen == other.key
        assert caught.value.expected == (server.keys["pin"],)


@tls
@pytest.mark.parametrize("said", _SAID.values(), ids=_SAID)
def test_plaintext_is_refused_while_others_are_served(server: Server, said: bytes) -> None:
    """Garbage is turned away, and who says nothing is dropped after the time that a greeting may take."""
    host, _, port = server.address[len("tcp+tls://") :].rpartition(":")
    with server.connect() as remote, socket.create_connection((host, int(port)), HANG_S) as sock:
        sock.sendall(said)
        assert remote.root(Town).roads() is not None
        while sock.recv(4096):  # an alert of TLS at the most, and the end
            pass
        clients, _ = server.end()
        assert clients == 1


@tls
def test_old_tls_and_no_certificate_are_refused(server: Server) -> None:
    """An ordinary client of TLS gets an alert, and no byte of what is served."""
    host, _, port = server.address[len("tcp+tls://") :].rpartition(":")
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode, context.maximum_version = False, ssl.CERT_NONE, version
        with socket.create_connection((host, int(port)), HANG_S) as sock, pytest.raises(ssl.SSLError):
            _receive_through(context, sock)


def _receive_through(context: ssl.SSLContext, sock: socket.socket) -> bytes:
    with context.wrap_socket(sock) as stream:
        return stream.recv(1)


def test_another_connection_needs_the_key_of_the_client_whose_session_it_joins() -> None:
    """A client that is allowed, too, and has learnt another one's session key, does not get into that session."""
    _, client, other = identities()
    with serving("tls", allow=[client.key, other.key]) as server, server.connect() as remote:
        remote.root(Town).roads()
        with connect(server.address, identity=other, pin=server.keys["pin"]) as thief:
            thief.root(Town).roads()
            theirs: Any = thief.current
            ours: Any = remote.current
            theirs._key = ours._key  # as if it had been told
            connection = theirs.connect(77)
            connection.settimeout(HANG_S)
            assert connection.recv_into(memoryview(bytearray(1))) == 0
            connection.close()
        assert remote.root(Town).roads() is not None
        assert "a connection was opened for a client that is not here" in server.end()[1]


def _refused(make: Callable[[], object], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        make()


def test_what_is_missing_or_no_key_is_said_before_anything_is_tried() -> None:
    """Each sentence names the option."""
    own, client, _ = identities()
    tcp, unix = "tcp+tls://127.0.0.1:0", "unix:///tmp/never.sock"
    options: list[tuple[str, dict[str, Any], str]] = [
        (tcp, {}, "wants identity="),
        (tcp, {"identity": own}, "allow="),
        (tcp, {"identity": own, "allow": "ambidex-sha256:"}, "allow='ambidex-sha256:': write a list"),
        (tcp, {"identity": own, "allow": [client.key[:-1]]}, "is no key"),
        (unix, {"identity": own}, "leave out identity="),
        (unix, {"allow": [client.key]}, "leave out identity="),
    ]
    for address, given, said in options:
        _refused(functools.partial(Service, _atlas.Town("Oslo"), address, **given), said)
    tcp = "tcp+tls://127.0.0.1:1"
    _refused(lambda: connect(tcp), "wants identity=")
    _refused(lambda: connect(tcp, identity=own), "and pin=")
    _refused(lambda: connect(tcp, identity=own, pin="x"), "is no key")
    _refused(lambda: connect(unix, pin=own.key), "leave out identity=")
