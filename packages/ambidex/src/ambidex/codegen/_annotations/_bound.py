"""Own the knowledge which names a statement binds."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEFINITIONS = (ast.AsyncFunctionDef, ast.ClassDef, ast.FunctionDef)
_SCOPES = (ast.stmt, ast.excepthandler, ast.Lambda)


def bound_by(node: ast.stmt) -> Iterator[ast.Name]:
    """Yield the names that an assignment, a loop or a `with` binds: several at once, as in `a, b = 1, 2`."""
    targets: list[ast.expr] = []
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, (ast.AnnAssign, ast.AugAssign, ast.AsyncFor, ast.For)):
        targets = [node.target]
    elif isinstance(node, (ast.AsyncWith, ast.With)):
        targets = [item.optional_vars for item in node.items if item.optional_vars is not None]
    for target in targets:
        yield from (each for each in ast.walk(target) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store))


def bound_inside(node: ast.AST) -> Iterator[ast.Name]:
    """Yield the names that the expressions of a statement bind by `:=`, where that is not in a scope of its own."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, _SCOPES):
            if isinstance(child, ast.NamedExpr):
                yield child.target
            yield from bound_inside(child)


def bound_at_top(node: ast.AST) -> Iterator[str]:
    """Yield the names that a module binds in any branch, also from inside its functions; `*` for another's names."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.alias):
            yield child.asname or child.name.partition(".")[0]
        elif isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store):
            yield child.id
        elif isinstance(name := getattr(child, "name", None), str):
            yield name
        if isinstance(child, _DEFINITIONS):
            yield from (name for each in ast.walk(child) if isinstance(each, ast.Global) for name in each.names)
        else:
            yield from bound_at_top(child)
