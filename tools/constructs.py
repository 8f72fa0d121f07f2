"""Write docs/constructs.md: what the generator understands, the case that shows it, and what four type checkers say.

`--check-types` runs the checkers first and keeps what they say in tests/codegen/checked.json, from which the page is
written otherwise. Prints the figures that the page shows.
"""

from __future__ import annotations

import argparse
import ast
import io
import re
import tempfile
import tokenize
from pathlib import Path
from typing import TYPE_CHECKING

from tests.codegen.cases import CASES, TESTS, TREES, Case, cases_in, make_tree, tree_of
from tests.codegen.constructs import CONSTRUCTS, REFUSED, Refused, Shown
from tests.codegen.limits import LIMITS, Limit
from tests.codegen.refusals import REFUSALS
from tools.type_checkers import CHECKERS, Result, check_tree, read_results, write_results

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tools.type_checkers import Finding

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "constructs.md"
CHECKED = ROOT / "tests" / "codegen" / "checked.json"
EXAMPLE = ROOT / "examples" / "bookshelf"
PUBLISHED = 2.35  # lines that the published generators write for a line of implementation, as they are measured

INTRODUCTION = """\
<!-- Written by `make constructs`. Do not edit: change tests/codegen/constructs.py. -->
# What the generator understands

Each construct, the golden case that shows it (its implementation, what is generated from it and a program that uses
that are in [tests/golden](../tests/golden)), and what four type checkers say of the generated module and of what a user
infers from it. `clean` means: no error in either, each `assert_type` of [tests/typing](../tests/typing) that names it
holds, and each line there that is wrong on purpose is refused. pyright (as basedpyright) and mypy run in strict mode in
every test run; ty and pyrefly run in `make constructs` and are reported. What they find is sorted into kinds
[below](#what-mypy-says), each with a module of `tests/typing` that shows it without any code of ours.

"""
EDITORS = """\
## In editors

[tests/editors](../tests/editors) speaks to basedpyright's language server, and asks jedi. With `current` an async
function:

| asked for | the server | jedi |
| --- | --- | --- |
| hover, help on `current` | signature and docstring | docstring |
| hover, help on `current.aio` | signature and docstring | nothing |
| inside `current(`, `current.aio(`, `current.submit(` | signature and docstring | the bridge's `*args` |
| the same in a notebook | | signature and docstring |
| definition of `current` | the generated `def` | the generated `def` |
| definition of `_source.current` in its body | the implementation | the implementation |
| definition of `.aio` | the bridge's `aio`, one for all functions | the same |
| completion behind `current.` | `aio`, `submit`, `with_options` | the same |

Methods and properties are the same, and both styles. Some callables no decorator can type, and they are
[written out](design/0004-faces.md) as a class: those with overloads, with a callback that decides a type variable, or
with `Self` inside another type, and class and static methods that name a type variable of their class. These rows
differ for them, in the style "dual" alone (in "twin" such a callable stays a function, and hover shows its signature):

| asked for, with `parsed` written out | the server | jedi |
| --- | --- | --- |
| hover, help on `parsed` | the class, each signature and the docstring | each signature and the docstring |
| hover, help on `parsed.aio` | each signature, or the one that is called, and docstring | nothing |
| inside `parsed(`, `parsed.aio(`, `parsed.submit(` | each signature, with the docstring | the bridge's `*args` |
| the same in a notebook | | the stub's signature, which takes what each overload takes, and docstring |
| definition of `.aio` | each signature, in the class | the bridge's `aio` |

What hover shows on such a name is `(function) parsed: _parsed_faces`, and below it a line for each way to call it, as
in the docstrings of functions written in C: `parsed(text: str) -> int`, `parsed(text: bytes) -> float`. These lines
stand in the generated file alone; `parsed.__doc__` is the implementation's docstring.

The body of a stub,
`raise implemented_elsewhere().at(_source.current)`, names what it stands for: the jump from there is the second one.
PyCharm, which has an engine of its own, is not run.

"""
NOT_YET = """\
These are understood in part:

- An override of a method with overloads, with a `ParamSpec`, with a type variable of its own, or of a type guard says
  what it overrides, `@ambidex.method(Base.find)`, and is not compared with it
  ([how to override a method](how-to/override-a-method.md)): no decorator can take such a type from a function. Where
  overloads, a `ParamSpec` or an awaited callable that decides a type stand beside a variable of the class, checkers
  do not take that form, and find fault with every override: what is looked up is typed by the object, and `Base.find`
  has none. It works at run time.
- `Self` in an async method of a generic class is typed as the class that declares the method where a type variable of
  that class stands beside it, also on an object of a subclass; anywhere else it is exact. In an override it is the
  class of the overridden method where it is taken, or stands in a list or another type that is invariant: checkers
  refuse another one there. A class method that overrides one of a generic class which is applied is typed as the class
  it is written in, also on a class that extends that one. In the style "twin" it stays `Self`, and pyright finds
  fault with such an override of a generic class that is applied, as it does in the implementation itself.
- A method with a type variable of its own, or with overloads, that overrides one of a generic class of another
  generated module is typed where one run writes both. In a run for the second module alone the generator does not look
  into the first one, and both checkers find fault with what it writes; it works at run time.
- An override that is not compatible with what it overrides, which the implementation's own checker refuses or is told
  to ignore, is written as it stands: the generator does not compare types, and checkers refuse it in the output as in
  the implementation. The same goes for overloads that their implementation does not fit.
- A plain callable that users are given, and that takes `object` or `Any`, gets an object with a face as the user has
  it: nothing in its signature says that there is one. Written as `Callable[[Station], bool]`, it gets the
  implementation's.
- Of the metadata in `Annotated[int, Gt(1), Doc("..."), object()]`, what can be written so that it is the same again is
  kept: literals, members of enums, public classes, functions and constants of a module, and what a class makes of
  values that its object has under the names of the parameters, if what that gives is equal. Anything else is left out,
  and nothing is said of it: a run would be full of it, and no type depends on it.
- A type guard narrows where it is called on the spot: `if is_station(value):`, also where it is async in the
  implementation. What is awaited, or given later, is a `bool`: `.aio` and `.submit` say so, and in the style "twin" no
  checker narrows anything by `await async_is_station(value)`, as it does not in the implementation.
- What a metaclass gives a class (`Class.registry`, `Class.find()`) is handed on by the face's class, to be read and
  called; objects of the face have its methods, too, which those of the implementation have not. What it makes of
  operators (`len(Class)`) or lets a user set, and `__class_getitem__` of a class that is not generic, is refused: no
  class of the bridge's own can do that, and no type checker follows it. `exclude` leaves it out.
- What a decorator factory gives has an overload for an async callable and one for a blocking one where the type
  variables that it names are its own. Where it names one of the class or of the factory's parameters, or stands in an
  attribute, it takes `Callable[P, R | Awaitable[R]]`, and mypy refuses an async function there if that decides `R`.
- A union of callables, awaited and not, is told apart at run time by what is an async function: one that gives
  something to await and is none raises a `UsageError` when it is called.
- `Class.method(object)`, called on the class, is not typed for a method whose forms are written out (overloads, `Self`
  inside a container).

"""


