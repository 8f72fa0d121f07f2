"""Find what the generator can say, and what tests expect it to say, by reading the syntax trees of both.

A text is a string in which `HOLE` stands for what is known only when it runs. What the generator says is each text that
a diagnostic is made of, and beside it every other string of its code that is prose: a message that is handed on in a
variable, or returned, is found by that. What holds no message is listed in `NO_MESSAGES`.
"""

from __future__ import annotations

import ast
import itertools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import ambidex.codegen
from tests.codegen.refusals import REFUSALS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from typing_extensions import TypeGuard

HOLE = "\0"
CODEGEN = Path(ambidex.codegen.__file__).parent
TESTS = Path(__file__).resolve().parent.parent
# What a diagnostic is made with, and the places of its texts among the arguments.
_MAKERS = {
    "Unsupported": (0, 1),
    "_Unreached": (0, 1),
    "Opaque": (2, 3),
    "Problem": (2, 3),
    "UsageError": (0,),
    "LeftOut": (3,),
    "LeftFaulty": (3,),
    "SystemExit": (0,),
    "_refuse": (1, 2),
    "add": (1, 2),  # of a report
}
# Where prose is code to write, errors of our own, and lists of words.
_WITHOUT_MESSAGES = ("_emit/", "_ir/", "_inspect/_choice/_dunders.py")
# Prose that no user reads as a message: text to write, the words of a difference, and what is looked for in a message.
NO_MESSAGES = (
    '"""The run-time part of ambidex ',
    "Copied by `ambidex vendor` from ambidex ",
    "\nclass_getitem ",
    "Wait for this object, and return what awaiting it gives.",
    "# Left out:",
    "... (on disk)",
    "...\n\\ No newline at end of file",
    ": ... is not public, and its ",
)
# What to do where a class is left out: `wrap` gives the reason alone.
NEVER_SHOWN = ("leave out what names it, too",)
_MOST = 256  # alternatives of one text: arbitrary, far above what any has


@dataclass(frozen=True)
class Said:
    """One message that the generator can give, or a part of one: where it stands, and the texts that it is made of.

    Each part of a message may be one of several texts.
    """

    file: str
    line: int
    parts: tuple[tuple[str, ...], ...]
    is_whole: bool

    @property
    def text(self) -> str:
        """Return the message as a person reads it."""
        return ": ".join(" | ".join(part) for part in self.parts).replace(HOLE, "...")

    @property
    def letters(self) -> int:
        """Return how much of it is known."""
        return sum(min(sum(map(str.isalpha, text)) for text in part) for part in self.parts)

    @property
    def is_ending_known(self) -> bool:
        """Tell whether it says what to do: one that does not passes on what another one says."""
        return any(map(str.isalpha, "".join(self.parts[-1])))

    def find_in(self, lines: Iterable[str]) -> list[str]:
        """Return the lines that have it: a message as a whole line behind its place, a part of one between words.

        What stands in a hole may be anything.
        """
        shown = [part for part in self.parts if part[0] not in NEVER_SHOWN]
        inside = ": ".join(f"(?:{'|'.join(map(_pattern, part))})" for part in shown)
        end = r"(?:$|\0)" if self.is_whole else "(?![A-Za-z])"
        whole = re.compile(f"(?<![A-Za-z]){inside}{end}")
        known = max((piece for part in shown if len(part) == 1 for piece in _pieces(part[0])), key=len)
        return [line for line in lines if known in line and whole.search(line)]


def _pieces(text: str) -> list[str]:
    """Return what is known of a text, without the place that it begins with."""
    return text.removeprefix(f"{HOLE}: ").split(HOLE)


def _pattern(text: str) -> str:
    return ".*?".join(map(re.escape, _pieces(text)))


class _Reader:
    """Know the texts that expressions of one module can give."""

    def __init__(self, tree: ast.Module) -> None:
        self.read: set[ast.AST] = set()  # strings that are part of a text already
        self._around: dict[ast.AST, ast.AST] = {}
        for node in ast.walk(tree):
            for inner in ast.iter_child_nodes(node):
                self._around[inner] = node
        self._tree = tree

    def texts(self, node: ast.AST, seen: tuple[str, ...] = ()) -> list[str]:
        """Return each text that an expression can give, with a hole for what is not written in it."""
        self.read.add(node)
        if isinstance(node, ast.Constant):
            return [node.value] if isinstance(node.value, str) else [HOLE]
        if isinstance(node, ast.JoinedStr):
            return _joined([self.texts(each, seen) for each in node.values])
        if isinstance(node, ast.FormattedValue):
            return self.texts(node.value, seen)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return _joined([self.texts(node.left, seen), self.texts(node.right, seen)])
        if isinstance(node, (ast.IfExp, ast.BoolOp)):
            ways = [node.body, node.orelse] if isinstance(node, ast.IfExp) else node.values
            found = [text for each in ways for text in self.texts(each, seen)]
            return [*filter(None, found)] or found
        if isinstance(node, ast.Name) and node.id not in seen:
            given = [text for each in self._assigned(node) for text in self.texts(each, (*seen, node.id))]
            return given or [HOLE]
        return [HOLE]

    def _assigned(self, name: ast.Name) -> list[ast.expr]:
        """Return what a name may stand for: what is assigned before it, in its function or the module."""
        node: ast.AST = name
        while not isinstance(node, ast.Module):
            inner, node = node, self._around[node]
            for block in _blocks(node):
                if isinstance(inner, ast.stmt) and inner in block:
                    found: list[ast.expr] = []
                    for statement in reversed(block[: block.index(inner)]):
                        given = list(_arriving(statement, name.id))
                        found.extend(given)
                        if given and not _blocks(statement):  # whatever was before is gone
                            return found
                    if found:
                        return found
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                if name.id in {each.arg for each in ast.walk(node.args) if isinstance(each, ast.arg)}:
                    return []
                break
        return [given for node in self._tree.body if not _blocks(node) for given in _assignments(node, name.id)]

    def is_told(self, node: ast.AST) -> bool:
        """Tell whether a string is no docstring, no type, no pattern, nor what is said of an error of our own."""
        around = self._around.get(node)
        if isinstance(around, ast.Expr):
            return False
        while around is not None:
            if isinstance(around, ast.Call) and _called(around) in ("InternalError", "cast", "compile"):
                return False
            if isinstance(around, ast.Attribute) and around.attr == "split":  # a list of words
                return False
            if isinstance(around, (ast.AnnAssign, ast.arg)) and getattr(around, "value", None) is None:
                return False
            around = self._around.get(around)
        return True

    def is_part(self, node: ast.AST) -> bool:
        """Tell whether a string is part of a longer text."""
        around = self._around.get(node)
        return isinstance(around, (ast.JoinedStr, ast.FormattedValue)) or (
            isinstance(around, ast.BinOp) and isinstance(around.op, ast.Add)
        )


