"""Own the one run of each type checker over what is generated from the golden cases, and the trees that it reads.

`cases` and `newer` are the trees of all cases, and in them, for each generated module, one that asks for the types of
its public names. `twins` and `newer_twins` are the same cases in the style "twin". Whoever wants to know what is said
of one of them picks it from the whole.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.checkers import mypy, mypy_version
from tests.codegen.cases import CASES, TREES, Case, cases_in, make_tree
from tests.codegen.compiling import compile_on
from tests.codegen.revealing import Asked, ask

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from tests.conftest import Once

TWINS = {"cases": "twins", "newer": "newer_twins"}
CHECKED = {**TREES, **{TWINS[tree]: version for tree, version in TREES.items()}}
ASKING = "asked_"
PYRIGHT = {
    "typeCheckingMode": "strict",
    "exclude": ["**/library"],
    "enableTypeIgnoreComments": False,
    "reportUnnecessaryTypeIgnoreComment": True,
}


class Said(NamedTuple):
    """What a checker says of a line: the type that it is asked for there, or a fault."""

    file: str  # with the tree that it stands in
    line: int
    text: str
    is_fault: bool


def write_trees(folder: Path, version: str, python: Path, environment: Mapping[str, str]) -> None:
    """Lay all trees out; twins are made by the Python that is given, of those cases that it reads."""
    for tree, twins in TWINS.items():
        (folder / tree).mkdir()
        make_tree(folder / tree, tree)
        (folder / twins).mkdir()
        cases = [case for case in cases_in(tree) if case.runs_on(version)]
        _write_twins(folder / twins, cases, python, environment)
    for case in CASES:
        for file, asked in asked_of(case).items():
            (folder / file).write_text("\n".join(asked.lines) + "\n", encoding="utf-8")


def asked_of(case: Case) -> dict[str, Asked]:
    """Return the modules that ask for what a case has generated, by their place in the folder of the trees."""
    written: dict[str, Asked] = {}
    for name, text in case.committed().items():
        asked = ask(text)
        if asked.names:
            place = Path(case.tree, name)
            written[place.with_name(f"{ASKING}{place.name}").as_posix()] = asked
    return written


def _write_twins(folder: Path, cases: Iterable[Case], python: Path, environment: Mapping[str, str]) -> None:
    """Fill a folder with cases, what is generated of them, and the list of that, with the Python that each needs."""
    # by_hand: whoever writes a face by hand writes one class
    cases = [case for case in cases if not case.name.startswith("twins") and case.name != "by_hand"]
    unwanted = shutil.ignore_patterns("__pycache__", "expected", "use.py")
    for case in cases:
        shutil.copytree(case.folder, folder, ignore=unwanted, dirs_exist_ok=True)
    for file in folder.rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        text = re.sub(r'\bModule(\.auto)?\(("[\w.]+"|__name__)', r'Module\1(\2, style="twin"', text)
        file.write_text(text, encoding="utf-8")
    names: dict[str, str] = {}
    every = compile_on(python, [(case.module, folder, folder) for case in cases], environment)
    for case, compiled in zip(cases, every):
        assert compiled.names
        names.update(dict.fromkeys(compiled.names, case.oldest))
        for place, text in {**compiled.packages, **compiled.files}.items():
            file = folder / place
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    (folder / "names.json").write_text(json.dumps(names), encoding="utf-8")


def ask_pyright(trees: Path) -> list[Said]:
    """Return what basedpyright says of all trees in strict mode, each as its version of Python; it reads all files.

    It is run once for each version: what stands in no tree, as the types of the standard library, it reads as the
    version that is set for the whole run, which is that of the interpreter where none is.
    """
    return [said for version in sorted(set(CHECKED.values())) for said in _ask_pyright_as(version, trees)]


def _ask_pyright_as(version: str, trees: Path) -> Iterator[Said]:
    names = [tree for tree, checked_as in CHECKED.items() if checked_as == version]
    roots = [{"root": tree, "extraPaths": ["cases/library"]} for tree in names]
    settings = {**PYRIGHT, "pythonVersion": version, "include": names, "executionEnvironments": roots}
    (trees / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    checker = (sys.executable, "-m", "basedpyright")
    output = _run(trees, (*checker, "--outputjson", "--pythonpath", sys.executable))
    said: dict[str, Any] = json.loads(output)
    files = [file for tree in names for file in (trees / tree).rglob("*.py") if "library" not in file.parts]
    assert said["summary"]["filesAnalyzed"] == len(files), output
    root = trees.resolve()
    for each in said["generalDiagnostics"]:
        file = Path(each["file"]).resolve().relative_to(root)
        yield _said(file, each["range"]["start"]["line"] + 1, each["message"], "Type of")


def ask_mypy(trees: Path, tree: str, once: Once) -> list[Said]:
    """Return what mypy says of one tree in strict mode: modules of another have the same names."""
    options = (*mypy_version(CHECKED[tree]), "--exclude", "^library/", "--output", "json")
    output = _run(trees / tree, mypy(trees / tree, once, *options, "."))
    if output.startswith("Success: "):
        return []
    lines: Iterator[dict[str, Any]] = map(json.loads, filter(None, output.splitlines()))  # empty for a note left out
    return [_said(Path(tree, each["file"]), each["line"], each["message"], "Revealed type is") for each in lines]


def _said(file: Path, line: int, message: str, answer: str) -> Said:
    found = re.fullmatch(rf'{answer} (?:".*?" is )?"(?P<type>.*)"', message, re.DOTALL)
    if found is None or not file.name.startswith(ASKING):
        return Said(file.as_posix(), line, message, is_fault=True)
    return Said(file.as_posix(), line, found["type"], is_fault=False)


def _run(folder: Path, command: Sequence[str | Path]) -> str:
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "MYPYPATH": "../cases/library"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stdout
    return done.stdout


def faults(said: Iterable[Said], tree: str) -> list[Said]:
    """Return what is found fault with in a tree, the modules that ask left out."""
    return [
        each
        for each in said
        if each.is_fault and each.file.startswith(f"{tree}/") and not Path(each.file).name.startswith(ASKING)
    ]


def keep(ask_checker: Callable[[], list[Said]], folder: Path) -> None:
    """Ask, and keep what is said for the other workers of a run."""
    (folder / "said.json").write_text(json.dumps(ask_checker()), encoding="utf-8")


def kept(folder: Path) -> list[Said]:
    """Return what was kept."""
    return [Said(*each) for each in json.loads((folder / "said.json").read_text(encoding="utf-8"))]
