"""Own the attributes of identity classes: annotated ones, those of the class, properties, descriptors."""

from __future__ import annotations

import ast
import enum
import functools
import inspect
import typing
from types import BuiltinFunctionType, FunctionType, MemberDescriptorType, MethodType
from typing import TYPE_CHECKING, cast

from .._annotations import (
    Resolver,
    accepts,
    annotations_of,
    as_checked,
    literal_text,
    literal_value,
    module_of_class,
    type_of_literal,
)
from .._ir import ANY, Attribute, Constant, Function, Own, Place, Type, Variable, variables, walk
from .._report import SETTER, Unsupported, display_path
from ._signatures import SignatureReader, documentation

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._annotations import Definition, Sources
    from .._report import Report
    from ._choice import Choice

_MISSING = object()
_VALUES = (BuiltinFunctionType, FunctionType, MethodType, type)  # have a `__get__`, and are what they are


def _is_descriptor(value: object) -> bool:
    """Tell whether reading an attribute gives something else than what stands in the class."""
    return hasattr(type(value), "__get__") and not isinstance(value, _VALUES)


def _is_for_none(getter: Definition) -> bool:
    """Tell whether a variant of `__get__` is for the class: its object is None."""
    annotation = getter.args.args[1].annotation if len(getter.args.args) > 1 else None
    return isinstance(annotation, ast.Constant) and annotation.value is None


