"""Own child processes: start, watch, end them, and call what lives in them.

The only part of ambidex that starts processes. A child needs nothing installed: it is lent the package it is started
from, unless its own environment has one.
"""

from __future__ import annotations

from ._child import ChildWorker
from ._parent import BlockingWorker, ParentWorker

__all__ = (
    "BlockingWorker",
    "ChildWorker",
    "ParentWorker",
)
