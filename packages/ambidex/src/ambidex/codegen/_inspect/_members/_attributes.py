"""Own the attributes of identity classes: annotated ones, those of the class, properties, descriptors."""

from __future__ import annotations

import ast
import dataclasses
import enum
import functools
import inspect
import typing
from types import BuiltinFunctionType, FunctionType, MemberDescriptorType, MethodType
from typing import TYPE_CHECKING, cast

from ..._annotations import (
    Assigned,
    accepts,
    as_checked,
    attributes_of,
    is_field,
    literal_text,
    literal_value,
    module_of_class,
    type_of_literal,
)
from ..._ir import ANY, Attribute, Constant, Function, Place, Type, walk
from ..._report import SETTER, Unsupported
from .._choice import OF_CLASSES
from .._exports import is_type
from .._functions import deprecation, documentation, function_behind
from .._signatures import SignatureReader, on_those
from ._descriptors import DescriptorReader

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..._ir import Narrowing
    from .._choice import Folded

_MISSING = object()
_VALUES = (BuiltinFunctionType, FunctionType, MethodType, type)  # have a `__get__`, and are what they are


def _is_descriptor(value: object) -> bool:
    """Tell whether reading an attribute gives something else than what stands in the class."""
    return hasattr(type(value), "__get__") and not isinstance(value, _VALUES)


def _is_frozen(layer: type) -> bool:
    """Tell whether `@dataclass`, or what attrs has for that, takes the setters from the fields of a class."""
    setter = vars(layer).get("__setattr__")
    by_attrs = isinstance(setter, FunctionType) and setter.__name__ == "_frozen_setattrs"
    return by_attrs or bool(getattr(vars(layer).get("__dataclass_params__"), "frozen", False))


