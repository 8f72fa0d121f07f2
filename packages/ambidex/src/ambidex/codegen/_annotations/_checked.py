"""Own the class that type checkers take for a compiled one: what its package imports for them alone, by its name."""

from __future__ import annotations

import ast
import importlib
import sys
from types import FunctionType
from typing import TYPE_CHECKING

from ambidex.module import is_class

from .._paths import member_of
from ._source import absolute_import

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from ._source import Source, Sources


def as_checked(cls: type, sources: Sources) -> type:
    """Return the class itself, or the one in its place for type checkers where it is compiled and its package has one.

    Such a package says `if TYPE_CHECKING: from ._plain import Row`, and imports the compiled `Row` otherwise.
    """
    if any(isinstance(value, FunctionType) for value in vars(cls).values()):
        return cls
    for module in _around(cls):
        source = sources.of_module(module)
        value = source.checking_assignments.get(cls.__name__)
        name = value.id if isinstance(value, ast.Name) else cls.__name__
        found = _imported(source, name, module)
        if is_class(found) and found is not cls:
            return found
    return cls


def _around(cls: type) -> Iterator[ModuleType]:
    """Yield the Python modules of a class's package that have the class under its name."""
    top = cls.__module__.partition(".")[0]
    for name, module in sorted(sys.modules.items()):
        is_python = str(getattr(module, "__file__", None) or "").endswith(".py")
        if name.partition(".")[0] == top and is_python and vars(module).get(cls.__name__) is cls:
            yield module


def _imported(source: Source, name: str, module: ModuleType) -> object:
    """Return what a module imports under `TYPE_CHECKING` as `name`, None where that is nothing."""
    for statement in source.checking_imports:
        for alias in statement.names if isinstance(statement, ast.ImportFrom) else ():
            if isinstance(statement, ast.ImportFrom) and (alias.asname or alias.name) == name:
                try:
                    origin = importlib.import_module(absolute_import(statement, module))
                except ImportError:
                    return None
                return member_of(origin, alias.name)
    return None
