"""Own the door to TLS, apart from that of the folder: a child process that talks to its parent never loads `ssl`."""

from __future__ import annotations

from ._tls import TlsSocket
from ._tls_handshake import Credentials, Tls

__all__ = ("Credentials", "Tls", "TlsSocket")
