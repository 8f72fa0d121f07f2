"""The child in which the tests of faces place what they also use in this process."""

from __future__ import annotations

from ambidex import ChildWorker


class Atlas(ChildWorker):
    """Serve what is public in `_atlas`, and nothing by name."""
