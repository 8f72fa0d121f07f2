"""Own what a constructor says of the attributes of its object, as both type checkers read it."""

from __future__ import annotations

import ast
import re
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Union

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ._stubs import Definition

Import = Union[ast.Import, ast.ImportFrom]

CONSTRUCTORS = ("__init__", "__post_init__")
_INNER = (ast.AsyncFunctionDef, ast.ClassDef, ast.FunctionDef, ast.Lambda)
_PLAIN = (bool, bytes, float, int, str)


@dataclass(frozen=True)
class Assigned:
    """Hold the type that a constructor gives an attribute: its text, empty where there are several, and its line.

    `is_declared`: the text is the annotation of the attribute itself, not that of the parameter that it is given.
    `imports` are the constructor's own, as far as the text may name what they import.
    """

    text: str
    line: int
    is_declared: bool
    imports: tuple[Import, ...] = ()


def assigned_in(constructors: Iterable[Definition]) -> dict[str, Assigned]:
    """Return the attributes that constructors give a type, by name.

    That is `self.x: T = ...`, or else `self.x = x` with a parameter that has an annotation, and nothing else given.
    """
    return {name: each for name, each in _by_name(constructors).items() if each.text or each.is_declared}


def unsaid_in(constructors: Iterable[Definition]) -> dict[str, int]:
    """Return the attributes that constructors assign and give no type, by name, each with its line."""
    listed = _by_name(constructors).items()
    return {name: each.line for name, each in listed if not each.text and not each.is_declared}


def _by_name(constructors: Iterable[Definition]) -> dict[str, Assigned]:
    found: dict[str, list[Assigned]] = {}
    for made in constructors:
        for name, each in _assignments(made):
            found.setdefault(name, []).append(each)
    return {name: _together(listed) for name, listed in found.items()}


def _together(listed: list[Assigned]) -> Assigned:
    said = [each for each in listed if each.is_declared] or listed
    is_one = len({each.text for each in said}) == 1
    return said[0] if is_one else Assigned("", said[0].line, said[0].is_declared)


def _assignments(made: Definition) -> Iterator[tuple[str, Assigned]]:
    """Yield each attribute that a constructor assigns, with what one assignment says of its type: perhaps nothing."""
    arguments = made.args
    listed = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    own = listed[0].arg if listed else ""
    types = {each.arg: each.annotation for each in listed}
    body = list(_walk(made))
    imports = [node for node in body if isinstance(node, (ast.Import, ast.ImportFrom))]
    for node in body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        given = _annotation_given(getattr(node, "value", None), types)
        for target in targets:
            if isinstance(target, ast.Name):
                types.pop(target.id, None)  # a parameter that became something else
            if not isinstance(target, ast.Attribute) or not isinstance(target.value, ast.Name):
                continue
            if target.value.id == own and isinstance(node, ast.AnnAssign):
                text = _text(node.annotation, node.value, types)
                yield target.attr, Assigned(text, node.lineno, True, tuple(_named(text, imports)))
            elif target.value.id == own:
                yield target.attr, Assigned("" if given is None else ast.unparse(given), target.lineno, False)


def _walk(made: Definition) -> Iterator[ast.AST]:
    """Yield what the body of a function is made of, the nearest first; functions and classes in it are left out."""
    waiting: deque[ast.AST] = deque(made.body)
    while waiting:
        node = waiting.popleft()
        if not isinstance(node, _INNER):
            yield node
            waiting.extend(ast.iter_child_nodes(node))


def _annotation_given(value: object, types: dict[str, ast.expr | None]) -> ast.expr | None:
    """Return the annotation of the parameter that a value is, None where it is none, or has none."""
    return types.get(value.id) if isinstance(value, ast.Name) else None


def _text(annotation: ast.expr, value: ast.expr | None, types: dict[str, ast.expr | None]) -> str:
    """Return the text of an attribute's annotation; `Final` alone has the type of the parameter or literal given."""
    quoted = annotation.value if isinstance(annotation, ast.Constant) else None
    text = quoted if isinstance(quoted, str) else ast.unparse(annotation)
    if text.rpartition(".")[2] != "Final":
        return text
    literal: object = value.value if isinstance(value, ast.Constant) else None
    given = _annotation_given(value, types)
    if type(literal) in _PLAIN:
        return f"{text}[{type(literal).__name__}]"
    return text if given is None else f"{text}[{ast.unparse(given)}]"


def _named(text: str, imports: Iterable[Import]) -> Iterator[Import]:
    """Yield the imports of what a text may name."""
    words = set(re.findall(r"\w+", text))
    for node in imports:
        if any((alias.asname or alias.name).partition(".")[0] in words for alias in node.names):
            yield node
