"""A service listens where its own user alone can connect, one server at an address; clients reach it, or hear why."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import fcntl
import os
import select
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ambidex.errors import AddressInUse, UsageError
from ambidex.transport.endpoints import Address, Listener, adial, dial, listen, peer_of, tune
from tests.limits import HANG_S
from tests.programs import LIBRARY

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from types import FrameType

NOBODY = 65534  # a user that is not this one
OF_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to another user, or become one")


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder with a short path, which others may look into: those of pytest are too long, and its user's own."""
    with tempfile.TemporaryDirectory(prefix="ambidex-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def address(folder: Path) -> Address:
    """Give the address of a socket whose directory is missing."""
    return Address.parse(f"unix://{folder}/own/x.sock")


def accept(listener: Listener) -> socket.socket:
    """Return the next connection of whichever socket has one."""
    ready, _, _ = select.select(listener.sockets, [], [], HANG_S)
    return ready[0].accept()[0]


def mode_of(path: Path) -> str:
    """Return the rights on a file."""
    return oct(stat.S_IMODE(path.lstat().st_mode))


def forked(work: Callable[[], None]) -> int:
    """Run some work in a forked process, which ends with 0 where it raises nothing; return its id."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            work()
            status = 0
        except BaseException as error:  # noqa: BLE001  the report of a process
            os.write(2, f"{type(error).__name__}: {error}\n".encode())
        finally:
            os._exit(status)
    return pid


def status_of(pid: int) -> int:
    """Wait for a child, and return its exit code."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@contextlib.contextmanager
def child_that_listens(address: Address) -> Generator[subprocess.Popen[str]]:
    """Run a program that listens until it is killed."""
    source = (
        "import sys; from ambidex.transport.endpoints import Address, listen\n"
        "with listen(Address.parse(sys.argv[1])) as listener: print(flush=True); sys.stdin.read()"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", source, str(address)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(LIBRARY)},
    )
    with child:
        assert child.stdout is not None
        assert child.stdout.readline() == "\n"
        try:
            yield child
        finally:
            child.kill()


# -- Unix sockets


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o777])
def test_socket_is_its_users_own_whatever_the_umask(address: Address, umask: int) -> None:
    """The directory is made, and the umask stays as it was: it is that of all threads."""
    path = Path(address.path)
    before = os.umask(umask)
    try:
        with listen(address) as listener:
            assert (mode_of(path.parent), mode_of(path)) == ("0o700", "0o600")
            assert os.umask(umask) == umask
            assert (listener.address, listener.name) == (address, "")
            assert [sock.get_inheritable() for sock in listener.sockets] == [False]
    finally:
        os.umask(before)


def test_all_missing_directories_are_closed_to_others(folder: Path) -> None:
    """Who makes several makes each of them 0700."""
    with listen(Address.parse(f"unix://{folder}/a/b/x.sock")):
        assert (mode_of(folder / "a"), mode_of(folder / "a" / "b")) == ("0o700", "0o700")


def test_close_leaves_nothing_and_may_be_repeated(address: Address) -> None:
    """Neither the socket nor the lock; the next server begins at once."""
    for _ in range(3):
        listener = listen(address)
        listener.close()
        listener.close()
        assert list(Path(address.path).parent.iterdir()) == []


def test_client_is_connected(address: Address) -> None:
    """Both ends carry bytes, know each other, and have the buffers of a connection to a child."""
    with listen(address) as listener, dial(address, HANG_S) as client, accept(listener) as server:
        tune(server)
        client.sendall(b"there")
        assert server.recv(5) == b"there"
        assert client.gettimeout() is None
        assert peer_of(client).pid == peer_of(server).pid == os.getpid()
        one, other = socket.socketpair()
        with one, other:
            untuned = one.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)
        sizes = [sock.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) for sock in (client, server)]
        assert min(sizes) > untuned


@pytest.mark.parametrize("mode", [0o750, 0o701, 0o777, 0o1777])
def test_directory_that_is_open_to_others_is_refused(folder: Path, mode: int) -> None:
    """The sentence has the mode and the command; nothing is left there."""
    folder.chmod(mode)
    with pytest.raises(UsageError, match=f"open to other users \\(mode {mode:04o}\\); write chmod 700 {folder}"):
        listen(Address.parse(f"unix://{folder}/x.sock"))
    assert list(folder.iterdir()) == []


