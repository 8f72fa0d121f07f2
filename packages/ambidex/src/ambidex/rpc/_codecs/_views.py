"""Own what codecs send of a view of memory."""

from __future__ import annotations


def flat(view: memoryview) -> memoryview:
    """Return the bytes of a view in the order of its items, from its own memory where they stand there so.

    It is no view over the view, as `PickleBuffer` makes one: two in a row in a cycle crash the collector of Python
    before 3.13.
    """
    if view.c_contiguous:
        try:
            return view.cast("B")
        except TypeError:  # of items that casts do not know, or of none
            pass
    return memoryview(view.tobytes())
