"""Live in a process that gevent has patched: imported only where its monkey patch was found."""

from __future__ import annotations