@OF_ROOT
def test_directory_of_another_user_is_refused(folder: Path) -> None:
    """Its user could take the socket away, and put another one there; root is no exception."""
    folder.chmod(0o700)
    os.chown(folder, NOBODY, NOBODY)
    with pytest.raises(UsageError, match=f"directory of user {NOBODY}, and this process runs as user 0; write a path"):
        listen(Address.parse(f"unix://{folder}/x.sock"))


def test_directory_that_is_a_file_is_refused(folder: Path) -> None:
    """It is said, and not an error number."""
    (folder / "own").touch()
    with pytest.raises(UsageError, match="own is no directory"):
        listen(Address.parse(f"unix://{folder}/own/x.sock"))


def make_link(path: Path) -> None:
    """Make a link that leads nowhere."""
    path.symlink_to("elsewhere")


@pytest.mark.parametrize("make", [Path.touch, Path.mkdir, make_link])
def test_what_is_no_socket_is_left_alone(folder: Path, make: Callable[[Path], object]) -> None:
    """It is somebody's data, and a link leads to it; the server does not begin, and holds no lock."""
    folder.chmod(0o700)
    make(folder / "x.sock")
    with pytest.raises(UsageError, match="is no socket, and is left alone"):
        listen(Address.parse(f"unix://{folder}/x.sock"))
    assert [each.name for each in folder.iterdir()] == ["x.sock"]


def test_live_server_is_not_replaced(address: Address) -> None:
    """Who comes second is told which process it is, and the first one goes on."""
    with child_that_listens(address) as child:
        with pytest.raises(AddressInUse, match=f"{address} is already served by pid {child.pid}") as caught:
            listen(address)
        assert (caught.value.pid, caught.value.errno) == (child.pid, errno.EADDRINUSE)
        with dial(address, HANG_S) as client:
            assert peer_of(client).pid == child.pid


def test_server_of_the_same_process_is_not_replaced(address: Address) -> None:
    """Two services of one program need two addresses."""
    with listen(address), pytest.raises(AddressInUse, match=f"pid {os.getpid()}"):
        listen(address)


def test_live_server_that_holds_no_lock_is_not_replaced(address: Address) -> None:
    """Another program's socket is asked whether somebody listens; its file is left."""
    path = Path(address.path)
    path.parent.mkdir(0o700)
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(path))
        other.listen(0)
        with pytest.raises(AddressInUse, match=f"pid {os.getpid()}"):
            listen(address)
        with pytest.raises(
            AddressInUse, match="by another process"
        ):  # the question waits to be accepted, none else may
            listen(address)
        assert [each.name for each in path.parent.iterdir()] == ["x.sock"]


def test_socket_of_a_killed_server_is_replaced(address: Address) -> None:
    """Neither the file nor the lock that it has left is in the way."""
    path = Path(address.path)
    for _ in range(3):
        with child_that_listens(address) as child:
            child.send_signal(signal.SIGKILL)
            child.wait(HANG_S)
        assert {each.name for each in path.parent.iterdir()} == {"x.sock", "x.sock.lock"}
        with pytest.raises(ConnectionRefusedError, match=f"nobody serves {address}"):
            dial(address, HANG_S)
        with listen(address) as listener, dial(address, HANG_S), accept(listener):
            pass
        assert list(path.parent.iterdir()) == []


def test_close_leaves_the_file_of_another(address: Address) -> None:
    """Somebody has removed the file, and put another one there."""
    path = Path(address.path)
    with listen(address):
        path.unlink()
        path.touch()
    assert [each.name for each in path.parent.iterdir()] == ["x.sock"]


def test_close_without_a_file_is_harmless(address: Address) -> None:
    """Somebody has removed the file, or the whole directory."""
    path = Path(address.path)
    with listen(address):
        path.unlink()
    with listen(address):
        for each in path.parent.iterdir():
            each.unlink()
        path.parent.rmdir()


def test_forked_process_leaves_the_file_of_its_parent(address: Address) -> None:
    """It closes its copies, and the parent goes on, and is still not replaced."""
    with listen(address) as listener:
        assert status_of(forked(listener.close)) == 0
        with pytest.raises(AddressInUse):
            listen(address)
        with dial(address, HANG_S), accept(listener):
            pass


