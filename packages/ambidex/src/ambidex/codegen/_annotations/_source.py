"""Own what only the source text knows: lines of parameters and attributes, imports under TYPE_CHECKING, overloads.

The objects of the imported module stay the truth about everything else. Files are parsed once per run; a module without
readable source has an empty index, and lines fall back to what its code objects say.
"""

from __future__ import annotations

import ast
import importlib.util
import inspect
import sys
import tokenize
from types import FunctionType
from typing import TYPE_CHECKING

from .._paths import is_standard, member_of
from ._bound import bound_at_top, bound_by, bound_inside
from ._constructors import CONSTRUCTORS, assigned_in, unsaid_in
from ._stubs import Definition, Stub, stub_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import CodeType, ModuleType

    from .._ir import Name
    from ._constructors import Assigned

Unreadable = tuple[str, int, str]  # a stub's file, a line of it, and why it cannot be read

_DISPLAYS = (ast.Dict, ast.List)
_LITERAL = (ast.BinOp, ast.Constant, ast.Tuple, ast.UnaryOp, ast.expr_context, ast.operator, ast.unaryop)


class Source:
    """Index one file."""

    def __init__(self, tree: ast.Module) -> None:
        self._functions: dict[int, Definition] = {}
        self._definitions: dict[str, list[Definition]] = {}
        self._alike: dict[Definition, list[Definition]] = {}
        self._classes: dict[str, ast.ClassDef] = {}
        self._attributes: dict[str, int] = {}
        self._values: dict[str, ast.expr] = {}
        self._given: dict[str, list[ast.expr]] = {}  # when it is run
        self._overloads: dict[str, list[Definition]] = {}
        self._assigned: dict[str, dict[str, Assigned]] = {}
        self.checking_imports: list[ast.Import | ast.ImportFrom] = []
        self.checking_assignments: dict[str, ast.expr] = {}
        self.imports: dict[str, ast.ImportFrom] = {}
        self.stub: Stub | None = None
        self.unreadable_stub: Unreadable | None = None
        self._index(tree.body, "")
        self._index_imports(tree.body, is_checking=False)

    def take_stub(self, stub: Stub) -> None:
        """Take what a stub says, and the names that it says it with, as type checkers see them."""
        self.stub = stub
        self._index_imports(stub.body, is_checking=True)

    def _index(self, body: list[ast.stmt], prefix: str, *, is_run: bool = True) -> None:
        for node in body:
            for each in (*bound_by(node), *(() if prefix else bound_inside(node))):
                self._attributes.setdefault(prefix + each.id, each.lineno)
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self._index_function(node, prefix, is_run=is_run)
            elif isinstance(node, ast.ClassDef):
                self._classes[prefix + node.name] = node
                self._attributes[prefix + node.name] = node.lineno
                self._index(node.body, f"{prefix}{node.name}.", is_run=is_run)
            elif isinstance(node, (ast.AnnAssign, ast.Assign, ast.AugAssign)):
                for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                    if isinstance(target, ast.Name):
                        value = _given(target, node)
                        if value is not None:
                            self._values[prefix + target.id] = value
                            self._given.setdefault(prefix + target.id, []).extend([value] if is_run else [])
            else:
                skipped = _read_by_checkers(node)
                for name in ("body", "orelse", "finalbody"):
                    self._index(getattr(node, name, []), prefix, is_run=is_run and name != skipped)
                for part in (*getattr(node, "handlers", []), *getattr(node, "cases", [])):
                    self._index(part.body, prefix, is_run=is_run)

    def _index_function(self, node: Definition, prefix: str, *, is_run: bool) -> None:
        path = prefix + node.name
        self._functions[node.decorator_list[0].lineno if node.decorator_list else node.lineno] = node
        if any(_last_name(decorator) == "overload" for decorator in node.decorator_list):
            self._overloads.setdefault(path, []).append(node)
        elif is_run:
            self._alike[node] = self._definitions.setdefault(path, [])
            self._alike[node].append(node)
        self._index(node.body, f"{path}.<locals>.", is_run=is_run)

    def _index_imports(self, body: list[ast.stmt], *, is_checking: bool) -> None:
        for node in body:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                if is_checking:
                    self.checking_imports.append(node)
                if isinstance(node, ast.ImportFrom):
                    for alias in node.names:
                        self.imports[alias.asname or alias.name] = node
            elif isinstance(node, ast.AnnAssign) and is_checking and isinstance(node.target, ast.Name) and node.value:
                self.checking_assignments[node.target.id] = node.value
            elif isinstance(node, ast.Assign) and is_checking:
                for target in node.targets:
                    if isinstance(target, ast.Name):
                        self.checking_assignments[target.id] = node.value
            elif isinstance(node, ast.If) and _is_checking(node.test):
                self._index_imports(node.body, is_checking=True)
                self._index_imports(node.orelse, is_checking=is_checking)
            elif isinstance(node, (ast.If, ast.Try, ast.With)):
                for name in ("body", "orelse", "finalbody"):
                    self._index_imports(getattr(node, name, []), is_checking=is_checking)

    def function(self, code: CodeType) -> Definition | None:
        """Return the definition that a code object was compiled from."""
        node = self._functions.get(code.co_firstlineno)
        return node if node is not None and node.name == code.co_name else None

    def decorated(self, qualname: str, name: str) -> Definition | None:
        """Return a method's definition that stands under one decorator, which is only named there."""
        node = self._classes.get(qualname)
        for each in [] if node is None else node.body:
            if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef)) and each.name == name:
                named = [isinstance(decorator, (ast.Attribute, ast.Name)) for decorator in each.decorator_list]
                return each if named == [True] else None
        return None

    def class_line(self, qualname: str) -> int:
        """Return the line of a class statement, or else that of the first assignment to its name; 1 for neither."""
        node = self._classes.get(qualname)
        return self._attributes.get(qualname, 1) if node is None else node.lineno

    def attribute_line(self, qualname: str, name: str) -> int:
        """Return the line that declares an attribute of a class, or a name of the module; the class's own for none."""
        line = self._attributes.get(f"{qualname}.{name}" if qualname else name)
        if line is not None:
            return line
        assigned = self.assigned(qualname).get(name)
        return self.class_line(qualname) if assigned is None else assigned.line

    def name_line(self, name: str) -> int:
        """Return the line that gives the module a name, by whatever statement; 1 where none is known."""
        if name in self._definitions:
            return self._definitions[name][-1].lineno
        node = self.imports.get(name)
        return self._attributes.get(name, 1 if node is None else node.lineno)

    def is_assigned(self, name: str) -> bool:
        """Tell whether the module assigns something to a name."""
        return name in self._attributes and name not in self._classes

    def definitions(self, code: CodeType) -> list[Definition]:
        """Return a function's definition and all others of its name: one is run here, and another elsewhere."""
        node = self.function(code)
        return [] if node is None else self._alike.get(node, [node])

    def value_of(self, name: str) -> ast.expr | None:
        """Return the last expression that a name is given, `Class.name` in a class; None where there is none."""
        return self._values.get(name)

    def only_value_of(self, name: str) -> ast.expr | None:
        """Return the expression that a name is given; None where there is none, or several that a condition chooses."""
        values = self._given.get(name, [])
        return values[0] if len(values) == 1 else None

    def constants(self, qualname: str, name: str) -> list[ast.expr]:
        """Return what a class attribute is given, in any branch; nothing where not all of it is written in literals."""
        values = self._given.get(f"{qualname}.{name}", [])
        return values if all(isinstance(node, _LITERAL) for value in values for node in ast.walk(value)) else []

    def names_member(self, qualname: str, name: str) -> bool:
        """Tell whether a class attribute's value is an attribute of one thing, as the member of an enum is."""
        values = self._given.get(f"{qualname}.{name}", [])
        owners = {ast.dump(value.value) for value in values if isinstance(value, ast.Attribute)}
        return len(owners) == 1 and all(isinstance(value, ast.Attribute) for value in values)

    def assigned(self, qualname: str) -> Mapping[str, Assigned]:
        """Return the attributes that the constructor of a class gives a type, by name."""
        known = self._assigned.get(qualname)
        if known is None:
            known = self._assigned[qualname] = assigned_in(self._constructors(qualname))
        return known

    def unsaid(self, qualname: str) -> Mapping[str, int]:
        """Return the attributes that the constructor of a class assigns and gives no type, each with its line."""
        return unsaid_in(self._constructors(qualname))

    def _constructors(self, qualname: str) -> Iterator[Definition]:
        for name in CONSTRUCTORS:
            yield from self._definitions.get(f"{qualname}.{name}", [])

    def overloads(self, qualname: str) -> list[Definition]:
        """Return the `@overload` variants of a function, in their order."""
        return self._overloads.get(qualname, [])


