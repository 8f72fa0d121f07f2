"""Own which names of a package are public, and where: its modules, and what each of them offers."""

from __future__ import annotations

import functools
import importlib
import pkgutil
import sys
import types
import typing
from dataclasses import dataclass
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import TYPE_CHECKING

from ambidex.errors import UsageError
from ambidex.module import is_class

from .._annotations import Sources, absolute_import, stub_file
from .._inspect import find_held
from ._graph import STANDARD, is_async_class
from ._left_out import LeftOut, short_path

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

_TESTS = frozenset(("conftest", "test", "testing", "tests"))


@dataclass(frozen=True)
class Found:
    """Hold one public name of a module, and what it names."""

    module: str
    name: str
    value: object


class Surface:
    """Know what a package offers: each thing once, at the first of the places where it is public; `again` has the rest.

    What only a module below the package offers is public in the package, too.
    """

    def __init__(self, package: str) -> None:
        self.package = package
        self.left_out: list[LeftOut] = []
        self._sources = Sources()
        self.modules = [_imported(package), *self._inside(package)]
        if not _is_typed(self.modules[0]):
            file = short_path(getattr(self.modules[0], "__file__", None) or package)
            self.left_out.append(LeftOut(file, 1, package, "has no py.typed: mypy takes none of its types"))
        self.again: list[tuple[Found, Found]] = []  # a first place, and another
        self.names = list(self._found())
        self.again.extend(self._at_the_top())

    def is_own(self, value: object) -> bool:
        """Tell whether something is defined in the package."""
        return self._is_inside(self._home_of(value))

    def _is_inside(self, home: str) -> bool:
        return home == self.package or home.startswith(f"{self.package}.")

    def _home_of(self, value: object, name: str = "") -> str:
        """Return the module that something is defined in: the one that holds it, where it says another one's."""
        held = find_held(value, (name,) if name else (), self._sources)
        return str(getattr(value, "__module__", None)) if held is None else held.module.__name__

    def _inside(self, package: str) -> Iterator[ModuleType]:
        """Yield the public modules of a package, those at the top first."""
        deeper: list[str] = []
        for found in pkgutil.iter_modules(getattr(sys.modules[package], "__path__", []), f"{package}."):
            name = found.name.rpartition(".")[2]
            if name.startswith(("_", "test_")) or name in _TESTS:
                continue
            try:
                yield importlib.import_module(found.name)
            except (Exception, SystemExit) as error:  # noqa: BLE001  whatever somebody else's module raises
                reason = f"could not be imported ({type(error).__name__}: {error})".replace("\n", " ")
                self.left_out.append(LeftOut(f"{found.name.replace('.', '/')}.py", 1, found.name, reason))
                continue
            if found.ispkg:
                deeper.append(found.name)
        for name in deeper:
            yield from self._inside(name)

    def _found(self) -> Iterator[Found]:
        seen: dict[int, Found] = {}
        places: set[tuple[str, int, str]] = set()  # what several modules offer is told once
        for module in self.modules:
            self.left_out.extend(self._missing(module))
            for name, value in self._offered(module):
                first = seen.get(id(value))
                stub = self._sources.of_module(module).stub
                is_said = stub is None or not stub.lacks(name)
                if first is not None and is_said:
                    self.again.append((first, Found(module.__name__, name, value)))
                if isinstance(value, types.ModuleType) or (first is not None and (name == first.name or not is_said)):
                    continue
                reason = f"is not in the stub of {module.__name__}"
                if is_said:
                    reason = self._refused(module, name, value) if first is None else _is_alias(first)
                if reason:
                    place = (*self._place(module, name), name)
                    self.left_out.extend([LeftOut(*place, reason)] if place not in places else [])
                    places.add(place)
                    continue
                found = seen[id(value)] = Found(module.__name__, name, value)
                yield found

    def _missing(self, module: ModuleType) -> Iterator[LeftOut]:
        """Yield what `__all__` of a module lists and the module does not have."""
        file, line = self._place(module, "__all__")
        for name in dict.fromkeys(getattr(module, "__all__", ())):
            if not hasattr(module, name):
                yield LeftOut(file, line, name, f"is in __all__ of {module.__name__}, which has none")

    def _place(self, module: ModuleType, name: str) -> tuple[str, int]:
        """Return the file and the line that give a module a name: where it is written, if the package imports it."""
        source = self._sources.of_module(module)
        node = source.imports.get(name)
        if node is not None and any(each.name == name and each.asname in (None, name) for each in node.names):
            home = sys.modules.get(absolute_import(node, module))
            if home not in (None, module) and self._is_inside(home.__name__) and hasattr(home, name):
                return self._place(home, name)
        return short_path(getattr(module, "__file__", None) or module.__name__), source.name_line(name)

    def _refused(self, module: ModuleType, name: str, value: object) -> str:
        """Return why something that a module offers can have no face, empty where it may."""
        if not _is_defined(value) or hasattr(value, "__supertype__"):
            return self._no_face(module, value)
        if name.startswith("_"):
            return f"begins with an underscore, and what is generated has public names: use that of {module.__name__}"
        if hasattr(value, "__deprecated__"):
            return "is deprecated"
        home = self._home_of(value, name)
        is_foreign = not hasattr(module, "__all__") and not self._is_inside(home)
        if value.__module__ in STANDARD or is_foreign:  # annotations that name it mean that one
            return f"is that of {value.__module__}"
        return f"is compiled, and no stub says its types: use that of {module.__name__}" if is_compiled(home) else ""

    def _no_face(self, module: ModuleType, value: object) -> str:
        """Return why what is neither a class nor a function can have no face."""
        kind, own = type(value), f"use that of {module.__name__}"
        if isinstance(value, functools.partial):
            inner = typing.cast("functools.partial[object]", value).func
            named = getattr(inner, "__qualname__", type(inner).__qualname__)
            return f"is a partial of {named}: {own}, or write a function that calls it"
        if isinstance(value, types.MethodType):
            return f"is the method {value.__qualname__} of one object: {own}, or write a function that calls it"
        if hasattr(value, "cache_info") and hasattr(value, "__wrapped__"):
            return f"is a function with a cache: {own}, or write a function that calls it"
        if self.is_own(kind) and (callable(value) or is_async_class(kind)):
            return f"is an object of {kind.__qualname__}: write a function that returns or calls it"
        if typing.get_origin(value) is not None or kind.__name__ == "TypeAliasType":
            return f"is an alias of types: {own}, or write one of what is generated"
        return f"is a plain value: {own}"

    def _at_the_top(self) -> Iterator[tuple[Found, Found]]:
        """Yield what only modules below the package offer, under names that are free in the package."""
        every = [*self.names, *(found for _, found in self.again)]
        used = {found.name for found in every if found.module == self.package}
        used.update(module.__name__[len(self.package) + 1 :].partition(".")[0] for module in self.modules)
        there = {id(found.value) for found in every if found.module == self.package}
        for found in every:  # a member of this name would hide it in its own class
            if found.module == self.package and is_class(found.value):
                used.update(dir(found.value))
        for found in self.names:
            if found.name not in used and id(found.value) not in there:
                used.add(found.name)
                yield found, Found(self.package, found.name, found.value)

    def _offered(self, module: ModuleType) -> Iterator[tuple[str, object]]:
        """Yield what a module offers: what `__all__` lists, or else the public names that it defines itself.

        It defines the functions and classes that are written in it, and whatever it assigns. A package without
        `__all__` offers what it takes from its own modules, too.
        """
        listed: list[str] | None = getattr(module, "__all__", None)
        if listed is not None:
            for name in dict.fromkeys(listed):
                if hasattr(module, name):
                    yield name, getattr(module, name)
            return
        for name in dict.fromkeys((*vars(module), *dir(module))):  # some are there on first use only
            value = getattr(module, name, None)
            if not name.startswith("_") and self._is_of(module, name, value):
                yield name, value

    def _is_of(self, module: ModuleType, name: str, value: object) -> bool:
        """Tell whether a module without `__all__` offers something that it holds."""
        home, is_package = self._home_of(value, name), hasattr(module, "__path__")
        if self._is_inside(home) if is_package else home == module.__name__:
            return True
        source = self._sources.of_module(module)
        node = source.imports.get(name)
        if node is None:
            return source.is_assigned(name)
        is_value = not _is_defined(value)  # the others say themselves where they are from
        return is_package and is_value and self._is_inside(absolute_import(node, module))


def _is_defined(value: object) -> bool:
    """Tell whether a value is a class or a function."""
    return is_class(value) or isinstance(value, types.FunctionType)


def _is_alias(first: Found) -> str:
    return f"is another name of {first.module}.{first.name}: use that name"


def is_compiled(module: str) -> bool:
    """Tell whether a module is no Python and has no stub; those of the standard library have."""
    file = str(getattr(sys.modules.get(module), "__file__", None) or "")
    is_extension = file.endswith(tuple(EXTENSION_SUFFIXES)) and Path(file).parent.name != "lib-dynload"
    return is_extension and stub_file(module, file) is None


def _is_typed(package: ModuleType) -> bool:
    """Tell whether a package says that it has types, or somebody else gives it stubs."""
    top = package.__name__.partition(".")[0]
    file = getattr(sys.modules[top], "__file__", None) or ""
    return Path(file).with_name("py.typed").is_file() or stub_file(top, "") is not None


def _imported(package: str) -> ModuleType:
    try:
        return importlib.import_module(package)
    except (Exception, SystemExit) as error:
        raise UsageError(
            f"{package} could not be imported ({type(error).__name__}: {error}): run where it is installed"
        ) from error