def test_one_of_many_that_begin_at_once_serves(address: Address) -> None:
    """Over the file of a killed server, too: whoever has the address is reached by all, until it ends."""
    path = Path(address.path)
    with child_that_listens(address):
        pass  # which kills it
    assert path.exists()
    reading, writing = os.pipe()

    def serve_often() -> None:
        os.close(writing)
        os.read(reading, 1)  # all begin when it is closed
        served = 0
        while served < 20:
            try:
                listener = listen(address)
            except AddressInUse:
                os.sched_yield()
                continue
            with listener, dial(address, HANG_S) as client, accept(listener):
                assert peer_of(client).pid == os.getpid()
            served += 1

    children = [forked(serve_often) for _ in range(6)]
    os.close(reading)
    os.close(writing)
    assert [status_of(pid) for pid in children] == [0] * 6
    assert list(path.parent.iterdir()) == []


def test_lock_of_a_server_that_has_just_ended_is_no_lock(address: Address) -> None:
    """Its file is removed between the opening of it and the locking; another server has made and locked the next."""
    path = Path(f"{address.path}.lock")
    others: list[int] = []

    def replace(_: FrameType, event: str, called: Any) -> None:
        if event == "c_call" and called is fcntl.flock:
            sys.setprofile(before)
            path.unlink()
            others.append(os.open(path, os.O_RDWR | os.O_CREAT))  # of one that has not bound its socket yet
            fcntl.flock(others[0], fcntl.LOCK_EX)

    before = sys.getprofile()
    sys.setprofile(replace)
    try:
        with pytest.raises(AddressInUse, match="by another process"):
            listen(address)
    finally:
        sys.setprofile(before)
    os.close(others[0])


@OF_ROOT
def test_another_user_cannot_connect(address: Address) -> None:
    """A real second user is refused by the system, before the server sees anything of it."""

    def connect() -> None:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
        with pytest.raises(PermissionError, match="by its own user alone; run as that user, or have it serve"):
            dial(address, HANG_S)

    with listen(address) as listener:
        assert status_of(forked(connect)) == 0
        assert select.select(listener.sockets, [], [], 0)[0] == []


# -- TCP


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost"])
def test_tcp_is_served_at_a_port_that_the_system_chooses(host: str) -> None:
    """All addresses of a name have one port, and a connection waits for no small message."""
    with listen(Address.parse(f"tcp+tls://{host}:0")) as listener:
        ports = {sock.getsockname()[1] for sock in listener.sockets}
        assert ports == {listener.address.port}
        assert str(listener.address) == f"tcp+tls://{host}:{listener.address.port}"
        for family, *_, target in socket.getaddrinfo(host.strip("[]"), listener.address.port, type=socket.SOCK_STREAM):
            with socket.socket(family) as client:
                client.connect(target)
                accept(listener).close()
        with dial(listener.address, HANG_S) as client, accept(listener) as server:
            tune(server)
            for sock in (client, server):
                assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0


def test_all_addresses_of_ipv6_are_those_of_ipv4_too() -> None:
    """One text serves both, and that of IPv4 itself alone."""
    with listen(Address.parse("tcp+tls://[::]:0")) as listener:
        for host in ("127.0.0.1", "[::1]"):
            with dial(Address.parse(f"tcp+tls://{host}:{listener.address.port}"), HANG_S):
                accept(listener).close()
    with listen(Address.parse("tcp+tls://0.0.0.0:0")) as listener, pytest.raises(ConnectionRefusedError):
        dial(Address.parse(f"tcp+tls://[::1]:{listener.address.port}"), HANG_S)


def test_port_that_is_in_use_is_refused() -> None:
    """Nobody knows by whom."""
    with listen(Address.parse("tcp+tls://127.0.0.1:0")) as listener:
        with pytest.raises(
            AddressInUse, match=f":{listener.address.port} is already served by another process"
        ) as caught:
            listen(listener.address)
        assert caught.value.pid is None


def test_port_is_served_again_at_once() -> None:
    """A connection that the server has ended is remembered by the system for a minute, and is not in the way."""
    address = Address.parse("tcp+tls://127.0.0.1:0")
    for _ in range(3):
        with listen(address) as listener:
            address = listener.address
            with dial(address, HANG_S) as client:
                accept(listener).close()
                assert client.recv(1) == b""


def test_host_of_another_machine_is_refused() -> None:
    """The error names the address, and is of the system's class and number."""
    with pytest.raises(OSError, match=r"tcp\+tls://192.0.2.1:7000 cannot be served") as caught:
        listen(Address.parse("tcp+tls://192.0.2.1:7000"))
    assert caught.value.errno == errno.EADDRNOTAVAIL


