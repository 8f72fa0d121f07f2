"""The kinds of synchronizer that the behaviours are tested on, and the harnesses in tests/stress run on."""

from __future__ import annotations

import sys
import sysconfig
from typing import Any

from ambidex import Synchronizer

KINDS: dict[str, dict[str, Any]] = {
    "asyncio": {"loop": "asyncio", "first_step": "loop"},
    "first_step": {"loop": "asyncio", "first_step": "caller"},
    "uvloop": {"loop": "uvloop", "first_step": "loop"},
}
# Those that exist here: uvloop has no release for Windows, and no wheel for a free-threaded interpreter.
HAS_UVLOOP = sys.platform != "win32" and not sysconfig.get_config_var("Py_GIL_DISABLED")
KNOWN = tuple(kind for kind in KINDS if kind != "uvloop" or HAS_UVLOOP)


def make_synchronizer(kind: str, name: str, **options: Any) -> Synchronizer:
    """Return the synchronizer of that name and kind; `options` are the constructor's."""
    return Synchronizer(name, **KINDS[kind], **options)
