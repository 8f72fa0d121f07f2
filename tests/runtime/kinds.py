"""The kinds of synchronizer that the behaviours are tested on, and the harnesses in tests/stress run on."""

from __future__ import annotations

import sys
from typing import Any

from ambidex import Synchronizer

KINDS: dict[str, dict[str, Any]] = {
    "asyncio": {"loop": "asyncio", "first_step": "loop"},
    "first_step": {"loop": "asyncio", "first_step": "caller"},
    "uvloop": {"loop": "uvloop", "first_step": "loop"},
}
# Those that exist on this platform: uvloop has none for Windows.
KNOWN = tuple(kind for kind in KINDS if kind != "uvloop" or sys.platform != "win32")


def make_synchronizer(kind: str, name: str, **options: Any) -> Synchronizer:
    """Return the synchronizer of that name and kind; `options` are the constructor's."""
    return Synchronizer(name, **KINDS[kind], **options)
