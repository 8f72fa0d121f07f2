"""Own connecting to a service: one time limit over all addresses that a host has, and errors that name the address.

An error is of the class that the system gives, which says whether to try again is of use. A server that accepts nothing
is refused at once when as many connections wait as it lets: a Unix socket cannot be waited for without asking it again
and again, and whoever tries again by a policy with jitter does better than a crowd that waits.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
import sys
import time
from typing import TYPE_CHECKING, Any

from ..errors import UsageError
from ._listening import NO_UNIX_SOCKETS
from ._pairs import enlarge

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from ._addresses import Address
    from ._stream import Stream

    Target = tuple[int, Any]  # a family, and what `connect` takes for it
    Found = list[tuple[Any, Any, int, str, Any]]  # what `getaddrinfo` gives

_LEAST_S = 0.001  # of one attempt: what is left of the time may be nothing


def tune(sock: socket.socket) -> None:
    """Set what each connection of a service has, at both ends: `accept` gives sockets that have none of it.

    A Unix socket keeps a message, as those to a child do. Over TCP small messages wait for no others; its buffers are
    left to the system, which fits them to the way: a size that is set is one that it does not change any more.
    """
    if sock.family in (socket.AF_INET, socket.AF_INET6):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    else:
        enlarge(sock)


def dial(address: Address, timeout_s: float) -> socket.socket:
    """Return a socket that is connected to a service, and blocks; waits for `timeout_s` seconds at the most.

    The look-up of a host name is not ended by the time limit, which holds for what follows.

    Raises:
        TimeoutError: nobody has answered in time.
        ConnectionRefusedError: nobody listens there, or the server takes no more connections at this moment.
        FileNotFoundError: there is no such socket file.
        PermissionError: this user may not connect to it.
        UsageError: no such address can be dialled here.
        OSError: the host is not known, or cannot be reached.
    """
    end = time.monotonic() + timeout_s
    steps = _Attempts(address, end)
    targets = _unix_target(address)
    if targets is None:
        with steps.naming():
            targets = _targets(socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM))
    for (family, target), limit_s in steps.of(targets):
        sock = socket.socket(family, socket.SOCK_STREAM)
        with steps.closing_failed(sock):
            sock.settimeout(limit_s)
            sock.connect(target)
            sock.settimeout(None)
            tune(sock)
            return sock
    raise steps.failure()


async def adial(address: Address, timeout_s: float) -> socket.socket:
    """Return a socket that is connected to a service, and does not block; for the running loop.

    It waits for `timeout_s` seconds at the most, and raises what `dial` does. Cancelling it leaves nothing open.
    """
    loop = asyncio.get_running_loop()
    end = time.monotonic() + timeout_s
    steps = _Attempts(address, end)
    targets = _unix_target(address)
    if targets is None:
        with steps.naming():
            found = await asyncio.wait_for(
                loop.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM), max(_LEAST_S, timeout_s)
            )
            targets = _targets(found)
    for (family, target), limit_s in steps.of(targets):
        sock = socket.socket(family, socket.SOCK_STREAM)
        with steps.closing_failed(sock):
            sock.setblocking(False)
            await asyncio.wait_for(_connected(loop, sock, target), limit_s)
            tune(sock)
            return sock
    raise steps.failure()


def begin(stream: Stream, data: bytes) -> None:
    """Send the first bytes over a new connection, which has room for them; it is closed where that fails.

    Raises:
        OSError: it is over.
    """
    try:
        stream.sendall(data)
    except BaseException:
        stream.close()
        raise


async def _connected(loop: asyncio.AbstractEventLoop, sock: socket.socket, target: Any) -> None:
    """Connect on a loop; a Unix socket is connected at once or not at all, and a loop would wait for it for ever."""
    if sock.family in (socket.AF_INET, socket.AF_INET6):
        await loop.sock_connect(sock, target)
    else:
        sock.connect(target)


def _unix_target(address: Address) -> list[Target] | None:
    """Return what a Unix address is connected to by; None for one of TCP, whose host is looked up.

    Raises:
        UsageError: it cannot be dialled.
    """
    if address.scheme == "tcp+tls":
        if address.port == 0:
            raise UsageError(
                f"{address} cannot be dialled: port 0 is for who listens; write the port that it was given"
            )
        return None
    if sys.platform == "win32":
        raise UsageError(f"{address} cannot be dialled here: {NO_UNIX_SOCKETS}")
    return [(socket.AF_UNIX, address.path)]


def _targets(found: Found) -> list[Target]:
    return list(dict.fromkeys((family, target) for family, _, _, _, target in found))


class _Attempts:
    """Follow the attempts at the addresses of one host, and keep what the first one has failed by.

    Each has its part of the time that is left, so that one that never answers leaves some for the others.
    """

    def __init__(self, address: Address, end: float) -> None:
        self._address = address
        self._end = end
        self._failure: OSError | None = None

    def of(self, targets: list[Target]) -> Iterator[tuple[Target, float]]:
        """Yield each target with the seconds that it may take."""
        for place, target in enumerate(targets):
            left_s = (self._end - time.monotonic()) / (len(targets) - place)
            yield target, max(_LEAST_S, left_s)

    @contextlib.contextmanager
    def naming(self) -> Generator[None]:
        """Have what the look-up of a name raises name the address."""
        try:
            yield
        except (OSError, asyncio.TimeoutError) as error:
            raise _said(error, self._address) from error

    @contextlib.contextmanager
    def closing_failed(self, sock: socket.socket) -> Generator[None]:
        """Close the socket of an attempt that fails; where the network is what failed, let the next one be made."""
        try:
            yield
        except BaseException as error:
            sock.close()
            if not isinstance(error, (OSError, asyncio.TimeoutError)):
                raise
            if self._failure is None:
                self._failure = _said(error, self._address)
                self._failure.__cause__ = error

    def failure(self) -> OSError:
        """Return what to raise when no attempt was left."""
        return self._failure or OSError(
            errno.EADDRNOTAVAIL, f"{self._address} cannot be reached: its host has no address"
        )


def _said(error: OSError | asyncio.TimeoutError, address: Address) -> OSError:
    """Return an error of the class that the system gave, which names the address and says what to do."""
    if isinstance(error, (TimeoutError, asyncio.TimeoutError, socket.timeout)) and not _number_of(error):
        return TimeoutError(errno.ETIMEDOUT, f"{address} has not answered in time; see whether it can be reached")
    if isinstance(error, BlockingIOError):
        said = "takes no connection at this moment: as many as may wait to be accepted; try again later"
        return ConnectionRefusedError(errno.ECONNREFUSED, f"{address} {said}")
    if isinstance(error, (ConnectionRefusedError, FileNotFoundError)):
        return type(error)(error.errno, f"nobody serves {address} ({error.strerror}); start the service")
    if isinstance(error, PermissionError):
        said = "may be used by its own user alone; run as that user, or have it serve tcp+tls:// with a key for each"
        return type(error)(error.errno, f"{address} {said}")
    assert isinstance(error, OSError)
    return type(error)(error.errno, f"{address} cannot be reached: {error.strerror}")


def _number_of(error: BaseException) -> int | None:
    return error.errno if isinstance(error, OSError) else None
