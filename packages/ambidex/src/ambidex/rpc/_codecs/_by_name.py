"""Own finding a class by the name under which it crosses, in a process that trusts who sends it."""

from __future__ import annotations

import importlib
import sys
from typing import Any

_MAINS = ("__main__", "__mp_main__")  # of another process: by name they would become others here


def class_by_name(name: str) -> type | None:
    """Return the class "module.qualified.name"; None where there is none here, or it is of a main program."""
    path = name.split(".")
    if path[0] in _MAINS:
        return None
    for length in range(len(path) - 1, 0, -1):
        module = _module(".".join(path[:length]))
        if module is not None:
            found: Any = module
            for part in path[length:]:
                members: dict[str, Any] = getattr(found, "__dict__", {})
                found = members.get(part)
            return found if isinstance(found, type) else None
    return None


def _module(name: str) -> Any:
    if name in sys.modules:
        return sys.modules[name]
    try:
        return importlib.import_module(name)
    except ImportError:  # it is a class in a module, or not to be had here
        return None
