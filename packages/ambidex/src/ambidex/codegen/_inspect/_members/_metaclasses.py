"""Own what a metaclass gives the class itself: its properties, its methods and what it annotates.

On a face these are attributes and methods of the class. A special method of a metaclass (`len(Station)`) is refused:
the class of every generated class is the bridge's own.
"""

from __future__ import annotations

import dataclasses
import functools
import inspect
import typing
from types import FunctionType, MemberDescriptorType
from typing import TYPE_CHECKING, cast

from ambidex.module import is_class

from ..._annotations import annotations_of, attributes_of, module_of_class
from ..._ir import ANY, Attribute, Binding, Callable, Constant, Own, Place, walk
from ..._report import SETTER, Unsupported
from .._choice import layers_of_metaclass, names_in, names_of_metaclass
from .._functions import function_behind
from .._signatures import SignatureReader
from ._attributes import AttributeReader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..._annotations import Sources
    from ..._ir import Type
    from .._choice import Folded

_PLAIN = "offer a class method with a plain name"


def members_of_metaclass(own: Folded, bases: list[type]) -> Iterator[Callable | Constant]:
    """Yield what the metaclass of a class gives it, and not already the face of a base."""
    cls, choice = own.cls, own.choice
    above = [type(base) for base in bases]
    wanted = {name: None for name in names_of_metaclass(cls, own.sources) if choice.is_public(name)}
    for layer in layers_of_metaclass(cls):
        if any(issubclass(each, layer) for each in above):
            continue
        reader = _Reader(own, layer)
        for name in [name for name in wanted if reader.has(name)]:
            del wanted[name]
            with own.report.about(name):
                member = reader.read(name)
            if member is not None:
                yield member


def set_by_metaclass(cls: type, sources: Sources) -> set[str]:
    """Return the names that a metaclass annotates, and no class does: what it sets on each class that it makes."""
    made = {name for layer in layers_of_metaclass(cls) for name in attributes_of(layer, sources)}
    return made - {name for layer in cls.__mro__ for name in attributes_of(layer, sources)}


class _Reader:
    """Read the members of one metaclass."""

    def __init__(self, own: Folded, layer: type) -> None:
        self._layer = layer
        self._cls = own.cls
        self._sources = own.sources
        self._choice = own.choice
        self._report = own.report
        self._resolver = own.resolver.beside(module_of_class(layer), layer, {})
        folded = dataclasses.replace(own, layer=layer, resolver=self._resolver, meanings={})
        self._signatures = SignatureReader(self._resolver, own.sources, own.report, folded.place, layer)
        self._attributes = AttributeReader(folded, self._signatures)
        self._declared = self._attributes.annotations()

    def has(self, name: str) -> bool:
        """Tell whether this metaclass itself writes a member."""
        return name in vars(self._layer) or name in self._declared

    def read(self, name: str) -> Callable | Constant | None:
        """Return what a member of the metaclass is on the class; None where it is refused, or the class has its own."""
        value: object = vars(self._layer).get(name)
        path = f"{self._layer.__qualname__}.{name}"
        if self._is_hidden(name, value):
            return None
        try:
            self._check_name(name, path)
            read = self._read(name, value, path)
            self._check_own(read, value, path)
        except Unsupported as refusal:
            self._report.add(self._place(name, value), refusal.what, refusal.fix)
            return None
        return None if read is None else cast("Callable | Constant", self._choice.named(read))

    def _place(self, name: str, value: object) -> Place:
        function = function_behind(value.fget if isinstance(value, property) else value)
        return self._attributes.place_of(name) if function is None else self._signatures.place(function)

    def _is_hidden(self, name: str, value: object) -> bool:
        """Tell whether what the class itself has is found first: only properties of a metaclass go before that."""
        is_set = name in set_by_metaclass(self._cls, self._sources)
        return self._is_on_class(name) and not is_set and not isinstance(value, property)

    def _is_on_class(self, name: str) -> bool:
        return any(name in vars(layer) for layer in self._cls.__mro__ if layer is not object)

    def _check_name(self, name: str, path: str) -> None:
        """Refuse a special method, and a name that is one thing on the class and another on its objects."""
        if name.startswith("_"):
            what = f"{path} is a special method of a metaclass, which generated classes do not hand on"
            raise Unsupported(what, f"{_PLAIN}, and leave this out with exclude=[{name!r}]")
        if name in names_in(self._cls, self._sources) and name not in set_by_metaclass(self._cls, self._sources):
            raise Unsupported(
                f"{self._cls.__qualname__}.{name} is {path} on the class, and something else on its objects",
                "give one of them another name",
            )

    def _read(self, name: str, value: object, path: str) -> Callable | Constant | None:
        if isinstance(value, (property, functools.cached_property)):
            computed = self._attributes.computed(name, cast("property", value))
            if isinstance(value, property):
                self._refuse_setter(name, value, path)
            return None if computed is None else self._of_class(computed)
        if isinstance(value, (FunctionType, classmethod, staticmethod)):
            function = function_behind(cast("object", value))
            if function is None:
                raise Unsupported(f"{path} is a method around something that is no function", "write a plain method")
            binding = Binding.STATIC if isinstance(value, staticmethod) else Binding.CLASS
            return self._signatures.read(function, name, path, binding, self._choice.hidden_parameters(name))
        if is_class(value) and name not in self._declared:
            raise Unsupported(f"{path} is a class inside a metaclass, which no face has", "write it in the class")
        found = self._annotated(name) if name in self._declared else None
        if found is None and not isinstance(value, MemberDescriptorType):
            found = self._attributes.plain(name, value)
        return None if found is None else self._of_class(found)

    def _annotated(self, name: str) -> Attribute | Constant | None:
        others = {each for each in (*vars(self._layer), *self._declared) if each != name}
        return next(iter(self._attributes.declared(others)), None)

    def _refuse_setter(self, name: str, value: property, path: str) -> None:
        if value.fset is None or not self._choice.has_setter(name):
            return
        with self._report.about(SETTER):
            self._report.add(
                self._place(name, value),
                f"the setter of {path} is of a metaclass, and what is set on a generated class stays there",
                f"offer a class method that sets it, and leave this out with exclude=[{name + SETTER!r}]",
            )

    def _of_class(self, found: Attribute | Constant) -> Constant:
        read = Constant(found.name, found.type or ANY, None, found.place, found.doc, found.renames)
        return dataclasses.replace(read, is_of_metaclass=not self._is_on_class(read.name))

    def _check_own(self, read: Callable | Constant | None, value: object, path: str) -> None:
        """Refuse `Self`, which here is the class and no object of it, save where the receiver is a `type[T]`.

        Raises:
            Unsupported: it stands in what the member takes or gives.
        """
        types: list[Type | None] = []
        if isinstance(read, Callable):
            types = [read.result, read.sent, *(parameter.type for parameter in read.parameters)]
        elif read is not None:
            types = [read.type]
        names_own = any(isinstance(part, Own) for type_ in types if type_ is not None for part in walk(type_))
        function = function_behind(value.fget if isinstance(value, property) else value)
        if names_own and not (function is not None and self._is_for_objects(function)):
            raise Unsupported(
                f"{path} names the class that its metaclass makes as Self, which is not supported",
                "annotate the receiver as `cls: type[T]`, and what it gives with T",
            )

    def _is_for_objects(self, function: FunctionType) -> bool:
        function = cast("FunctionType", inspect.unwrap(function))
        receiver = function.__code__.co_varnames[:1]
        annotation = annotations_of(function).get(receiver[0]) if receiver else None
        return annotation is not None and typing.get_origin(self._resolver.qualified(annotation)[1]) is type
