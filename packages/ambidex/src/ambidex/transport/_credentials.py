"""Own who is at the other end of a Unix socket, as the system tells: it cannot be made up by that process.

The numbers are those of the moment at which the socket was connected, or began to listen. For the client of a socket
that was activated, that is who has opened it: the system's service manager, as root.
"""

from __future__ import annotations

import os
import socket
import struct
import sys
from dataclasses import dataclass
from typing import final

from ..errors import InternalError, PeerRefused, UsageError

_ROOT = 0


@final
@dataclass(frozen=True)
class Peer:
    """The process at the other end; `pid` is None where the system does not tell, or it is in another pid namespace.

    `uid` and `gid` are the effective ones.
    """

    pid: int | None
    uid: int
    gid: int


def peer_of(sock: socket.socket) -> Peer:
    """Return who is at the other end of a connected Unix socket.

    Raises:
        OSError: it is not connected.
        UsageError: this system does not tell. macOS is supported by what its headers say, and was not run.
        InternalError: it is no Unix socket.
    """
    if sys.platform == "win32":
        raise UsageError("Windows does not tell who is at the other end of a socket: use TLS, whose keys do")
    if sock.family != socket.AF_UNIX:
        raise InternalError("only a Unix socket knows who is at its other end; a peer over TCP is known by its key")
    if sys.platform == "linux":
        pid, uid, gid = _UCRED.unpack(sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _UCRED.size))
        return Peer(pid or None, uid, gid)
    if sys.platform == "darwin":
        return _on_macos(sock)
    raise UsageError(f"ambidex cannot ask {sys.platform} who is at the other end of a socket: use TLS, whose keys tell")


def check_peer(sock: socket.socket) -> Peer:
    """Return who is at the other end of a connected Unix socket, where that is this process's own user, or root.

    Both ends check: a server whom it serves, a client who serves it. Root is allowed, since nothing is kept from it: it
    may read the memory of any process and become any user. It is also who a client sees behind an activated socket.
    Root itself trusts root alone.

    Raises:
        PeerRefused: it is another user.
        OSError: it is not connected.
        UsageError: this system does not tell.
        InternalError: it is no Unix socket.
    """
    peer = peer_of(sock)
    assert sys.platform != "win32"  # where `peer_of` has raised
    own = os.geteuid()
    if peer.uid not in {own, _ROOT}:
        raise PeerRefused(peer.pid, peer.uid, own)
    return peer


if sys.platform != "darwin":
    _UCRED = struct.Struct("iII")  # struct ucred: pid_t, uid_t, gid_t
else:
    _SOL_LOCAL = 0  # sys/un.h
    _LOCAL_PEERCRED, _LOCAL_PEERPID = 1, 2
    # struct xucred of sys/ucred.h: version, user, how many groups, 16 groups, of which the first is the effective one
    _XUCRED = struct.Struct("IIh16I")
    _XUCRED_VERSION = 0
    _PID = struct.Struct("i")

    def _on_macos(sock: socket.socket) -> Peer:
        version, uid, count, gid, *_ = _XUCRED.unpack(sock.getsockopt(_SOL_LOCAL, _LOCAL_PEERCRED, _XUCRED.size))
        if version != _XUCRED_VERSION or count < 1:
            raise OSError(f"the system told of a peer in form {version} with {count} groups, which is not known here")
        (pid,) = _PID.unpack(sock.getsockopt(_SOL_LOCAL, _LOCAL_PEERPID, _PID.size))
        return Peer(pid or None, uid, gid)
