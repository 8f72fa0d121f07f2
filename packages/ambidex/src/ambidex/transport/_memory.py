"""Own what the arena asks of the system: a file in memory, its mapping, copies, and room for a long copy."""

from __future__ import annotations

import contextlib
import mmap
import os
import sys

LONG = 32 * 1024 * 1024  # bytes: glibc's malloc asks the system for each longer block anew, page by page
_NAME, _ARENA = "ambidex-page", "ambidex-arena"  # what /proc/PID/maps calls the memory


def new_memory_file(size: int) -> int:
    """Return the descriptor of a new sparse file without a name; a program that this one starts does not get it.

    Raises:
        OSError: the system has none, or not so long.
    """
    descriptor = _new_file()
    try:
        os.ftruncate(descriptor, size)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def new_sealed_file(size: int) -> int | None:
    """Return the descriptor of a new sparse file whose length nobody can change; None where the system has none.

    Whoever maps it finds memory in all of it, or is given new one: no process that has it can take any away.

    Raises:
        OSError: not so long, or this process has too many descriptors.
    """
    if sys.platform != "linux" or not hasattr(os, "memfd_create"):  # Python was built for an older system
        return None
    import fcntl

    descriptor = os.memfd_create(_ARENA, os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        os.ftruncate(descriptor, size)
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _new_file() -> int:
    if sys.platform == "linux" and hasattr(os, "memfd_create"):  # not where Python was built for an old system
        return os.memfd_create(_NAME, os.MFD_CLOEXEC)
    import tempfile

    folder = "/dev/shm" if sys.platform == "linux" else None  # noqa: S108  the file has no name there
    with tempfile.TemporaryFile(dir=folder, prefix=_NAME) as file:
        return os.dup(file.fileno())


def new_mapping(descriptor: int, size: int) -> mmap.mmap:
    """Map a file for writing; the mapping keeps a descriptor of its own before Python 3.13."""
    if sys.version_info >= (3, 13):
        return mmap.mmap(descriptor, size, trackfd=False)
    return mmap.mmap(descriptor, size)


def write_to_file(descriptor: int, offset: int, buffer: memoryview) -> None:
    """Write all of a buffer; other threads run meanwhile."""
    assert sys.platform != "win32"
    while buffer:
        count = os.pwrite(descriptor, buffer, offset)
        buffer, offset = buffer[count:], offset + count


def new_room(size: int) -> bytearray | memoryview:
    """Return memory to receive into, all zeros; a long one is made of long pages."""
    return bytearray(size) if sys.platform != "linux" or size < LONG else memoryview(long_room(size))


def long_room(size: int) -> mmap.mmap:
    """Return memory for `LONG` bytes and more, of long pages where the system has them."""
    assert sys.platform == "linux"
    room = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    with contextlib.suppress(OSError):  # a kernel without them: short pages it is
        room.madvise(mmap.MADV_HUGEPAGE)
    return room


def discard(mapping: mmap.mmap, begin: int, end: int) -> None:
    """Have the system forget what stands in a range of a file, whose length stays."""
    assert sys.platform == "linux"
    mapping.madvise(mmap.MADV_REMOVE, begin, end - begin)
