"""Own the copy of a long buffer into shared memory: by two threads, where that is worth the start of one.

One thread copies 7 to 9 GB/s, and the memory takes nearly twice as much; the process that waits for the buffer has
nothing to do meanwhile. The copy is that of the C library, which other threads run beside: an assignment to a slice
holds the interpreter.
"""

from __future__ import annotations

import functools
from collections import deque
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import mmap
    from collections.abc import Callable, Generator

    from ..runtime import Beside

WORTH = 8 * 1024 * 1024  # bytes from which on a second thread copies: 1 ms, which is many starts of a thread
_PIECE = 1024 * 1024  # bytes: a tenth of a millisecond, in which a loop does nothing else


class Moving:
    """Copy a flat view to where it stays in a mapping, by `steps`; that is not used again before `end` has returned."""

    def __init__(self, source: memoryview, mapping: mmap.mmap, offset: int) -> None:
        self._source = source
        self._mapping = mapping
        self._offset = offset
        self._pieces = deque(range(0, len(source), _PIECE))  # which two threads take from
        self._copied: Callable[[int, int], object] | None = None
        self._beside: Beside | None = None

    @property
    def left(self) -> int:
        """How many pieces nobody has begun."""
        return len(self._pieces)

    def steps(self) -> Generator[None, None, None]:
        """Copy a piece in each step.

        Raises:
            BufferError: the view is not flat.
        """
        if len(self._source) >= WORTH:
            from ..runtime import Beside  # here: a child that copies little starts without the runtime

            self._copied = _copier(self._source, self._mapping, self._offset)
            self._beside = Beside(self._piece)
            self._beside.start()
        while self._piece():
            yield
        self.end()

    def end(self) -> None:
        """Copy nothing more, and wait for the piece that another thread copies."""
        self._pieces.clear()
        if self._beside is not None:
            self._beside.wait()
            self._beside = None  # which refers to this, and with it to what was copied

    def _piece(self) -> bool:
        """Copy a piece, and tell whether there are more."""
        try:
            begin = self._pieces.popleft()
        except IndexError:  # the other thread has come first
            return False
        end = min(begin + _PIECE, len(self._source))
        if self._copied is None:
            self._mapping[self._offset + begin : self._offset + end] = self._source[begin:end]
        else:
            self._copied(begin, end - begin)
        return bool(self._pieces)


def _copier(source: memoryview, mapping: mmap.mmap, offset: int) -> Callable[[int, int], object]:
    """Return what copies a range of a view, given its begin and its length; it holds both."""
    ctypes, new_view = _ctypes()
    view = new_view()
    ctypes.pythonapi.PyObject_GetBuffer(ctypes.py_object(source), ctypes.byref(view), 0)
    origin = view.buf
    ctypes.pythonapi.PyBuffer_Release(ctypes.byref(view))
    target = ctypes.c_ubyte.from_buffer(mapping, offset)
    place = ctypes.addressof(target)

    def copy(begin: int, length: int) -> None:
        _ = source, target  # whose memory stays for as long
        ctypes.memmove(place + begin, origin + begin, length)

    return copy


@functools.cache
def _ctypes() -> tuple[Any, Any]:
    """Return ctypes and Python's `Py_buffer`; here: it takes milliseconds, and few need it."""
    import ctypes

    class View(ctypes.Structure):
        _fields_ = (
            ("buf", ctypes.c_void_p),
            ("obj", ctypes.py_object),
            ("len", ctypes.c_ssize_t),
            ("itemsize", ctypes.c_ssize_t),
            ("readonly", ctypes.c_int),
            ("ndim", ctypes.c_int),
            ("format", ctypes.c_char_p),
            ("shape", ctypes.c_void_p),
            ("strides", ctypes.c_void_p),
            ("suboffsets", ctypes.c_void_p),
            ("internal", ctypes.c_void_p),
        )

    return ctypes, View
