"""The page of constructs is true: each is where it says, and the page is what the tool writes."""

from __future__ import annotations

import ast

import pytest

from tests.codegen.cases import CASES
from tests.codegen.constructs import CONSTRUCTS, REFUSED, Proved, Shown
from tests.codegen.limits import LIMITS
from tests.docs.page import ROOT
from tools.constructs import CHECKED, PAGE, count_lines, implementations, names_of, write_page
from tools.type_checkers import read_results

ALL = [each for group in CONSTRUCTS.values() for each in group]
SHOWN = [each for each in ALL if isinstance(each, Shown)]
PROVED = [each for each in ALL if isinstance(each, Proved)]


@pytest.mark.parametrize("shown", SHOWN, ids=lambda shown: f"{shown.case}:{shown.name}")
def test_construct_stands_in_the_case_that_the_list_names(shown: Shown) -> None:
    """The implementation of the case defines that name."""
    case = next(case for case in CASES if case.name == shown.case)
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in implementations(case)]
    assert shown.name in {name for tree in trees for name in names_of(tree)}


@pytest.mark.parametrize("proved", PROVED, ids=lambda proved: proved.construct)
def test_construct_without_a_case_has_a_test(proved: Proved) -> None:
    """The file is there, and defines that test."""
    file, _, name = proved.test.partition("::")
    assert name in set(names_of(ast.parse((ROOT / file).read_text(encoding="utf-8"))))


def test_every_case_shows_a_construct_and_no_construct_is_listed_twice() -> None:
    """A new case adds to the list."""
    assert {shown.case for shown in SHOWN} == {case.name for case in CASES}
    constructs = [each.construct for each in (*ALL, *REFUSED)]
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
