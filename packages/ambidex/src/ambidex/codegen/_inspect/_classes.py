"""Own the way from an identity class to its IR: which members are public, and where they come from.

A face has the members of the class itself and those of its unwrapped bases, in the order of the method resolution;
what a wrapped base offers is inherited from that base's face.
"""

from __future__ import annotations

import dataclasses
import functools
import inspect
import sys
from types import FunctionType, MemberDescriptorType
from typing import TYPE_CHECKING, cast
from typing import Callable as AnyCallable

from .._annotations import Resolver, annotations_of, meanings, module_of_class, variables_of
from .._ir import (
    ASYNC_ITERATORS,
    NONE,
    OBJECT,
    Applied,
    Awaiting,
    Binding,
    Callable,
    Class,
    Entering,
    Flavour,
    Iterating,
    Kind,
    Name,
    Own,
    Parameter,
    Place,
    Value,
    Variable,
    bare,
    union,
)
from .._paths import is_standard, path_of
from .._report import Report, Unsupported, display_path
from ._attributes import AttributeReader
from ._cached import behind_cache
from ._choice import IGNORED_BASES, Choice, face_bases
from ._dunders import INTERNAL, PROTOCOLS, SPECIAL, TOGETHER, WAITS
from ._exports import is_shown
from ._hidden import function_behind
from ._receivers import names_variable, solved
from ._signatures import SignatureReader, deprecation, documentation, is_made_up

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import ModuleType

    from .._annotations import Sources
    from .._ir import Member, Type
    from .._manifest import Registry

_REFUSED_BASES = frozenset(("builtins", "collections", "collections.abc"))

# Abstract classes without a method of their own: a face that has the methods is one, too.
_INTERFACES = frozenset(
    ("AsyncIterable", "AsyncIterator", "Awaitable", "Callable", "Container", "Coroutine", "Hashable", "Sized")
)

_NAMED = 3  # of the members that a message lists; arbitrary
_BOOL = Name("builtins", "bool")
_NEVER = Name("typing_extensions", "Never")  # what a constructor takes that nobody may call
_DATACLASS = {
    **dict.fromkeys(("__eq__", "__ge__", "__gt__", "__le__", "__lt__"), _BOOL),
    "__hash__": Name("builtins", "int"),
    "__repr__": Name("builtins", "str"),
    "__delattr__": None,  # both refuse, on a frozen one; the face's attributes have no setter then
    "__setattr__": None,
}