class Sources:
    """Parse each file of a run once.

    `annotations` holds what texts of annotations were compiled to: the same text means something else elsewhere, and
    is compiled to the same. `aliases` holds, for each module, the aliases whose strings tell what they mean, `homes`
    where the classes that annotations name are imported from.
    """

    def __init__(self) -> None:
        self.annotations: dict[str, CodeType] = {}
        self.aliases: dict[str, list[tuple[object, Name]]] = {}
        self.homes: dict[type, Name] = {}
        self._by_file: dict[str, Source] = {}
        self._names: dict[str, frozenset[str] | None] = {}
        self._by_module: dict[str, Source] = {}
        self._stubs: dict[str, Stub | Unreadable | None] = {}
        self._by_class: dict[type, Stub | None] = {}
        self.declared: dict[tuple[str, str], object] = {}  # type variables that only a stub has, by module and name

    def of_file(self, file: str) -> Source:
        """Return the index of a file."""
        known = self._by_file.get(file)
        if known is None:
            known = self._by_file[file] = Source(_parse(file))
        return known

    def names_in(self, file: str) -> frozenset[str] | None:
        """Return the names that the module in a file binds, None where this Python cannot read it."""
        if file not in self._names:
            try:
                self._names[file] = frozenset(bound_at_top(_read(file)))
            except (OSError, SyntaxError, ValueError):
                self._names[file] = None
        return self._names[file]

    def definition(self, function: FunctionType) -> Definition | None:
        """Return the `def` of a function, None where no text has it."""
        return self.of_file(function.__code__.co_filename).function(function.__code__)

    def of_module(self, module: ModuleType) -> Source:
        """Return the index of a module's file, with that of its stub."""
        source = self._by_module.get(module.__name__)
        if source is None:
            file = getattr(module, "__file__", None) or ""
            source = self._by_module[module.__name__] = self.of_file(file)
            stub = self._stub_of(module)
            if isinstance(stub, Stub):
                source.take_stub(stub)
            else:
                source.unreadable_stub = stub
        return source

    def stub_of_class(self, cls: type) -> Stub | None:
        """Return the stub of the module that a class was written in, None where that has none."""
        if cls not in self._by_class:
            is_known = cls.__module__ in sys.modules and not is_standard(cls)
            stub = self._stub_of(module_of_class(cls)) if is_known else None
            self._by_class[cls] = stub if isinstance(stub, Stub) else None
        return self._by_class[cls]

    def _stub_of(self, module: ModuleType) -> Stub | Unreadable | None:
        """Return the stub of a module, or why it cannot be read; None where there is none."""
        if module.__name__ not in self._stubs:
            file = stub_file(module.__name__, getattr(module, "__file__", None) or "")
            self._stubs[module.__name__] = None if file is None else _read_stub(str(file), module)
        return self._stubs[module.__name__]


