"""No type that a user sees is Any, Unknown or Never, unless the implementation says so: two checkers are asked."""

from __future__ import annotations

import ast
import json
import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.codegen.cases import CASES, Case
from tests.codegen.revealing import Asked, ask
from tests.codegen.test_golden import check_types
from tools.constructs import implementations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Once

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

    By the name of a callable protocol, too, whose `__call__` does so.
    """
    found: set[str] = set()
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
        for scope in scopes:
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


def _is_arm(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return "overload" in {ast.unparse(decorator) for decorator in node.decorator_list}


def _is_vague(node: ast.FunctionDef | ast.AsyncFunctionDef, names: set[str]) -> bool:
    vague = re.compile(rf"\b({'|'.join(names)})\b|^list$")
    annotations = [each.annotation for each in ast.walk(node.args) if isinstance(each, ast.arg)]
    texts = [ast.unparse(each) for each in (*annotations, node.returns) if each is not None]
    return any(vague.search(COROUTINE.sub("Coroutine[", text)) for text in texts)


def write_asking(case: Case, tree: Path) -> dict[str, Asked]:
    """Write the modules that ask into the tree; return them by their place there."""
    written: dict[str, Asked] = {}
    for name, text in case.committed().items():
        place = Path(name)
        asked = ask(text)
        if not asked.names:
            continue
        file = place.with_name(f"asked_{place.name}").as_posix()
        (tree / file).write_text("\n".join(asked.lines) + "\n", encoding="utf-8")
        written[file] = asked
    return written


def ask_pyright(tree: Path) -> Iterator[tuple[str, int, str, bool]]:
    """Yield the file, the line, what is said there, and whether it is an error."""
    settings = {
        "typeCheckingMode": "standard",
        "pythonVersion": "3.9",
        "extraPaths": ["library"],
        "include": ["**/asked_*.py"],
        "reportInvalidTypeVarUse": False,
    }
    (tree / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    _, output = check_types(tree, sys.executable, "-m", "basedpyright", "--outputjson", "--pythonpath", sys.executable)
    said: dict[str, Any] = json.loads(output)
    for each in said["generalDiagnostics"]:
        file = Path(each["file"]).resolve().relative_to(tree).as_posix()
        message: str = each["message"]
        found = re.fullmatch(r'Type of ".*?" is "(?P<type>.*)"', message, re.DOTALL)
        if found is not None or each["severity"] == "error":
            yield file, each["range"]["start"]["line"] + 1, found["type"] if found else message, found is None


def ask_mypy(tree: Path, files: list[str]) -> Iterator[tuple[str, int, str, bool]]:
    """Yield the same of mypy."""
    options = (
        "--follow-imports",
        "silent",
        "--python-version",
        "3.10",
        "--disable-error-code",
        "unused-coroutine",
        "--cache-dir",
        ".mypy_cache_of_asked",
    )
    _, output = check_types(tree, sys.executable, "-m", "mypy", *options, "--output", "json", *files)
    for line in output.splitlines():
        said: dict[str, Any] = json.loads(line)
        message: str = said["message"]
        found = re.fullmatch(r'Revealed type is "(?P<type>.*)"', message, re.DOTALL)
        if found is not None or said["severity"] == "error":
            yield Path(said["file"]).as_posix(), said["line"], found["type"] if found else message, found is None


@pytest.fixture(scope="module")
def asking_tree(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the tree of all cases, for what asks would be wrong in strict mode."""
    unwanted = shutil.ignore_patterns("__pycache__", ".mypy_cache*")
    return Path(shutil.copytree(tree, tmp_path_factory.mktemp("asking") / "tree", ignore=unwanted)).resolve()


@pytest.fixture(scope="module")
def asked(asking_tree: Path) -> dict[str, dict[str, Asked]]:
    """Write what asks, for all cases."""
    return {case.name: write_asking(case, asking_tree) for case in CASES}


@pytest.fixture(scope="module")
def answers(
    asking_tree: Path, asked: dict[str, dict[str, Asked]], once: Once
) -> dict[tuple[str, str], list[tuple[int, str, bool]]]:
    """Run each checker once; return what it says by its name and the file: the line, the text, whether an error."""

    def run_checkers(folder: Path) -> None:
        files = [file for each in asked.values() for file in each]
        found = {"pyright": list(ask_pyright(asking_tree)), "mypy": list(ask_mypy(asking_tree, files))}
        (folder / "answers.json").write_text(json.dumps(found), encoding="utf-8")

    answers = once.folder("revealed", run_checkers) / "answers.json"
    said: dict[tuple[str, str], list[tuple[int, str, bool]]] = {}
    for checker, found in json.loads(answers.read_text(encoding="utf-8")).items():
        for file, line, text, is_error in found:
            said.setdefault((checker, file), []).append((line, text, is_error))
    return said


@pytest.mark.parametrize("checker", ["pyright", "mypy"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_revealed_types_lose_nothing(
    case: Case,
    checker: str,
    asked: dict[str, dict[str, Asked]],
    answers: dict[tuple[str, str], list[tuple[int, str, bool]]],
) -> None:
    """Of every public name, member, form and call: each is answered, without an error, and says what it is."""
    vague = vague_names(case)
    for file, each in asked[case.name].items():
        said = answers[checker, file]
        assert [(each.lines[line - 1], text) for line, text, is_error in said if is_error] == []
        assert {line for line, _, _ in said} == set(each.names)
        lost = [
            (each.names[line], each.lines[line - 1].strip(), text)
            for line, text, _ in said
            if finds_loss(text) and each.names[line].rpartition(".")[2].removeprefix("async_") not in vague
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
