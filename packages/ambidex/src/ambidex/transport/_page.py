"""Own a page of memory that two processes share: a file without a name, whose descriptor the other one inherits."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ._memory import new_mapping, new_memory_file

if TYPE_CHECKING:
    import mmap


def new_page(size: int) -> tuple[int, mmap.mmap]:
    """Return the descriptor of a new page of `size` bytes, all zero, and its mapping; no program inherits either.

    Raises:
        OSError: the system has no such file.
    """
    descriptor = new_memory_file(size)
    try:
        return descriptor, new_mapping(descriptor, size)
    except BaseException:
        os.close(descriptor)
        raise


def take_page(descriptor: int, size: int) -> mmap.mmap:
    """Return the mapping of a page that this process has inherited, and close the descriptor.

    Raises:
        OSError: it is none.
    """
    try:
        return new_mapping(descriptor, size)
    finally:
        os.close(descriptor)