# -- dialling, both ways


def dial_by_loop(address: Address, timeout_s: float) -> socket.socket:
    """Dial on a loop that is there for nothing else."""
    return asyncio.run(adial(address, timeout_s))


dialled = pytest.mark.parametrize("connect", [dial, dial_by_loop])


@dialled
def test_connection_is_made(address: Address, connect: Callable[[Address, float], socket.socket]) -> None:
    """By a Unix socket, IPv4 and IPv6; the socket of a loop does not block."""
    for each in (address, Address.parse("tcp+tls://127.0.0.1:0"), Address.parse("tcp+tls://localhost:0")):
        with listen(each) as listener, connect(listener.address, HANG_S) as client, accept(listener) as server:
            assert client.gettimeout() == (None if connect is dial else 0.0)
            server.sendall(b"here")
            assert select.select([client], [], [], HANG_S)[0] == [client]
            assert client.recv(4) == b"here"


@dialled
@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_second_address_of_a_host_is_tried(
    monkeypatch: pytest.MonkeyPatch, family: int, connect: Callable[[Address, float], socket.socket]
) -> None:
    """The service listens on one of the two that the name has, whichever comes first."""

    def look_up(host: str, port: int, *_: object, **__: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET6, 1, 6, "", ("::1", port, 0, 0)), (socket.AF_INET, 1, 6, "", ("127.0.0.1", port))]

    text = "tcp+tls://127.0.0.1:0" if family == socket.AF_INET else "tcp+tls://[::1]:0"
    with listen(Address.parse(text)) as listener:
        monkeypatch.setattr(socket, "getaddrinfo", look_up)  # what localhost stands for is the machine's matter
        with connect(Address.parse(f"tcp+tls://localhost:{listener.address.port}"), HANG_S) as client:
            assert client.family == family
            accept(listener).close()


@dialled
def test_nobody_there_is_said(address: Address, connect: Callable[[Address, float], socket.socket]) -> None:
    """The class is the system's, the sentence has the address, the cause is chained."""
    with pytest.raises(FileNotFoundError, match=f"nobody serves {address} .*; start the service") as caught:
        connect(address, HANG_S)
    assert isinstance(caught.value.__cause__, FileNotFoundError)
    with listen(Address.parse("tcp+tls://127.0.0.1:0")) as listener:
        gone = listener.address
    with pytest.raises(ConnectionRefusedError, match=rf"nobody serves tcp\+tls://127.0.0.1:{gone.port} "):
        connect(gone, HANG_S)


@dialled
def test_server_that_accepts_nothing_refuses_who_is_too_many(
    address: Address, connect: Callable[[Address, float], socket.socket]
) -> None:
    """The client of a Unix socket tries again later; nothing waits, and nothing is left open."""
    said = r"takes no connection at this moment.*try again later"
    with listen(address, backlog=0), dial(address, HANG_S), pytest.raises(ConnectionRefusedError, match=said):
        connect(address, HANG_S)


@dialled
def test_server_that_does_not_answer_ends_the_wait(connect: Callable[[Address, float], socket.socket]) -> None:
    """Over TCP the system of a server whose queue is full keeps silent, as one that is gone does."""
    with listen(Address.parse("tcp+tls://127.0.0.1:0"), backlog=0) as listener, dial(listener.address, HANG_S):
        with pytest.raises(TimeoutError, match="has not answered in time; see whether it can be reached") as caught:
            connect(listener.address, 0.05)
        assert caught.value.errno == errno.ETIMEDOUT


def test_cancelled_dialling_leaves_nothing_open() -> None:
    """The test's own check finds a socket that is left."""

    async def cancel(address: Address) -> None:
        dialling = asyncio.ensure_future(adial(address, HANG_S))
        await asyncio.wait([dialling], timeout=0.05)
        dialling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await dialling

    with listen(Address.parse("tcp+tls://127.0.0.1:0"), backlog=0) as listener, dial(listener.address, HANG_S):
        asyncio.run(cancel(listener.address))


@dialled
def test_port_that_is_for_listening_is_refused(connect: Callable[[Address, float], socket.socket]) -> None:
    """Nobody can be reached there."""
    with pytest.raises(UsageError, match="port 0 is for who listens"):
        connect(Address.parse("tcp+tls://127.0.0.1:0"), HANG_S)