def implementations(case: Case) -> list[Path]:
    """Return the files that a case is generated from."""
    return [
        file
        for file in sorted(case.folder.rglob("*.py"))
        if case.expected not in file.parents and file.name not in ("use.py", "__init__.py")
    ]


def names_of(tree: ast.Module | ast.ClassDef | ast.If, path: str = "") -> Iterator[str]:
    """Yield every name that a module or a class defines, under `if` too, and those inside classes: `Class.member`."""
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield path + node.name
            if isinstance(node, ast.ClassDef):
                yield from names_of(node, f"{path}{node.name}.")
            elif node.name == "__init__":
                yield from (f"{path}{name}" for name in _attributes_of(node))
        elif isinstance(node, ast.If):
            yield from names_of(node, path)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (path + target.id for target in targets if isinstance(target, ast.Name))


def _attributes_of(constructor: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    for node in ast.walk(constructor):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
            yield node.attr


def count_lines(text: str) -> int:
    """Count the lines of a module that are neither blank nor comment; those of docstrings count."""
    lines: set[int] = set()
    empty = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)
    texts = text.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in empty:
            lines.update(line for line in range(token.start[0], token.end[0] + 1) if texts[line - 1].strip())
    return len(lines)


def _count(files: Iterable[Path]) -> int:
    return sum(count_lines(file.read_text(encoding="utf-8")) for file in files)


