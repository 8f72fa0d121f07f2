"""Own reading annotations where the program runs: for what a value is checked by, as far as plain data says it.

Annotations are the user's own text, or generated. A name that is not to be had here says nothing: what it stands for is
not checked, as nothing is that no plain data can be, such as a protocol, a callable or a face.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import datetime as dt
import decimal
import importlib
import inspect
import pathlib
import sys
import uuid
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, Literal, Union, get_args, get_origin

from .._abilities import is_data
from ._converting import DICTS, LISTS, SETS, UNIONS, is_typed_dict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_PLAIN: tuple[Any, ...] = (
    *(bool, int, float, complex, str, bytes, bytearray, memoryview, list, dict, tuple, set, frozenset, type(None)),
    *(dt.datetime, dt.date, dt.time, dt.timedelta, decimal.Decimal, uuid.UUID),
    *(pathlib.Path, pathlib.PurePath, pathlib.PurePosixPath, pathlib.PureWindowsPath),
)
_MODULES = ("typing", "collections.abc")  # where a name is looked for that a module only has for type checkers
_UNION = "ambidex_Union"  # what an annotation calls it once it is united
_MOST_TRIES = 100  # of reading the same text; each fails by chance alone


class Names(dict[str, Any]):
    """Look names up as annotations of a module have them: its own, those for type checkers alone, Python's own."""

    def __init__(self, module: Mapping[str, Any]) -> None:
        super().__init__({_UNION: Union})
        self._module = module
        self._imports: dict[str, tuple[str, str]] | None = None

    def __missing__(self, name: str) -> Any:
        found = self._found(name)
        value = self[name] = Any if found is None else found
        return value

    def has(self, name: str) -> bool:
        """Tell whether the module itself has a name, or imports it for type checkers."""
        return name in self._module or name in self._imported() or self._lazy(name) is not None

    def _found(self, name: str) -> Any:
        if name in self._module:
            return self._module[name]
        found = self._lazy(name)
        if found is None and name in self._imported():
            found = _imported(*self._imports_of(name))
        for module in (builtins, *map(importlib.import_module, _MODULES)):
            found = getattr(module, name, None) if found is None else found
        return found

    def _lazy(self, name: str) -> Any:
        """Return what the module's own `__getattr__` has, as a generated one has what it takes from elsewhere."""
        get: Callable[[str], Any] | None = self._module.get("__getattr__")
        try:
            return None if get is None else get(name)
        except Exception:  # noqa: BLE001  it imports what is the user's, which may not be there
            return None

    def _imports_of(self, name: str) -> tuple[str, str]:
        return self._imported()[name]

    def _imported(self) -> dict[str, tuple[str, str]]:
        """Return what stands under `if TYPE_CHECKING:`, by its name: the module, and the name there."""
        if self._imports is None:
            self._imports = _imports_for_checkers(str(self._module.get("__name__", "")))
        return self._imports


def _imports_for_checkers(module: str) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    try:
        tree = _parsed(inspect.getsource(sys.modules[module]), "exec")
    except (KeyError, OSError, SyntaxError, TypeError):  # it has no source here
        return found
    assert isinstance(tree, ast.Module)
    for block in tree.body:
        if isinstance(block, ast.If) and ast.dump(block.test).find("'TYPE_CHECKING'") >= 0:
            for each in block.body:
                if isinstance(each, ast.ImportFrom) and each.module and not each.level:
                    found.update({name.asname or name.name: (each.module, name.name) for name in each.names})
    return found


def _imported(module: str, name: str) -> Any:
    try:
        return getattr(importlib.import_module(module), name, None)
    except Exception:  # noqa: BLE001  the user's module, which may not be here
        return None


def evaluated(annotation: Any, names: Names) -> Any:
    """Return what an annotation says, `Any` where it cannot be read."""
    if not isinstance(annotation, str):
        return annotation
    try:
        tree = _United().visit(_parsed(annotation, "eval"))
        code = compile(ast.fix_missing_locations(tree), "<annotation>", "eval")
        return eval(code, {"__builtins__": {}}, names)  # noqa: S307  the program's own text
    except Exception:  # noqa: BLE001  it may say anything
        return Any


def _parsed(text: str, mode: str) -> ast.AST:
    """Return what `ast.parse` does, which before Python 3.12 may fail where two threads call it (CPython #106905)."""
    for _ in range(_MOST_TRIES - 1):
        with contextlib.suppress(SystemError):
            return ast.parse(text, mode=mode)
    return ast.parse(text, mode=mode)


class _United(ast.NodeTransformer):
    """Write `a | b` as `Union[a, b]`, which Python 3.9 has, too."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        if not isinstance(node.op, ast.BitOr):
            return node
        both = ast.Tuple([node.left, node.right], ast.Load())
        return ast.Subscript(ast.Name(_UNION, ast.Load()), both, ast.Load())


def readable(kind: Any, names: Names) -> Any:
    """Return a type in which what plain data cannot say is `Any`."""
    kind = evaluated(kind.__forward_arg__ if hasattr(kind, "__forward_arg__") else kind, names)
    if kind is None or hasattr(kind, "__supertype__"):
        return kind
    origin, args = get_origin(kind), get_args(kind)
    if origin is None:
        return kind if _is_plain(kind) else Any
    if origin is Literal:
        return kind
    if origin in (Annotated, ClassVar, Final):
        return readable(args[0], names)
    form: Any = Union if origin in UNIONS else origin
    if not args or args == ((),):  # the type of (), before Python 3.11
        return kind if origin is tuple else Any
    is_read = any(form is each for each in (Union, tuple, *LISTS, *SETS, *DICTS))
    return form[_parts(args, names)] if is_read else Any


def _parts(args: tuple[Any, ...], names: Names) -> tuple[Any, ...]:
    return tuple(each if each is ... else readable(each, names) for each in args)


def _is_plain(kind: Any) -> bool:
    if not isinstance(kind, type):
        return False
    cls: type[Any] = kind
    return cls in _PLAIN or is_typed_dict(cls) or is_data(cls)
