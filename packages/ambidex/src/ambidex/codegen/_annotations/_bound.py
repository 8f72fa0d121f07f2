"""Own the knowledge which names a statement binds."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

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
