"""Own which names of a package are public, and where: its modules, and what each of them offers."""

from __future__ import annotations

import importlib
import pkgutil
import sys
import types
from dataclasses import dataclass
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import TYPE_CHECKING

from ambidex.errors import UsageError

from .._annotations import Sources, stub_file
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
        for module in self.modules:
            for name, value in self._offered(module):
                first = seen.get(id(value))
                stub = self._sources.of_module(module).stub
                is_said = stub is None or not stub.lacks(name)
                if first is not None and is_said:
                    self.again.append((first, Found(module.__name__, name, value)))
                if isinstance(value, types.ModuleType) or first is not None:
                    continue
                reason = self._refused(module, name, value) if is_said else f"is not in the stub of {module.__name__}"
                if reason:
                    file = short_path(getattr(module, "__file__", None) or module.__name__)
                    self.left_out.append(LeftOut(file, 1, name, reason))
                    continue
                found = seen[id(value)] = Found(module.__name__, name, value)
                yield found

    def _refused(self, module: ModuleType, name: str, value: object) -> str:
        """Return why something that a module offers can have no face, empty where it may."""
        if not isinstance(value, (type, types.FunctionType)):
            kind = type(value)
            if self.is_own(kind) and (callable(value) or is_async_class(kind)):
                return f"is an object of {kind.__qualname__}: write a function that returns or calls it"
            return f"is a plain value: use that of {module.__name__}"
        if hasattr(value, "__deprecated__"):
            return "is deprecated"
        if value.__module__ in STANDARD:  # annotations that name it mean that one
            return f"is that of {value.__module__}"
        is_unsaid = is_compiled(self._home_of(value, name))
        return f"is compiled, and no stub says its types: use that of {module.__name__}" if is_unsaid else ""

    def _at_the_top(self) -> Iterator[tuple[Found, Found]]:
        """Yield what only modules below the package offer, under names that are free in the package."""
        every = [*self.names, *(found for _, found in self.again)]
        used = {found.name for found in every if found.module == self.package}
        used.update(module.__name__[len(self.package) + 1 :].partition(".")[0] for module in self.modules)
        there = {id(found.value) for found in every if found.module == self.package}
        for found in every:  # a member of this name would hide it in its own class
            if found.module == self.package and isinstance(found.value, type):
                used.update(dir(found.value))
        for found in self.names:
            if found.name not in used and id(found.value) not in there:
                used.add(found.name)
                yield found, Found(self.package, found.name, found.value)

    def _offered(self, module: ModuleType) -> Iterator[tuple[str, object]]:
        """Yield what a module offers: what `__all__` lists, or else the public names that it defines itself.

        A package without `__all__` offers what it takes from its own modules, too.
        """
        listed: list[str] | None = getattr(module, "__all__", None)
        if listed is not None:
            for name in listed:
                if not name.startswith("_") and hasattr(module, name):
                    yield name, getattr(module, name)
            return
        for name in dict.fromkeys((*vars(module), *dir(module))):  # some are there on first use only
            value = getattr(module, name, None)
            home = self._home_of(value, name)
            is_here = self._is_inside(home) if hasattr(module, "__path__") else home == module.__name__
            if not name.startswith("_") and is_here:
                yield name, value


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
