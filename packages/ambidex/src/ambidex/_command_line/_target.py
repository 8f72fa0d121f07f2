"""Own what `ambidex serve` is told to serve: a module and a name in it, which is an object or what makes one."""

from __future__ import annotations

import importlib
import inspect
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_FORMS = "write module:Class, module:name.of.it or path/to/module.py:Class"


def made_of(target: str, positional: Sequence[Any], named: Mapping[str, Any]) -> object:
    """Return the object that a target is: what its class or function gives for the arguments, or itself.

    The folder of a path, or the current one, is where the module is looked for first.

    Raises:
        UsageError: there is no such module or name, or it does not give an object.
    """
    where, colon, name = target.rpartition(":")
    if not colon or not where or not name:
        raise UsageError(f"{target!r} does not say what to serve: {_FORMS}")
    found: Any = _imported(where)
    for part in name.split("."):
        try:
            found = getattr(found, part)
        except AttributeError:
            raise UsageError(f"{where} has no {name}: {_FORMS}") from None
    if not (inspect.isclass(found) or inspect.isroutine(found)):
        if positional or named:
            given = ", ".join([*map(repr, positional), *(f"{name}=" for name in named)])
            raise UsageError(
                f"{target} is an object, and takes no arguments ({given}): leave them out, or name its class"
            )
        return found
    try:
        made: object = found(*positional, **named)
    except Exception as error:  # whatever it raises: it is said
        raise UsageError(f"{target} could not be made: {type(error).__name__}: {error}") from error
    if inspect.isawaitable(made):
        if inspect.iscoroutine(made):
            made.close()
        raise UsageError(f"{target} gives something to await: name a class, or a plain function that makes the object")
    return made


def _imported(where: str) -> Any:
    folder, name = Path.cwd(), where
    if where.endswith(".py"):
        file = Path(where).resolve()
        if not file.is_file():
            raise UsageError(f"there is no file {where}: {_FORMS}")
        folder, name = file.parent, file.stem
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    try:
        return importlib.import_module(name)
    except Exception as error:  # whatever the module raises: it is said
        raise UsageError(f"{where} could not be imported: {type(error).__name__}: {error}") from error
