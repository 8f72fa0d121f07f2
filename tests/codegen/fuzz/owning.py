"""Let drawn implementations assert that what they are given, and what they give, is their own: no face is in it.

Most drawn bodies give back what they are given. A face that comes in untranslated would go out as the face that the
user expects, and nobody would notice. So each body asks of its parameters as it begins, of what it is sent, and of
what it returns and yields: the results of callbacks and the items of streams come by there.
"""

from __future__ import annotations

import ast
import collections
import dataclasses
import re
import types
from collections.abc import ItemsView, KeysView, ValuesView
from typing import TYPE_CHECKING, Any, TypeVar, Union, cast, get_origin

from ambidex.bridge import Face

if TYPE_CHECKING:
    from collections.abc import Iterator

    Definition = Union[ast.FunctionDef, ast.AsyncFunctionDef]

T = TypeVar("T")

IMPORT = "from tests.codegen.fuzz.owning import own as _asserted\n"

_ITEMS = (list, tuple, set, frozenset, collections.deque, collections.UserList, KeysView, ValuesView, ItemsView)
_TABLES = (dict, collections.UserDict, collections.ChainMap, types.MappingProxyType)

_VARIABLES = re.compile(r"\b(\w+) = (?:typing_extensions\.)?(?:TypeVar|ParamSpec|TypeVarTuple)\(")
_BY_VALUE = re.compile(r"^(?:dataclass\b.*|.*by='value'.*|.*Exception|.*Error|NamedTuple|TypedDict|.*Enum)$")
_BY_IDENTITY = "by='identity'"


def own(value: T, *, is_known: bool = True) -> T:
    """Return a value; fail where it is a face, or the class of one, or holds one in a container, record or error.

    Where it is not known what is in it, it may be a container of some, and no more is asked.
    """
    for part in _everything_in(value) if is_known else (value, *_items(value)):
        cls = get_origin(part) or (part if isinstance(part, type) else type(part))
        is_face = isinstance(cls, type) and issubclass(cls, Face)
        assert not is_face, f"the implementation has a face where its own object should be: {part!r}, in {value!r}"
    return value


def _everything_in(value: Any) -> Iterator[Any]:
    """Yield a value and whatever is in it, each once."""
    seen: set[int] = set()
    ahead = [value]
    while ahead:
        part = ahead.pop()
        if id(part) not in seen:
            seen.add(id(part))
            yield part
            ahead += (*_items(part), *_fields(part))


def _is_named(value: Any) -> bool:
    return isinstance(value, tuple) and hasattr(cast("Any", value), "_fields")


def _items(value: Any) -> Iterator[Any]:
    if isinstance(value, _ITEMS):
        yield from () if _is_named(value) else cast("Any", value)
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
    tree = ast.parse(text)
    return ast.unparse(_Asserting(text, tree).visit(tree)) + "\n"


class _Asserting(ast.NodeTransformer):
    """Change one module."""

    def __init__(self, text: str, tree: ast.Module) -> None:
        own = {each.name for node in ast.walk(tree) for each in getattr(node, "type_params", ())}  # since Python 3.12
        names = (*_VARIABLES.findall(text), "Any", "object", *own)
        # Whatever stands there is translated as one object, or as a container of some: nothing says what is in those.
        self._unknown = re.compile(rf"\b(?:{'|'.join(names)})\b")
        self._by_value: set[str] = set()  # the names of classes
        self._is_class = False  # whether what is visited stands in the body of a class
        self._result: ast.expr | None = None  # the annotation of the function around

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        heads = [ast.unparse(each) for each in (*node.decorator_list, *node.bases)]
        is_value = any(_BY_VALUE.match(head) or head.partition("[")[0] in self._by_value for head in heads)
        if is_value and not any(_BY_IDENTITY in head for head in heads):
            self._by_value.add(node.name)  # the user makes its objects, too, which then run with faces
            return node
        outer, self._is_class = self._is_class, True
        self.generic_visit(node)
        self._is_class = outer
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        self._function(node)
        return node

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AsyncFunctionDef:
        self._function(node)
        return node

    def _function(self, node: Definition) -> None:
        has_receiver = self._is_class and "staticmethod" not in map(ast.unparse, node.decorator_list)
        outer = self._is_class, self._result
        self._is_class, self._result = False, node.returns
        self.generic_visit(node)
        self._is_class, self._result = outer
        start = 0 if ast.get_docstring(node, clean=False) is None else 1
        if not all(ast.unparse(statement) == "..." for statement in node.body[start:]):  # it is no declaration
            given = _parameters(node.args)[has_receiver:]
            asked = [self._asserted(ast.Name(each.arg, ast.Load()), each.annotation) for each in given]
            node.body[start:start] = map(ast.Expr, asked)

    def visit_Return(self, node: ast.Return) -> ast.Return:
        self.generic_visit(node)
        if node.value is not None:
            node.value = self._asserted(node.value, self._result)
        return node

    def visit_Yield(self, node: ast.Yield) -> ast.expr:
        self._yielded(node)
        return self._asserted(node, self._result)

    def visit_Expr(self, node: ast.Expr) -> ast.Expr:
        """Leave what is sent to a `yield` that is a statement: nobody looks at it."""
        if isinstance(node.value, ast.Yield):
            self._yielded(node.value)
        else:
            self.generic_visit(node)
        return node

    def _yielded(self, node: ast.Yield) -> None:
        self.generic_visit(node)
        if node.value is not None:
            node.value = self._asserted(node.value, self._result)

    def visit_Lambda(self, node: ast.Lambda) -> ast.Lambda:
        """Leave what stands in a lambda: it is the value of something else."""
        return node

    def _asserted(self, value: ast.expr, annotation: ast.expr | None) -> ast.expr:
        """Return an expression that asks of a value, as far as its annotation says what is in it."""
        is_known = annotation is not None and self._unknown.search(ast.unparse(annotation)) is None
        options = [] if is_known else [ast.keyword("is_known", ast.Constant(False))]
        return ast.Call(ast.Name("_asserted", ast.Load()), [value], options)


def _parameters(arguments: ast.arguments) -> list[ast.arg]:
    rest = [each for each in (arguments.vararg, arguments.kwarg) if each is not None]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *rest]