def module_of_function(function: FunctionType) -> ModuleType | None:
    """Return the module that a function was written in, whichever one it claims to be of; None for a made-up one."""
    inner = inspect.unwrap(function)
    return sys.modules.get(str(inner.__globals__.get("__name__"))) if isinstance(inner, FunctionType) else None


def module_of_class(cls: type) -> ModuleType:
    """Return the module that a class was written in: where its methods were, as packages rename what they re-export."""
    top = cls.__qualname__.partition(".")[0]
    for value in list(vars(cls).values()):
        function: object = value
        if not isinstance(value, FunctionType):
            function = getattr(value, "__func__", None) or getattr(value, "fget", None)
        if isinstance(function, FunctionType) and function.__qualname__.startswith(f"{cls.__qualname__}."):
            module = module_of_function(function)
            if module is not None and (top != cls.__qualname__ or member_of(module, top) is cls):
                return module
    return sys.modules[cls.__module__]


def absolute_import(node: ast.ImportFrom, module: ModuleType) -> str:
    """Return the absolute name of the module that an import statement of `module` reads."""
    name = "." * node.level + (node.module or "")
    package = getattr(module, "__package__", None) or ""
    return importlib.util.resolve_name(name, package) if node.level else name


def is_literal(value: ast.AST) -> bool:
    """Tell whether an expression is written out in literals, so that its value is the same on every interpreter."""
    if isinstance(value, ast.Call):
        return ast.unparse(value) == "set()"  # which has no other spelling
    return isinstance(value, (*_LITERAL, *_DISPLAYS)) and all(map(is_literal, ast.iter_child_nodes(value)))


