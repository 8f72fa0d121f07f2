"""Own the evaluation of string annotations where they were written.

`X | Y` never reaches the interpreter's own operator, so Python 3.9 reads what 3.13 reads; a name from a module that
cannot be imported here stands for itself, since only its address is needed.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import keyword
import sys
import typing
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

from ambidex.module import is_class

from .._ir import Name
from .._paths import member_of
from .._report import Unsupported
from ._aliases import Named, holds, is_by_name, says_alias, texts_in
from ._arguments import for_each, is_for_spec
from ._carried import annotations_of
from ._forms import DECLARED, form_named, form_of, unpack
from ._homes import home_of_value
from ._source import absolute_import
from ._variables import is_variable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from types import CodeType

    from ._constructors import Import
    from ._source import Sources


_EITHER = "__either__"
_ITEM = "__item__"
_UNPACK = "__unpack__"
_DECLARED = "__declared__"
_NOTHING = object()
_MODULE = "module"  # the qualname of an Absent that stands for a whole module; never written anywhere


class Absent:
    """Stand for a name that exists for type checkers only, and for what an expression makes of it."""

    def __init__(self, module: str, qualname: str, imported: str = "") -> None:
        self.name = Name(module, qualname)
        self.arguments: tuple[object, ...] = ()
        self._imported = imported  # of a module: the dotted name by which an import statement made it known

    @property
    def is_module(self) -> bool:
        """Tell whether this stands for a module, not for something in one."""
        return self.name.qualname == _MODULE

    def __getattr__(self, name: str) -> Absent:
        if name.startswith("__"):
            raise AttributeError(name)
        if self.is_module:
            inner = f"{self.name.module}.{name}"
            is_module = f"{self._imported}.".startswith(f"{inner}.")
            return Absent(inner, _MODULE, self._imported) if is_module else Absent(self.name.module, name)
        return Absent(self.name.module, f"{self.name.qualname}.{name}")

    def __getitem__(self, arguments: object) -> Absent:
        made = Absent(self.name.module, self.name.qualname)
        made.arguments = cast("tuple[object, ...]", arguments) if isinstance(arguments, tuple) else (arguments,)
        return made

    def __call__(self) -> None:
        """Look callable: what `typing` demands of an argument before Python 3.11."""


class Either:
    """Stand for `X | Y` until the type IR's own union is built."""

    def __init__(self, *members: object) -> None:
        self.members = members

    def __call__(self) -> None:
        """Look callable: what `typing` demands of an argument before Python 3.11."""


class Subscripted:
    """Stand for `X[Y]` where `X` cannot be applied to that here: its own `[]` gives it back as it is, or refuses.

    It is generic to type checkers alone, or Python 3.9 knows no lists of types for a ParamSpec.
    """

    def __init__(self, origin: type, arguments: tuple[object, ...]) -> None:
        self.origin = origin
        self.arguments = arguments

    def __call__(self) -> None:
        """Look callable: what `typing` demands of an argument before Python 3.11."""


def applied_to(value: object) -> tuple[object, tuple[object, ...]]:
    """Return what an evaluated annotation applies to arguments, and those; None and none where it applies nothing."""
    if isinstance(value, Subscripted):
        return value.origin, value.arguments
    return typing.get_origin(value), typing.get_args(value)


class _Calls(ast.NodeTransformer):
    """Write `X | Y`, `X[Y]` and `*X` as calls, in Literal and metadata too: a `|` of values is readable to `Either`."""

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        self.generic_visit(node)
        call = ast.Call(func=ast.Name(id=_ITEM, ctx=ast.Load()), args=[node.value, node.slice], keywords=[])
        return ast.copy_location(call, node)

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        if not isinstance(node.op, ast.BitOr):
            return node
        call = ast.Call(func=ast.Name(id=_EITHER, ctx=ast.Load()), args=[node.left, node.right], keywords=[])
        return ast.copy_location(call, node)

    def visit_Tuple(self, node: ast.Tuple) -> ast.expr:
        return self._listed(node)

    def visit_List(self, node: ast.List) -> ast.expr:
        return self._listed(node)

    def _listed(self, node: ast.Tuple | ast.List) -> ast.expr:
        """Write `*X` in brackets as a call; in a call of metadata it hands on what X has."""
        self.generic_visit(node)
        node.elts = [
            ast.Call(func=ast.Name(id=_UNPACK, ctx=ast.Load()), args=[each.value], keywords=[])
            if isinstance(each, ast.Starred)
            else each
            for each in node.elts
        ]
        return node


