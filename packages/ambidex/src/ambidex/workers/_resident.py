"""Own how much memory a process holds, where the system tells without being asked to run a program."""

from __future__ import annotations

import sys

from ..errors import UsageError

if sys.platform == "linux":
    import os

    _PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")

    def check_can_tell() -> None:
        """Check that memory can be read here; it can."""

    def resident_bytes(pid: int) -> int:
        """Return the resident memory of a process, 0 where it is gone."""
        try:
            with open(f"/proc/{pid}/statm", "rb") as file:  # noqa: PTH123  at each call's end: a Path costs more
                return int(file.read().split()[1]) * _PAGE_BYTES
        except (OSError, IndexError):  # it has ended meanwhile
            return 0

else:

    def check_can_tell() -> None:
        """Check that memory can be read here.

        Raises:
            UsageError: it cannot.
        """
        raise UsageError(
            "max_memory_bytes= needs the memory of another process, which is read on Linux alone; "
            "give max_calls_per_worker= instead"
        )

    def resident_bytes(pid: int) -> int:
        """Return 0: it is not known here, and nobody asks after `check_can_tell`."""
        _ = pid
        return 0
