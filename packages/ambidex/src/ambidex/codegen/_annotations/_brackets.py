"""Own the type parameters in the brackets of a statement of which only the text is at hand: an overload, or a stub's.

They are made as Python 3.12 makes those of a function that runs, so whoever reads them need not know whence they are.
"""

from __future__ import annotations

import ast
import typing
from typing import TYPE_CHECKING, Any

from .._report import Unsupported
from ._forms import DECLARED, unpack

if TYPE_CHECKING:
    from ._namespace import Namespace


def type_parameters_in(node: ast.AST | None, namespace: Namespace) -> dict[str, object]:
    """Return the type variables that a statement declares in brackets, by name; `namespace` is what stands around it.

    Raises:
        Unsupported: a bound, a constraint or a default names something unknown, or cannot be evaluated.
    """
    nodes: list[Any] = getattr(node, "type_params", [])  # nodes of Python 3.12
    found: dict[str, object] = {}
    for each in nodes:
        try:
            found[each.name] = _made(each, namespace.with_names(found))  # a default may name what stands before it
        except Unsupported as refusal:
            raise Unsupported(f"the type variable {each.name}: {refusal.what}", refusal.fix) from refusal
    return found


def _made(node: Any, namespace: Namespace) -> object:
    bound: ast.expr | None = getattr(node, "bound", None)
    default: ast.expr | None = getattr(node, "default_value", None)
    said: dict[str, object] = {}
    constraints: list[object] = []
    if isinstance(bound, ast.Tuple):
        constraints = [_evaluated(each, namespace) for each in bound.elts]
    elif bound is not None:
        said["bound"] = _evaluated(bound, namespace)
    if default is not None:
        said["default"] = _evaluated(default, namespace)
    kind: Any = DECLARED[type(node).__name__]
    try:
        made: Any = kind(node.name, *constraints, **said)
    except TypeError as error:
        raise Unsupported(f"it cannot be declared ({error})", "write types") from error
    made.__module__ = typing.__name__  # as of all that stands in brackets: it is read where it stands
    return made


def _evaluated(node: ast.expr, namespace: Namespace) -> object:
    if isinstance(node, ast.Starred):  # the default of a TypeVarTuple
        return unpack(namespace.evaluate(ast.unparse(node.value)))
    return namespace.evaluate(ast.unparse(node))
