"""Own that what is sent from its own memory is what it was when it was given, whoever changes it meanwhile.

Long data is sent piece by piece, while other code runs. What nobody else refers to, nobody changes: it goes as it is.
What somebody may refer to is copied. Nobody is known to only where the interpreter counts references, and the memory is
of a kind of which it is known who else has it: bytes, bytearrays, arrays of numpy and views of these.

Whoever asks holds the value no more: neither in a variable, nor in one of a function that it was called by.
"""

from __future__ import annotations

import gc
import sys
import weakref
from typing import TYPE_CHECKING, Any

from ..transport import is_own_memory

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_type_of: Callable[[object], type[Any]] = type  # strict checkers lose what is Any in `type(value)`
_references: Callable[[object], int] | None = getattr(sys, "getrefcount", None)  # PyPy has none
_MOST_LINKS = 16  # from a view to its memory: arbitrary, six are usual


def steady(buffers: Sequence[memoryview]) -> Sequence[memoryview]:
    """Return flat views of bytes, those of them copied that somebody else may change until they are sent."""
    return [memoryview(bytes(each)) if _may_change(each, _ALONE) else each for each in buffers] if buffers else buffers


def _may_change(view: memoryview, alone: int) -> bool:
    """Tell whether anybody may have the memory of a view who is no link between the two.

    `alone` is how many references are counted to a link that is known to the one before it alone.
    """
    if _references is None:
        return not isinstance(view.obj, bytes)
    link: Any = view
    shown: Any = None
    for _ in range(_MOST_LINKS):
        kind = _type_of(link)
        if kind is memoryview:
            if isinstance(link.obj, bytes):
                return False
            exports = gc.get_referents(link)  # the one export, which the view shares with its slices and casts
            if len(exports) != 1:
                return True
            link, shown = exports.pop(), link.obj
        elif shown is not None:
            link, shown = shown, None
        elif kind in (bytes, bytearray) or is_own_memory(link):
            return False
        elif kind.__module__ == "numpy" and kind.__name__ == "ndarray":
            if link.base is None:
                return not link.flags.owndata
            link = link.base
        else:
            return True
        if _references(link) > alone or (weakref.getweakrefcount(link) and not is_own_memory(link)):
            return True
    return True


def _alone() -> int:
    """Return how many references `_may_change` counts to what nobody else has: that differs from version to version."""
    return next((count for count in range(1, 10) if not _may_change(memoryview(bytearray(1)), count)), 0)


_ALONE = _alone()
