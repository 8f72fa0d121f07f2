"""Own what the parent has given this process, until whoever serves takes it."""

from __future__ import annotations

import json
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

__all__ = ("Given", "importing", "keep", "take", "was_taken")


class Given:
    """What a child has of its parent.

    `descriptors` are open, in the order in which `launch` was given them, and no process that the child starts has
    them (on Windows they are handles). `parent_pid` is who started the child. `config` is all that was given to
    `command`, these two included.
    """

    __slots__ = ("config", "descriptors", "parent_pid")

    def __init__(self, config: dict[str, Any]) -> None:  # as read from JSON
        self.config: Final = config
        self.descriptors: Final[tuple[int, ...]] = tuple(config["descriptors"])
        self.parent_pid: Final[int] = config["parent_pid"]


importing: list[str] = []  # what this process imports at this moment, to serve it
_kept: Given | None = None
_was_taken = False


def keep(config: str) -> Given:
    """Read what stands on the command line, and keep it; from now on no process that this one starts inherits it."""
    global _kept  # noqa: PLW0603  of the process, like its command line
    given = Given(json.loads(config))
    for descriptor in given.descriptors:
        if sys.platform == "win32":
            os.set_handle_inheritable(descriptor, False)
        else:
            os.set_inheritable(descriptor, False)
    _kept = given
    return given


def take() -> Given | None:
    """Return what the parent has given, once; None where there is no parent, or somebody has taken it."""
    global _kept, _was_taken  # noqa: PLW0603  of the process, like its command line
    given, _kept = _kept, None
    _was_taken = _was_taken or given is not None
    return given


def was_taken() -> bool:
    """Tell whether somebody serves the parent, or has served it."""
    return _was_taken
