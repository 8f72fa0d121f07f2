"""Own telling a service manager how a program is, by the socket that it has given it.

Source: sd_notify(3) of systemd.
"""

from __future__ import annotations

import os
import socket
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def notify(state: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Tell the service manager a state, such as "READY=1"; False where there is none that wants to know.

    Raises:
        OSError: its socket (NOTIFY_SOCKET) cannot be reached.
    """
    address = environment.get("NOTIFY_SOCKET", "")
    if sys.platform == "win32" or not address.startswith(("/", "@")):
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.connect(address if address.startswith("/") else "\0" + address[1:])  # an abstract one
        sock.sendall(state.encode())
    return True
