"""What a child process says of itself."""

from __future__ import annotations

from ._child import ChildWorker

__all__ = ("ChildWorker",)
