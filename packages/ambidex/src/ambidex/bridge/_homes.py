"""Have the faces of a class known before anybody has used the generated module that they stand in.

A class has its face once its implementation is loaded, which happens at the first use of the generated module. An
object may cross the boundary earlier: another module's implementation has made it. Then a manifest of this process
names the generated module, which is imported; nothing else is, and no name is guessed. Where the manifest stands in a
file of its own, which nobody imports, the generated modules that are imported know which classes theirs are.
"""

from __future__ import annotations

import functools
import importlib
import sys
import weakref
from typing import TYPE_CHECKING, Any

from ..module import homes_of

if TYPE_CHECKING:
    from ._implementation import Implementation

# Lists, to which threads may append while others read them.
_waiting: dict[str, list[weakref.ref[Implementation]]] = {}  # by module: those that were declared
_declared: list[str] = []  # their modules; its length tells whether there are new ones
_settled: dict[int, tuple[weakref.ref[type[Any]], int]] = {}  # by id: the classes that were looked at, and when


def await_use(implementation: Implementation) -> None:
    """Know a generated module by the module of its implementation, before anybody uses it."""
    _waiting.setdefault(implementation.module, []).append(weakref.ref(implementation))
    _declared.append(implementation.module)  # what was looked at in vain before is looked at again


def settle(cls: type[Any]) -> None:
    """Load the faces of a class, and of what it extends, that are known by name; once, until there are new ones."""
    number, now = id(cls), len(_declared)
    known = _settled.get(number)
    if known is not None and known[1] == now:
        return
    classes = [part for base in cls.__mro__ if base.__module__ != "builtins" for part in (base, *_around(base))]
    homes = homes_of(*classes) if classes else []
    if all([*(_load(*home) for home in homes), *(_use(part.__module__) for part in classes)]):  # each of them
        _settled[number] = weakref.ref(cls, functools.partial(_forget, number)), now


def _use(module: str) -> bool:
    """Load the implementations in a module; False where that is being imported at this moment."""
    waiting = _waiting.get(module, ())
    if waiting and getattr(getattr(sys.modules.get(module), "__spec__", None), "_initializing", False):
        return False
    for reference in tuple(waiting):
        implementation = reference()
        if implementation is not None:
            implementation.load()
    return True


def _forget(number: int, _: object, known: dict[int, Any] = _settled) -> None:
    # The table is a default, because a class may outlive the names of this module at the interpreter's exit.
    known.pop(number, None)


def _around(cls: type[Any]) -> tuple[type[Any], ...]:
    """Return the class at the top of its module that a nested class stands in: that one is registered."""
    outermost, _, path = cls.__qualname__.partition(".")
    found = vars(sys.modules.get(cls.__module__, sys)).get(outermost) if path else None
    return (found,) if isinstance(found, type) else ()


def _load(module: str, name: str) -> bool:
    """Load the implementation behind a public name; False where the module is being imported at this moment.

    Nothing is there to load where the module was never generated, or is not installed.
    """
    try:
        generated = importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module}.".startswith(f"{error.name}."):
            raise  # something else is missing, which the module needs
        return True
    face: Any = vars(generated).get(name)
    info = getattr(face, "__ambidex_info__", None)
    if info is not None:
        info.implementation.load()
    return face is not None or not getattr(getattr(generated, "__spec__", None), "_initializing", False)
