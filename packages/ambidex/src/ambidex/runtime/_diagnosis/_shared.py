"""The one table that all copies of this library in a process share.

A published library may carry its own copy of these folders. Copies are unrelated modules: they know each other through
this table alone, by structure and by the version in its name, and it holds nothing but builtin types. It stands in the
dict of `sys`, which each interpreter has one of, and is made by one `setdefault`, so that two copies that are imported
at once get the same.

There is no lock, which a fork could leave locked: each step is one operation on a dict. But without a GIL a dict has a
lock of its own, so a forked child never touches what its parent's threads wrote: it has new dicts, hence they are
always to be named with this module. The copies, entered by imports alone, are there still.

What another copy reads, and what a change of `VERSION` is therefore due for: the keys of `Wait` and `Copy`, and of a
call `name`, `done`, `task`, `deadline`, `end_reason` and `thread` with its `loop` and `name`.
"""

from __future__ import annotations

import sys
from os import getpid
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, FrameType
    from typing import TypedDict

    class Wait(TypedDict):
        """A thread that runs a loop and is blocked in a call."""

        loop: int  # the id of the loop that it holds
        target: int  # the id of the loop that it waits for
        target_name: str
        call: Any  # a Call of whichever copy
        name: str
        instead: str  # the code to write in its place

    class Copy(TypedDict):
        """What one copy of the library does for the others."""

        start_exit: Callable[[], Callable[[], object]]  # starts closing all it runs; what it returns waits for that
        threads: Callable[[], list[Any]]  # the threads of its loops: `name`, `ident` and `loop`
        standing: Callable[[], dict[int, Any]]  # without a GIL: the stacks of the threads that wait in its calls

    class Table(TypedDict):
        """The table itself."""

        waits: dict[int, Wait]  # by the id of the entry; in the order of entering
        awaits: dict[int, Any]  # by the id of a task: the Call on another loop that it awaits
        sites: dict[tuple[str, int], object]  # file and line of each blocking call inside a loop that was warned about
        process: int  # whose these three are
        copies: dict[str, Copy]  # by the package of the copy; in the order of import
        # Functions of this library, with a function that finds in a frame of theirs the call that the frame
        waiters: dict[CodeType, Callable[[FrameType], Any]]  # waits for
        workers: dict[CodeType | str, Callable[[FrameType], Any]]  # carries out; also by the function's name


F = TypeVar("F", bound="Callable[..., Any]")

VERSION = 1

_table = cast(
    "Table",
    sys.__dict__.setdefault(
        f"__ambidex_shared_{VERSION}__",
        {"waits": {}, "awaits": {}, "sites": {}, "process": getpid(), "copies": {}, "waiters": {}, "workers": {}},
    ),
)
waits = _table["waits"]
awaits = _table["awaits"]
sites = _table["sites"]
copies = _table["copies"]
waiters = _table["waiters"]
workers = _table["workers"]


def waits_for(read: Callable[[FrameType], Any]) -> Callable[[F], F]:
    """Mark a function in whose frame somebody waits for a call; `read` finds that call, or None, in such a frame."""

    def mark(function: F) -> F:
        waiters[function.__code__] = read  # pyright: ignore[reportFunctionMemberAccess]
        return function

    return mark


def carries_out(read: Callable[[FrameType], Any]) -> Callable[[F], F]:
    """Mark a function in whose frame the work of a call is done; `read` finds that call in such a frame."""

    def mark(function: F) -> F:
        workers[function.__code__] = read  # pyright: ignore[reportFunctionMemberAccess]
        return function

    return mark


def forget() -> None:
    """Forget, in a forked child, which of the parent's threads wait and what the parent has been warned of."""
    global waits, awaits, sites
    if _table["process"] != getpid():  # the first copy to come here
        _table["waits"], _table["awaits"], _table["sites"] = {}, {}, {}
        _table["process"] = getpid()
    waits, awaits, sites = _table["waits"], _table["awaits"], _table["sites"]