class ClassReader:
    """Read identity classes."""

    def __init__(self, registry: Registry, sources: Sources, report: Report) -> None:
        self._registry = registry
        self._sources = sources
        self._report = report

    def read(self, cls: type, name: str, module: ModuleType) -> Class | None:
        """Return the IR of a class, None where it was refused."""
        place = self._place(cls)
        resolver = Resolver(module_of_class(cls), self._registry, self._sources, cls)
        try:
            variables = tuple(map(resolver.variable, variables_of(cls)))
        except Unsupported as refusal:
            self._report.add(place, refusal.what, refusal.fix)
            return None
        known = meanings(cls, variables, resolver)
        bases = face_bases(cls, self._registry)
        choice = Choice(cls, self._registry)
        choice.check(place, self._report)
        constructor: Callable | None = None
        members: list[Member] = []
        seen: set[str] = set(choice.inherited)
        of_library, library = Report(), cls
        for layer in self._layers(cls, bases, place):
            bound = known.get(layer, {}) if layer is not cls else {}
            near = resolver.beside(module_of_class(layer), layer, bound)
            report = of_library if is_standard(layer) else self._report
            library = layer if library is cls and is_standard(layer) else library
            nested = ClassReader(self._registry, self._sources, report)
            folded = _Layer(layer, cls, near, choice, self._registry, self._sources, report, nested.read, known)
            if choice.is_public("__init__"):
                with report.about("__init__"):
                    constructor = constructor or folded.constructor(seen)
            members.extend(folded.members(seen))
        self._refuse_untyped(cls, library, of_library, place)
        if constructor is None and not (bases and choice.is_public("__init__")):
            parameters = (
                () if choice.is_public("__init__") else (Parameter("_", Kind.POSITIONAL_ONLY, _NEVER, None, place),)
            )
            path = f"{cls.__qualname__}.__init__"
            constructor = Callable(
                "__init__", path, Flavour.SYNC, Binding.INSTANCE, parameters, NONE, None, None, place
            )
        faces = (
            dataclasses.replace(face, arguments=tuple(known.get(base, {}).values()))
            for base in bases
            if (face := self._registry.face(base)) is not None
        )
        return Class(
            name,
            cls.__qualname__,
            module.__name__,
            tuple(faces),
            constructor,
            tuple(members),
            documentation(cls),
            place,
            variables,
            abstract=frozenset(getattr(cls, "__abstractmethods__", ())),
            deprecated=deprecation(cls),
        )

    def _refuse_untyped(self, cls: type, layer: type, found: Report, place: Place) -> None:
        """Say once, where the user can do something, what was found in a class of the standard library."""
        subjects = [subject for listed in found.problems.values() for subject in listed]
        names = list(dict.fromkeys(subject[0] for subject in subjects if subject))
        listed = ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
        what = (
            f"{cls.__qualname__} extends {layer.__qualname__} ({layer.__module__}), which does not say the types of its"
        )
        fix = f"hold one in an attribute, or write those in {cls.__qualname__} with annotations"
        for subject in subjects:
            with self._report.about(*subject):
                self._report.add(place, f"{what} {listed or 'members'}", fix)

    def _place(self, cls: type) -> Place:
        module = module_of_class(cls)
        line = self._sources.of_module(module).class_line(cls.__qualname__)
        return Place(display_path(getattr(module, "__file__", None) or cls.__module__), line)

    def _layers(self, cls: type, bases: list[type], place: Place) -> list[type]:
        """Return the class and the unwrapped bases whose members are folded in."""
        layers: list[type] = []
        for layer in cls.__mro__:
            if layer is object or layer.__module__ in IGNORED_BASES or any(layer in base.__mro__ for base in bases):
                continue
            if layer.__module__ == "collections.abc" and layer.__qualname__ in _INTERFACES:
                continue
            if layer.__module__ in _REFUSED_BASES:
                self._report.add(
                    place,
                    f"{cls.__qualname__} is a {layer.__qualname__} ({layer.__module__}), which a face cannot be",
                    "hold one in an attribute, or register the class by='value'",
                )
                continue
            layers.append(layer)
        return layers


