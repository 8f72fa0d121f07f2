"""What starts child processes and calls them."""

from __future__ import annotations

from ._lines import OutputLine
from ._parent import BlockingWorker, ParentWorker
from ._pool import BlockingPool, WorkerPool
from ._pool_statistics import PoolStatistics
from ._restarts import RestartPolicy

__all__ = (
    "BlockingPool",
    "BlockingWorker",
    "OutputLine",
    "ParentWorker",
    "PoolStatistics",
    "RestartPolicy",
    "WorkerPool",
)
