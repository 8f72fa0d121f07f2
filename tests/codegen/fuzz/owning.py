"""Let drawn implementations assert that what they are given, and what they give, is their own: no face is in it.

Most drawn bodies give back what they are given. A face that comes in untranslated would go out as the face that the
user expects, and nobody would notice. So each body asks of its parameters as it begins, of what it is sent, and of
what it returns and yields: the results of callbacks and the items of streams come by there.

A line that ends with `# not asked` may return a face: what an `Any` is awaited for is not translated.
"""

from __future__ import annotations

import ast
import collections
import dataclasses
import re
import types
from collections.abc import ItemsView, KeysView, ValuesView
from typing import TYPE_CHECKING, Any, TypeVar, cast, get_origin

from ambidex.bridge import Face

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")

IMPORT = "from tests.codegen.fuzz.owning import own as _asserted\n"

_ITEMS = (list, tuple, set, frozenset, collections.deque, collections.UserList, KeysView, ValuesView, ItemsView)
_TABLES = (dict, collections.UserDict, collections.ChainMap, types.MappingProxyType)

# Whatever stands there is translated as one object, or as a container of some: nothing says what is in those.
_UNKNOWN = re.compile(r"\b(?:T|U|P|Ts|Any|object|Of_\w+)\b")
_BY_VALUE = re.compile(r"^(?:dataclass\b.*|.*by='value'.*|.*Exception|.*Error|NamedTuple|TypedDict|.*Enum)$")
_BY_IDENTITY = "by='identity'"


def own(value: T, depth: int | None = None) -> T:
    """Return a value; fail where it is a face, or the class of one, or holds one in a container, record or error.

    With a `depth` only containers are looked into, as many within each other.
    """
    seen: set[int] = set()
    ahead: list[tuple[Any, int | None]] = [(value, depth)]
    while ahead:
        part, left = ahead.pop()
        cls = get_origin(part) or (part if isinstance(part, type) else type(part))
        is_face = isinstance(cls, type) and issubclass(cls, Face)
        assert not is_face, f"the implementation has a face where its own object should be: {part!r}, in {value!r}"
        if id(part) in seen or left == 0:
            continue
        seen.add(id(part))
        ahead.extend((each, left if left is None else left - 1) for each in _items(part))
        ahead.extend((each, left) for each in (() if left is not None else _fields(part)))
    return value


def _is_named(value: object) -> bool:
    return isinstance(value, tuple) and hasattr(type(value), "_fields")


def _items(value: Any) -> Iterator[Any]:
    if isinstance(value, _ITEMS) and not _is_named(value):
        yield from cast("Any", value)
    elif isinstance(value, _TABLES):
        for key, item in cast("Any", value).items():
            yield from (key, item)


def _fields(value: Any) -> Iterator[Any]:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield getattr(value, field.name, None)  # one without a value, while the object is made
    elif _is_named(value):
        yield from cast("Any", value)
    elif isinstance(value, BaseException):
        yield from (value.args, vars(value), value.__cause__)


def asserting(text: str) -> str:
    """Return the text of a module whose functions ask it of what they are given, and of what they give.

    A module that does not import it is none of an implementation, and stays as it is.
    """
    if IMPORT not in text:
        return text
    found = _Finder({number for number, line in enumerate(text.split("\n"), 1) if line.endswith("# not asked")})
    found.visit(ast.parse(text))
    lines = [line.encode() for line in text.split("\n")]  # columns of the parser count bytes
    for line, column, inserted in sorted(found.insertions, key=lambda each: each[:2], reverse=True):
        lines[line - 1] = lines[line - 1][:column] + inserted.encode() + lines[line - 1][column:]
    return b"\n".join(lines).decode()


class _Finder(ast.NodeVisitor):
    """Find what is to be inserted: by line from 1, by column in bytes from 0."""

    def __init__(self, left_out: set[int]) -> None:
        self._left_out = left_out
        self.insertions: list[tuple[int, int, str]] = []
        self._is_class = False
        self._depth = ""  # what is said of the results of the function around
        self._alone: list[ast.expr] = []  # what is a statement by itself: nobody looks at its value
        self._by_value: set[str] = set()

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        heads = [ast.unparse(each) for each in (*node.decorator_list, *node.bases)]
        is_value = any(_BY_VALUE.match(head) or head.partition("[")[0] in self._by_value for head in heads)
        if is_value and not any(_BY_IDENTITY in head for head in heads):
            self._by_value.add(node.name)  # the user makes its objects, too, which then run with faces
            return
        outer, self._is_class = self._is_class, True
        self.generic_visit(node)
        self._is_class = outer

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._function(node)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        before = self._is_class, self._depth
        body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
        given = _parameters(node.args)[self._is_class and not _is_static(node) :]
        if given and body and not _is_ellipsis(body[0]):
            calls = [f"_asserted({each.arg}{_depth(each.annotation)})" for each in given]
            self._before(body[0], calls, is_beside=body[0].lineno == node.lineno)
        self._is_class, self._depth = False, _depth(node.returns)
        self.generic_visit(node)
        self._is_class, self._depth = before

    def _before(self, statement: ast.stmt, calls: list[str], *, is_beside: bool) -> None:
        decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
        line = min([statement.lineno, *(each.lineno for each in decorators)])
        column = statement.col_offset
        end = "; " if is_beside else "\n" + " " * column
        self.insertions.append((line, column, "; ".join(calls) + end))

    def visit_Return(self, node: ast.Return) -> None:
        self._around(node.value)
        self.generic_visit(node)

    def visit_Yield(self, node: ast.Yield) -> None:
        self._around(node.value)
        if node not in self._alone:
            self._around(node)
        self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> None:
        self._alone.append(node.value)
        self.generic_visit(node)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        """Leave what stands in a lambda: it is the value of something else."""

    def _around(self, node: ast.expr | None) -> None:
        """Put it around an expression, with parentheses of its own, which `yield` and bare tuples want."""
        if node is None or node.lineno in self._left_out:
            return
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        self.insertions += [
            (node.lineno, node.col_offset, "_asserted(("),
            (node.end_lineno, node.end_col_offset, f"){self._depth})"),
        ]


def _depth(annotation: ast.expr | None) -> str:
    """Return the argument that keeps to what an annotation says."""
    is_known = annotation is not None and _UNKNOWN.search(ast.unparse(annotation)) is None
    return "" if is_known else ", 1"


def _is_static(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(isinstance(each, ast.Name) and each.id == "staticmethod" for each in node.decorator_list)


def _parameters(arguments: ast.arguments) -> list[ast.arg]:
    rest = [each for each in (arguments.vararg, arguments.kwarg) if each is not None]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *rest]


def _is_ellipsis(statement: ast.stmt) -> bool:
    """Tell whether a body is that of a declaration."""
    return (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant) and statement.value.value is ...
    )
