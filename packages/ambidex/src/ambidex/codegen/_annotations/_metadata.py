"""Own which metadata of an `Annotated` can be written so that it is the same again, and how.

Literals, members of enums, what an importable module has under a public name, and what a class makes of values that its
object has under the names of the parameters: that is made once more, and has to be equal. Anything else cannot be
written exactly, and is left out.
"""

from __future__ import annotations

import enum
import inspect
import sys
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, cast

from ambidex.module import is_class

from .._ir import EnumMember, Face, Made, Name
from ._homes import home_of_class, home_of_value
from ._literals import literal_text

if TYPE_CHECKING:
    from .._ir import Metadata
    from .._manifest import Registry
    from ._source import Sources

_MISSING = object()
_BY_PLACE = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
_VARIADIC = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


class MetadataReader:
    """Read the metadata of the annotations in one module."""

    def __init__(self, module: ModuleType, registry: Registry, sources: Sources) -> None:
        self._module = module
        self._registry = registry
        self._sources = sources

    def read(self, value: object) -> Metadata | None:
        """Return how a value is written, None where it cannot be."""
        text = literal_text(value)
        if text is not None:
            return text
        if isinstance(value, enum.Enum):
            home = self._home(type(value))
            is_member = home is not None and type(value).__members__.get(str(value.name)) is value
            return EnumMember(home, value.name) if home is not None and is_member else None
        if is_class(value):
            return self._home(value)
        if isinstance(value, FunctionType):
            return _function(value)
        return self._made(value) or self._constant(value)

    def _home(self, cls: type) -> Name | None:
        reference = self._registry.reference(cls)
        if isinstance(reference, Face):
            return None  # the implementation's own, which no user has
        if reference is not None or "<locals>" in cls.__qualname__:
            return reference
        home = home_of_class(cls)
        is_there = home.module == "typing_extensions" or _found_at(home.module, home.qualname) is cls
        return home if is_there else None

    def _made(self, value: object) -> Made | None:
        """Return the call that makes an equal object."""
        cls = type(value)
        home = self._home(cls)
        if home is None or cls.__eq__ is object.__eq__:
            return None
        given = _arguments(value)
        arguments: list[tuple[str, Metadata]] = []
        for name, each in given or ():
            written = self.read(each)
            if written is None:
                return None
            arguments.append((name, written))
        return None if given is None or not _makes_again(value, given) else Made(home, tuple(arguments))

    def _constant(self, value: object) -> Name | None:
        """Return where a module has a value under a public name, the one that imports it or the one that made it."""
        scope = vars(self._module)
        name = next((key for key, known in scope.items() if known is value and not key.startswith("_")), "")
        if not name:
            return None
        home = home_of_value(value, name, self._module.__name__, self._sources)
        return home if _found_at(home.module, home.qualname) is value else None


def _function(value: FunctionType) -> Name | None:
    module, name = cast("str | None", value.__module__), value.__qualname__
    return Name(module, name) if module is not None and _found_at(module, name) is value else None


def _found_at(module: str, name: str) -> object:
    """Return what an import of a public name gives, nothing that could be meant where it is private."""
    found: object = sys.modules.get(module, _MISSING)
    for part in name.split("."):
        found = _MISSING if part.startswith(("_", "<")) else inspect.getattr_static(found, part, _MISSING)
    return found if module != "__main__" else _MISSING


def _arguments(value: object) -> list[tuple[str, object]] | None:
    """Return what the constructor may have been given, by keyword where something before it is left out.

    Returns None where the object does not have it under the names of the parameters.
    """
    try:
        parameters = inspect.signature(type(value)).parameters.values()
    except (TypeError, ValueError):  # a compiled class that does not say
        return None
    found: list[tuple[str, object]] = []
    is_by_place = True
    for each in parameters:
        if each.kind in _VARIADIC:
            continue
        given = inspect.getattr_static(value, each.name, _MISSING)
        given = getattr(value, each.name, _MISSING) if given is not _MISSING else _MISSING  # a slot's descriptor
        if given is _MISSING and each.default is each.empty:
            return None
        is_left_out = given is _MISSING or _is_same(given, each.default)
        is_by_place = is_by_place and each.kind in _BY_PLACE and not is_left_out
        if not is_left_out and not is_by_place and each.kind is inspect.Parameter.POSITIONAL_ONLY:
            return None
        if not is_left_out:
            found.append(("" if is_by_place else each.name, given))
    return found


def _is_same(given: object, default: object) -> bool:
    text = literal_text(given)
    return given is default or (text is not None and text == literal_text(default))


def _makes_again(value: object, given: list[tuple[str, object]]) -> bool:
    places = [each for name, each in given if not name]
    try:
        made: object = cast("type", type(value))(*places, **{name: each for name, each in given if name})
        return bool(made == value)
    except Exception:  # noqa: BLE001  whatever the user's class raises: it is not made so
        return False
