"""Own where the stub of a module stands and what it says: beside the code, or in a package of stubs alone.

What a stub says of a function or an attribute takes the place of what the code says, as for a type checker.
"""

from __future__ import annotations

import ast
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Union

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

Definition = Union[ast.FunctionDef, ast.AsyncFunctionDef]


class Stub:
    """Index one stub: signatures, attributes and classes, by qualified name.

    A class that stands in the stub alone has no object: what it says is said by those that extend it here.
    """

    def __init__(self, file: str, tree: ast.Module, module: ModuleType) -> None:
        self.file = file
        self.body = tree.body
        self._module = module
        self._functions: dict[str, list[Definition]] = {}
        self._attributes: dict[str, dict[str, str]] = {}
        self._classes: dict[str, ast.ClassDef] = {}
        self._index(tree.body, "")

    def _index(self, body: list[ast.stmt], prefix: str) -> None:
        for node in _flat(body):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self._functions.setdefault(prefix + node.name, []).append(node)
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and prefix:
                self._attributes.setdefault(prefix[:-1], {})[node.target.id] = ast.unparse(node.annotation)
            elif isinstance(node, ast.ClassDef):
                self._classes[prefix + node.name] = node
                self._index(node.body, f"{prefix}{node.name}.")

    def lacks(self, name: str) -> bool:
        """Tell whether a module has no such name for a type checker."""
        bound = dict.fromkeys(each for node in _flat(self.body) for each in _bound_by(node))
        return not bound.keys() & {name, "*", "__getattr__"}

    def signatures(self, path: str) -> list[Definition]:
        """Return what stands for a function or method: one definition, or its variants."""
        listed = self._definitions(path)
        variants = [node for node in listed if "overload" in _decorators(node)]
        return variants or [node for node in listed if not _decorators(node) & {"setter", "deleter"}][:1]

    def setter(self, path: str) -> Definition | None:
        """Return the setter of a property."""
        return next((node for node in self._definitions(path) if "setter" in _decorators(node)), None)

    def attributes(self, qualname: str) -> dict[str, str]:
        """Return the annotated attributes of a class."""
        found: dict[str, str] = {}
        for name in reversed(self._said_by(qualname)):
            found.update(self._attributes.get(name, {}))
        return found

    def class_named(self, qualname: str) -> ast.ClassDef | None:
        """Return the statement of a class, None where there is none."""
        return self._classes.get(qualname)

    def makes_generic(self, qualname: str) -> bool:
        """Tell whether a class has type variables, or bases with arguments, here."""
        node = self._classes.get(qualname)
        if node is None:
            return False
        return bool(getattr(node, "type_params", ())) or any(isinstance(base, ast.Subscript) for base in node.bases)

    def bases(self, qualname: str) -> list[ast.expr]:
        """Return the bases of a class, those of a class that stands here alone in its place."""
        node = self._classes.get(qualname)
        found: list[ast.expr] = []
        for base in [] if node is None else node.bases:
            alone = self._alone_in(base)
            found.extend(self.bases(alone) if alone else [base])
        return found

    def standing_for(self, name: str) -> list[str]:
        """Return the classes with objects that extend one which stands here alone; none for any other name."""
        if not self._is_alone(name):
            return []
        found: list[str] = []
        for other, node in self._classes.items():
            if name in map(self._alone_in, node.bases):
                found.extend(self.standing_for(other) if self._is_alone(other) else [other])
        return found

    def _definitions(self, path: str) -> list[Definition]:
        """Return what a function or method has under its name: a method perhaps in a class that stands here alone."""
        owner, dot, name = path.rpartition(".")
        for each in self._said_by(owner):
            said = self._functions.get(f"{each}{dot}{name}")
            if said is not None:
                return said
        return []

    def _said_by(self, qualname: str) -> list[str]:
        """Return a class, and those above it that stand here alone, the nearest first."""
        node = self._classes.get(qualname)
        found = [qualname]
        for base in [] if node is None else node.bases:
            alone = self._alone_in(base)
            found.extend(self._said_by(alone) if alone else [])
        return found

    def _alone_in(self, base: ast.expr) -> str:
        """Return the class that a base names, where that stands here alone; empty for any other."""
        return base.id if isinstance(base, ast.Name) and self._is_alone(base.id) else ""

    def _is_alone(self, name: str) -> bool:
        return name in self._classes and "." not in name and name not in vars(self._module)


def is_managed(node: Definition) -> bool:
    """Tell whether a definition stands under `@asynccontextmanager`."""
    return "asynccontextmanager" in _decorators(node)


def stub_file(module: str, file: str) -> Path | None:
    """Return the stub of a module that was imported from `file`, None where it has none."""
    top, _, rest = module.partition(".")
    inside = rest.replace(".", os.sep)
    for entry in sys.path:
        folder = Path(entry, f"{top}-stubs")
        for candidate in (folder / inside / "__init__.pyi", (folder / inside).with_suffix(".pyi")):
            if (inside or candidate.name == "__init__.pyi") and is_file(candidate):
                return candidate
    if not file:
        return None
    beside = Path(file).with_name(Path(file).name.partition(".")[0] + ".pyi")
    return beside if is_file(beside) else None


def is_file(path: Path) -> bool:
    """Tell whether a file is there, False for one that nobody may look for."""
    return os.path.isfile(path)  # noqa: PTH113  that of a Path fails in a folder that nobody may look into


def _flat(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield statements, those under `if sys.version_info ...` as this interpreter would read them."""
    for node in body:
        if isinstance(node, ast.If):
            yield from _flat(node.body if _holds(node.test) else node.orelse)
        else:
            yield node


def _holds(test: ast.expr) -> bool:
    """Tell whether a condition of a stub is true here; one of anything but version and platform is."""
    code = compile(ast.Expression(test), "<stub>", "eval")
    try:
        return bool(eval(code, {"sys": sys, "TYPE_CHECKING": True}))  # noqa: S307  as for annotations
    except NameError:
        return True


def _decorators(node: Definition) -> set[str]:
    return {ast.unparse(decorator).rpartition(".")[2] for decorator in node.decorator_list}


def _bound_by(node: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement of a stub binds, `*` for all of another module."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        yield from (each.asname or each.name.partition(".")[0] for each in node.names)
    else:
        yield from (each.id for each in ast.walk(node) if isinstance(each, ast.Name))
