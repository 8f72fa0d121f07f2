"""Own where a function stands that says it is another module's: `exists = wrap(os.path.exists)`.

`functools.wraps` gives the result of a decorator the module and the name of what was decorated. What counts is the
module that holds it under a name, and what the stub of that module says of the name.
"""

from __future__ import annotations

import dataclasses
import inspect
import sys
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING

from ..._ir import Place
from ..._paths import member_of
from ..._report import display_path

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..._annotations import Sources


@dataclasses.dataclass(frozen=True)
class Held:
    """Say which module holds a function, under which name, and where it gives it that."""

    module: ModuleType
    name: str
    place: Place
    is_said: bool  # by the stub of the module


def find_held(value: object, names: Iterable[str], sources: Sources) -> Held | None:
    """Return where a module gives a function one of the names; None for a function that stands where it says."""
    if not isinstance(value, FunctionType) or not is_dressed(value):
        return None
    for name in dict.fromkeys((*names, value.__name__)):
        holders = [module for module in list(sys.modules.values()) if _holds(module, name, value)]
        for module in sorted(holders, key=lambda module: (module.__name__.count("."), module.__name__)):
            source = sources.of_module(module)
            if source.value_of(name) is not None:  # others have imported it
                place = Place(display_path(module.__file__ or module.__name__), source.attribute_line("", name))
                is_said = source.stub is not None and bool(source.stub.signatures(name))
                return Held(module, name, place, is_said)
    return None


def is_dressed(function: FunctionType) -> bool:
    """Tell whether a function is not what stands where it says."""
    found: object = sys.modules.get(function.__module__)
    for part in function.__qualname__.split("."):
        found = inspect.getattr_static(found, part, None)
    return getattr(found, "__func__", found) is not function


def _holds(module: object, name: str, value: object) -> bool:
    return isinstance(module, ModuleType) and name in vars(module) and member_of(module, name) is value