class AttributeReader:
    """Read the attributes that one class itself writes."""

    def __init__(
        self,
        layer: type,
        choice: Choice,
        reader: SignatureReader,
        resolver: Resolver,
        sources: Sources,
        report: Report,
    ) -> None:
        self._choice = choice
        module = module_of_class(layer)
        self._file = display_path(getattr(module, "__file__", None) or layer.__module__)
        self._sources = sources
        self._source = sources.of_module(module)
        self._layer = layer
        self._is_frozen = bool(getattr(vars(layer).get("__dataclass_params__"), "frozen", False))
        self._reader = reader
        self._resolver = resolver
        self._report = report
        self._place = Place(self._file, self._source.class_line(layer.__qualname__))

    def place_of(self, name: str) -> Place:
        """Return where the class declares an attribute."""
        return Place(self._file, self._source.attribute_line(self._layer.__qualname__, name))

    def declared(self, seen: set[str]) -> list[Attribute | Constant]:
        """Return the annotated attributes whose names were not seen; those that stay inside count as seen."""
        found: list[Attribute | Constant] = []
        for name, annotation in self.annotations().items():
            value = vars(self._layer).get(name, _MISSING)
            if name in seen or isinstance(value, property):
                continue
            seen.add(name)
            with self._report.about(name):
                read = self._reported(name, functools.partial(self._declared, name, annotation, value))
            if read is not None:
                found.append(read)
        return found

    def assigned(self, seen: set[str]) -> list[Attribute]:
        """Return the public attributes that the constructor gives a type, for a class that is somebody else's.

        Whoever can edit a class annotates what is public in its body.
        """
        found: list[Attribute] = []
        for name, text in self._source.assigned(self._layer.__qualname__).items():
            if name.startswith("_") or name in seen or not self._choice.is_public(name):
                continue
            if self._choice.is_inherited(name):
                continue
            try:
                type_ = self._resolver.resolve(text)
            except Unsupported:
                continue  # no annotation of the class says that it is public
            if not any(isinstance(part, Function) for part in walk(type_)):  # what calls back is the object's own
                found.append(Attribute(name, type_, True, None, self._place))
                seen.add(name)
        return found

    def annotations(self) -> dict[str, object]:
        """Return the annotations that the class itself carries, or its stub."""
        stub = self._source.stub
        said = {} if stub is None else stub.attributes(self._layer.__qualname__)
        return {**annotations_of(self._layer), **said}

    def _reported(self, name: str, read: Callable[[], Attribute | Constant]) -> Attribute | Constant | None:
        try:
            return read()
        except Unsupported as refusal:
            self._report.add(self.place_of(name), refusal.what, refusal.fix)
            return None

    def _declared(self, name: str, annotation: object, value: object) -> Attribute | Constant:
        path = f"{self._layer.__qualname__}.{name}"
        has_value = value is not _MISSING and not isinstance(value, MemberDescriptorType)  # which a slot leaves there
        try:
            qualifier, inner = self._resolver.qualified(annotation)
            if has_value and _is_descriptor(value):
                return self._described(name, value, typing.get_args(inner))
            type_ = None if inner is None else self._resolver.resolve(inner)
        except Unsupported as refusal:
            raise Unsupported(f"the attribute {path}: {refusal.what}", refusal.fix) from refusal
        if qualifier == "ClassVar" or (qualifier == "Final" and has_value):
            is_constant = len(self._source.constants(self._layer.__qualname__, name)) == 1 and value is not None
            text = literal_text(value) if is_constant else None
            if type_ is None and text is None:
                raise Unsupported(f"the class attribute {path} has no type", f"write `{name}: {qualifier}[T]`")
            if type_ is not None and not accepts(type_, value):
                text = None
            return Constant(name, type_, text, self.place_of(name))
        if type_ is None:
            raise Unsupported(f"the attribute {path} has no type", f"write `{name}: Final[T]`")
        is_writable = qualifier != "Final" and not self._is_frozen
        return Attribute(name, type_, is_writable, None, self.place_of(name))

    def plain(self, name: str, value: object) -> Attribute | Constant | None:
        """Return an attribute of the class that has no annotation; None where it was refused, or a base's serves."""
        if self._choice.is_inherited(name):
            return None
        return self._reported(name, functools.partial(self._plain, name, value))

    def _plain(self, name: str, value: object) -> Attribute | Constant:
        path = f"{self._layer.__qualname__}.{name}"
        if _is_descriptor(value):
            return self._described(name, value, ())
        type_: Type | None = None
        constants = self._source.constants(self._layer.__qualname__, name)
        if constants:
            types = {type_of_literal(literal_value(each)) for each in constants}
            type_ = types.pop() if len(types) == 1 else None  # else another one elsewhere
        elif isinstance(value, enum.Enum) and self._source.names_member(self._layer.__qualname__, name):
            type_ = self._resolver.resolve(type(value))
        if type_ is None:
            raise Unsupported(
                f"the class attribute {path} has no annotation",
                f"write `{name}: ClassVar[T] = ...`, or name it with a leading _",
            )
        return Constant(name, type_, None, self.place_of(name))  # read: an object may have another value

    def holding(self, name: str, cls: type) -> Attribute | Constant | None:
        """Return an attribute that holds a public class defined elsewhere; None where it was refused."""
        if self._choice.is_inherited(name):
            return None
        annotation = cast("object", typing.ClassVar[type[cls]])
        return self._reported(name, functools.partial(self._declared, name, annotation, cls))

    def _described(self, name: str, value: object, arguments: tuple[object, ...]) -> Attribute | Constant:
        """Return what a descriptor gives; `arguments` are those that its annotation applies its class to."""
        path = f"{self._layer.__qualname__}.{name}"
        kind = as_checked(type(value), self._sources)
        module = module_of_class(kind)
        found = self._as_function_gives(name, kind)
        if found is not None:
            return found
        arguments = typing.get_args(getattr(value, "__orig_class__", None)) or arguments
        parameters = cast("tuple[object, ...]", getattr(kind, "__parameters__", ()))
        bound = dict(zip(parameters, map(self._resolver.resolve, arguments)))
        reader = SignatureReader(
            self._resolver.beside(module, kind, bound), self._sources, self._report, self.place_of(name)
        )
        getter, setter = (inspect.getattr_static(kind, verb, None) for verb in ("__get__", "__set__"))
        if not isinstance(getter, FunctionType) or "return" not in annotations_of(getter):
            raise Unsupported(
                f"{path} is of the class {kind.__name__}, whose __get__ does not say what it gives",
                "write a method or a property",
            )
        if self._sources.of_module(module).overloads(getter.__qualname__):
            raise Unsupported(
                f"{path} is of the class {kind.__name__}, whose __get__ has overloads",
                "write one signature, or a property",
            )
        type_ = reader.result(getter, path)
        if len(bound) < len(parameters) and variables([type_]):
            raise Unsupported(
                f"{path} is of the generic class {kind.__name__}, and nothing says what its "
                f"{variables([type_])[0].name} stands for",
                f"write `{name} = {kind.__name__}[X](...)`",
            )
        if any(isinstance(part, Own) for part in walk(type_)):
            raise Unsupported(
                f"{path} is of the class {kind.__name__}, which gives itself", "write a method or a property"
            )
        if setter is None:
            return Constant(name, type_, None, self.place_of(name))
        if not isinstance(setter, FunctionType) or reader.last_type(setter) != type_:
            raise Unsupported(
                f"{path} is of the class {kind.__name__}, whose __set__ takes another type than its __get__ gives",
                "use one type, or write a property",
            )
        return Attribute(name, type_, True, None, self.place_of(name), hasattr(kind, "__delete__"))

    def _as_function_gives(self, name: str, kind: type) -> Attribute | None:
        """Return the attribute that a decorator of a class of its own makes of a method, None where it makes another.

        Its `__init__` takes a callable and its `__get__` gives that one's result, as a cached property does. It is read
        alone, whatever it has to set it.
        """
        node = self._source.decorated(self._layer.__qualname__, name)
        made, getter = (inspect.getattr_static(kind, verb, None) for verb in ("__init__", "__get__"))
        if node is None or node.returns is None or not isinstance(made, FunctionType):
            return None
        if not isinstance(getter, FunctionType):
            return None
        try:
            if not self._hands_on(kind, made, getter):
                return None
        except Unsupported:
            return None  # which is refused as any other descriptor is
        type_ = self._resolver.resolve(ast.unparse(node.returns))
        return Attribute(name, type_, False, ast.get_docstring(node), self.place_of(name))

    def _hands_on(self, kind: type, made: FunctionType, getter: FunctionType) -> bool:
        """Tell whether `__get__` gives what the callable gives that `__init__` takes: the same type variable."""
        module = module_of_class(kind)
        near = self._resolver.beside(module, kind, {})
        reader = SignatureReader(near, self._sources, self._report, self._place)
        taken = near.resolve(next(iter(annotations_of(made).values()), None))
        nodes = self._sources.of_module(module).overloads(getter.__qualname__)
        said = [each.returns for each in nodes if not _is_for_none(each)]
        results = [near.resolve(ast.unparse(each)) for each in said if each is not None]
        results = results if nodes else [reader.result(getter, getter.__qualname__)]
        if not isinstance(taken, Function) or not isinstance(taken.result, Variable):
            return False
        return all(each == taken.result for each in results)

    def of_class(self, name: str, value: property) -> Constant | None:
        """Return a property of the class, None where it was refused."""
        path = f"{self._layer.__qualname__}.{name}"
        getter: object = value.fget
        if not isinstance(getter, FunctionType):
            self._report.add(self._place, f"the property {path} has no getter", "write one with @property")
            return None
        place = self._reader.place(getter)
        return Constant(name, self._result(getter, path, place), None, place, documentation(getter))

    def computed(self, name: str, value: property | functools.cached_property[object]) -> Attribute | None:
        """Return a property, None where it was refused."""
        path = f"{self._layer.__qualname__}.{name}"
        getter: object = value.fget if isinstance(value, property) else value.func
        setter: object = value.fset if isinstance(value, property) else None
        if not isinstance(getter, FunctionType):
            self._report.add(self._place, f"the property {path} has no getter", "write one with @property")
            return None
        place = self._reader.place(getter)
        if inspect.iscoroutinefunction(getter) or inspect.isasyncgenfunction(getter):
            self._report.add(place, f"the property {path} is asynchronous", "write it as a method")
            return None
        type_ = self._result(getter, path, place)
        if not self._choice.has_setter(name):
            setter = None
        if isinstance(setter, FunctionType):
            with self._report.about(SETTER):
                self._check_setter(setter, path, type_)
        is_deletable = isinstance(value, property) and value.fdel is not None
        return Attribute(name, type_, setter is not None, documentation(getter), place, is_deletable)

    def _result(self, getter: FunctionType, path: str, place: Place) -> Type:
        try:
            return self._reader.result(getter, path)
        except Unsupported as refusal:
            self._report.add(place, refusal.what, refusal.fix)
            return ANY

    def _check_setter(self, setter: FunctionType, path: str, type_: Type) -> None:
        """Refuse a setter of another type than its getter: both checkers read a property as one type."""
        place = self._reader.place(setter)
        try:
            given = self._reader.last_type(setter, path)
        except Unsupported as refusal:
            self._report.add(place, f"the setter of {path}: {refusal.what}", refusal.fix)
            return
        if given is None:
            self._report.add(place, f"the setter of {path} has no annotation for its value", "write `value: T`")
        elif given != type_:
            what = f"the setter of {path} takes another type than its getter gives"
            self._report.add(place, what, "use one type, or offer a method")
