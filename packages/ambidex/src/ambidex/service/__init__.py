"""Serve an object to other processes: a daemon behind a socket, and its clients."""

from __future__ import annotations

from ._health import Health
from ._reconnecting import ReconnectPolicy
from ._remote import Remote, connect
from ._server import Service, ServiceLimits, serve

__all__ = ("Health", "ReconnectPolicy", "Remote", "Service", "ServiceLimits", "connect", "serve")
