"""What type checkers find fault with is traced to what was registered, whatever else they say."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import pytest

from ambidex.codegen._wrap._blame import Blame
from ambidex.codegen._wrap._checkers import find_faults
from ambidex.codegen._wrap._choose import Selection
from ambidex.codegen._wrap._left_out import LeftFaulty
from ambidex.codegen._wrap._names import Surface
from ambidex.errors import UsageError
from tests.codegen.cases import GOLDEN

if TYPE_CHECKING:
    from pathlib import Path

    from tests.codegen.conftest import Project


def test_checker_that_takes_too_long_is_an_error(tmp_path: Path) -> None:
    """Whoever waits is told which checker it is, and how to do without."""
    with pytest.raises(UsageError) as caught:
        find_faults("mypy", {"made": "number: int = 1\n"}, tmp_path, limit_s=0.01)
    assert str(caught.value) == "mypy was not done after 0.01 s: leave out --clean"


def test_checker_that_does_not_start_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what it says: basedpyright is a program of node, which refuses an option that it does not know."""
    monkeypatch.setenv("NODE_OPTIONS", "--no-such-option")
    with pytest.raises(UsageError) as caught:
        find_faults("basedpyright", {"made": "number: int = 1\n"}, tmp_path)
    told = str(caught.value)
    node = told[len("basedpyright did not run: ") :].partition(": ")[0]  # the path of the program
    assert told == f"basedpyright did not run: {node}: --no-such-option is not allowed in NODE_OPTIONS"


def test_checker_that_gives_up_is_an_error(tmp_path: Path) -> None:
    """With what it says: mypy goes no further than what it cannot read."""
    with pytest.raises(UsageError) as caught:
        find_faults("mypy", {"made": "number: int =\n"}, tmp_path)
    told = str(caught.value)
    assert re.fullmatch(r"mypy did not run: made\.py:1:\d+: error: .+  \[syntax\]", told), told


def test_fault_that_was_not_left_out_says_why(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is known behind it, what is there cannot be left out, or it is no registered name."""
    project.write("winch.py", "class Winch:\n    async def pull(self) -> int: ...\n")
    monkeypatch.setattr(sys, "path", [str(project.folder), *sys.path])
    selection = Selection(Surface("winch"), "winch_sync")
    reasons = (
        selection.reason_for([]),
        selection.reason_for([("winch_sync", "Winch", "pull"), ("winch_sync", "Winch")]),
        selection.reason_for([("winch_sync", "Chain")]),
    )
    assert reasons == (
        "nothing that is registered is known to be behind it",
        "Winch, Winch.pull cannot be left out",
        "Chain is named by what is registered, and is not registered itself",
    )
    assert str(LeftFaulty("winch_sync.py", 3, "mypy: no", reasons[0])) == (
        "winch_sync.py:3: left as it is: mypy: no: nothing that is registered is known to be behind it"
    )


def test_both_classes_that_stand_for_a_callable_are_about_it() -> None:
    """One that names what it is looked up on is typed by two classes: by what it is found on, and by its calls."""
    text = (GOLDEN / "generics" / "expected" / "generics.py").read_text(encoding="utf-8")
    blame = Blame("generics", text)
    lines = text.splitlines()
    for name in ("_Box_sent_bound", "_Box_sent_faces"):
        line = next(number for number, each in enumerate(lines, 1) if f"class {name}(" in each)
        assert blame.subjects(line + 1, 8) == [("generics", "Box", "sent")]


def test_class_that_other_modules_extend_is_about_its_callable() -> None:
    """It is called in another way there than a class that is of use in one module."""
    text = (GOLDEN / "overrides_apart" / "expected" / "overrides_apart.py").read_text(encoding="utf-8")
    line = next(number for number, each in enumerate(text.splitlines(), 1) if "class __Shelf__find_bound__(" in each)
    subjects = Blame("overrides_apart", text).subjects(line + 2, 8)
    assert subjects == [("overrides_apart", "Shelf", "find")]


def test_class_of_a_method_that_users_may_override_is_about_it() -> None:
    """Its decorator names the class in another way: users' methods are compared with what is called alone."""
    text = (GOLDEN / "overrides" / "expected" / "overrides.py").read_text(encoding="utf-8")
    blame = Blame("overrides", text)
    found = [(number, each) for number, each in enumerate(text.splitlines(), 1) if each.endswith("_faces(Protocol):")]
    assert found
    for number, each in found:
        (subject,) = blame.subjects(number + 1, 8)
        assert "_".join(subject[1:]) == each.strip().partition("class _")[2].partition("_faces")[0]
