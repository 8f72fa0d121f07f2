"""Own what is public as it is: constants, types, aliases, functions and classes without a face.

They are imported from where they are defined. What would show the user an object of the implementation that has a face
is refused, and so is what type checkers cannot know the type of.
"""

from __future__ import annotations

import ast
import enum
import functools
import inspect
import keyword
import sys
from importlib.machinery import PathFinder
from pathlib import Path
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, cast

from ambidex.module import is_class

from .._annotations import (
    Resolver,
    annotations_of,
    attributes_of,
    gives_none,
    home_of_value,
    is_variable,
    module_of_class,
    type_of_literal,
)
from .._ir import Applied, Function, Name, Place, Value, Variable, is_handle, parts, walk
from .._manifest import MISSING, exported_value, faced_by, home_of, is_data, is_manifest, place_of_entry
from .._paths import member_of, path_of
from .._report import Unsupported, display_path
from ._functions import place_of_function

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .._annotations import Sources
    from .._ir import Type
    from .._manifest import EntryLike, Registry
    from .._report import Report

_CONTAINERS = (dict, frozenset, list, set, tuple)


def read_value(
    cls: type, name: str, place: Place, registry: Registry, sources: Sources, report: Report
) -> Value | None:
    """Return the IR of a class that crosses by value, None where it was refused."""
    face = registry.nearest_face(cls)
    if face is not None:
        report.add(
            place,
            f"{cls.__qualname__} goes by value and its base {face.__qualname__} by identity",
            "register both by='identity', or both by='value'",
        )
        return None
    private = next((part for part in path_of(cls).split(".") if part.startswith("_")), None)
    if private is not None:
        report.add(
            place, f"{name} goes by value, and {private} is private in its module", "give it a public name there"
        )
    if not is_shown(cls, place, registry, sources, report):
        return None
    return Value(name, path_of(cls), cls.__module__, place)


def is_shown(cls: type, place: Place, registry: Registry, sources: Sources, report: Report) -> bool:
    """Enter a class that crosses by value; tell whether it can be public: a callable that names faces was refused."""
    try:
        type_ = Resolver(module_of_class(cls), registry, sources).resolve(cls)
    except Unsupported as refusal:
        report.add(place, refusal.what, refusal.fix)
        return False
    records = registry.known_records()
    if not isinstance(type_, Function) or not any(map(records.carries, parts(type_))):
        return True
    report.add(
        place,
        f"{cls.__qualname__} is a callable type that names a class with a face, and would show what is behind that",
        "leave it out: what is annotated with it takes the Callable that it stands for",
    )
    return False


