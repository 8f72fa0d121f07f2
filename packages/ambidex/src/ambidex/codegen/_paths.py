"""Own where a class stands: its path in its module, which a call may have made, and whether a library has the file."""

from __future__ import annotations

import functools
import os
import sys
import warnings
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, cast

from ambidex.module import is_class

if TYPE_CHECKING:
    from collections.abc import Iterator

_MISSING = object()


def member_of(holder: object, name: str, default: object = None) -> object:
    """Return what a module, or a class in one, has under a name; `default` where it has nothing there.

    A module's own `__getattr__` (PEP 562) may load what it offers, and for another name raise or warn as it likes.
    """
    if isinstance(holder, ModuleType) and name in vars(holder):
        return vars(holder)[name]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return cast("object", getattr(holder, name, default))
    except Exception:  # noqa: BLE001  code of others: whatever it raises, the name is not there
        return default


def path_of(cls: type) -> str:
    """Return the dotted path by which the module of a class has it.

    That is its qualified name. Where the module has something else there, as for `Color = Enum("Hue", "RED")` or one
    inside a class, it is the public path with the fewest parts; a private one only if nothing has the qualified name.
    """
    module = sys.modules.get(cls.__module__)
    there = _at(module, cls.__qualname__)
    if module is None or there is cls or "<locals>" in cls.__qualname__:
        return cls.__qualname__
    found = sorted(_paths(cls, module), key=lambda path: (_is_private(path), path.count(".")))
    is_usable = bool(found) and (there is _MISSING or not _is_private(found[0]))
    return found[0] if is_usable else cls.__qualname__


def is_standard(cls: type) -> bool:
    """Tell whether a class is of the standard library, which has no annotations."""
    file = getattr(sys.modules.get(cls.__module__), "__file__", None)
    if file is None:
        return cls.__module__.partition(".")[0] in sys.builtin_module_names
    return _is_in_library(file) and not _is_installed(file)


def is_of_libraries(file: str) -> bool:
    """Tell whether a file is of the standard library, or of what is installed beside it."""
    return _is_in_library(file) or _is_installed(file)


@functools.lru_cache(maxsize=1024)  # asked of every class of a run, and they stand in a few files
def _is_in_library(file: str) -> bool:
    return os.path.realpath(file).startswith(_library())


@functools.cache
def _library() -> str:
    return f"{Path(os.path.realpath(os.__file__)).parent}{os.sep}"


def _is_installed(file: str) -> bool:
    inside = os.path.realpath(file)
    return any(f"{os.sep}{name}{os.sep}" in inside for name in ("site-packages", "dist-packages"))


def _at(module: ModuleType | None, path: str) -> object:
    found: object = module
    for part in path.split("."):
        found = member_of(found, part, _MISSING)
    return found


def _is_private(path: str) -> bool:
    return any(part.startswith("_") for part in path.split("."))


def _paths(cls: type, module: ModuleType) -> Iterator[str]:
    """Yield where a module, or a class that is written in it, has a class."""
    waiting = [(name, value) for name, value in vars(module).items() if is_class(value)]
    seen: set[type] = set()
    while waiting:
        path, value = waiting.pop(0)
        if value is cls:
            yield path
        elif value not in seen and value.__module__ == module.__name__:
            seen.add(value)
            inside = [(name, each) for name, each in vars(value).items() if is_class(each)]
            waiting.extend((f"{path}.{name}", each) for name, each in inside if not name.startswith("__"))
