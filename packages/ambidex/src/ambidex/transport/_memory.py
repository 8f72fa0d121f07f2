"""Own what the arena asks of the system: a file in memory, its mapping, copies, and room for a long copy."""

from __future__ import annotations

import contextlib
import mmap
import os
import sys

LEAST = 256 * 1024  # bytes: a shorter buffer is as fast through the socket
_PIECE = 32 * 1024 * 1024  # bytes, copied in 5 ms: other threads have their turn in between
_LONG = 32 * 1024 * 1024  # bytes: glibc's malloc asks the system for each longer block anew, page by page
_NAME = "ambidex-arena"  # what /proc/PID/maps calls the memory


def is_available() -> bool:
    """Tell whether this platform and this interpreter can share memory this way; Windows cannot."""
    if sys.platform == "win32":
        return False
    from importlib.util import find_spec  # here, and not at each start of a child

    return find_spec("_ctypes") is not None


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


def copy_in_pieces(target: mmap.mmap, offset: int, source: memoryview) -> None:
    """Copy all of `source` to `target` at `offset`; other threads run between the pieces."""
    for begin in range(0, len(source), _PIECE):
        piece = source[begin : begin + _PIECE]
        target[offset + begin : offset + begin + len(piece)] = piece


def copied(source: memoryview) -> memoryview:
    """Return a writable copy; a long one is made of long pages, which takes half the time."""
    if sys.platform != "linux" or len(source) < _LONG:
        return memoryview(bytearray(source))
    room = _long_room(len(source))
    copy_in_pieces(room, 0, source)
    return memoryview(room)


def new_room(size: int) -> bytearray | memoryview:
    """Return memory to receive into, all zeros; a long one is made of long pages, as that of `copied`."""
    return bytearray(size) if sys.platform != "linux" or size < _LONG else memoryview(_long_room(size))


def _long_room(size: int) -> mmap.mmap:
    assert sys.platform == "linux"
    room = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    with contextlib.suppress(OSError):  # a kernel without them: short pages it is
        room.madvise(mmap.MADV_HUGEPAGE)
    return room


def discard(descriptor: int, mapping: mmap.mmap, begin: int, end: int) -> bool:
    """Have the system forget what stands in a range of a file, whose length stays; tell whether it can.

    Outside Linux it can where the range reaches to the end of the file.
    """
    if sys.platform == "linux":
        mapping.madvise(mmap.MADV_REMOVE, begin, end - begin)
        return True
    return cut(descriptor, begin, end)


def cut(descriptor: int, begin: int, end: int) -> bool:
    """Do what `discard` does by making the file shorter and longer again."""
    size = os.fstat(descriptor).st_size
    if end < size:
        return False
    os.ftruncate(descriptor, begin)
    os.ftruncate(descriptor, size)
    return True