class Namespace(dict[str, object]):
    """Look names up where an annotation was written: its module, then its class, then imports under TYPE_CHECKING."""

    def __init__(self, module: ModuleType, owner: Mapping[str, object], sources: Sources) -> None:
        super().__init__(
            {
                _EITHER: Either,
                _ITEM: self._item,
                _UNPACK: unpack,
                **{_DECLARED + name: kind for name, kind in DECLARED.items()},
            }
        )
        self._module = module
        self._owner = owner
        self._sources = sources
        self._nearest: dict[str, tuple[Import, ast.alias]] = {}
        self._first: dict[str, object] = {}
        self._imports = dict(_bound(sources.of_module(module).checking_imports))
        self._assigned = sources.of_module(module).checking_assignments
        self._declaring: set[str] = set()  # aliases under TYPE_CHECKING, which may name themselves

    def _item(self, value: Any, arguments: object) -> object:  # whatever an annotation subscripts
        try:
            made: object = value[arguments]
        except TypeError:
            origin: object = typing.get_origin(value)
            inside = (each for each in typing.get_args(value) if not is_variable(each))
            is_readable = _takes(value, arguments) and not any(map(_holds_spec, inside))
            if isinstance(origin, type) and is_readable:  # an alias, of which Python 3.9 takes no lists
                return Subscripted(origin, tuple(self._given(value, arguments)))
            if not is_class(value) or not (self._is_generic_by_stub(value) or _takes(value, arguments)):
                raise
            made = value
        if made is not value or not is_class(value):
            return made
        listed = cast("tuple[object, ...]", arguments) if isinstance(arguments, tuple) else (arguments,)
        return Subscripted(value, listed)

    def _given(self, alias: Any, arguments: object) -> Iterator[object]:
        """Yield what an alias gives its class, with arguments in the place of its type variables."""
        listed = cast("tuple[object, ...]", arguments) if isinstance(arguments, tuple) else (arguments,)
        meant = dict(for_each(alias.__parameters__, listed))
        for each in typing.get_args(alias):
            inner = cast("tuple[object, ...]", getattr(each, "__parameters__", ()))
            if is_variable(each):
                yield meant[each]
            else:
                yield self._item(each, tuple(meant[variable] for variable in inner)) if inner else each

    def _is_generic_by_stub(self, cls: type) -> bool:
        stub = self._sources.stub_of_class(cls)
        return stub is not None and stub.makes_generic(cls.__qualname__)

    def with_names(self, names: Mapping[str, object]) -> Namespace:
        """Return a namespace in which `names` come first, before those that did so far."""
        near = Namespace(self._module, self._owner, self._sources)
        near._first = {**self._first, **names}
        near.update(near._first)
        return near

    def with_imports(self, statements: Iterable[Import]) -> Namespace:
        """Return a namespace in which comes first what a function imports."""
        near = self.with_names({})
        near._nearest = dict(_bound(statements))  # noqa: SLF001  one of this class
        return near

    def __missing__(self, name: str) -> object:
        value = self._found(name)
        if isinstance(value, Absent) and value.name.module == "typing_extensions":
            form = form_named(value.name.qualname)
        else:
            form = form_of(value)
        if form is not None:
            self[name] = form
        return form or value

    def _found(self, name: str) -> object:
        if name in self._nearest:
            return self.setdefault(name, self._imported(*self._nearest[name]))
        value = vars(self._module).get(name, _NOTHING)
        is_checked = name in self._imports or name in self._assigned
        if value is not _NOTHING and not (is_checked and value in (object, typing.Any)):  # which stand for anything
            return self._by_name(self._as_written(value, self._module, name), self._module, name)
        if name in self._imports:
            return self.setdefault(name, self._imported(*self._imports[name]))
        if name in self._assigned:
            return self._declared_by(name)
        stands_for = self._standing_for(name)
        if stands_for is not None:
            return self.setdefault(name, stands_for)
        for scope in (vars(builtins), self._owner):
            if name in scope:
                return scope[name]
        raise NameError(name)

    def value_of(self, name: str) -> object:
        """Return what the module gives an alias."""
        value = vars(self._module).get(name, _NOTHING)
        if value is not _NOTHING and not (name in self._assigned and value in (object, typing.Any)):
            return value
        return self.declared(name, self._assigned[name])

    def name_of(self, value: object) -> Named | None:
        """Return the alias that Python has written out here; None for a type that is what it says."""
        if typing.get_origin(value) is None and not isinstance(value, str):
            return None
        for known, name in self._named():
            if type(known) is type(value) and known == value:
                return Named(name)
        return None

    def _named(self) -> list[tuple[object, Name]]:
        """Return the aliases that the module's own objects may be, with their names: those that hold strings."""
        listed = self._sources.aliases.get(self._module.__name__)
        if listed is None:
            listed = self._sources.aliases[self._module.__name__] = []
            for name, value in list(vars(self._module).items()):
                named = self._by_name(value, self._module, name) if not name.startswith("__") else None
                if not isinstance(named, Named) or not any(True for _ in texts_in(value)):
                    continue
                is_here = named.name.module == self._module.__name__
                if is_here or not all(map(self.can_read, texts_in(value))):  # the string may be of this module
                    listed.append((value, named.name))
        return listed

    def can_read(self, text: str) -> bool:
        """Tell whether all is known here that a string names."""
        try:
            self.evaluate(text)
        except Unsupported:
            return False
        return True

    def origins_of(self, text: str) -> Iterator[ModuleType]:
        """Yield the modules that a string inside an imported alias may come from, in which it can be read."""
        seen, waiting = {self._module.__name__}, [self._module]
        while waiting:
            for origin in _read_by(waiting.pop(0), self._sources):
                if origin.__name__ in seen:
                    continue
                seen.add(origin.__name__)
                if any(holds(value, text) for value in list(vars(origin).values())):
                    waiting.append(origin)
                    if Namespace(origin, {}, self._sources).can_read(text):
                        yield origin

    def _by_name(self, value: object, module: ModuleType, name: str) -> object:
        """Return what stands for an alias that only its name tells, and every other value as it is."""
        if not isinstance(value, str) and not is_by_name(value):
            return value
        home = home_of_value(value, name, module.__name__, self._sources)
        if isinstance(value, str) and not says_alias(annotations_of(sys.modules[home.module]).get(home.qualname)):
            return value
        return Named(home)

    def _as_written(self, value: object, module: ModuleType, name: str) -> object:
        """Return what a name stands for: `N = X[Y]` has lost `Y` where `X` is generic to type checkers alone."""
        if not is_class(value) or value.__name__ == name:
            return value
        statement = self._sources.of_module(module).imports.get(name)
        if statement is not None:
            origin = sys.modules.get(absolute_import(statement, module))
            written = next((each.name for each in statement.names if (each.asname or each.name) == name), name)
            is_there = origin is not None and origin is not module and member_of(origin, written) is value
            return self._as_written(value, origin, written) if origin is not None and is_there else value
        given = self._sources.of_module(module).value_of(name)
        if not isinstance(given, ast.Subscript):
            return value
        try:
            return Namespace(module, {}, self._sources).evaluate(ast.unparse(given))
        except Unsupported:
            return value

    def _declared_by(self, name: str) -> object:
        """Return what an assignment under TYPE_CHECKING gives a name, or what stands for an alias that it gives."""
        here = Named(Name(self._module.__name__, name))
        if name in self._declaring:
            return here
        self._declaring.add(name)
        try:
            value = self.declared(name, self._assigned[name])
        finally:
            self._declaring.discard(name)
        return self.setdefault(name, here if isinstance(value, str) or is_by_name(value) else value)

    def declared(self, name: str, value: ast.expr) -> object:
        """Return what an assignment under TYPE_CHECKING, or in a stub, gives a name: a type variable, or an alias."""
        if not isinstance(value, ast.Call) or _kind_of(value) not in DECLARED:
            return self.evaluate(ast.unparse(value))
        key = (self._module.__name__, name)
        if key not in self._sources.declared:  # made once: variables are told apart by what they are
            kind = ast.Name(id=_DECLARED + _kind_of(value), ctx=ast.Load())
            made = ast.Call(func=kind, args=value.args, keywords=value.keywords)
            self._sources.declared[key] = self.evaluate(ast.unparse(made))
        return self._sources.declared[key]

    def _standing_for(self, name: str) -> Either | None:
        """Return the classes that one in the stub alone stands for: those that extend it; None for any other name."""
        stub = self._sources.of_module(self._module).stub
        names = [] if stub is None else stub.standing_for(name)
        return Either(*(vars(self._module)[each] for each in names)) if names else None

    def _in_stub_of(self, module: ModuleType, name: str) -> object:
        """Return a type variable that only the stub of another module has, or what a class there stands for."""
        near = Namespace(module, {}, self._sources)
        value = near._assigned.get(name)
        if isinstance(value, ast.Call) and _kind_of(value) in DECLARED:
            return near.declared(name, value)
        return near._standing_for(name)

    def _imported(self, statement: Import, alias: ast.alias) -> object:
        if isinstance(statement, ast.ImportFrom):
            origin = absolute_import(statement, self._module)
            module = _import(origin)
            value = member_of(module, alias.name)
            if value is None and origin == "typing_extensions":  # not installed here: typing has most of it
                value = getattr(typing, alias.name, None)
            if value is not None and module is not None:
                return self._by_name(self._as_written(value, module, alias.name), module, alias.name)
            if value is None and module is not None:
                value = self._in_stub_of(module, alias.name)
            if value is not None:
                return value
            return _import(f"{origin}.{alias.name}") or Absent(origin, alias.name)
        module = _import(alias.name)
        if module is None:
            return Absent(alias.name if alias.asname else alias.name.split(".")[0], _MODULE, alias.name)
        return module if alias.asname else sys.modules[alias.name.split(".")[0]]

    def evaluate(self, text: str) -> object:
        """Return what an annotation's text evaluates to.

        Raises:
            Unsupported: it names something unknown, or is no expression.
        """
        text = text.strip()
        try:
            if text.isascii() and text.isidentifier() and not keyword.iskeyword(text):
                return self[text]  # as most are: compiling it takes a hundred times as long
            code = self._sources.annotations.get(text)
            if code is None:
                code = self._sources.annotations[text] = _compiled(text)
            return cast("object", eval(code, {}, self))  # noqa: S307  the user's own text
        except NameError as error:
            name = str(error.args[0]) if error.args else text
            raise Unsupported(
                f"the annotation {text!r} names {name}, which is not defined",
                "import it, also under `if TYPE_CHECKING:`, or define it outside of that",
            ) from None
        except Unsupported:  # of what it names, which was read for it
            raise
        except Exception as error:  # whatever the user's expression raises
            raise Unsupported(
                f"the annotation {text!r} cannot be evaluated ({type(error).__name__}: {error})", "write a type"
            ) from error