class ExportReader:
    """Read exports; what cannot be public as it is goes to the report."""

    def __init__(self, registry: Registry, sources: Sources, report: Report) -> None:
        self._registry = registry
        self._sources = sources
        self._report = report

    def read(self, entry: EntryLike) -> Value | None:
        """Return the IR of one export, None where it was refused."""
        place = self._place(entry)
        try:
            return self._read(entry, place)
        except Unsupported as refusal:
            self._report.add(place, refusal.what, refusal.fix)
            return None

    def _place(self, entry: EntryLike) -> Place:
        """Return where an export is defined or, where no source says so, registered."""
        if self._registry.generated(entry) is not None:
            return place_of_entry(entry)
        module, inner = sys.modules.get(home_of(entry)), inspect.unwrap(entry.obj) if callable(entry.obj) else None
        if isinstance(inner, FunctionType):
            return place_of_function(inner, self._sources)
        file = getattr(module, "__file__", None)  # which one that is built in has not
        if module is not None and file is not None:
            source = self._sources.of_module(module)
            line = source.attribute_line("", entry.name)
            if is_class(inner):
                line = source.class_line(inner.__qualname__)
            if line > 1:
                return Place(display_path(file), line)
        return place_of_entry(entry)

    def _read(self, entry: EntryLike, place: Place) -> Value | None:
        name, home, value = entry.name, home_of(entry), exported_value(entry)
        whole = value  # not narrowed by what is asked below
        if name.startswith("_") or keyword.iskeyword(name):
            raise Unsupported(f"{home}.{name} is to be public, and its name is not", "give it a public name")
        generated = self._registry.generated(entry)
        if generated is not None:
            return Value(name, name, home, place, is_type=generated.kind == "class")
        of = faced_by(entry)
        if of is not None and is_data(of):
            raise Unsupported(f"{of.__qualname__} goes by value, and has no face", "export it as it is")
        if value is MISSING and home in sys.modules:
            raise Unsupported(f"{home} has no {name}", "name what stands at the top of the module")
        if value is MISSING:
            _check_by_hand(home, name, is_class=of is not None)
            return Value(name, name, home, place)
        if isinstance(value, ModuleType) or is_manifest(value):
            raise Unsupported(f"{home}.{name} is a {type(value).__name__}", "export what stands in a module")
        if of is not None:
            return Value(name, name, home, place)
        face = self._registry.face(value) if is_class(value) else None
        if face is not None:
            raise Unsupported(f"{name} is registered with wrap_class, which makes it public", "leave it out here")
        if is_class(value) and is_data(value):
            return read_value(value, name, place, self._registry, self._sources, self._report)
        origin = self._origin(entry, whole)
        if is_class(value):
            self._check_class(value)
        elif isinstance(value, FunctionType) and not hasattr(value, "__supertype__"):
            self._check_function(value, name)
        else:
            is_type, alias = self._check_constant(value, origin)
            return Value(name, origin.qualname, origin.module, place, is_type=is_type, alias=alias)
        return Value(name, origin.qualname, origin.module, place, is_type=is_class(value))

    def _origin(self, entry: EntryLike, value: object) -> Name:
        """Return where a value is imported from: where it is defined, as far as import statements tell."""
        name, home = entry.name, home_of(entry)
        if entry.obj is None:
            return home_of_value(value, name, home, self._sources)
        path = str(getattr(value, "__qualname__", name))
        if "." in path or member_of(sys.modules.get(home), path) is not value:
            raise Unsupported(
                f"{home}.{path} is not what was exported as {name}",
                "define it at the top of its module, and put the export above every other decorator",
            )
        return Name(home, path)

    # -- what would show the implementation

    def _leaks(self, type_: Type) -> bool:
        types = [type_]
        for part in walk(type_):
            if isinstance(part, Variable):
                types.extend((*part.constraints, *(() if part.bound is None else (part.bound,))))
        return any(self._registry.known_records().carries(each) for each in types)

    def _refuse_leak(self, type_: Type, what: str, fix: str = "") -> None:
        if self._leaks(type_):
            raise Unsupported(
                f"{what} names a class that has a face, and would show what is behind that",
                fix or "register it with wrap_function or wrap_class, or write it by hand against the generated module",
            )

    def _check_function(self, function: FunctionType, path: str) -> None:
        inner = inspect.unwrap(function)
        if not isinstance(inner, FunctionType):
            raise Unsupported(f"{path} wraps {inner!r}, not a function", "export a plain function")
        annotations = annotations_of(inner)
        definition = self._sources.definition(inner)
        for name in inspect.signature(inner).parameters:
            if name not in annotations:
                raise Unsupported(f"the parameter {name} of {path} has no annotation", f"write `{name}: T`")
        if "return" not in annotations and (definition is None or not gives_none(definition)):
            raise Unsupported(f"{path} has no return annotation", "write `-> T`, or `-> None`")
        self._check_annotations(inner, path, None)

    def _check_annotations(self, function: FunctionType, path: str, owner: type | None) -> None:
        module = sys.modules.get(function.__module__)
        if module is None:
            return
        resolver = Resolver(module, self._registry, self._sources, owner)
        for name, annotation in annotations_of(function).items():
            what = f"the result of {path}" if name == "return" else f"the parameter {name} of {path}"
            try:
                type_ = resolver.resolve(annotation)
            except Unsupported as refusal:
                raise Unsupported(f"{what}: {refusal.what}", refusal.fix) from refusal
            self._refuse_leak(type_, what)

    def _check_class(self, cls: type) -> None:
        """Refuse a class whose public members name faces, as far as its own package writes them."""
        if self._registry.nearest_face(cls) is not None:
            base = self._registry.nearest_face(cls)
            raise Unsupported(
                f"{cls.__qualname__} extends {getattr(base, '__qualname__', '')}, which has a face",
                "register it with wrap_class",
            )
        package = cls.__module__.partition(".")[0]
        for layer in cls.__mro__:
            if layer.__module__.partition(".")[0] != package:
                continue
            for name, value in vars(layer).items():
                if name.startswith("_") and not name.startswith("__"):
                    continue
                for function in _functions_in(value):
                    self._check_annotations(function, f"{layer.__qualname__}.{name}", layer)
            resolver = Resolver(module_of_class(layer), self._registry, self._sources, layer)
            for name, said in attributes_of(layer, self._sources).items():
                if not name.startswith("_"):
                    near, annotation = resolver.placed(said)
                    inner = near.qualified(annotation)[1]
                    if inner is not None:
                        self._refuse_leak(near.resolve(inner), f"the attribute {layer.__qualname__}.{name}")

    # -- constants and aliases

    def _check_constant(self, value: object, origin: Name) -> tuple[bool, Type | None]:
        """Check what is neither a function nor a class; tell whether it is a type, and what an alias of faces means."""
        module = sys.modules[origin.module]
        resolver = Resolver(module, self._registry, self._sources)
        self._check_partial(value, origin.qualname)
        annotation = annotations_of(module).get(origin.qualname)
        text = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))
        is_alias = text.strip("'\"").rpartition(".")[2] == "TypeAlias"  # in quotes twice, by the future import
        if annotation is not None and not is_alias:
            inner = resolver.qualified(annotation)[1]
            if inner is not None:
                self._refuse_leak(resolver.resolve(inner), origin.qualname, "register a function that returns it")
                return False, None
        elif is_alias or is_type(value):
            return True, self._faced(value, resolver, origin.qualname)
        if any(self._registry.nearest_face(type(each)) is not None for each in _inside(value, [])):
            self._refuse_instance(origin)
        if callable(value) and getattr(module, "__file__", None) is None:
            raise Unsupported(f"{origin.qualname} is built in, and does not say its types", "write one that calls it")
        if not self._is_known(value, module, origin.qualname):
            raise Unsupported(
                f"{origin.qualname} has no annotation, and its value does not say its type to every type checker",
                f"write `{origin.qualname}: T = ...`",
            )
        return False, None

    def _check_partial(self, value: object, name: str) -> None:
        """Refuse a partial of what is asynchronous, or takes, gives or makes objects with faces."""
        if not isinstance(value, functools.partial):
            return
        called = cast("functools.partial[object]", value).func
        maker = called if is_class(called) else type(getattr(called, "__self__", None))
        inner = inspect.unwrap(getattr(called, "__func__", called))
        is_shown = self._registry.nearest_face(maker) is not None
        if isinstance(inner, FunctionType) and not is_shown:
            resolver = Resolver(sys.modules[inner.__module__], self._registry, self._sources)
            is_shown = inspect.iscoroutinefunction(inner) or inspect.isasyncgenfunction(inner)
            is_shown = is_shown or any(self._leaks(resolver.resolve(each)) for each in annotations_of(inner).values())
        if is_shown:
            raise Unsupported(
                f"{name} is a partial of {called.__qualname__}, and would call the implementation past its face",
                "write a function that calls it",
            )

    def _faced(self, value: object, resolver: Resolver, name: str) -> Type | None:
        """Return what an alias means where that names faces; None for a type that is public as it is."""
        supertype: object = getattr(value, "__supertype__", value)
        type_ = resolver.resolve(supertype)
        if not self._leaks(type_):
            return None
        if supertype is not value or is_variable(value):
            kind = "NewType" if supertype is not value else "type variable"
            fix = "leave it out: who needs one makes it of the public class"
            self._refuse_leak(type_, f"the {kind} {name}", fix)
        if any(
            isinstance(part, Function) or (isinstance(part, Applied) and is_handle(part.origin)) for part in walk(type_)
        ):
            raise Unsupported(
                f"{name} stands for something that calls or waits, which is one type where users give it and another "
                "where they get it",
                "leave it out: the signatures that name it say which one is meant",
            )
        return type_

    def _refuse_instance(self, origin: Name) -> None:
        raise Unsupported(
            f"{origin.qualname} holds an object whose class has a face", "register a function that returns it"
        )

    def _is_known(self, value: object, module: ModuleType, name: str) -> bool:
        """Tell whether every type checker infers the type of a value without an annotation."""
        if type_of_literal(value) is not None or isinstance(value, enum.Enum):
            return True
        made = self._sources.of_module(module).value_of(name)
        maker = (
            getattr(module, made.func.id, None)
            if isinstance(made, ast.Call) and isinstance(made.func, ast.Name)
            else None
        )
        maker = object if maker is None and isinstance(made, ast.Call) and type(value) is object else maker
        return maker is type(value) and not hasattr(maker, "__class_getitem__")


