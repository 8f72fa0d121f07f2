"""Own the knowledge which methods of a run override each other: type checkers compare how those are typed."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, NamedTuple

from .._ir import (
    ANY,
    Applied,
    Callable,
    Class,
    Face,
    TupleOf,
    Variable,
    matched,
    rebuild,
    settled,
    shared_name,
    variables,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from .._ir import Module, Narrowing, Type


class Declared(NamedTuple):
    """A method, and the face of the class that declares it, or of those objects of it that have the method."""

    method: Callable
    own: Face


def receiver_of(method: Callable, own: Face) -> Face:
    """Return the objects of a class that have a method: all of them, or those that its receiver says."""
    return narrowed(own, method.narrowing) if method.narrowing else own


def narrowed(own: Face, narrowing: Narrowing) -> Face:
    """Return a class applied to what its type variables stand for."""
    meant: dict[Type, Type] = dict(narrowing)
    return dataclasses.replace(own, arguments=tuple(meant.get(each, each) for each in own.arguments))


class Overrides:
    """Know the classes of a run, and the methods of one name along their inheritance."""

    def __init__(self, modules: Iterable[Module]) -> None:
        self._classes: dict[Face, tuple[Class, Face]] = {}
        for module in modules:
            for item in module.items:
                for cls in item.with_nested() if isinstance(item, Class) else ():
                    own = cls.face(module.target)
                    self._classes[own.plain] = (cls, own)
        self._below: dict[Face, list[Face]] = {}
        for plain, (cls, _) in self._classes.items():
            for base in cls.bases:
                self._below.setdefault(base.plain, []).append(plain)

    def related(self, method: Callable, own: Face) -> Sequence[Declared]:
        """Return a method with all that type checkers compare it with, and those with others.

        That is what it overrides and what overrides it, and, where a class has two bases, what each of them has.
        """
        found = {own.plain: None}
        waiting = [own.plain]
        while waiting:
            each = waiting.pop()
            bases = (base.plain for base in self._bases(each) if self._has(base.plain, method.name))
            fresh = [face for face in (*bases, *self._below.get(each, ())) if face not in found]
            found.update(dict.fromkeys(fresh))
            waiting.extend(fresh)
        listed = [declared for each in found if (declared := self._declared(each, method.name)) is not None]
        return listed or [Declared(method, own)]

    def overridden(self, method: Callable, own: Face) -> Sequence[Declared]:
        """Return what a method overrides, in the nearest of the bases, which are applied as its objects have them.

        They are applied to what the type variables stand for that the overridden methods name.
        """
        receiver = receiver_of(method, own)
        bases = [_applied(base, own, receiver) for base in self._bases(own.plain)]
        return [each for base in bases for each in self._nearest(base, method.name)]

    def are_applied(self, related: Iterable[Declared]) -> bool:
        """Tell whether some of the methods overrides one whose class it has applied to something of its own.

        That is anything but a type variable which may stand for the same.
        """
        above = (each.own for method, own in related for each in self.overridden(method, own))
        return any(
            _may_be(declared) != _may_be(given)
            for face in above
            for declared, given in zip(self.declared(face).arguments, face.arguments)
        )

    def declared(self, face: Face) -> Face:
        """Return a class of the run applied to its own type variables."""
        return self._classes[face.plain][1]

    def shared_name(self, method: Callable, own: Face) -> str:
        """Return how other modules know the class that stands for a method, empty where none overrides the method."""
        elsewhere = (face for face in self._all_below(own.plain) if face.module != own.module)
        is_overridden = any(self._declared(face, method.name) is not None for face in elsewhere)
        return shared_name(own.name.split("."), method.name) if is_overridden else ""

    def _all_below(self, plain: Face) -> Iterator[Face]:
        for face in self._below.get(plain, ()):
            yield face
            yield from self._all_below(face)

    def first(self, name: str, own: Face) -> Face:
        """Return the furthest base of a class that declares a method of its own, applied as the class has it."""
        for base in self._bases(own.plain):
            for declared in self._nearest(_applied(base, self._classes[own.plain][1], own), name):
                return self.first(name, declared.own)
        return own

    def _nearest(self, face: Face, name: str) -> Iterator[Declared]:
        declared = self._declared(face.plain, name)
        if declared is not None:
            method, own = declared
            yield Declared(method, _matched(receiver_of(method, own), face) if method.narrowing else face)
            return
        for base in self._bases(face.plain):
            yield from self._nearest(_applied(base, self._classes[face.plain][1], face), name)

    def _bases(self, plain: Face) -> tuple[Face, ...]:
        return self._classes[plain][0].bases if plain in self._classes else ()

    def _has(self, plain: Face, name: str) -> bool:
        """Tell whether a class declares a method, or one above it does."""
        is_declared = self._declared(plain, name) is not None
        return is_declared or any(self._has(base.plain, name) for base in self._bases(plain))

    def _declared(self, plain: Face, name: str) -> Declared | None:
        if plain not in self._classes:
            return None
        cls, own = self._classes[plain]
        for member in cls.members:
            if isinstance(member, Callable) and member.name == name:
                return Declared(member, own)
        return None


def _may_be(argument: Type) -> Type:
    """Return an argument of a generic class without the names of type variables, whose reach alone matters."""
    if isinstance(argument, Variable):
        return dataclasses.replace(argument, name="T", variance="", default=None)
    return rebuild(argument, _may_be)


def _applied(base: Face, declared: Face, own: Face) -> Face:
    """Return a base of a generic class as one of its applications has it: `declared` is applied to its variables."""
    many = next((place for place, each in enumerate(declared.arguments) if isinstance(each, Applied)), None)
    given: list[Type] = list(own.arguments)
    if many is not None:  # of any number of types
        end = len(given) - (len(declared.arguments) - many - 1)
        given[many:end] = [TupleOf(tuple(given[many:end]))]
    meant: dict[Type, Type] = dict(zip(variables(declared.arguments), given))
    return dataclasses.replace(base, arguments=tuple(settled(each, meant) for each in base.arguments))


def _matched(receiver: Face, face: Face) -> Face:
    """Return a face applied to what the type variables in a receiver stand for: to anything where that is unknown."""
    found: dict[Type, Type] = {}
    for pattern, type_ in zip(receiver.arguments, face.arguments):
        found.update(matched(pattern, type_))
    arguments = tuple(found.get(each, ANY) for each in variables(receiver.arguments))
    return dataclasses.replace(face, arguments=arguments)
