"""Own the end of a child whose parent has died, whatever the child is doing then.

End of file on a socket is not enough: a process that the parent has forked may hold the other end open. So the parent
itself is watched as well, where the system can (Linux, macOS).

A thread does it, for the loop may be held up. It cannot do so while a function of C keeps the interpreter's lock.
"""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import TYPE_CHECKING

from ..runtime._watch_parent import end_when_gone
from ._exit import open_exit

if sys.platform == "win32":
    import _winapi

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Sequence

__all__ = ("watch_parent",)


def watch_parent(
    loop: asyncio.AbstractEventLoop,
    parent_pid: int,
    on_orphaned: Callable[[], object],
    *,
    sockets: Sequence[int] = (),
    grace_s: float = 5.0,  # arbitrary: as long as a person waits
) -> None:
    """Call `on_orphaned` on the loop, once, when the parent has died, or has closed its end of one of these sockets.

    If the process has not ended `grace_s` seconds later, it is killed, with the process group that it leads. To be
    called once, before anything of the user's runs. The sockets are to stay open; Windows does not watch them.
    """
    try:
        parent = _open(parent_pid)
    except ProcessLookupError:
        parent = None
    # Asked after that: if the parent has died before, the number is nobody's, or by now another process's.
    is_orphan = sys.platform != "win32" and os.getppid() != parent_pid
    ends = () if parent is None else (parent,)
    end_when_gone(ends, sockets, is_orphan, partial(loop.call_soon_threadsafe, on_orphaned), grace_s)


if sys.platform == "win32":

    def _open(pid: int) -> int | None:
        synchronize = 0x00100000  # the right to wait for it
        return _winapi.OpenProcess(synchronize, False, pid)

else:
    _open = open_exit
