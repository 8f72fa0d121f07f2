"""No type that a user sees is Any, Unknown or Never, unless the implementation says so: two checkers are asked."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

from tests.checkers import with_current_mypy
from tests.codegen.cases import CASES, OWN, Case
from tests.codegen.checking import asked_of
from tools.constructs import implementations

if TYPE_CHECKING:
    from tests.codegen.checking import Said

LOST = re.compile(r"\b(Any|Unknown|Never)\b")
# What awaiting a coroutine sends and takes is nobody's business; each checker spells it in its own way.
COROUTINE = re.compile(r"\bCoroutine(Type)?\[Any, Any, ")
SLICE = "slice[Any, Any, Any]"  # what a bare `slice` means in the standard library's types

pytestmark = [
    pytest.mark.of_text,
    pytest.mark.timeout(180),  # the first test runs both checkers over all cases
]


def vague_names(case: Case) -> set[str]:
    """Return the last names of what the implementation itself annotates with Any or a bare list, arm by arm.

    By the name of a callable protocol, too, whose `__call__` does so, and of a class with such a field, which its
    constructor is called by. What this interpreter cannot read says neither.
    """
    found: set[str] = set()
    if not case.runs_on(OWN):
        return found
    for file in implementations(case):
        scopes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
        protocols = {
            scope.name
            for scope in scopes
            if isinstance(scope, ast.ClassDef)
            for node in scope.body
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == "__call__"
            if _is_vague(node, {"Any"})
        }
        protocols.update(_vague_variables(scopes))
        for scope in scopes:
            if isinstance(scope, ast.AnnAssign) and _names_vague(scope.annotation, {"Any"}):
                found.add(ast.unparse(scope.target).rpartition(".")[2])
            if isinstance(scope, ast.ClassDef) and any(map(_is_vague_field, scope.body)):
                found.add(scope.name)
            if isinstance(scope, (ast.Module, ast.ClassDef)):
                defined = [node for node in scope.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
                arms = {node.name for node in defined if _is_arm(node)}
                found.update(
                    node.name
                    for node in defined
                    if _is_arm(node) or node.name not in arms
                    if _is_vague(node, {"Any", *protocols})
                )
    return found


def _vague_variables(scopes: list[ast.AST]) -> set[str]:
    """Return the type variables that are said to stand for something with Any in it."""
    return {
        node.targets[0].id
        for node in scopes
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and isinstance(node.value, ast.Call)
        if ast.unparse(node.value.func) == "TypeVar" and "Any" in ast.unparse(node.value)
    }


def _is_arm(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return "overload" in {ast.unparse(decorator) for decorator in node.decorator_list}


def _is_vague_field(node: ast.stmt) -> bool:
    return isinstance(node, ast.AnnAssign) and _names_vague(node.annotation, {"Any"})


def _is_vague(node: ast.FunctionDef | ast.AsyncFunctionDef, names: set[str]) -> bool:
    annotations = [each.annotation for each in ast.walk(node.args) if isinstance(each, ast.arg)]
    return any(_names_vague(each, names) for each in (*annotations, node.returns) if each is not None)


def _names_vague(annotation: ast.expr, names: set[str]) -> bool:
    """Tell whether an annotation names Any, or says nothing of what a callable takes."""
    vague = re.compile(rf"\b({'|'.join(names)})\b|^list$|\bCallable\[\.\.\.")
    return vague.search(COROUTINE.sub("Coroutine[", ast.unparse(annotation))) is not None


ASKED = [
    pytest.param(case, checker, id=f"{case.name}-{checker}", marks=marks)
    for case in CASES
    for checker, marks in (("pyright", ()), ("mypy", with_current_mypy))
]


@pytest.mark.parametrize(("case", "checker"), ASKED)
def test_revealed_types_lose_nothing(case: Case, checker: str, request: pytest.FixtureRequest) -> None:
    """Of every public name, member, form and call: each is answered, without an error, and says what it is."""
    everything: list[Said] = request.getfixturevalue(f"{checker}_says")
    vague = vague_names(case)
    for file, asked in asked_of(case).items():
        said = [each for each in everything if each.file == file]
        assert [(asked.lines[each.line - 1], each.text) for each in said if each.is_fault] == []
        assert {each.line for each in said} == set(asked.names)
        lost = [
            (asked.names[each.line], asked.lines[each.line - 1].strip(), each.text)
            for each in said
            if finds_loss(each.text) and asked.names[each.line].rpartition(".")[2].removeprefix("async_") not in vague
        ]
        assert lost == []


def finds_loss(text: str) -> bool:
    """Tell whether a shown type has Any, Unknown or Never in it."""
    return LOST.search(COROUTINE.sub("Coroutine[", text).replace(SLICE, "slice")) is not None


@pytest.mark.parametrize("text", ["Any", "Call[(x: Unknown), int]", "list[Never]", "Coroutine[Any, Any, Any]"])
def test_loss_is_found(text: str) -> None:
    """As a whole word, wherever it stands."""
    assert finds_loss(text)


@pytest.mark.parametrize("text", ["Anything", "CoroutineType[Any, Any, int]", "(x: Unknowns) -> int"])
def test_what_is_no_loss_is_not_found(text: str) -> None:
    """Names that only look like it, and what a coroutine is sent."""
    assert not finds_loss(text)
