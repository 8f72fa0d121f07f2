"""Own the file of a Unix socket that a service listens at, its directory, and the lock that says who has it.

The socket stands in a directory that is its user's own and closed to others; so nobody else can reach it, whatever its
mode is. That becomes 0600 between `bind` and `listen`, before which nobody can connect, so no umask has a part in it:
that is one of the process, and other threads make files meanwhile. Who owns a directory above may put another one in
its place; therefore both ends also ask the system who the other is (`_credentials.py`).

Beside it stands a file that the server has locked as long as it listens: PATH.lock. The system lets go of the lock when
the process ends, however it ends. So of two servers that begin at once one is refused, and a socket file whose lock is
free and that nobody answers at is left over from a server that was killed, and is replaced.
"""

from __future__ import annotations

import contextlib
import os
import socket
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING, final

from ..errors import AddressInUse, UsageError
from ._credentials import peer_of

if TYPE_CHECKING:
    from ._addresses import Address

_LOCK_TRIES = 16  # arbitrary: each time another server has ended between two of our system calls


@final
class SocketFile:
    """Own the file of a Unix socket that listens, and the lock beside it, from before the file is made.

    Raises:
        AddressInUse: another process has the lock.
        UsageError: the directory is open to other users, or another's.
        OSError: the directory cannot be made, or the lock file.
    """

    def __init__(self, address: Address) -> None:
        self._address = address
        self._path = Path(address.path)
        self._bound: tuple[int, int] | None = None  # device and number of the file that this has made
        self._process = os.getpid()
        _prepare_directory(self._path.parent, address)
        self._lock_path = self._path.with_name(self._path.name + ".lock")
        self._lock: int | None = self._locked()

    def replace_stale(self) -> None:
        """Remove the socket file that a dead server has left.

        Raises:
            AddressInUse: it is a live one's, that holds no lock.
            UsageError: it is no socket.
        """
        try:
            mode = self._path.lstat().st_mode
        except FileNotFoundError:
            return
        if not stat.S_ISSOCK(mode):
            raise UsageError(
                f"{self._address} cannot be served: {self._path} is no socket, and is left alone; "
                "remove it, or write another path"
            )
        is_served, pid = _ask(self._path)
        if is_served:
            raise AddressInUse(str(self._address), pid)
        self._path.unlink()

    def bind(self, sock: socket.socket) -> None:
        """Give a socket the path, which its user alone may open."""
        sock.bind(str(self._path))
        found = self._path.lstat()
        self._bound = found.st_dev, found.st_ino
        self._path.chmod(0o600)

    def remove(self) -> None:
        """Remove the socket file where this has made it, and nobody has put another one in its place."""
        if os.getpid() != self._process or self._lock is None:
            return
        with contextlib.suppress(FileNotFoundError):  # somebody has removed it, or its directory
            found = self._path.lstat()
            if (found.st_dev, found.st_ino) == self._bound:
                self._path.unlink()
        self._bound = None

    def unlock(self) -> None:
        """Let the next server have the path; it is asked for after the socket was closed."""
        lock, self._lock = self._lock, None
        if lock is None:
            return
        if os.getpid() == self._process:
            with contextlib.suppress(FileNotFoundError):
                if _is_same(lock, self._lock_path):
                    self._lock_path.unlink()  # while it is locked: whoever opens it meanwhile sees that it is gone
        os.close(lock)

    def _locked(self) -> int:
        """Return the descriptor of the lock file, which this has locked."""
        assert sys.platform != "win32"
        import fcntl

        for _ in range(_LOCK_TRIES):
            descriptor = os.open(self._lock_path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if _is_same(descriptor, self._lock_path):
                    os.fchmod(descriptor, 0o600)  # a umask may have taken the user's own rights away
                    return descriptor
            except FileNotFoundError:  # its owner has ended since this opened it, and another server may have begun
                pass
            except BlockingIOError:
                os.close(descriptor)
                raise AddressInUse(str(self._address), _ask(self._path)[1]) from None
            except BaseException:
                os.close(descriptor)
                raise
            os.close(descriptor)
        raise AddressInUse(str(self._address), None)


def _is_same(descriptor: int, path: Path) -> bool:
    """Tell whether a path is still that of an open file.

    Raises:
        FileNotFoundError: there is nothing at the path.
    """
    return os.path.samestat(os.fstat(descriptor), path.lstat())


def _ask(path: Path) -> tuple[bool, int | None]:
    """Tell whether somebody listens at a socket file, and who."""
    assert sys.platform != "win32"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
        sock.setblocking(False)
        try:
            sock.connect(str(path))
            return True, peer_of(sock).pid
        except BlockingIOError:  # so many wait to be accepted that nobody is told who listens
            return True, None
        except (ConnectionRefusedError, FileNotFoundError):
            return False, None
        except (OSError, UsageError):  # it is there, and says no more: never taken for a dead one
            return True, None


def _prepare_directory(directory: Path, address: Address) -> None:
    """Make the directory of a socket where it is missing, and see that nobody else can reach what is in it."""
    assert sys.platform != "win32"
    for missing in [each for each in (directory, *directory.parents) if not each.exists()][::-1]:
        with contextlib.suppress(FileExistsError):  # another server makes it as well
            missing.mkdir(0o700)
            missing.chmod(0o700)  # a umask may have taken the user's own rights away
    found = directory.stat()
    fault = None
    if not stat.S_ISDIR(found.st_mode):
        fault = f"{directory} is no directory; write another path"
    elif found.st_uid != os.geteuid():
        fault = (
            f"{directory} is the directory of user {found.st_uid}, and this process runs as user {os.geteuid()}; "
            f"write a path in a directory of that user's own, as in unix://{directory}/NAME/{Path(address.path).name}"
        )
    elif stat.S_IMODE(found.st_mode) & 0o077:
        fault = (
            f"{directory} is open to other users (mode {stat.S_IMODE(found.st_mode):04o}); "
            f"write chmod 700 {directory}, or a path in a directory of the service's own"
        )
    if fault is not None:
        raise UsageError(f"{address} cannot be served: {fault}")