def literal_value(value: ast.expr) -> object:
    """Return the value of an expression that is written out in literals."""
    return eval(compile(ast.Expression(value), "<literal>", "eval"))  # noqa: S307  there is no name in it


def defaults_of(arguments: ast.arguments) -> Iterator[tuple[ast.arg, ast.expr]]:
    """Yield the parameters that have a default, each with that."""
    listed = [*arguments.posonlyargs, *arguments.args]
    yield from zip(listed[len(listed) - len(arguments.defaults) :], arguments.defaults)
    for argument, value in zip(arguments.kwonlyargs, arguments.kw_defaults):
        if value is not None:
            yield argument, value


def gives_none(node: Definition) -> bool:
    """Tell whether a function's body proves that it returns None: nothing is returned and its end can be reached."""
    return all(map(_is_none, _returned(node))) and not isinstance(node.body[-1], ast.Raise)


def gives_self(node: Definition) -> bool:
    """Tell whether a method's body proves that it returns its own object: every `return` does, and it ends with one."""
    own = node.args.args[0].arg if node.args.args else ""
    names = [value.id if isinstance(value, ast.Name) else "" for value in _returned(node)]
    stored = any(
        isinstance(each, ast.Name) and each.id == own and isinstance(each.ctx, ast.Store) for each in ast.walk(node)
    )
    return isinstance(node.body[-1], ast.Return) and set(names) == {own} and not stored


def _returned(node: Definition) -> Iterator[ast.expr | None]:
    """Yield what each `return` of a function gives, those of functions inside it left out."""
    statements = list(node.body)
    while statements:
        statement = statements.pop()
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        if isinstance(statement, ast.Return):
            yield statement.value
        for child in ast.iter_child_nodes(statement):
            if isinstance(child, ast.stmt):
                statements.append(child)
            elif isinstance(child, ast.ExceptHandler):
                statements.extend(child.body)
            elif type(child).__name__ == "match_case":
                statements.extend(getattr(child, "body", []))


def gives_receiver(node: Definition) -> bool:
    """Tell whether a method's body is `return self`, below a docstring or not."""
    statements = [statement for statement in node.body if not _is_text(statement)]
    first = [*node.args.posonlyargs, *node.args.args][:1]
    return [ast.dump(statement) for statement in statements] == [
        ast.dump(ast.Return(ast.Name(argument.arg, ast.Load()))) for argument in first
    ]


def only_raises(node: Definition) -> bool:
    """Tell whether a function's body is one `raise`, below a docstring or not."""
    statements = [statement for statement in node.body if not _is_text(statement)]
    return len(statements) == 1 and isinstance(statements[0], ast.Raise)


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _is_none(value: ast.expr | None) -> bool:
    return value is None or (isinstance(value, ast.Constant) and value.value is None)


def _given(target: ast.Name, node: ast.AnnAssign | ast.Assign | ast.AugAssign) -> ast.expr | None:
    """Return the expression that an assignment gives a name: `x += 1` gives it `x + 1`."""
    if isinstance(node, ast.AugAssign):
        return ast.BinOp(left=ast.Name(id=target.id, ctx=ast.Load()), op=node.op, right=node.value)
    return node.value


def _read_by_checkers(node: ast.stmt) -> str:
    """Return the part of a statement that only type checkers read: one of an `if`, or none."""
    if isinstance(node, ast.If):
        if _last_name(node.test) == "TYPE_CHECKING":
            return "body"
        if isinstance(node.test, ast.UnaryOp) and _last_name(node.test.operand) == "TYPE_CHECKING":
            return "orelse"
    return ""


def _is_checking(test: ast.expr) -> bool:
    """Tell whether a condition holds for type checkers: `TYPE_CHECKING`, or that or something else."""
    parts = test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or) else [test]
    return any(_last_name(part) == "TYPE_CHECKING" for part in parts)


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _read(file: str) -> ast.Module:
    with tokenize.open(file) as stream:
        return ast.parse(stream.read(), file)


def _read_stub(file: str, module: ModuleType) -> Stub | Unreadable:
    try:
        return Stub(file, _read(file), module)
    except (OSError, SyntaxError, ValueError) as error:
        reason = getattr(error, "msg", None) or str(error)
        return file, getattr(error, "lineno", None) or 1, f"{type(error).__name__}: {reason}"


def _parse(file: str) -> ast.Module:
    try:
        return _read(file)
    except (OSError, SyntaxError, ValueError):  # no source beside the code: only lines are lost
        return ast.Module(body=[], type_ignores=[])
