"""Own what one class of a method resolution order adds to a face: its constructor and its members, in their order."""

from __future__ import annotations

import dataclasses
import functools
import inspect
import sys
from types import FunctionType, MemberDescriptorType
from typing import TYPE_CHECKING, cast
from typing import Callable as AnyCallable

from ambidex.module import is_class

from ..._annotations import as_checked, module_of_class, variables_of
from ..._ir import (
    NONE,
    OBJECT,
    Binding,
    Callable,
    Class,
    Flavour,
    Kind,
    Name,
    Own,
    Parameter,
    Value,
)
from ..._paths import is_standard, path_of
from ..._report import Unsupported
from .._choice import CLASS_GETITEM, IGNORED_BASES, INTERNAL, SPECIAL
from .._exports import is_shown
from .._functions import behind_cache, behind_derived, function_behind, is_made_up, read_derived
from .._signatures import SignatureReader, refuse_unreadable_stub
from ._attributes import AttributeReader
from ._pairs import PairReader

if TYPE_CHECKING:
    from types import ModuleType

    from ..._ir import Member
    from .._choice import Folded


_BOOL = Name("builtins", "bool")
_DATACLASS = {
    **dict.fromkeys(("__eq__", "__ge__", "__gt__", "__le__", "__lt__", "__ne__"), _BOOL),
    "__hash__": Name("builtins", "int"),
    "__repr__": Name("builtins", "str"),
    "__delattr__": None,  # both refuse, on a frozen one; the face's attributes have no setter then
    "__setattr__": None,
}
_FILLING_IN = ("functools", "attr._make")  # by total_ordering; by what every class of attrs has