class _Layer:
    """Read what one class of a method resolution order adds to a face."""

    def __init__(
        self,
        layer: type,
        cls: type,
        resolver: Resolver,
        choice: Choice,
        registry: Registry,
        sources: Sources,
        report: Report,
        read_nested: AnyCallable[[type, str, ModuleType], Class | None],
        known: Mapping[type, Mapping[object, Type]],
    ) -> None:
        module = module_of_class(layer)
        self._resolver = resolver
        self._layer = layer
        self._cls = cls
        self._choice = choice
        self._registry = registry
        self._sources = sources
        self._report = report
        self._read_nested = read_nested
        self._known = known
        file = display_path(getattr(module, "__file__", None) or layer.__module__)
        self._place = Place(file, sources.of_module(module).class_line(layer.__qualname__))
        self._reader = SignatureReader(resolver, sources, report, self._place, layer)
        self._attributes = AttributeReader(layer, choice, self._reader, resolver, sources, report, known)
        self._own: dict[str, object] = dict(vars(layer))
        stub = resolver.stub
        if stub is not None and stub.makes_generic(layer.__qualname__) and not variables_of(layer):
            what = f"the stub of {layer.__qualname__} gives its bases arguments, and the class itself has none"
            report.add(self._place, what, "leave it out")
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
        path = f"{self._layer.__qualname__}.{name}"
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
        own = self._registry.face(self._cls)
        is_own = made.makes is not None and made.makes.plain == own
        overloads = tuple(map(self._making, made.overloads))
        makes = made.makes if is_own else None
        return dataclasses.replace(made, flavour=Flavour.SYNC, result=NONE, sent=None, makes=makes, overloads=overloads)

    def members(self, seen: set[str]) -> list[Member]:
        """Return the members that this layer adds to the names already seen."""
        found: list[Member] = []
        seen.update(name for name in self._names if not self._choice.is_public(name))
        self._protocols(seen, found)
        found.extend(self._attributes.declared(seen))
        for name, value in self._own.items():
            if name in seen:
                continue
            if isinstance(value, type) and self._holds(name, value) and self._is_annotated_above(name):
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
        elif name == "__hash__" and value is not None:  # that of a builtin, brought back beside an __eq__
            self._keep(self._made_up(name, f"{self._layer.__qualname__}.{name}"), found)

    def _public(self, name: str, value: object, found: list[Member]) -> None:
        path = f"{self._layer.__qualname__}.{name}"
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
        elif isinstance(value, (property, functools.cached_property)):
            self._keep(self._attributes.computed(name, cast("property", value)), found)
        elif isinstance(value, type):
            self._nested(name, value, found)
        elif not isinstance(value, MemberDescriptorType):  # a slot without annotation is like any unannotated attribute
            self._keep(self._attributes.plain(name, value), found)

    def _holds(self, name: str, cls: type) -> bool:
        """Tell whether a class that stands here is defined elsewhere."""
        return cls.__module__ != self._layer.__module__ or path_of(cls) != f"{self._layer.__qualname__}.{name}"

    def _is_annotated_above(self, name: str) -> bool:
        return any(name in annotations_of(base) for base in self._layer.__mro__[1:])

    def _nested(self, name: str, inner: type, found: list[Member]) -> None:
        """Read a class inside this one; one that is registered by itself is public elsewhere."""
        reference = self._registry.reference(inner)
        if reference is None:
            self._refuse(
                name,
                f"{self._layer.__qualname__}.{name} is the class {inner.__qualname__}, which is not public",
                "register that with wrap_class, or name this with a _",
            )
        elif self._holds(name, inner):
            self._keep(self._attributes.holding(name, inner), found)
        elif not self._registry.is_nested(inner):
            return
        elif isinstance(reference, Name):
            place = self._attributes.place_of(name)
            if is_shown(inner, place, self._registry, self._sources, self._report):
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

    def _special(self, name: str, function: FunctionType, found: list[Member]) -> None:
        if name in INTERNAL:
            return
        path = f"{self._layer.__qualname__}.{name}"
        is_filled_in = function.__globals__.get("__name__") == "functools"  # by total_ordering
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

    def _made_up(self, name: str, path: str) -> Callable | None:
        """Return a method that `@dataclass` made, which has no annotations; None for what a face does not need."""
        result = _DATACLASS[name]
        if result is None:
            return None
        parameters: tuple[Parameter, ...] = ()
        if result == _BOOL:
            other = OBJECT if name == "__eq__" else Own()
            parameters = (Parameter("other", Kind.POSITIONAL, other, None, self._place),)
        return Callable(name, path, Flavour.SYNC, Binding.INSTANCE, parameters, result, None, None, self._place)

    def _refuse(self, name: str, what: str, fix: str, function: FunctionType | None = None) -> None:
        place = self._reader.place(function) if function is not None else self._attributes.place_of(name)
        self._report.add(place, what, fix)

    def _keep(self, member: Member | None, found: list[Member]) -> None:
        if member is not None:
            found.append(member)

    def _protocols(self, seen: set[str], found: list[Member]) -> None:
        """Read `__aenter__`/`__aexit__` and `__aiter__`/`__anext__`, each pair as one member."""
        functions: dict[str, FunctionType] = {}
        for name in PROTOCOLS:
            value = self._own.get(name)
            if name not in seen and isinstance(value, FunctionType):
                functions[name] = value
        seen.update(functions)
        seen.update(TOGETHER[name] for name in functions if name in TOGETHER)  # read with it, wherever it stands
        if "__aenter__" in functions or "__aexit__" in functions:
            self._refuse_both(("__enter__",), "context manager", functions)
            self._protocol("__aenter__", functools.partial(self._entering, functions), functions, found)
        if "__await__" in functions:
            self._protocol("__await__", functools.partial(self._awaiting, functions["__await__"]), functions, found)
        if "__aiter__" in functions or "__anext__" in functions:
            self._refuse_both(("__iter__", "__next__"), "iterable", functions)
            self._protocol("__aiter__", functools.partial(self._iterating, functions), functions, found)

    def _refuse_both(self, blocking: Sequence[str], what: str, functions: dict[str, FunctionType]) -> None:
        """Refuse the blocking form of something async: the face of the async one takes its place."""
        for name in blocking:
            if hasattr(self._cls, name) and self._choice.is_public(name):
                with self._report.about(name):
                    self._report.add(
                        self._reader.place(next(iter(functions.values()))),
                        f"{self._layer.__qualname__} is both a blocking and an async {what}",
                        "keep the async methods alone, or exclude the others",
                    )

    def _protocol(
        self,
        name: str,
        read: AnyCallable[[], Member],
        functions: dict[str, FunctionType],
        found: list[Member],
    ) -> None:
        with self._report.about(name):
            try:
                found.append(read())
            except Unsupported as refusal:
                self._report.add(self._reader.place(next(iter(functions.values()))), refusal.what, refusal.fix)

    def _entering(self, functions: dict[str, FunctionType]) -> Entering:
        enter, leave = (functions.get(name) or self._inherited(name) for name in ("__aenter__", "__aexit__"))
        path = self._layer.__qualname__
        if enter is None or leave is None:
            raise Unsupported(f"{path} has only one of __aenter__ and __aexit__", "write both")
        result = self._result(enter, "__aenter__")
        leaving = self._result(leave, "__aexit__")
        own = [*map(self._resolver.variable, variables_of(self._cls))]
        if isinstance(result, Variable) and result not in own:
            raise Unsupported(f"{path}.__aenter__ does not say what it gives", "write `-> Self`")
        if names_variable(leaving):  # no more is known than that one may be swallowed
            leaving = union((_BOOL, NONE))
        return Entering(result, leaving, documentation(enter), documentation(leave), self._reader.place(enter))

    def _iterating(self, functions: dict[str, FunctionType]) -> Iterating:
        path = self._layer.__qualname__
        step = functions.get("__anext__") or self._inherited("__anext__")
        begin = functions.get("__aiter__") or self._inherited("__aiter__")
        if begin is None:
            raise Unsupported(
                f"{path} has __anext__ and no __aiter__", "write `def __aiter__(self) -> Self: return self`"
            )
        if step is not None:
            item = self._result(step, "__anext__")
            begins = not self._reader.returns_receiver(begin)
            return Iterating(item, True, documentation(step), self._reader.place(begin), begins)
        own = self._reader.item(begin)
        if own is not None:
            return Iterating(own, False, documentation(begin), self._reader.place(begin))
        result = bare(self._result(begin, "__aiter__"))
        if not isinstance(result, Applied) or result.origin not in ASYNC_ITERATORS:
            raise Unsupported(f"{path}.__aiter__ does not say what it yields", "write `-> AsyncIterator[T]`")
        return Iterating(result.arguments[0], False, documentation(begin), self._reader.place(begin))

    def _awaiting(self, begin: FunctionType) -> Awaiting:
        path = self._layer.__qualname__
        made = bare(self._reader.result(begin, f"{path}.__await__"))
        if not isinstance(made, Applied) or made.origin != Name("collections.abc", "Generator"):
            raise Unsupported(f"{path}.__await__ does not say what it gives", "write `-> Generator[Any, None, T]`")
        waits = "" if hasattr(self._cls, WAITS) else WAITS
        return Awaiting(made.arguments[2], waits, documentation(begin), self._reader.place(begin))

    def _result(self, function: FunctionType, name: str) -> Type:
        """Return what a special method returns: one of a base, with the names and type variables of that."""
        inner = inspect.unwrap(function)
        home = next((each for each in self._cls.__mro__ if vars(each).get(name) is function), self._layer)
        near, reader = self._resolver, self._reader
        if home is not self._layer:
            near = self._resolver.beside(module_of_class(home), home, self._known.get(home, {}))
            reader = SignatureReader(near, self._sources, self._report, self._place)
        return solved(reader.result(inner, f"{home.__qualname__}.{name}"), inner, self._cls, near, self._read_of)

    def _read_of(self, function: FunctionType, name: str, owner: type, bound: Mapping[object, Type]) -> Callable | None:
        """Read a method of a class; what cannot be read of it is nobody's problem here."""
        near = self._resolver.beside(module_of_class(owner), owner, bound or self._known.get(owner, {}))
        reader = SignatureReader(near, self._sources, Report(), self._place)
        return reader.read(function, name, f"{owner.__qualname__}.{name}", Binding.INSTANCE)

    def _inherited(self, name: str) -> FunctionType | None:
        value = inspect.getattr_static(self._cls, name, None)
        return value if isinstance(value, FunctionType) else None
