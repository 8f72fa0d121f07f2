"""Own the sockets that a service listens on: whose they are, who can reach them, and what is left when they close.

Those of a program that a service manager has started are inherited (`_activation.py`); the file of a Unix socket is
`_socket_file.py`'s.
"""

from __future__ import annotations

import errno
import socket
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any, final

from ..errors import AddressInUse, UsageError
from ._socket_file import SocketFile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from ._addresses import Address

BACKLOG = 4096  # connections that wait to be accepted; Linux allows so many since 5.4, other systems take less
_PORT_TRIES = 16  # arbitrary: another program may have the port that the system has chosen, on another address
_NOT_HERE = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)  # a name may stand for an IPv6 address where there is no IPv6
NO_UNIX_SOCKETS = (
    "Unix sockets are not served on Windows, where asyncio has none; write tcp+tls://127.0.0.1:PORT, with an identity"
)


@final
class Listener:
    """Hold the sockets that listen at one address; `name` is what the service manager calls an inherited one.

    A host name may stand for several IP addresses, and each of them has a socket; all have one port. The sockets do not
    block, and no program that is started inherits them.
    """

    def __init__(
        self, address: Address, sockets: Sequence[socket.socket], *, name: str = "", file: SocketFile | None = None
    ) -> None:
        self.address = address
        self.sockets = tuple(sockets)
        self.name = name
        self._file = file

    def close(self) -> None:
        """Listen no more, and remove the socket file where it is still this listener's own; harmless when repeated.

        Connections that nobody has accepted are ended. A process that was forked from the one that listens leaves the
        file alone.
        """
        file, self._file = self._file, None
        try:
            if file is not None:
                file.remove()  # while it is locked, and before it could look like a dead one's
        finally:
            for sock in self.sockets:
                sock.close()
            if file is not None:
                file.unlock()

    def __enter__(self) -> Listener:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def listen(address: Address, backlog: int = BACKLOG) -> Listener:
    """Return what listens at an address, whose port 0 has become the one that the system chose.

    `backlog` is how many connections may wait to be accepted, or what the system allows. Blocks while a host name is
    looked up. "[::]" is all addresses of this machine, also those of IPv4; "0.0.0.0" is all of IPv4 alone.

    Raises:
        AddressInUse: another process serves the address.
        UsageError: the directory of a Unix socket is open to other users or another's, something else has its name,
            or the system is Windows, whose asyncio has no Unix sockets.
        OSError: the host is not known or not this machine's, or the system does not allow it.
    """
    if address.scheme == "unix":
        return _listen_unix(address, backlog)
    return _listen_tcp(address, backlog)


# -- Unix sockets


def _listen_unix(address: Address, backlog: int) -> Listener:
    if sys.platform == "win32":
        raise UsageError(f"{address} cannot be served here: {NO_UNIX_SOCKETS}")
    file = SocketFile(address)
    sock = None
    try:
        file.replace_stale()
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        sock.setblocking(False)
        file.bind(sock)
        sock.listen(backlog)
    except BaseException:
        file.remove()
        if sock is not None:
            sock.close()
        file.unlock()
        raise
    return Listener(address, [sock], file=file)


# -- TCP


def _listen_tcp(address: Address, backlog: int) -> Listener:
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise _said(error, address) from error
    targets: list[tuple[int, tuple[Any, ...]]] = list(
        dict.fromkeys((family, target) for family, _, _, _, target in found)
    )
    fault = OSError(errno.EADDRNOTAVAIL, "its host has no address")
    for _ in range(1 if address.port else _PORT_TRIES):
        try:
            sockets = _bound_together(targets, address.port, backlog)
        except OSError as error:
            fault = error
            if error.errno != errno.EADDRINUSE:
                break
        else:
            return Listener(replace(address, port=sockets[0].getsockname()[1]), sockets)
    if fault.errno == errno.EADDRINUSE:
        raise AddressInUse(str(address), None) from fault
    raise _said(fault, address) from fault


def _bound_together(targets: list[tuple[int, tuple[Any, ...]]], port: int, backlog: int) -> list[socket.socket]:
    """Return a socket for each target that this machine has, one at the least, all with one port."""
    sockets: list[socket.socket] = []
    try:
        for place, (family, target) in enumerate(targets):
            try:
                sockets.append(_bound(family, (target[0], port, *target[2:]), backlog))
            except OSError as error:
                is_last = not sockets and place == len(targets) - 1
                if is_last or error.errno not in _NOT_HERE:
                    raise
            else:
                port = sockets[-1].getsockname()[1]
    except BaseException:
        for sock in sockets:
            sock.close()
        raise
    return sockets


def _bound(family: int, target: tuple[Any, ...], backlog: int) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        if sys.platform != "win32":  # there it would let two servers have one port
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0 if target[0] == "::" else 1)
        sock.bind(target)
        sock.listen(backlog)
    except BaseException:
        sock.close()
        raise
    return sock


def _said(error: OSError, address: Address) -> OSError:
    """Return an error of the same class that names the address."""
    return type(error)(error.errno, f"{address} cannot be served: {error.strerror}")
