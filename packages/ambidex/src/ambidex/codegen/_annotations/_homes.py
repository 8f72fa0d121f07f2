"""Own where a class is imported from: the shortest public module that offers it, the same on every Python version."""

from __future__ import annotations

import sys
import types
from typing import TYPE_CHECKING

from .._ir import Name
from .._paths import member_of, path_of
from ._source import absolute_import

if TYPE_CHECKING:
    from ._source import Sources

# Names that joined `typing` after Python 3.9: generated code takes them from typing_extensions, for type checkers only.
_NEWER = frozenset(
    (
        "Buffer",
        "Concatenate",
        "Doc",
        "LiteralString",
        "Never",
        "NotRequired",
        "ReadOnly",
        "Required",
        "Self",
        "TypeGuard",
        "TypeIs",
        "Unpack",
    )
)


def home_of_class(cls: type) -> Name:
    """Return the name to import a class by.

    A class says where it was defined (`pathlib._local`, `asyncio.locks`, `_io`), which changes with the version and is
    often private; the shortest parent that offers the same object under the same name is what people write.
    """
    module, qualname = cls.__module__, path_of(cls)
    if module == "builtins":
        if member_of(sys.modules["builtins"], qualname) is cls:
            return Name("builtins", qualname)
        alias = next(
            (name for name, value in vars(types).items() if value is cls), None
        )  # `function`, `mappingproxy`...
        return Name("types", alias) if alias is not None else Name(module, qualname)
    if module in ("typing", "typing_extensions", "collections.abc"):
        return special_home(qualname) if qualname in _NEWER or module != "collections.abc" else Name(module, qualname)
    return public_home(Name(module, qualname))


def public_home(name: Name) -> Name:
    """Return the name by the shortest public parent of its module that offers the same object."""
    parts = name.module.split(".")
    candidates = [".".join(parts[:length]) for length in range(1, len(parts) + 1)]
    if parts[0].startswith("_"):  # the C half of a standard module
        candidates.insert(0, parts[0].lstrip("_"))
    top = name.qualname.split(".")[0]
    definition = member_of(sys.modules.get(name.module), top)
    for candidate in candidates:
        if definition is not None and member_of(sys.modules.get(candidate), top) is definition:
            return Name(candidate, name.qualname)
    return name


def known_home(cls: type, sources: Sources) -> Name:
    """Return the name to import a class by, found once in a run: the annotations of a library name the same few."""
    known = sources.homes.get(cls)
    if known is None:
        known = sources.homes[cls] = home_of_class(cls)
    return known


def special_home(name: str) -> Name:
    """Return where a special form of `typing` comes from on Python 3.9."""
    return Name("typing_extensions" if name in _NEWER else "typing", name)


def home_of_value(value: object, name: str, module: str, sources: Sources) -> Name:
    """Return where a NewType that `module` knows was made: it does not say so itself on Python 3.9."""
    loaded = sys.modules.get(module)
    statement = sources.of_module(loaded).imports.get(name) if loaded is not None else None
    if loaded is None or statement is None:
        return Name(module, name)
    origin = absolute_import(statement, loaded)
    written = next(alias.name for alias in statement.names if (alias.asname or alias.name) == name)
    if member_of(sys.modules.get(origin), written) is not value:
        return Name(module, name)
    return home_of_value(value, written, origin, sources)
