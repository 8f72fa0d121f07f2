"""Serve an object to other processes: a daemon behind a socket, and its clients."""

from __future__ import annotations

from ._remote import Remote, connect
from ._server import Service, ServiceLimits, serve

__all__ = ("Remote", "Service", "ServiceLimits", "connect", "serve")