class AttributeReader:
    """Read the attributes that one class itself writes."""

    def __init__(self, folded: Folded, reader: SignatureReader) -> None:
        self._folded = folded
        self._layer = folded.layer
        self._choice = folded.choice
        self._resolver = folded.resolver
        self._sources = folded.sources
        self._report = folded.report
        self._reader = reader
        self._place = folded.place
        self._source = folded.sources.of_module(module_of_class(folded.layer))
        self._is_frozen = _is_frozen(folded.layer)

    def place_of(self, name: str) -> Place:
        """Return where the class declares an attribute."""
        return Place(self._place.file, self._source.attribute_line(self._layer.__qualname__, name))

    def declared(self, seen: set[str]) -> list[Attribute | Constant]:
        """Return the annotated attributes whose names were not seen; those that stay inside count as seen."""
        found: list[Attribute | Constant] = []
        for name, annotation in self.annotations().items():
            value = vars(self._layer).get(name, _MISSING)
            if name in seen or name in OF_CLASSES or isinstance(value, property) or self._is_repeated(name, annotation):
                continue
            seen.add(name)
            with self._report.about(name):
                read = self._reported(name, functools.partial(self._declared, name, annotation, value))
            if read is not None:
                found.append(read)
        return found

    def assigned(self, seen: set[str]) -> list[Attribute]:
        """Return the public attributes that have the type of a parameter, for a class that is somebody else's.

        Whoever can edit a class annotates what is public.
        """
        found: list[Attribute] = []
        for name, each in self._source.assigned(self._layer.__qualname__).items():
            if each.is_declared or name.startswith("_") or name in seen or not self._choice.is_public(name):
                continue
            if self._choice.is_inherited(name):
                continue
            try:
                type_ = self._resolver.resolve(each.text)
            except Unsupported:
                continue  # no annotation of the attribute says that it is public
            if not any(isinstance(part, Function) for part in walk(type_)):  # what calls back is the object's own
                found.append(Attribute(name, type_, True, None, self._place))
                seen.add(name)
        return found

    def annotations(self) -> dict[str, object]:
        """Return the annotations that the class itself carries, those of its constructor too, or its stub."""
        stub = self._source.stub
        said = {} if stub is None else stub.attributes(self._layer.__qualname__)
        return {**attributes_of(self._layer, self._sources), **said}

    def _is_repeated(self, name: str, annotation: object) -> bool:
        """Tell whether a constructor of somebody else's repeats what the face of a base has, perhaps otherwise."""
        is_theirs = isinstance(annotation, Assigned) and self._choice.is_from_elsewhere(self._place.file)
        return is_theirs and self._choice.is_inherited(name)

    def _reported(self, name: str, read: Callable[[], Attribute | Constant]) -> Attribute | Constant | None:
        try:
            return read()
        except Unsupported as refusal:
            self._report.add(self.place_of(name), refusal.what, refusal.fix)
            return None

    def _declared(self, name: str, annotation: object, value: object) -> Attribute | Constant:
        path = self._folded.path(name)
        has_value = value is not _MISSING and not isinstance(value, MemberDescriptorType)  # which a slot leaves there
        if isinstance(annotation, Assigned) and not annotation.text:
            raise Unsupported(f"the attribute {path} has several annotations in the constructor", "write one")
        resolver, written = self._resolver.placed(annotation)
        try:
            qualifier, inner = resolver.qualified(written)
            if has_value and _is_descriptor(value):
                return self._described(name, value, typing.get_args(inner))
            type_ = None if inner is None else resolver.resolve(inner)
        except Unsupported as refusal:
            raise Unsupported(f"the attribute {path}: {refusal.what}", refusal.fix) from refusal
        if isinstance(annotation, Assigned) and qualifier == "ClassVar":
            what = f"the attribute {path} is annotated as ClassVar in the constructor"
            raise Unsupported(what, "write that in the body of the class")
        if qualifier == "ClassVar" or (qualifier == "Final" and has_value and not is_field(self._layer, name)):
            text = self._text_of(self._layer, name, type_)
            if type_ is None and text is None:
                raise Unsupported(f"the class attribute {path} has no type", f"write `{name}: {qualifier}[T]`")
            return Constant(name, type_, text, self.place_of(name))
        if type_ is None:
            raise Unsupported(f"the attribute {path} has no type", f"write `{name}: Final[T]`")
        is_writable = qualifier != "Final" and not self._is_frozen
        return Attribute(name, type_, is_writable, None, self.place_of(name))

    def _text_of(self, layer: type, name: str, type_: Type | None) -> str | None:
        """Return the value of a class attribute where it is the same literal everywhere, and of its type; or None."""
        value = vars(layer).get(name)
        constants = self._sources.of_module(module_of_class(layer)).constants(layer.__qualname__, name)
        if len(constants) != 1 or value is None:
            return None
        return literal_text(value) if type_ is None or accepts(self._resolver.written_once(type_), value) else None

    def plain(self, name: str, value: object) -> Attribute | Constant | None:
        """Return an attribute of the class that has no annotation; None where it was refused, or a base's serves."""
        abstract = self.abstract_above(name)
        if abstract is not None and not _is_descriptor(value):
            return self._as_promised(name, *abstract)
        if abstract is None and self._choice.is_inherited(name) and not self._is_written_above(name):
            return None
        return self._reported(name, functools.partial(self._plain, name, value))

    def abstract_above(self, name: str) -> tuple[type, property] | None:
        """Return the abstract property of a base's face that this class has something for, and where that stands."""
        order = self._folded.cls.__mro__
        if self._layer not in order:  # a metaclass
            return None
        above = order[order.index(self._layer) + 1 :]
        home = next((each for each in above if name in vars(each)), None)
        value = None if home is None else vars(home)[name]
        if home is None or not isinstance(value, property) or not self._choice.is_inherited(name):
            return None
        return (home, value) if getattr(value, "__isabstractmethod__", False) else None

    def _as_promised(self, name: str, home: type, abstract: property) -> Attribute | None:
        """Return what this class has for an abstract property, of the type that the property says."""
        folded = dataclasses.replace(self._folded, layer=home, resolver=self._folded.beside(home))
        reader = SignatureReader(folded.resolver, folded.sources, folded.report, folded.place, home)
        read = AttributeReader(folded, reader).computed(name, abstract)
        return None if read is None else dataclasses.replace(read, place=self.place_of(name))

    def _is_written_above(self, name: str) -> bool:
        """Tell whether the face of a base has a literal for a class attribute, which is another one here."""
        home = self.annotated_above(name)
        if home is None:
            return False
        try:
            above = self._as_above(name, home)
        except Unsupported:
            return False  # which is told of the base
        return isinstance(above, Constant) and self._text_of(home, name, above.type) is not None

    def annotated_above(self, name: str) -> type | None:
        """Return the nearest class above that annotates an attribute, None where none does."""
        return next((each for each in self._layer.__mro__[1:] if name in attributes_of(each, self._sources)), None)

    def _plain(self, name: str, value: object) -> Attribute | Constant:
        path = self._folded.path(name)
        if _is_descriptor(value):
            return self._described(name, value, ())
        home = self.annotated_above(name)
        above = None if home is None else self._as_above(name, home)
        if above is not None:
            return above
        type_: Type | None = None
        constants = self._source.constants(self._layer.__qualname__, name)
        if constants:
            types = {type_of_literal(literal_value(each)) for each in constants}
            type_ = types.pop() if len(types) == 1 else None  # else another one elsewhere
        elif isinstance(value, enum.Enum) and self._source.names_member(self._layer.__qualname__, name):
            type_ = self._resolver.resolve(type(value))
        if type_ is None and is_type(value):
            raise Unsupported(
                f"{path} is a type alias, which no face has", "write it at the top of the module, or name it with a _"
            )
        if type_ is None:
            raise Unsupported(
                f"the class attribute {path} has no annotation",
                f"write `{name}: ClassVar[T] = ...`, or name it with a leading _",
            )
        return Constant(name, type_, None, self.place_of(name))  # read: an object may have another value

    def _as_above(self, name: str, home: type) -> Attribute | Constant | None:
        """Return an attribute as a base annotates it, to which this class gives a value; None where that says it."""
        above = self._folded.beside(home)
        near, annotation = above.placed(attributes_of(home, self._sources)[name])
        qualifier, inner = near.qualified(annotation)
        if inner is None:
            return None
        type_ = near.resolve(inner)
        if qualifier is not None:
            return Constant(name, type_, self._text_of(self._layer, name, type_), self.place_of(name))
        return Attribute(name, type_, not self._is_frozen, None, self.place_of(name))

    def holding(self, name: str, cls: type) -> Attribute | Constant | None:
        """Return an attribute that holds a public class defined elsewhere; None where it was refused."""
        if self._choice.is_inherited(name):
            return None
        annotation = cast("object", typing.ClassVar[type[cls]])
        return self._reported(name, functools.partial(self._declared, name, annotation, cls))

    def _described(self, name: str, value: object, arguments: tuple[object, ...]) -> Attribute | Constant:
        """Return what a descriptor gives; `arguments` are those that its annotation applies its class to."""
        path, place = self._folded.path(name), self.place_of(name)
        kind = as_checked(type(value), self._sources)
        node = self._source.decorated(self._layer.__qualname__, name)
        arguments = typing.get_args(getattr(value, "__orig_class__", None)) or arguments
        reader = DescriptorReader(kind, arguments, self._resolver, self._sources, self._report, place)
        if node is not None and node.returns is not None and reader.hands_on():
            type_ = self._resolver.resolve(ast.unparse(node.returns))
            return Attribute(name, type_, False, ast.get_docstring(node), place)
        return reader.read(name, path)

    def _refuse_getter(self, name: str, getter: object) -> None:
        """Refuse a property without a getter, and one whose getter is another callable: nothing says its type."""
        what, fix = f"the property {self._folded.path(name)} has no getter", "write one with @property"
        if getter is not None:
            what = f"the getter of the property {self._folded.path(name)} is of the type {type(getter).__name__}"
            fix = "write a function with an annotation under @property"
        self._report.add(self.place_of(name), what, fix)

    def of_class(self, name: str, value: property) -> Constant | None:
        """Return a property of the class, None where it was refused."""
        path = self._folded.path(name)
        getter: object = value.fget
        if not isinstance(getter, FunctionType):
            self._refuse_getter(name, getter)
            return None
        place = self._reader.place(getter)
        return Constant(name, self._result(getter, path, place), None, place, documentation(getter))

    def computed(self, name: str, value: property | functools.cached_property[object]) -> Attribute | None:
        """Return a property, None where it was refused."""
        path = self._folded.path(name)
        getter: object = value.fget if isinstance(value, property) else value.func
        setter: object = value.fset if isinstance(value, property) else None
        if not isinstance(getter, FunctionType):
            self._refuse_getter(name, getter)
            return None
        deprecated = deprecation(getter)
        getter = function_behind(getter) or getter
        place = self._reader.place(getter)
        if inspect.iscoroutinefunction(getter) or inspect.isasyncgenfunction(getter):
            self._report.add(place, f"the property {path} is asynchronous", "write it as a method")
            return None
        type_ = self._result(getter, path, place)
        narrowed = self._narrowing(getter, path, place)
        if not self._choice.has_setter(name):
            setter = None
        accepts: Type | None = None
        if isinstance(setter, FunctionType):
            with self._report.about(SETTER):
                accepts = self._accepted(setter, path)
        is_deletable = isinstance(value, property) and value.fdel is not None
        read = Attribute(name, type_, setter is not None, documentation(getter), place, is_deletable)
        read = dataclasses.replace(read, deprecated=deprecated, accepts=None if accepts == type_ else accepts)
        return on_those(read, narrowed)

    def _narrowing(self, getter: FunctionType, path: str, place: Place) -> Narrowing:
        try:
            return self._reader.narrowing(getter, path)
        except Unsupported as refusal:
            self._report.add(place, refusal.what, refusal.fix)
            return ()

    def _result(self, getter: FunctionType, path: str, place: Place) -> Type:
        try:
            return self._reader.result(getter, path)
        except Unsupported as refusal:
            self._report.add(place, refusal.what, refusal.fix)
            return ANY

    def _accepted(self, setter: FunctionType, path: str) -> Type | None:
        """Return what a setter takes, None where that was refused."""
        place = self._reader.place(setter)
        try:
            given = self._reader.last_type(setter, path)
        except Unsupported as refusal:
            self._report.add(place, f"the setter of {path}: {refusal.what}", refusal.fix)
            return None
        if given is None:
            self._report.add(place, f"the setter of {path} has no annotation for its value", "write `value: T`")
        return given
