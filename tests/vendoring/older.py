"""Make an older release of this library: what another version may differ in, it differs in, and nothing else.

A copy in a published library stays what it was, while the application that uses it has a newer ambidex. What one may
rely on of the other is public, is a dunder, or has its place in the table that copies share. So in the older release
each private module is another one, and each private name of a module, a class or an attribute is another name: whatever
reaches for one of them from outside fails.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import shutil
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VERSION = "0.0.7"
_PARTS = ("_waiter.py", "bridge", "deadlines.py", "errors.py", "module.py", "options.py", "runtime")
_PRIVATE = re.compile(r"_[A-Za-z]\w*(?<!__)")
# Whose private names ours use, in classes that extend theirs or by hand: these are what they are.
_EXTENDED = (
    *("asyncio.base_events", "asyncio.events", "asyncio.futures", "asyncio.selector_events", "asyncio.tasks"),
    *("collections", "concurrent.futures._base", "contextlib", "dataclasses", "enum", "functools"),
    *("inspect", "selectors", "socket", "threading", "types", "typing", "weakref"),
)


def make_older(package: Path, older: Path, abi: int | None = None) -> set[str]:
    """Copy the folder of the package as an older release, and return the private names that it has otherwise.

    With `abi`, its bridge and what it generates have that number.
    """
    shutil.copytree(package, older, ignore=shutil.ignore_patterns("__pycache__"))
    _replace(older / "__init__.py", r'__version__ = ".*"', f'__version__ = "{VERSION}"')
    files = [file for part in _PARTS for file in _files_of(older / part)]
    stems = {part for file in files for part in file.relative_to(older).with_suffix("").parts}
    names = {*stems, *(name for file in files for name in _bound_in(ast.parse(file.read_text(encoding="utf-8"))))}
    beside = {file.stem for file in files if file.parent == older}  # folders that are not copied import them, too
    names = {name for name in names if _PRIVATE.fullmatch(name)} - set(_names_outside()) - beside
    for file in files:
        text = re.sub(r"(?<!\w)_\w+", lambda found: _renamed(found[0], names), file.read_text(encoding="utf-8"))
        file.write_text(text, encoding="utf-8")
    for folder in (older / "bridge", older / "runtime"):
        for path in sorted(folder.rglob("_*"), key=lambda path: -len(path.parts)):
            path.rename(path.with_name(_renamed(path.stem, names) + path.suffix))
    if abi is not None:
        _replace(older / "bridge" / "_older_implementation.py", r"^ABI = \d+", f"ABI = {abi}")
        _replace(older / "codegen" / "_emit" / "_module.py", r"^ABI = \d+", f"ABI = {abi}")
    return names


def _names_outside() -> Iterator[str]:
    yield from vars(sys)
    for name in _EXTENDED:
        module = importlib.import_module(name)
        yield from vars(module)
        yield from re.findall(r"\b_\w+", inspect.getsource(module))


def _files_of(part: Path) -> list[Path]:
    return [part] if part.is_file() else sorted(part.rglob("*.py"))


def _renamed(name: str, names: set[str]) -> str:
    return f"_older{name}" if name in names else name


def _bound_in(tree: ast.AST) -> Iterator[str]:
    """Yield the names that a module gives to something: what it defines and assigns to, attributes included."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr
        elif isinstance(node, ast.arg):
            yield node.arg


def _replace(file: Path, pattern: str, text: str) -> None:
    """Replace what is in a file once.

    Raises:
        ValueError: it is not there, or more often.
    """
    made, count = re.subn(pattern, text, file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    if count != 1:
        raise ValueError(f"{pattern} is in {file} {count} times")
    file.write_text(made, encoding="utf-8")
