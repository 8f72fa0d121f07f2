"""The page of constructs is true: each is where it says, and the page is what the tool writes."""

from __future__ import annotations

import ast
import re

import pytest

from tests.codegen.cases import CASES, OWN, TESTS, is_served, needed_by
from tests.codegen.constructs import CONSTRUCTS, REFUSED, Shown
from tests.codegen.limits import LIMITS
from tools.constructs import CHECKED, PAGE, count_lines, implementations, names_of, write_page
from tools.type_checkers import read_results

SHOWN = [each for group in CONSTRUCTS.values() for each in group]
# Those whose module of `tests/typing` this interpreter reads
READ = [each for each in SHOWN if is_served(needed_by(TESTS / "typing" / f"use_{each.case}.py"), OWN)]

# What the users of a module write for a name of its implementation
PUBLIC_NAMES = {
    ("functions", "connect_slowly"): "connect_now",
    ("chosen", "Client.told"): "heard",
    ("chosen", "Client.word"): "password",
}

# What calls a special method: the syntax, or the builtin functions
SYNTAX: dict[str, tuple[type[ast.AST], ...]] = {
    "__add__": (ast.BinOp,),
    "__aenter__": (ast.AsyncWith,),
    "__aiter__": (ast.AsyncFor, ast.comprehension),
    "__anext__": (ast.AsyncFor, ast.comprehension),
    "__await__": (ast.Await,),
    "__call__": (ast.Call,),
    "__contains__": (ast.In,),
    "__enter__": (ast.With,),
    "__format__": (ast.JoinedStr,),
    "__getattr__": (ast.Attribute,),
    "__getitem__": (ast.Subscript,),
    "__init__": (ast.Call,),
    "__init_subclass__": (ast.ClassDef,),
    "__iter__": (ast.For, ast.comprehension, ast.Starred),
    "__lt__": (ast.Lt,),
    "__new__": (ast.Call,),
}
BUILTINS = {"__format__": "format", "__hash__": "hash", "__iter__": "iter"}


def written_code(file: str) -> ast.Module:
    """Return a module of `tests/typing` without its imports and its docstrings."""
    tree = ast.parse((TESTS / "typing" / file).read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            said = ast.get_docstring(node) is not None
            node.body = [each for each in node.body[said:] if not isinstance(each, (ast.Import, ast.ImportFrom))]
    return tree


def is_use(node: ast.AST, special: str) -> bool:
    """Tell whether a node calls a special method."""
    if special == "__setitem__":
        return isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == BUILTINS.get(special):
        return True
    return isinstance(node, SYNTAX.get(special, ()))


@pytest.mark.parametrize("shown", SHOWN, ids=lambda shown: f"{shown.case}:{shown.name}")
def test_construct_stands_in_the_case_that_the_list_names(shown: Shown) -> None:
    """The implementation of the case defines that name; what is generated does, where this Python cannot read it."""
    case = next(case for case in CASES if case.name == shown.case)
    files = implementations(case) if case.runs_on(OWN) else case.expected.rglob("*.py")
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in files]
    assert shown.name in {name for tree in trees for name in names_of(tree)}


@pytest.mark.parametrize("shown", READ, ids=lambda shown: f"{shown.case}:{shown.name}")
def test_checkers_are_asked_about_each_construct(shown: Shown) -> None:
    """Else a row would be called clean though nobody has asked: `tests/typing` names it, or has its syntax."""
    tree = written_code(f"use_{shown.case}.py")
    owner, _, last = shown.name.rpartition(".")
    name = PUBLIC_NAMES.get((shown.case, shown.name), last)
    if name.startswith("__"):
        assert re.search(rf"\b{owner.rpartition('.')[2]}\b", ast.unparse(tree)), f"{owner} is not named"
        assert any(is_use(node, name) for node in ast.walk(tree)), f"{shown.name} is not used"
    else:
        assert re.search(rf"\b{re.escape(name)}\b", ast.unparse(tree)), f"{shown.name} is not named"


def test_every_case_shows_a_construct_and_no_construct_is_listed_twice() -> None:
    """A new case adds to the list."""
    assert {shown.case for shown in SHOWN} == {case.name for case in CASES}
    constructs = [*(shown.construct for shown in SHOWN), *(refused.construct for refused in REFUSED)]
    assert len(constructs) == len(set(constructs))


def test_page_is_what_the_tool_writes() -> None:
    """Neither the list, nor a refusal, nor a figure has changed since."""
    assert PAGE.read_text(encoding="utf-8") == write_page(read_results(CHECKED)), "run `make constructs`"


def test_pyright_and_mypy_had_nothing_to_say() -> None:
    """What was kept of the two checkers that have to be clean is clean; the suite runs them, too."""
    results = read_results(CHECKED)
    assert (results["pyright"].errors, results["pyright"].accepted, results["mypy"].errors) == ((), (), ())


def test_every_finding_is_of_one_kind_and_every_line_of_a_kind_is_found() -> None:
    """A checker's finding is a fault of ours unless a kind lists its line, and a kind lists no line that is right."""
    found = [
        (checker, each.file, each.code)
        for checker, result in read_results(CHECKED).items()
        for each in result.errors + result.accepted
    ]
    listed = [
        (checker, file, line)
        for limit in LIMITS
        for checker in limit.checkers
        for file, lines in limit.lines.items()
        for line in lines
    ]
    assert len(listed) == len(set(listed))
    assert set(found) == set(listed)


def test_lines_are_counted_alike_on_both_sides() -> None:
    """Blank lines and comments do not count; a docstring counts, without its blank lines, and a bracket's lines do."""
    assert count_lines('"""One.\n\nTwo.\n"""\n\n# no\nx = [\n    # no\n    1,\n]  # yes\n\nif x:\n    pass\n') == 8