def _arriving(statement: ast.stmt, name: str) -> Iterator[ast.expr]:
    """Yield what a statement assigns to a name, but where it leaves the block around it after that."""
    blocks = _blocks(statement)
    if not blocks:
        yield from _assignments(statement, name)
    for block in blocks:
        if block and not isinstance(block[-1], (ast.Return, ast.Raise, ast.Continue, ast.Break)):
            for each in block:
                yield from _arriving(each, name)


def _assignments(scope: ast.AST, name: str) -> Iterator[ast.expr]:
    for node in ast.walk(scope):
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Name) and target.id == name:
                    yield node.value
                elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    for each, value in zip(target.elts, node.value.elts):
                        if isinstance(each, ast.Name) and each.id == name:
                            yield value


def _blocks(node: ast.AST) -> list[list[ast.stmt]]:
    """Return the lists of statements in a statement."""
    return [block for field in ("body", "orelse", "finalbody") if isinstance(block := getattr(node, field, None), list)]


def _joined(parts: list[list[str]]) -> list[str]:
    return ["".join(each) for each in itertools.islice(itertools.product(*parts), _MOST)]


def _called(node: ast.Call) -> str:
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _texts_of_diagnostic(node: ast.AST, reader: _Reader) -> list[list[str]]:
    """Return the texts of each part of a diagnostic; nothing for what makes none."""
    given: list[ast.expr] = []
    if isinstance(node, ast.Call) and (_called(node) != "add" or ast.unparse(node.func).endswith("report.add")):
        given = [node.args[place] for place in _MAKERS.get(_called(node), ()) if place < len(node.args)]
    elif _is_pair(node):
        given = node.elts
    texts = [reader.texts(each) for each in given]
    return texts if isinstance(node, ast.Call) or any(_is_prose(text) for part in texts[1:] for text in part) else []


def _is_pair(node: ast.AST) -> TypeGuard[ast.Tuple]:
    """Tell whether something may be what happened and what to do, which somebody else reports."""
    if not isinstance(node, ast.Tuple) or len(node.elts) != 2 or not isinstance(node.ctx, ast.Load):
        return False
    return all(isinstance(each, (ast.Constant, ast.JoinedStr, ast.Name)) for each in node.elts)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _is_prose(text: str) -> bool:
    return any(re.search(r"[A-Za-z]{2,},? [A-Za-z`]{2,}", part) for part in text.split(HOLE))


def find_said(file: Path, root: Path = CODEGEN) -> list[Said]:
    """Return each text that a module below `root` can say: first the whole ones, then the parts of others."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    reader, name = _Reader(tree), file.relative_to(root).as_posix()
    found: dict[Said, None] = {}
    for node in ast.walk(tree):
        given = _texts_of_diagnostic(node, reader)
        for which, texts in enumerate(given):
            for text in texts:
                parts = tuple((text,) if index == which else tuple(other) for index, other in enumerate(given))
                found[Said(name, getattr(node, "lineno", 0), parts, is_whole=True)] = None
    for node in ast.walk(tree) if not name.startswith(_WITHOUT_MESSAGES) else ():
        if _is_text(node) and node not in reader.read and not reader.is_part(node) and reader.is_told(node):
            for text in filter(_is_prose, reader.texts(node)):
                found[Said(name, getattr(node, "lineno", 0), ((text,),), is_whole=False)] = None
    return [said for said in found if said.letters and not said.text.startswith(NO_MESSAGES)]


def find_expected() -> list[str]:
    """Return each line of the texts of the tests."""
    texts = {message for _, messages in REFUSALS.values() for message in messages}
    for file in TESTS.rglob("test_*.py"):
        if file.name == "test_diagnostics.py":  # what is said there is made up
            continue
        tree = ast.parse(file.read_text(encoding="utf-8"))
        reader = _Reader(tree)
        texts.update(
            text
            for node in ast.walk(tree)
            if _is_text(node) and not reader.is_part(node)
            for text in reader.texts(node)
        )
    return sorted({line for text in texts for line in text.splitlines()})