def is_type(value: object) -> bool:
    """Tell whether a value that is no class stands for a type: an alias, a `NewType`, a type variable."""
    return (
        is_variable(value)
        or hasattr(value, "__supertype__")
        or hasattr(value, "__origin__")
        or type(value).__name__ in ("TypeAliasType", "UnionType")
    )


def _inside(value: object, seen: list[int]) -> Iterator[object]:
    """Yield a value and what builtin containers in it hold."""
    yield value
    if not isinstance(value, _CONTAINERS) or id(cast("object", value)) in seen:
        return
    seen.append(id(cast("object", value)))
    items = list(cast("Iterable[object]", value))
    if isinstance(value, dict):
        items.extend(cast("dict[object, object]", value).values())
    for each in items:
        yield from _inside(each, seen)


def _functions_in(value: object) -> Iterator[FunctionType]:
    """Yield the functions behind an attribute of a class."""
    if isinstance(value, (classmethod, staticmethod)):
        value = cast("object", value.__func__)
    parts = (value.fget, value.fset) if isinstance(value, property) else (value, getattr(value, "func", None))
    for part in parts:
        inner = inspect.unwrap(part) if isinstance(part, FunctionType) else None
        if isinstance(inner, FunctionType) and not inner.__code__.co_filename.startswith("<"):
            yield inner


def _check_by_hand(home: str, name: str, *, is_class: bool) -> None:
    """Refuse a place where nothing is written. The module is not imported: it may need the one that is generated."""
    path: list[str] | None = None
    origin: str | None = None
    parts = home.split(".")
    for length in range(1, len(parts) + 1):
        spec = PathFinder.find_spec(".".join(parts[:length]), path)
        if spec is None:
            raise Unsupported(f"there is no module {home}", "name the one that is written by hand")
        path, origin = list(spec.submodule_search_locations or ()), spec.origin
    tree = ast.parse(Path(origin).read_text(encoding="utf-8")) if origin is not None else ast.Module([], [])
    kinds = (ast.ClassDef,) if is_class else (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    if not any(isinstance(node, kinds) and node.name == name for node in tree.body):
        what = "class" if is_class else "class or function"
        raise Unsupported(f"{home} has no {what} {name}", "name what stands at the top of the module")
