"""The system tells who is at the other end of a Unix socket; another user is refused."""

from __future__ import annotations

import os
import socket
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ambidex.errors import InternalError, PeerRefused
from ambidex.transport.endpoints import Peer, check_peer, peer_of
from tests.transport.test_listening import NOBODY, OF_ROOT, forked, status_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def path() -> Iterator[str]:
    """Give the path of a socket that every user can connect to, which `listen` would never make."""
    with tempfile.TemporaryDirectory(prefix="ambidex-") as name:
        Path(name).chmod(0o777)
        yield f"{name}/x.sock"


def as_nobody(work: Callable[[], None]) -> int:
    """Run some work in a process of another user, and return its exit code."""

    def run() -> None:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
        work()

    return status_of(forked(run))


def listening(path: str) -> socket.socket:
    """Return what listens at a path, for every user."""
    sock = socket.socket(socket.AF_UNIX)
    sock.bind(path)
    Path(path).chmod(0o777)
    sock.listen(8)
    return sock


def connected(path: str) -> socket.socket:
    """Return what is connected to a path."""
    sock = socket.socket(socket.AF_UNIX)
    sock.connect(path)
    return sock


def test_peer_of_the_same_user_is_known_and_allowed(path: str) -> None:
    """Each end sees the process of the other one, also after that has ended."""
    with listening(path) as server:

        def connect() -> None:
            with connected(path) as client:
                assert check_peer(client) == Peer(parent, os.geteuid(), os.getegid())

        parent = os.getpid()
        pid = forked(connect)
        with server.accept()[0] as accepted:
            assert accepted.recv(1) == b""
            assert status_of(pid) == 0
            assert check_peer(accepted) == Peer(pid, os.geteuid(), os.getegid())


@OF_ROOT
def test_another_user_is_refused_by_a_server(path: str) -> None:
    """The file lets everybody in; whom the system says it is decides."""
    with listening(path) as server:
        assert as_nobody(lambda: connected(path).close()) == 0
        with server.accept()[0] as accepted:
            pid = peer_of(accepted).pid
            with pytest.raises(
                PeerRefused, match=f"pid {pid} .* as user {NOBODY}, and this process as user 0"
            ) as caught:
                check_peer(accepted)
            assert (caught.value.pid, caught.value.uid, caught.value.own_uid) == (pid, NOBODY, 0)
            assert peer_of(accepted) == Peer(pid, NOBODY, NOBODY)


@OF_ROOT
def test_another_users_server_is_refused_by_a_client(path: str) -> None:
    """Who puts a socket where a service was expected is given nothing; root trusts itself alone."""
    made = socket.socket(socket.AF_UNIX)

    def listen_and_wait() -> None:
        made.bind(path)
        made.listen(8)

    with made:  # who calls `listen` is who a client sees, whoever holds the socket then
        assert as_nobody(listen_and_wait) == 0
        with connected(path) as client, pytest.raises(PeerRefused):
            check_peer(client)


@OF_ROOT
def test_root_is_allowed_by_other_users(path: str) -> None:
    """It could read this process's memory; and it is who has opened the sockets of a service that is activated."""
    with listening(path):

        def connect() -> None:
            with connected(path) as client:
                assert check_peer(client).uid == 0

        assert as_nobody(connect) == 0


@OF_ROOT
def test_two_users_that_are_not_root_refuse_each_other(path: str) -> None:
    """To be allowed is to be the same one."""
    with listening(path) as server:
        assert as_nobody(lambda: connected(path).close()) == 0
        with server.accept()[0] as accepted:

            def check() -> None:
                os.setresuid(1, 1, 1)
                with pytest.raises(PeerRefused, match=f"as user {NOBODY}, and this process as user 1:"):
                    check_peer(accepted)

            assert status_of(forked(check)) == 0


def test_socket_of_another_family_is_refused() -> None:
    """Linux would say of TCP that nobody is there, with numbers that could be somebody's."""
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.raises(InternalError, match="known by its key"):
        peer_of(server)
