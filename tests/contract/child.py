"""The child process in which one of the channels of this suite reaches the implementation."""

from __future__ import annotations

from ambidex import ChildWorker


class Harbour(ChildWorker):
    """Serve what is public in `_harbour`, and nothing by name."""