def _takes(cls: object, arguments: object) -> bool:
    """Tell whether a class takes lists for its ParamSpecs, to which Python 3.9 cannot apply it."""
    variables = cast("tuple[object, ...]", getattr(cls, "__parameters__", ()))
    listed = cast("tuple[object, ...]", arguments) if isinstance(arguments, tuple) else (arguments,)
    given = for_each(variables, listed)
    specs = [type(variable).__name__ == "ParamSpec" for variable, _ in given]
    fit = (is_spec or is_variable(each) or not is_for_spec(each) for is_spec, (_, each) in zip(specs, given))
    return any(specs) and len(given) == len(variables) and all(fit)


def _holds_spec(value: object) -> bool:
    """Tell whether a ParamSpec stands in a type, of which Python 3.9 does not know that it has it for a variable."""
    if type(value).__name__ == "ParamSpec":
        return True
    return any(map(_holds_spec, cast("list[object]", value) if isinstance(value, list) else typing.get_args(value)))


def _compiled(text: str) -> CodeType:
    tree = cast("ast.Expression", _Calls().visit(ast.parse(text, mode="eval")))
    return compile(ast.fix_missing_locations(tree), "<annotation>", "eval")


def _kind_of(call: ast.Call) -> str:
    """Return the last name of what is called."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else str(getattr(call.func, "id", ""))


def _bound(statements: Iterable[Import]) -> Iterator[tuple[str, tuple[Import, ast.alias]]]:
    """Yield the names that import statements bind, each with the statement and the part of it that does."""
    for statement in statements:
        for alias in statement.names:
            is_from = isinstance(statement, ast.ImportFrom)
            yield alias.asname or (alias.name if is_from else alias.name.split(".")[0]), (statement, alias)
            if not is_from:
                _import(alias.name)  # `import a.b` gives the `a` that the module knows an attribute


def _import(name: str) -> ModuleType | None:
    if name in sys.modules:
        return sys.modules[name]
    try:
        return importlib.import_module(name)
    except Exception:  # noqa: BLE001  whatever the module's own code raises: its names stay unknown
        return None


def _read_by(module: ModuleType, sources: Sources) -> Iterator[ModuleType]:
    """Yield the modules whose names a module uses: those that it imports from, and those that it has as a whole."""
    for statement in sources.of_module(module).imports.values():
        origin = sys.modules.get(absolute_import(statement, module))
        if origin is not None:
            yield origin
    wholes = {value.__name__ for value in list(vars(module).values()) if isinstance(value, ModuleType)}
    for name, known in sorted(sys.modules.items()):
        if any(f"{name}.".startswith(f"{whole}.") for whole in wholes):
            yield known
