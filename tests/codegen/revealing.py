"""Write, for a generated module, code that asks type checkers for the type of every public name, member and call.

What asks is appended to a copy of the module, so that a call can be formed from the annotations of the stub itself: the
function around it has the stub's own signature, and hands its parameters on.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Union

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typing_extensions import TypeGuard

FORMS = {
    "function": ("aio", "submit"),
    "method": ("aio", "submit"),
    "class_method": ("aio", "submit"),
    "static_method": ("aio", "submit"),
    "stream": ("aio",),
    "class_stream": ("aio",),
    "static_stream": ("aio",),
    "context": ("aio",),
    "class_context": ("aio",),
    "static_context": ("aio",),
}
# What asks stands among modules that are read in strict mode, and would be wrong there.
SETTINGS = """
# pyright: standard, reportInvalidTypeVarUse=false
# mypy: disable-error-code="unused-coroutine,deprecated"
"""
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]
_WRITTEN_OUT = r"\b(?:faces|called)=lambda ?: (\w+)"  # ast.unparse of Python 3.9 writes `lambda : x`
TYPE_VARIABLES = ("TypeVar", "ParamSpec", "TypeVarTuple")


@dataclass
class Asked:
    """The text that asks, and for each of its lines that does the public name that it is about."""

    lines: list[str] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Scope:
    """Where a stub stands: in a class (its path, and how an object of it is annotated) or at the top of the module."""

    path: str = ""
    annotation: str = ""

    def name(self, member: str) -> str:
        """Return the public name of a member."""
        return f"{self.path}.{member}" if self.path else member


def _is_abstract(node: ast.ClassDef) -> bool:
    """Tell whether nobody makes an object of a class: it has abstract members of its own."""
    members = (each for each in node.body if isinstance(each, FUNCTIONS))
    return any("abstractmethod" in map(ast.unparse, each.decorator_list) for each in members)


def ask(text: str) -> Asked:
    """Return the module with the code that asks behind it."""
    asking = _Asking(text)
    asking.module()
    return asking.asked


class _Asking:
    def __init__(self, text: str) -> None:
        self._tree = ast.parse(text)
        self.asked = Asked(text.splitlines())
        self._bridge = {
            alias.asname or alias.name: alias.name
            for node in self._tree.body
            if isinstance(node, ast.ImportFrom) and node.module == "ambidex.bridge"
            for alias in node.names
        }
        made = {
            node.targets[0].id: node.value
            for node in ast.walk(self._tree)
            if isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and isinstance(node.value, ast.Call)
            and ast.unparse(node.value.func).rpartition(".")[2] in TYPE_VARIABLES
        }
        # How a variable stands among the arguments of a class
        self._variables = {
            name: f"Unpack[{name}]" if ast.unparse(call.func).endswith("TypeVarTuple") else name
            for name, call in made.items()
        }
        # In the parameters of a function no variable may have a variance: there another one stands for it.
        self._variant = {name: each for name, each in made.items() if any(map(_is_variance, each.keywords))}

    def module(self) -> None:
        """Ask for everything."""
        self._add(SETTINGS)
        for name, call in self._variant.items():
            said = [ast.unparse(each) for each in (*call.args[1:], *call.keywords) if not _is_variance(each)]
            self._add(f"{name}_asked = {ast.unparse(call.func)}({', '.join((repr(f'{name}_asked'), *said))})")
        for node in self._public(self._tree.body):
            if isinstance(node, ast.ClassDef):
                self._class(node, Scope())
            else:
                self._callable(node, Scope())

    def _public(self, body: list[ast.stmt]) -> Iterator[ast.ClassDef | Function]:
        """Yield what is defined, under TYPE_CHECKING too."""
        for node in _seen(body):
            if isinstance(node, ast.If):
                yield from self._public(node.body)
            elif isinstance(node, (ast.ClassDef, *FUNCTIONS)) and not re.match(r"_[^_]", node.name):
                yield node

    def _add(self, text: str) -> None:
        for name in self._variant if text.lstrip().startswith(("def ", "async def ", "reveal_type(")) else ():
            text = re.sub(rf"\b{name}\b", f"{name}_asked", text)
        self.asked.lines.extend(text.split("\n"))

    def _reveal(self, name: str, expression: str, indent: str = "    ") -> None:
        self._add(f"{indent}reveal_type({expression})")
        self.asked.names[len(self.asked.lines)] = name

    def _class(self, node: ast.ClassDef, outer: Scope) -> None:
        path = outer.name(node.name)
        used = [name.id for base in node.bases for name in ast.walk(base) if isinstance(name, ast.Name)]
        variables = [name for name in dict.fromkeys(used) if name in self._variables]
        listed = ", ".join(self._variables[name] for name in variables)
        scope = Scope(path, f"{path}[{listed}]" if variables else path)
        if not variables:  # what a generic class stands for by itself is its arguments' business
            self._reveal(path, path, "")
        for member in _seen(node.body):
            if isinstance(member, ast.ClassDef):
                self._class(member, scope)
            elif isinstance(member, ast.AnnAssign) and isinstance(member.target, ast.Name):
                if not any(ast.unparse(base) == "TypedDict" for base in node.bases):
                    self._attribute(member.target.id, scope)
            elif isinstance(member, FUNCTIONS) and not (member.name == "__init__" and _is_abstract(node)):
                self._callable(member, scope)

    def _attribute(self, name: str, scope: Scope) -> None:
        self._add(f"def _ask_{len(self.asked.lines)}(it: '{scope.annotation}') -> None:")
        self._reveal(scope.name(name), f"it.{name}")

    def _callable(self, node: Function, scope: Scope) -> None:
        decorators = [ast.unparse(decorator) for decorator in node.decorator_list]
        if any(decorator.endswith((".setter", ".deleter")) for decorator in decorators):
            return
        kinds = {
            self._bridge.get(name, name)
            for name in (re.split(r"\(", each)[0].rpartition(".")[2] for each in decorators)
        }
        is_class_bound = bool({"classmethod", "staticmethod"} & kinds)
        if scope.path and {"property", "attribute", "class_attribute"} & kinds:
            self._attribute(
                node.name, Scope(scope.path, self._narrowed(scope.path, node, decorators) or scope.annotation)
            )
            return
        if "type_attribute" in kinds:
            self._attribute(node.name, Scope(scope.path, f"type[{scope.annotation}]"))
            return
        narrowed = self._narrowed(scope.path, node, decorators) if scope.path and not is_class_bound else None
        receiver = f"type[{scope.annotation}]" if is_class_bound else narrowed or scope.annotation
        it, owner = (f"it: '{receiver}', ", "it.") if scope.path else ("", "")
        forms = next((FORMS[kind] for kind in kinds if kind in FORMS), ())
        arguments = node.args
        made = None
        if scope.path and "staticmethod" not in kinds:
            made = (arguments.posonlyargs or arguments.args).pop(0).annotation
        arguments.defaults, arguments.kw_defaults = [], [None for _ in arguments.kwonlyargs]
        given = _arguments(arguments)
        signature = re.sub(r"\bSelf\b", scope.annotation, ast.unparse(arguments))
        self._add(f"async def _ask_{len(self.asked.lines)}({it}{signature}) -> None:".replace(", )", ")"))
        name = scope.name(node.name)
        if node.name == "__init__":
            self._reveal(name, f"{scope.annotation if made is None else ast.unparse(made)}({given})")
            return
        self._reveal(name, f"{owner}{node.name}")
        for form in forms:
            self._reveal(name, f"{owner}{node.name}.{form}")
        if any(re.search(_WRITTEN_OUT, decorator) for decorator in decorators):
            return  # its forms are written out, and have just been shown
        self._reveal(name, f"{owner}{node.name}({given})")
        for form in forms:
            self._reveal(name, f"{owner}{node.name}.{form}({given})")

    def _narrowed(self, path: str, node: Function, decorators: list[str]) -> str | None:
        """Return which objects of its class have a method: what its `self` says, or what its forms are looked up on."""
        first = next(iter(node.args.posonlyargs or node.args.args), None)
        if first is not None and first.annotation is not None:
            return ast.unparse(first.annotation)
        named = {found[1] for each in decorators for found in re.finditer(_WRITTEN_OUT, each)}
        for forms in ast.walk(self._tree):
            if isinstance(forms, ast.ClassDef) and forms.name in named:
                owners = [_second(each.args) for each in forms.body if _is_lookup(each)]
                return next((each for each in owners if each.startswith(f"{path}[")), None)
        return None


def _second(arguments: ast.arguments) -> str:
    annotation = [*arguments.posonlyargs, *arguments.args][1].annotation
    return "" if annotation is None else ast.unparse(annotation)


def _is_variance(node: ast.AST) -> bool:
    return isinstance(node, ast.keyword) and node.arg in ("covariant", "contravariant")


def _is_lookup(node: ast.stmt) -> TypeGuard[Function]:
    return isinstance(node, FUNCTIONS) and node.name == "__get__"


def _seen(body: list[ast.stmt]) -> list[ast.stmt]:
    """Return what checkers see of a body: a definition that has overloads before it is theirs alone."""
    arms = {node.name for node in body if isinstance(node, FUNCTIONS) and _is_arm(node)}
    return [node for node in body if not isinstance(node, FUNCTIONS) or node.name not in arms or _is_arm(node)]


def _is_arm(node: Function) -> bool:
    return "overload" in {ast.unparse(decorator) for decorator in node.decorator_list}


def _arguments(arguments: ast.arguments) -> str:
    given = [each.arg for each in (*arguments.posonlyargs, *arguments.args)]
    if arguments.vararg is not None:
        given.append(f"*{arguments.vararg.arg}")
    given.extend(f"{each.arg}={each.arg}" for each in arguments.kwonlyargs)
    if arguments.kwarg is not None:
        given.append(f"**{arguments.kwarg.arg}")
    return ", ".join(given)
