"""Own the attributes of identity classes: annotated ones, class constants, properties."""

from __future__ import annotations

import functools
import inspect
import sys
from types import FunctionType
from typing import TYPE_CHECKING

from .._annotations import Resolver, accepts, annotations_of, literal_text
from .._ir import ANY, Attribute, Constant, Place, Type
from .._report import Unsupported, display_path
from ._signatures import SignatureReader, documentation

if TYPE_CHECKING:
    from .._annotations import Sources, annotations_of
    from .._report import Report


class AttributeReader:
    """Read the attributes that one class itself writes."""

    def __init__(
        self, layer: type, reader: SignatureReader, resolver: Resolver, sources: Sources, report: Report
    ) -> None:
        module = sys.modules[layer.__module__]
        self._file = display_path(getattr(module, "__file__", None) or layer.__module__)
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
        """Return the annotated public attributes that are not among the names already seen."""
        found: list[Attribute | Constant] = []
        for name, annotation in annotations_of(self._layer).items():
            if name.startswith("_") or name in seen or isinstance(vars(self._layer).get(name), property):
                continue
            seen.add(name)
            try:
                found.append(self._declared(name, annotation))
            except Unsupported as refusal:
                self._report.add(self.place_of(name), refusal.what, refusal.fix)
        return found

    def _declared(self, name: str, annotation: object) -> Attribute | Constant:
        path = f"{self._layer.__qualname__}.{name}"
        has_value = name in vars(self._layer)
        try:
            qualifier, inner = self._resolver.qualified(annotation)
            type_ = None if inner is None else self._resolver.resolve(inner)
        except Unsupported as refusal:
            raise Unsupported(f"the attribute {path}: {refusal.what}", refusal.fix) from refusal
        if qualifier == "ClassVar" or (qualifier == "Final" and has_value):
            value: object = vars(self._layer).get(name)
            text = literal_text(value) if has_value else None
            if text is None or (type_ is not None and not accepts(type_, value)):
                raise Unsupported(
                    f"the class attribute {path} has no literal value", "offer a property, or name it with a leading _"
                )
            return Constant(name, type_, text, self.place_of(name))
        if type_ is None:
            raise Unsupported(f"the attribute {path} has no type", f"write `{name}: Final[T]`")
        is_writable = qualifier != "Final" and not self._is_frozen
        return Attribute(name, type_, is_writable, None, self.place_of(name))

    def refuse_plain(self, name: str, value: object) -> None:
        """Refuse an attribute that has a value and no annotation."""
        path = f"{self._layer.__qualname__}.{name}"
        if hasattr(type(value), "__get__"):
            what, fix = (
                f"{path} is a {type(value).__name__}, which is not supported yet",
                "write a method or a property",
            )
        else:
            what = f"the class attribute {path} has no annotation"
            fix = f"write `{name}: ClassVar[T] = ...`, or name it with a leading _"
        self._report.add(self.place_of(name), what, fix)

    def computed(self, name: str, value: property | functools.cached_property[object]) -> Attribute | None:
        """Return a property, None where it was refused."""
        path = f"{self._layer.__qualname__}.{name}"
        getter: object = value.fget if isinstance(value, property) else value.func
        setter: object = value.fset if isinstance(value, property) else None
        if not isinstance(getter, FunctionType):
            self._report.add(self._place, f"the property {path} has no getter", "write one with @property")
            return None
        place = self._reader.place(getter)
        if isinstance(value, property) and value.fdel is not None:
            self._report.add(
                place, f"the property {path} has a deleter, which is not supported yet", "offer a method instead"
            )
        if inspect.iscoroutinefunction(getter) or inspect.isasyncgenfunction(getter):
            self._report.add(place, f"the property {path} is asynchronous", "write it as a method")
            return None
        type_ = self._result(getter, path, place)
        if isinstance(setter, FunctionType):
            self._check_setter(setter, path, type_)
        return Attribute(name, type_, setter is not None, documentation(getter), place)

    def _result(self, getter: FunctionType, path: str, place: Place) -> Type:
        try:
            return self._reader.result(getter, path)
        except Unsupported as refusal:
            self._report.add(place, refusal.what, refusal.fix)
            return ANY

    def _check_setter(self, setter: FunctionType, path: str, type_: Type) -> None:
        """Refuse a setter of another type than its getter: both checkers read a property as one type."""
        given = [annotation for name, annotation in annotations_of(setter).items() if name != "return"]
        place = self._reader.place(setter)
        if not given:
            self._report.add(place, f"the setter of {path} has no annotation for its value", "write `value: T`")
            return
        try:
            if self._resolver.resolve(given[0]) != type_:
                self._report.add(
                    place,
                    f"the setter of {path} takes another type than its getter gives",
                    "use one type, or offer a method",
                )
        except Unsupported as refusal:
            self._report.add(place, f"the setter of {path}: {refusal.what}", refusal.fix)