def lines_of(case: Case) -> tuple[int, int]:
    """Return how many lines a case has been written in, and how many were generated."""
    return _count(implementations(case)), _count(case.expected.rglob("*.py"))


def lines_of_example() -> tuple[int, int]:
    """Return the same of the bookshelf example."""
    return _count([EXAMPLE / "_bookshelf.py"]), _count([EXAMPLE / "bookshelf.py"])


def case_files(case: Case) -> set[str]:
    """Return the files of a case that the checkers are asked about, by their place in the tree."""
    use = f"use_{case.name}.py"
    return {*case.committed(), *([use] if (TESTS / "typing" / use).is_file() else [])}


def check_types() -> dict[str, Result]:
    """Run the four checkers over all cases, tree by tree.

    Raises:
        SystemExit: a limit of a checker is not shown any more by the module that is there for it.
    """
    shown = {limit.file for limit in LIMITS}
    results: dict[str, Result] = {}
    for tree, version in TREES.items():
        here = {file for file in shown if tree_of(TESTS / "typing" / file) == tree}
        files = here.union(*map(case_files, cases_in(tree)))
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name).resolve()
            make_tree(folder, tree)
            for checker, result in check_tree(folder, version, files).items():
                results[checker] = _with(results.get(checker), result)
    for limit in LIMITS:
        finding = tuple(name for name, result in results.items() if _about({limit.file}, result))
        if finding != limit.checkers:
            raise SystemExit(f"{limit.file} is found by {finding}, and by {limit.checkers} in tests/codegen/limits.py")
    return {name: _without(shown, result) for name, result in results.items()}


def _with(result: Result | None, more: Result) -> Result:
    """Return what a checker says of one tree, and of another."""
    if result is None:
        return more
    return Result(more.version, result.errors + more.errors, result.accepted + more.accepted)


def _about(files: set[str], result: Result) -> list[Finding]:
    return [each for each in result.errors + result.accepted if each.file in files]


def _without(files: set[str], result: Result) -> Result:
    errors, accepted = (
        tuple(each for each in found if each.file not in files) for found in (result.errors, result.accepted)
    )
    return Result(result.version, errors, accepted)


def _cell(result: Result, checker: str, files: set[str], name: str = "") -> str:
    """Say what a checker found in files, or only on lines of a user's file that mention a name."""

    def count(findings: Iterable[Finding]) -> int:
        mentions = re.compile(rf"\b{re.escape(name)}\b")
        return sum(
            each.file in files and (not each.file.startswith("use_") or mentions.search(each.code) is not None)
            for each in findings
        )

    errors, accepted = count(result.errors), count(result.accepted)
    parts = [f"{errors} error{'s' * (errors > 1)}"] if errors else []
    parts += [f"{accepted} wrong line{'s' * (accepted > 1)} accepted"] if accepted else []
    return f"[{', '.join(parts)}](#what-{checker}-says)" if parts else "clean"


def find_message(refused: Refused) -> str:
    """Return the first message of a refusal that is about the construct, without the place.

    Raises:
        LookupError: there is none.
    """
    for message in REFUSALS.get(refused.refusal, ("", []))[1]:
        if refused.about in message:
            return re.sub(r"^_impl\.py:\d+: ", "", message)
    raise LookupError(f"there is no refusal {refused.refusal}")


def _table(*rows: Iterable[str]) -> Iterator[str]:
    head, *others = [list(row) for row in rows]
    for row in (head, ["---"] * len(head), *others):
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |\n"


