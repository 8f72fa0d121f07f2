"""A daemon that serves objects and publishes events, and the client that connects to it and comes back."""

from __future__ import annotations

__all__: tuple[str, ...] = ()
