"""Own the way from an identity class to its IR: which members are public, and where they come from.

A face has the members of the class itself and those of its unwrapped bases, in the order of the method resolution;
what a wrapped base offers is inherited from that base's face.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from ..._annotations import Resolver, arguments_of, meanings, module_of_class, place_of, variables_of
from ..._ir import (
    NONE,
    Binding,
    Callable,
    Class,
    Flavour,
    Kind,
    Name,
    Parameter,
    Place,
)
from ..._paths import is_standard
from ..._report import Report, Unsupported
from .._choice import IGNORED_BASES, Choice, Folded, face_bases, match_args_of
from .._functions import deprecation, documentation
from .._members import LayerReader, members_of_metaclass, set_by_metaclass
from ._statements import keywords_of

if TYPE_CHECKING:
    from types import ModuleType

    from ..._annotations import Meaning, Sources
    from ..._ir import Member
    from ..._manifest import Registry

_REFUSED_BASES = frozenset(("builtins", "collections", "collections.abc", "pydantic.main"))

# Abstract classes without a method of their own: a face that has the methods is one, too.
_INTERFACES = frozenset(
    ("AsyncIterable", "AsyncIterator", "Awaitable", "Callable", "Container", "Coroutine", "Hashable", "Sized")
)

_INSTEAD = {
    "AsyncGenerator": "extend AsyncIterator, and offer what sends as a method with another name than asend, or return "
    "an async generator"
}
_NAMED = 3  # of the members that a message lists; arbitrary
_NEVER = Name("typing_extensions", "Never")  # what a constructor takes that nobody may call


class ClassReader:
    """Read identity classes."""

    def __init__(self, registry: Registry, sources: Sources, report: Report) -> None:
        self._registry = registry
        self._sources = sources
        self._report = report

    def read(self, cls: type, name: str, module: ModuleType) -> Class | None:
        """Return the IR of a class, None where it was refused."""
        place = Place(*place_of(cls, cls.__qualname__, self._sources))
        resolver = Resolver(module_of_class(cls), self._registry, self._sources, cls)
        try:
            variables = tuple(map(resolver.variable, variables_of(cls, self._sources)))
            known = meanings(cls, variables, resolver)
        except Unsupported as refusal:
            self._report.add(place, refusal.what, refusal.fix)
            return None
        bases = face_bases(cls, self._registry)
        choice = Choice(cls, self._registry, self._sources)
        choice.check(place, self._report)
        layers = self._layers(cls, bases, place)
        own = Folded(cls, cls, resolver, choice, known, self._registry, self._sources, self._report)
        of_metaclass = list(members_of_metaclass(own, bases))
        constructor, members = self._folded(cls, layers, choice, resolver, known, place)
        members.extend(of_metaclass)
        if constructor is None and not (bases and choice.is_public("__init__")):
            constructor = _constructor_of_object(cls, place, is_public=choice.is_public("__init__"))
        faces = (
            dataclasses.replace(face, arguments=arguments_of(known.get(base, {})))
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
            match_args=match_args_of(layers, choice, members),
            keywords=keywords_of(cls, bases, resolver, self._sources, place, known),
        )

    def _folded(
        self,
        cls: type,
        layers: list[type],
        choice: Choice,
        resolver: Resolver,
        known: dict[type, dict[object, Meaning]],
        place: Place,
    ) -> tuple[Callable | None, list[Member]]:
        """Return the constructor and the members that a class and its unwrapped bases write."""
        constructor: Callable | None = None
        members: list[Member] = []
        seen = {*choice.inherited, *set_by_metaclass(cls, self._sources)}
        of_library, library = Report(), cls
        for layer in layers:
            bound = known.get(layer, {}) if layer is not cls else {}
            near = resolver.beside(module_of_class(layer), layer, bound)
            report = of_library if is_standard(layer) else self._report
            library = layer if library is cls and is_standard(layer) else library
            nested = ClassReader(self._registry, self._sources, report)
            folded = Folded(layer, cls, near, choice, known, self._registry, self._sources, report)
            reader = LayerReader(folded, nested.read)
            if choice.is_public("__init__"):
                with report.about("__init__"):
                    constructor = constructor or reader.constructor(seen)
            members.extend(reader.members(seen))
        self._refuse_untyped(cls, library, of_library, place)
        return constructor, members

    def _refuse_untyped(self, cls: type, layer: type, found: Report, place: Place) -> None:
        """Say once, where the user can do something, what was found in a class of the standard library."""
        subjects = [subject for listed in found.problems.values() for subject in listed]
        names = list(dict.fromkeys(subject[0] for subject in subjects if subject))
        listed = ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
        what = (
            f"{cls.__qualname__} extends {layer.__qualname__} ({layer.__module__}), which does not say the types of its"
        )
        fix = f"hold one in an attribute, or write those in {cls.__qualname__} with annotations"
        if layer is cls:
            what = f"{cls.__qualname__} is that of {cls.__module__}, which does not say the types of its"
            fix = "register a class of your own that holds one in an attribute"
        for subject in subjects:
            with self._report.about(*subject):
                self._report.add(place, f"{what} {listed}", fix)

    def _layers(self, cls: type, bases: list[type], place: Place) -> list[type]:
        """Return the class and the unwrapped bases whose members are folded in; none where it was refused."""
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
                    _INSTEAD.get(layer.__qualname__, "hold one in an attribute, or register the class by='value'"),
                )
                return []  # what is in it is of no interest then
            layers.append(layer)
        return layers


def _constructor_of_object(cls: type, place: Place, *, is_public: bool) -> Callable:
    """Return the constructor of a class that writes none, or, where that is not public, one that nobody may call."""
    parameters = () if is_public else (Parameter("_", Kind.POSITIONAL_ONLY, _NEVER, None, place),)
    path = f"{cls.__qualname__}.__init__"
    return Callable("__init__", path, Flavour.SYNC, Binding.INSTANCE, parameters, NONE, None, None, place)
