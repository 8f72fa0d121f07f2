"""Own which names of a package are public, and where: its modules, and what each of them offers."""

from __future__ import annotations

import importlib
import pkgutil
import sys
import types
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ambidex.errors import UsageError

from .._annotations import stub_file
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
    """Know what a package offers: each thing once, at the first of the places where it is public."""

    def __init__(self, package: str) -> None:
        self.package = package
        self.left_out: list[LeftOut] = []
        self.modules = [_imported(package), *self._inside(package)]
        if not _is_typed(self.modules[0]):
            file = short_path(getattr(self.modules[0], "__file__", None) or package)
            self.left_out.append(LeftOut(file, 1, package, "has no py.typed: mypy takes none of its types"))
        self.names = list(self._found())

    def is_own(self, value: object) -> bool:
        """Tell whether something is defined in the package."""
        home = str(getattr(value, "__module__", None))
        return home == self.package or home.startswith(f"{self.package}.")

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
        seen: set[int] = set()
        for module in self.modules:
            for name, value in self._offered(module):
                if isinstance(value, types.ModuleType) or id(value) in seen:
                    continue
                reason = ""
                if not isinstance(value, (type, types.FunctionType)):
                    reason = f"is a plain value: use that of {module.__name__}"
                elif hasattr(value, "__deprecated__"):
                    reason = "is deprecated"
                elif self.is_own(value) and _is_compiled(value.__module__):
                    reason = f"is compiled, and no stub says its types: use that of {module.__name__}"
                if reason:
                    file = short_path(getattr(module, "__file__", None) or module.__name__)
                    self.left_out.append(LeftOut(file, 1, name, reason))
                    continue
                seen.add(id(value))
                yield Found(module.__name__, name, value)

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
            home = getattr(value, "__module__", None)
            is_here = self.is_own(value) if hasattr(module, "__path__") else home == module.__name__
            if not name.startswith("_") and is_here:
                yield name, value


def _is_compiled(module: str) -> bool:
    """Tell whether a module is no Python and has no stub."""
    file = str(getattr(sys.modules.get(module), "__file__", None) or "")
    return not file.endswith(".py") and stub_file(module, file) is None


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