class LayerReader:
    """Read what one class of a method resolution order adds to a face."""

    def __init__(self, folded: Folded, read_nested: AnyCallable[[type, str, ModuleType], Class | None]) -> None:
        self._folded = folded
        self._layer = folded.layer
        self._choice = folded.choice
        self._report = folded.report
        self._read_nested = read_nested
        self._place = folded.place
        refuse_unreadable_stub(module_of_class(folded.layer), folded.sources, folded.report)
        self._reader = SignatureReader(folded.resolver, folded.sources, folded.report, self._place, folded.layer)
        self._attributes = AttributeReader(folded, self._reader)
        self._pairs = PairReader(folded, self._reader)
        self._own: dict[str, object] = dict(vars(folded.layer))
        self._names = dict.fromkeys((*self._own, *self._attributes.annotations()))

    def constructor(self, seen: set[str]) -> Callable | None:
        """Return `__init__` as this layer writes it, None where it does not."""
        function = self._own.get("__init__")
        name = "__init__"
        if function is None and isinstance(self._own.get("__new__"), staticmethod):  # what `class` makes of `__new__`
            name = "__new__"
            function = cast("staticmethod[..., object]", self._own["__new__"]).__func__
        if name == "__new__" and function_behind(function) is None:
            return None  # the one of every object, under a decorator that changes nothing of it
        if "__init__" in seen or not isinstance(function, FunctionType) or function.__module__ in IGNORED_BASES:
            return None
        seen.update(("__init__", "__new__"))
        path = self._folded.path(name)
        if inspect.iscoroutinefunction(function):
            self._report.add(
                self._reader.place(function),
                f"{path} is asynchronous, and Python does not await it",
                "write an async classmethod that makes the object",
            )
            return None
        read = self._reader.read(
            function, "__init__", path, Binding.INSTANCE, self._choice.hidden_parameters("__init__")
        )
        return None if read is None else self._making(read)

    def _making(self, made: Callable) -> Callable:
        """Return a constructor, which gives nothing; what it makes is said where that is the class itself."""
        own = self._folded.registry.face(self._folded.cls)
        is_own = made.makes is not None and made.makes.plain == own
        overloads = tuple(map(self._making, made.overloads))
        makes = made.makes if is_own else None
        return dataclasses.replace(made, flavour=Flavour.SYNC, result=NONE, sent=None, makes=makes, overloads=overloads)

    def members(self, seen: set[str]) -> list[Member]:
        """Return the members that this layer adds to the names already seen."""
        found: list[Member] = []
        seen.update(name for name in self._names if not self._choice.is_public(name))
        found.extend(self._pairs.members(seen))
        found.extend(self._attributes.declared(seen))
        for name, value in self._own.items():
            if name in seen:
                continue
            if is_class(value) and self._holds(name, value) and self._attributes.annotated_above(name):
                continue  # the base's annotation says what it is
            seen.add(name)
            with self._report.about(name):
                self._member(name, value, found)
        if self._choice.is_from_elsewhere(self._place.file):
            found.extend(self._attributes.assigned(seen))
        named = (self._named(member) for member in found)
        return sorted(named, key=lambda member: (member.place.file, member.place.line))

    def _named(self, member: Member) -> Member:
        try:
            return self._choice.named(member)
        except Unsupported as refusal:
            self._report.add(member.place, refusal.what, refusal.fix)
            return member

    def _member(self, name: str, value: object, found: list[Member]) -> None:
        if not name.startswith("__"):
            self._public(name, value, found)
        elif name.endswith("__") and isinstance(value, FunctionType):
            self._special(name, value, found)
        elif name == CLASS_GETITEM and isinstance(value, classmethod):
            self._subscript(cast("classmethod[object, ..., object]", value))
        elif name == "__hash__" and value is not None:  # that of a builtin, brought back beside an __eq__
            self._keep(self._made_up(name, self._folded.path(name)), found)

    def _public(self, name: str, value: object, found: list[Member]) -> None:
        path = self._folded.path(name)
        try:
            value = behind_cache(value, path)
        except Unsupported as refusal:
            self._refuse(name, refusal.what, refusal.fix, function_behind(value))
            return
        if isinstance(value, FunctionType):
            hidden = self._choice.hidden_parameters(name)
            self._keep(self._reader.read(value, name, path, Binding.INSTANCE, hidden), found)
        elif isinstance(value, (classmethod, staticmethod)):
            binding = Binding.CLASS if isinstance(value, classmethod) else Binding.STATIC
            self._bound(cast("AnyCallable[..., object]", value.__func__), name, path, binding, found)
        elif behind_derived(value) is not None:
            self._derived(name, value, path, found)
        elif isinstance(value, (property, functools.cached_property)):
            self._keep(self._attributes.computed(name, cast("property", value)), found)
        elif is_class(value) and self._attributes.abstract_above(name) is None:
            self._nested(name, value, found)
        elif not isinstance(value, MemberDescriptorType):  # a slot without annotation is like any unannotated attribute
            self._keep(self._attributes.plain(name, value), found)

    def _holds(self, name: str, cls: type) -> bool:
        """Tell whether a class that stands here is defined elsewhere."""
        return cls.__module__ != self._layer.__module__ or path_of(cls) != self._folded.path(name)

    def _nested(self, name: str, inner: type, found: list[Member]) -> None:
        """Read a class inside this one; one that is registered by itself is public elsewhere."""
        reference = self._folded.registry.reference(inner)
        is_theirs = is_standard(inner) or not self._folded.registry.is_of_library(inner.__module__)
        if reference is None and is_theirs:  # nobody registers it here: it is a value, as it is anywhere
            self._keep(self._attributes.holding(name, inner), found)
        elif reference is None:
            self._refuse(
                name,
                f"{self._layer.__qualname__}.{name} is the class {inner.__qualname__}, which is not public",
                "register that with wrap_class, or name this with a _",
            )
        elif self._holds(name, inner):
            self._keep(self._attributes.holding(name, inner), found)
        elif not self._folded.registry.is_nested(inner):
            return
        elif isinstance(reference, Name):
            place = self._attributes.place_of(name)
            if is_shown(inner, place, self._folded.registry, self._folded.sources, self._report):
                found.append(Value(reference.qualname, path_of(inner), inner.__module__, place))
        else:
            self._keep(self._read_nested(inner, reference.name, sys.modules[inner.__module__]), found)

    def _bound(
        self, function: AnyCallable[..., object], name: str, path: str, binding: Binding, found: list[Member]
    ) -> None:
        if isinstance(function, property) and binding is Binding.CLASS:
            self._keep(self._attributes.of_class(name, function), found)
            return
        try:
            inner = behind_cache(function, path)
        except Unsupported as refusal:
            self._refuse(name, refusal.what, refusal.fix, function_behind(function))
            return
        if not isinstance(inner, FunctionType):
            self._refuse(
                name, f"{path} is a {binding.value} method around something that is no function", "write a plain method"
            )
            return
        hidden = self._choice.hidden_parameters(name)
        self._keep(self._reader.read(inner, name, path, binding, hidden), found)

    def _derived(self, name: str, value: object, path: str, found: list[Member]) -> None:
        hidden = self._choice.hidden_parameters(name)
        own = [*map(self._folded.resolver.variable, variables_of(self._layer, self._folded.sources))]

        def read_method(function: FunctionType, binding: Binding) -> Callable | None:
            return self._reader.read(function, name, function.__qualname__, binding, hidden)

        try:
            read = read_derived(value, path, read_method, own)
        except Unsupported as refusal:
            function = None if isinstance(value, functools.partialmethod) else function_behind(behind_derived(value))
            self._refuse(name, refusal.what, refusal.fix, function)
            return
        if read is not None and isinstance(value, functools.partialmethod):
            read = dataclasses.replace(read, place=self._attributes.place_of(name))
        self._keep(read, found)

    def _special(self, name: str, function: FunctionType, found: list[Member]) -> None:
        if name in INTERNAL:
            return
        path = self._folded.path(name)
        is_filled_in = function.__globals__.get("__name__") in _FILLING_IN
        if (is_made_up(function) or is_filled_in) and name in _DATACLASS:
            self._keep(self._made_up(name, path), found)
            return
        if name not in SPECIAL:
            self._refuse(
                name,
                f"{path} is a special method that faces do not hand on",
                "offer a method with a plain name",
                function,
            )
            return
        read = self._reader.read(function, name, path, Binding.INSTANCE, self._choice.hidden_parameters(name))
        if read is not None and read.flavour is not Flavour.SYNC and name != "__call__":
            self._refuse(
                name,
                f"{path} is asynchronous, and its operator has no async form",
                "offer a method with a plain name",
                function,
            )
            return
        self._keep(read, found)

    def _subscript(self, value: classmethod[object, ..., object]) -> None:
        """Refuse what `Class[...]` gives in a class that is not generic: type checkers do not ask it."""
        function = function_behind(value)
        if function is None or variables_of(as_checked(self._folded.cls, self._folded.sources), self._folded.sources):
            return
        self._refuse(
            CLASS_GETITEM,
            f"{self._folded.path(CLASS_GETITEM)} says what {self._folded.cls.__qualname__}[...] gives, which type "
            "checkers do not ask it",
            f"offer a class method with a plain name, and leave this out with exclude=[{CLASS_GETITEM!r}]",
            function,
        )

    def _made_up(self, name: str, path: str) -> Callable | None:
        """Return a method that `@dataclass` made, which has no annotations; None for what a face does not need."""
        result = _DATACLASS[name]
        if result is None:
            return None
        parameters: tuple[Parameter, ...] = ()
        if result == _BOOL:
            other = OBJECT if name in ("__eq__", "__ne__") else Own()
            parameters = (Parameter("other", Kind.POSITIONAL, other, None, self._place),)
        return Callable(name, path, Flavour.SYNC, Binding.INSTANCE, parameters, result, None, None, self._place)

    def _refuse(self, name: str, what: str, fix: str, function: FunctionType | None = None) -> None:
        place = self._reader.place(function) if function is not None else self._attributes.place_of(name)
        self._report.add(place, what, fix)

    def _keep(self, member: Member | None, found: list[Member]) -> None:
        if member is not None:
            found.append(member)
