"""Own which registration a line of a generated module comes from: the class or function, the member, the parameter."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Union

from .._annotations import defaults_of
from .._emit import classes_of
from .._ir import shared_name
from .._report import SETTER, parameter_subject

if TYPE_CHECKING:
    from collections.abc import Iterator

    Position = tuple[int, int]  # line and column
    Subject = tuple[str, ...]

_Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]


class Blame:
    """Know what each line of one generated module is about, as subjects of a report."""

    def __init__(self, target: str, text: str) -> None:
        self._target = target
        self._lines = text.splitlines()
        self._spans: list[tuple[Position, Position, Subject]] = []
        self._imports: list[ast.stmt] = []
        self._users: dict[str, dict[Subject, None]] = {}  # by a name that annotations use
        tree = ast.parse(text)
        self._helpers = dict(self._decorated(tree.body, ()))
        for node in tree.body:
            self._add(node, (target,))

    def subjects(self, line: int, column: int) -> list[Subject]:
        """Return what a place is about, as closely as can be told."""
        here = (line, column)
        around = [(first, subject) for first, last, subject in self._spans if first <= here <= last]
        if around:
            return [max(around, key=lambda span: span[0])[1]]  # spans lie inside each other: the last to begin
        found: dict[Subject, None] = {}
        for node in self._imports:
            for name in _bound(node, line, self._lines[line - 1]):
                found.update(self._users.get(name) or {(self._target, name): None})
        return list(found)

    def _decorated(self, body: list[ast.stmt], outer: tuple[str, ...]) -> Iterator[tuple[str, Subject]]:
        """Yield the classes that say what type checkers see of a callable, each with what that is."""
        for node in body:
            if isinstance(node, ast.ClassDef):
                yield from self._decorated(node.body, (*outer, node.name))
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                for decorator in node.decorator_list:
                    for each in ast.walk(decorator):
                        if isinstance(each, ast.keyword) and each.arg in ("faces", "called"):
                            names = [part.id for part in ast.walk(each.value) if isinstance(part, ast.Name)]
                            for name in (*classes_of(names[0]), shared_name(outer, node.name)):
                                yield name, (self._target, *outer, node.name)

    def _add(self, node: ast.stmt, outer: Subject) -> None:
        if isinstance(node, ast.ClassDef) and node.name in self._helpers:
            self._span(node, self._helpers[node.name])
        elif isinstance(node, ast.ClassDef):
            subject = (*outer, node.name)
            self._span(node, subject)
            for inner in node.body if len(subject) < 3 else ():
                self._add(inner, subject)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            self._function(node, (*outer, node.name))
        elif isinstance(node, ast.If):
            for inner in (*node.body, *node.orelse):
                self._add(inner, outer)
        elif len(outer) > 1 and isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            self._span(node, (*outer, node.target.id))
        elif isinstance(node, (ast.Import, ast.ImportFrom, ast.Assign)) and len(outer) == 1:
            self._imports.append(node)

    def _function(self, node: _Function, subject: Subject) -> None:
        is_setter = any(isinstance(each, ast.Attribute) and each.attr == "setter" for each in node.decorator_list)
        self._span(node, (*subject, SETTER) if is_setter else subject)
        optional = [argument for argument, _ in defaults_of(node.args)]
        optional += [] if node.args.kwarg is None else [node.args.kwarg]
        for argument in optional:  # which callers can do without
            self._span(argument, (*subject, parameter_subject(argument.arg)))

    def _span(self, node: ast.stmt | ast.arg, subject: Subject) -> None:
        decorators: list[ast.expr] = getattr(node, "decorator_list", [])
        first = min((node.lineno, *(each.lineno for each in decorators)))
        begin = (first, node.col_offset if first == node.lineno else 0)
        self._spans.append((begin, (node.end_lineno or first, node.end_col_offset or 0), subject))
        parts: list[ast.AST] = [*node.bases, *node.keywords] if isinstance(node, ast.ClassDef) else [node]
        for each in (inner for part in parts for inner in ast.walk(part)):
            text = each.value if isinstance(each, ast.Constant) and isinstance(node, ast.ClassDef) else ""
            names = re.findall(r"\w+", text) if isinstance(text, str) else []  # what stands in quotes in a base
            for name in [each.id] if isinstance(each, ast.Name) else names:
                self._users.setdefault(name, {})[subject] = None


def _bound(node: ast.stmt, line: int, text: str) -> Iterator[str]:
    """Yield the names that a statement binds in a line."""
    if not node.lineno <= line <= (node.end_lineno or node.lineno):
        return
    if isinstance(node, ast.Assign):
        yield from (target.id for target in node.targets if isinstance(target, ast.Name))
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        words = text.replace(",", " ").split()
        yield from (alias.asname or alias.name for alias in node.names if (alias.asname or alias.name) in words)
