"""Interrupts of a function at each place at which CPython may run a signal handler."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType, ModuleType


class Interrupt(BaseException):
    """What a signal handler raises, as `KeyboardInterrupt` is."""


def interrupted(
    module: ModuleType, number: int, work: Callable[[], object], kind: type[BaseException] = Interrupt
) -> bool:
    """Interrupt some work at the place of that number in a module; False where it has not so many.

    A place is where a function begins, and where one that it has called has ended: from Python 3.10 on signal handlers
    run there, and where a loop begins anew.
    """
    left = number

    def profile(frame: FrameType, event: str, _: Any) -> None:
        nonlocal left
        if frame.f_code.co_filename == module.__file__ and event != "c_call":
            left -= 1
            if left == 0:
                sys.setprofile(None)
                raise kind

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        work()
    except kind:
        pass
    finally:
        sys.setprofile(before)
    return left <= 0
