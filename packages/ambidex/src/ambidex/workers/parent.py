"""What starts child processes and calls them."""

from __future__ import annotations

from ._lines import OutputLine
from ._parent import BlockingWorker, ParentWorker
from ._restarts import RestartPolicy

__all__ = (
    "BlockingWorker",
    "OutputLine",
    "ParentWorker",
    "RestartPolicy",
)