def _rows(constructs: Iterable[Shown], results: Mapping[str, Result]) -> Iterator[list[str]]:
    cases = {case.name: case for case in CASES}
    for each in constructs:
        files, last = case_files(cases[each.case]), each.name.rpartition(".")[2]
        cells = [_cell(results[checker], checker, files, last) for checker in CHECKERS]
        yield [each.construct, f"[{each.case}](../tests/golden/{each.case}): `{each.name}`", *cells]


def find_limit(checker: str, finding: Finding) -> Limit:
    """Return the kind that a finding is of.

    Raises:
        LookupError: it is of none.
    """
    for limit in LIMITS:
        if checker in limit.checkers and finding.code in limit.lines.get(finding.file, ()):
            return limit
    said = f"says {finding.message}" if finding.message else "finds no error"
    raise LookupError(
        f"{checker} {said}: {finding.file}: {finding.code}: "
        "mend what is generated, or show in tests/codegen/limits.py that the checker is wrong"
    )


def _said(checker: str, result: Result) -> Iterator[str]:
    yield f"\n## What {checker} says\n\n"
    yield f"Version {result.version}: {len(result.errors)} errors, {len(result.accepted)} wrong lines accepted.\n"
    kinds: dict[str, list[Finding]] = {}
    sentences = {limit.file: limit.sentence for limit in LIMITS}
    for each in result.errors + result.accepted:
        kinds.setdefault(find_limit(checker, each).file, []).append(each)
    if kinds:
        yield "\n"
        rows = (
            (sentences[file], f"[{file}](../tests/typing/{file})", str(len(found)), _example(found[0]))
            for file, found in sorted(kinds.items(), key=lambda kind: -len(kind[1]))
        )
        yield from _table(("kind", "shown by", "lines", "for example"), *rows)


def _example(finding: Finding) -> str:
    message = f"`` {finding.message} ``" if finding.message else "no error, where there has to be one"
    return f"{finding.file}: `` {finding.code} ``: {message}"


def write_page(results: Mapping[str, Result]) -> str:
    """Return the text of the page."""
    parts = [INTRODUCTION]
    for title, constructs in CONSTRUCTS.items():
        parts.append(f"## {title}\n\n")
        parts.extend(_table(("construct", "shown by", *CHECKERS), *_rows(constructs, results)))
        parts.append("\n")
    parts.append("## What is refused\n\nWith the file and the line before it, `ambidex generate` says:\n\n")
    refused = ((each.construct, f"`` {find_message(each)} ``") for each in REFUSED)
    parts.extend(_table(("construct", "message"), *refused))
    parts.append("\n" + NOT_YET)
    parts.append(EDITORS)
    parts.append("## How much is generated\n\n")
    parts.append(
        "Lines that are neither blank nor comment; docstrings count on both sides. The published generators write "
        f"{PUBLISHED} lines for a line of implementation.\n\n"
    )
    parts.extend(_figures())
    for checker in CHECKERS:
        parts.extend(_said(checker, results[checker]))
    return "".join(parts)


def _figures() -> Iterator[str]:
    counted = [(case.name, *lines_of(case)) for case in CASES]
    total = ("all cases", sum(row[1] for row in counted), sum(row[2] for row in counted))
    rows = (*counted, total, ("the bookshelf example", *lines_of_example()))
    yield from _table(
        ("case", "written", "generated", "generated for each line written"),
        *((name, str(written), str(made), f"{made / written:.2f}") for name, written, made in rows),
    )


def main() -> None:
    """Write the page, after the checkers where that is asked for."""
    parser = argparse.ArgumentParser(description="Write docs/constructs.md.")
    parser.add_argument("--check-types", action="store_true", help="run the type checkers, and keep what they say")
    if parser.parse_args().check_types:
        write_results(CHECKED, check_types())
    results = read_results(CHECKED)
    PAGE.write_text(write_page(results), encoding="utf-8")
    for name, result in results.items():
        print(f"{name} {result.version}: {len(result.errors)} errors, {len(result.accepted)} wrong lines accepted")
    written, made = (sum(each) for each in zip(*map(lines_of, CASES)))
    for what, (lines, generated) in (("cases", (written, made)), ("example", lines_of_example())):
        print(f"generated for each line written, {what}: {generated / lines:.2f}")


if __name__ == "__main__":
    main()
