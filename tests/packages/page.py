"""Own docs/packages.md: what came of each package, as text that is the same in every run."""

from __future__ import annotations

import re
import sys
from collections import Counter
from importlib.metadata import version
from typing import TYPE_CHECKING

from tests.packages.declaration import HERE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tests.packages.declaration import Package
    from tests.packages.trial import Outcome

PAGE = HERE.parents[1] / "docs" / "packages.md"
INTRODUCTION = """\
<!-- Written by `make packages`. Do not edit: change tests/packages. -->
# Packages that nobody here wrote

Each of these packages was installed from the package index and [wrapped](how-to/wrap-a-package.md) as it is, by one
command. What was generated, and the program in [tests/packages](../tests/packages) that uses it, was checked by
basedpyright and mypy in strict mode, without ignores. Then the program was run: it uses the blocking face and the
async face against something real, and asserts what it sees. Nothing in the generator knows any package;
what had to be written by hand stands [below](#lines-written-by-hand). `make packages` does all of this again, with the
versions in requirements/packages.txt, and writes this page.

"""
LEGEND = """
Faces are classes with something to wait for, or that lead to one; values are the package's own classes, re-exported.

## What was run

"""
# The first that a reason matches says what kind it is.
KINDS = {
    r"is blocking already": "blocking already",
    r"is a plain value|is an alias of types": "plain values",
    r"is another name of ": "second names",
    r"is deprecated": "deprecated",
    r"is that of ": "names of other packages",
    r"is compiled": "compiled, without a stub",
    r"could not be imported": "modules that cannot be imported",
    r"has no annotation|says not|does not say|no py\.typed": "types that are not said",
    r"would reach the user as it is": "asynchronous objects inside other classes",
    r"cannot be (read|evaluated|resolved)|is not defined": "annotations that cannot be read",
}
OTHER = "other refusals"


def write_page(outcomes: Sequence[Outcome]) -> str:
    """Return the text of the page."""
    versions = ", ".join(f"{name} {version(name)}" for name in ("basedpyright", "mypy"))
    python = f"CPython {sys.version_info[0]}.{sys.version_info[1]}"
    head = ("package", "faces", "functions", "values", "left out", "basedpyright", "mypy", "program")
    parts = [
        INTRODUCTION,
        f"With {python}, {versions}:\n\n",
        *_table(head, *map(_row, outcomes)),
        LEGEND,
        *(f"- {_link(outcome.package)}: {outcome.package.ran}\n" for outcome in outcomes),
        "\n## What was left out\n\nThe manifest of each package names every one, with its place and its reason.\n\n",
        *_table(
            ("package", "what"), *((_title(outcome.package), count_kinds(outcome.left_out)) for outcome in outcomes)
        ),
        "\n## Lines written by hand\n\n",
        *(list(_by_hand(outcomes)) or ["None.\n"]),
    ]
    return "".join(parts)


def _title(package: Package) -> str:
    return ", ".join(f"{name} {version(name)}" for name in package.distributions)


def _link(package: Package) -> str:
    return f"[{package.distributions[0]}](../tests/packages/{package.folder.name}/exercise.py)"


def _row(outcome: Outcome) -> list[str]:
    title = _title(outcome.package)
    if outcome.wrapping:
        return [title, "", "", "", "", "", "", "could not be wrapped"]
    counts = (outcome.faces, outcome.functions, outcome.values, len(outcome.left_out))
    checkers = (_errors(outcome.basedpyright), _errors(outcome.mypy))
    return [title, *map(str, counts), *checkers, "failed" if outcome.running else "passed"]


def _errors(said: Sequence[str]) -> str:
    return f"{len(said)} error{'s' * (len(said) > 1)}" if said else "clean"


def count_kinds(left_out: Iterable[str]) -> str:
    """Say how many of what was left out are of which kind, the most frequent first."""
    kinds = Counter(_kind(line) for line in left_out)
    counted = sorted(kinds.items(), key=lambda kind: (kind[0] == OTHER, -kind[1], kind[0]))
    return ", ".join(f"{kind}: {number}" for kind, number in counted) or "nothing"


def _kind(line: str) -> str:
    return next((kind for pattern, kind in KINDS.items() if re.search(pattern, line)), OTHER)


def _by_hand(outcomes: Iterable[Outcome]) -> Iterator[str]:
    for outcome in outcomes:
        for edit in outcome.package.edits:
            yield f"- {outcome.package.distributions[0]}: `{edit.old}` became `{edit.new}`: {edit.why}\n"
        if outcome.package.arguments:
            given = " ".join(outcome.package.arguments)
            yield f"- {outcome.package.distributions[0]}: `{given}` was given to `wrap`.\n"


def _table(*rows: Iterable[str]) -> Iterator[str]:
    head, *others = [list(row) for row in rows]
    for row in (head, ["---"] * len(head), *others):
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |\n"
