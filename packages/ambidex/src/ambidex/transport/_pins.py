"""Own views that tell when nobody has them any more: of memory that somebody else gets then."""

from __future__ import annotations

import functools
import weakref
from pickle import PickleBuffer
from typing import TYPE_CHECKING, Any

from ._slots import rounded

if TYPE_CHECKING:
    import mmap
    from collections.abc import Callable


_OWN = "ambidex_own"  # on what pins memory that nobody but its views shows


def is_own_memory(value: object) -> bool:
    """Tell whether a value, which views are over, stands for memory that nothing else shows while it is there."""
    return type(value).__name__.startswith("c_ubyte_Array_") and getattr(value, _OWN, False) is True


def pinned(mapping: mmap.mmap, offset: int, length: int, on_free: Callable[..., object], *args: Any) -> memoryview:
    """Return a view of a range of a mapping, flat and of bytes, which may be written to.

    The mapping reaches to the next multiple of `UNIT` behind the range at least. When the last object over the view is
    gone (the view, its slices, an array that was unpickled from it), `on_free` is called with `args`, once. That may be
    in any thread, and in the middle of anything; so it may do no more than append to a deque.
    """
    # An object of ctypes is what the standard library has over memory of another object and under weak references;
    # slices of a view do not keep the view itself. ctypes keeps its types, hence one for each multiple of UNIT.
    ctypes, untrack = _ctypes()
    pin = (ctypes.c_ubyte * rounded(length)).from_buffer(mapping, offset)
    # The collector calls weak references back before the `__del__` of what else is in a cycle, which may read the
    # view, and keep it. What it does not track goes when its last reference does, after that.
    untrack(pin)
    setattr(pin, _OWN, True)
    weakref.finalize(pin, on_free, *args).atexit = False
    # Not over a view of the pin: two in a row in a cycle crash the collector before Python 3.13.
    return PickleBuffer(pin).raw()[:length]


@functools.cache
def _ctypes() -> tuple[Any, Callable[[object], None]]:
    """Return ctypes, and what hides an object from the collector; here: it takes milliseconds, and few need it."""
    import ctypes

    return ctypes, ctypes.PYFUNCTYPE(None, ctypes.py_object)(("PyObject_GC_UnTrack", ctypes.pythonapi))
