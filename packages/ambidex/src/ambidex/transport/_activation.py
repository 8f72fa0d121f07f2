"""Own the sockets that a service manager has opened, and hands to the program that it starts when somebody connects.

The manager says in the environment how many descriptors there are from 3 on (LISTEN_FDS), for which process
(LISTEN_PID), and what they are called (LISTEN_FDNAMES). They outlive the process: clients that connect while it is
restarted wait, and are refused never.

Source: sd_listen_fds(3) of systemd.
"""

from __future__ import annotations

import contextlib
import os
import re
import socket
import stat
import sys
from typing import TYPE_CHECKING

from ..errors import UsageError
from ._addresses import Address
from ._listening import Listener

if TYPE_CHECKING:
    from collections.abc import MutableMapping

_FIRST = 3  # SD_LISTEN_FDS_START
_MOST = 1024  # arbitrary: no manager hands over so many; a number is checked before it is counted to
_VARIABLES = ("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "LISTEN_PIDFDID")
_DECIMAL = re.compile(r"[0-9]{1,10}")


def inherited(environment: MutableMapping[str, str] = os.environ) -> list[Listener]:
    """Return what listens on the sockets that a service manager has handed to this process; none where there are none.

    Each has the name that the manager gives it. The variables are removed from the environment, whoever they are for,
    so a second call returns none, and no program that this one starts believes that they are for it. The sockets are
    not inherited on. The files of Unix sockets are the manager's, who made them and removes them; so are their modes:
    set SocketMode=0600, and check each peer (`check_peer`) all the same.

    Raises:
        UsageError: what was handed over is not what a service listens on; the sockets before it are closed, too.
    """
    said = {name: environment.pop(name, "") for name in _VARIABLES}
    if not said["LISTEN_FDS"] or said["LISTEN_PID"] != str(os.getpid()):  # they were for the process that started us
        return []
    if sys.platform == "win32":
        raise UsageError("LISTEN_FDS is set, and Windows hands over no descriptors; remove it from the environment")
    if not _DECIMAL.fullmatch(said["LISTEN_FDS"]) or not 0 < int(said["LISTEN_FDS"]) <= _MOST:
        raise UsageError(f"LISTEN_FDS={said['LISTEN_FDS']!r} is no number of descriptors from 1 to {_MOST}")
    descriptors = range(_FIRST, _FIRST + int(said["LISTEN_FDS"]))
    with contextlib.ExitStack() as closing:
        sockets = [_taken(descriptor, closing) for descriptor in descriptors]
        names = said["LISTEN_FDNAMES"].split(":") if said["LISTEN_FDNAMES"] else [""] * len(sockets)
        _check(sockets, names)
        listeners = [Listener(_address_of(sock), [sock], name=name) for sock, name in zip(sockets, names)]
        closing.pop_all()
    return listeners


def _taken(descriptor: int, closing: contextlib.ExitStack) -> socket.socket:
    """Return the socket of a descriptor, which is this process's alone from now on.

    Raises:
        UsageError: it is none.
    """
    try:
        is_socket = stat.S_ISSOCK(os.fstat(descriptor).st_mode)
    except OSError:
        raise UsageError(f"descriptor {descriptor}, which LISTEN_FDS counts, is not open") from None
    if not is_socket:
        closing.callback(os.close, descriptor)
        raise UsageError(f"descriptor {descriptor}, which LISTEN_FDS counts, is no socket; write ListenStream= alone")
    os.set_inheritable(descriptor, False)
    sock = closing.enter_context(socket.socket(fileno=descriptor))
    sock.setblocking(False)
    return sock


def _check(sockets: list[socket.socket], names: list[str]) -> None:
    """See that sockets listen for connections, and have one name each."""
    if len(names) != len(sockets):
        raise UsageError(f"LISTEN_FDNAMES has {len(names)} names, and LISTEN_FDS counts {len(sockets)} descriptors")
    for sock in sockets:
        is_stream = sock.type == socket.SOCK_STREAM
        if not is_stream or not sock.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
            raise UsageError(
                f"descriptor {sock.fileno()}, which LISTEN_FDS counts, listens for no connections; "
                "write ListenStream=, and Accept=no"
            )


def _address_of(sock: socket.socket) -> Address:
    """Return where an inherited socket listens."""
    assert sys.platform != "win32"
    name = sock.getsockname()
    if sock.family == socket.AF_UNIX:
        text = os.fsdecode(name) if not isinstance(name, bytes) else "@" + os.fsdecode(name[1:])  # an abstract one
        return Address.parse(f"unix://{text}")
    if sock.family in (socket.AF_INET, socket.AF_INET6):
        return Address("tcp+tls", host=name[0], port=name[1])
    raise UsageError(f"descriptor {sock.fileno()} listens on {sock.family.name}, and not on a Unix socket or TCP")
