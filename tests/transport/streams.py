"""Connected streams of each kind that a connection may stand on, over real sockets."""

from __future__ import annotations

import concurrent.futures
import functools
import socket
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ambidex.service import Identity
from ambidex.transport.tls import Tls, TlsSocket
from tests.limits import HANG_S

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from ambidex.transport import Stream

KINDS = ("unix", "tcp", "tls")


def tcp_pair() -> tuple[socket.socket, socket.socket]:
    """Return both ends of a connection of TCP: the server's first."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        server, _ = listener.accept()
    for end in (server, client):
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return server, client


@functools.cache
def identities() -> tuple[Identity, Identity, Identity]:
    """Return a server's identity, a client's, and that of somebody else."""
    with tempfile.TemporaryDirectory() as folder:
        one, two, three = (Identity.create(Path(folder, name)) for name in ("server", "client", "other"))
    return one, two, three


@functools.cache
def tls_of(identity: Identity) -> Tls:
    """Return what begins TLS as an identity."""
    return Tls(identity.credentials)


def both(
    one: Callable[[], TlsSocket], other: Callable[[], TlsSocket]
) -> tuple[TlsSocket | BaseException, TlsSocket | BaseException]:
    """Run two ends in threads, and return what became of them."""
    with concurrent.futures.ThreadPoolExecutor(2) as threads:
        begun = [threads.submit(one), threads.submit(other)]
        first, second = (each.exception(HANG_S) or each.result() for each in begun)
    return first, second


def shake(
    server_accepts: Collection[str], client_accepts: Collection[str], timeout_s: float = HANG_S
) -> tuple[TlsSocket | BaseException, TlsSocket | BaseException]:
    """Begin TLS between the server and the client, who accept these keys."""
    theirs, ours = tcp_pair()
    server, client, _ = map(tls_of, identities())
    return both(
        lambda: server.secure(theirs, server_accepts, timeout_s, is_server=True),
        lambda: client.secure(ours, client_accepts, timeout_s, is_server=False),
    )


def tls_pair() -> tuple[TlsSocket, TlsSocket]:
    """Return both ends of a connection of TLS: the server's first."""
    server, client, _ = identities()
    theirs, ours = shake([client.key], [server.key])
    assert isinstance(theirs, TlsSocket)
    assert isinstance(ours, TlsSocket)
    return theirs, ours


def stream_pair(kind: str) -> tuple[Stream, Stream]:
    """Return both ends of a connection of that kind."""
    pairs: dict[str, Callable[[], tuple[Stream, Stream]]] = {
        "unix": socket.socketpair,
        "tcp": tcp_pair,
        "tls": tls_pair,
    }
    return pairs[kind]()


def inside(stream: TlsSocket, name: str) -> Any:
    """Return a part of a stream, to do with it what only a hostile peer does."""
    return getattr(stream, name)
