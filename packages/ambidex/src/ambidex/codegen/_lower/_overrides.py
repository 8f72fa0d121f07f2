"""Own the knowledge which methods of a run override each other: type checkers compare how those are typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .._ir import Callable, Class, Face

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from .._ir import Module


class Declared(NamedTuple):
    """A method, and the face of the class that declares it."""

    method: Callable
    own: Face


class Overrides:
    """Know the classes of a run, and the methods of one name along their inheritance."""

    def __init__(self, modules: Iterable[Module]) -> None:
        self._classes: dict[Face, tuple[Class, Face]] = {}
        for module in modules:
            for item in module.items:
                for cls in _with_nested(item) if isinstance(item, Class) else ():
                    own = cls.face(module.target)
                    self._classes[own.plain] = (cls, own)
        self._below: dict[Face, list[Face]] = {}
        for plain, (cls, _) in self._classes.items():
            for base in cls.bases:
                self._below.setdefault(base.plain, []).append(plain)

    def related(self, method: Callable, own: Face) -> Sequence[Declared]:
        """Return a method with all that it overrides, and all that override one of those."""
        tops = [
            each
            for each in self._above(own.plain)
            if self._declares(each, method.name)
            and not any(self._declares(higher, method.name) for higher in self._above(each) if higher != each)
        ]
        found = dict.fromkeys(below for top in tops for below in self._beneath(top))
        listed = [declared for each in found if (declared := self._declared(each, method.name)) is not None]
        return listed or [Declared(method, own)]

    def _above(self, plain: Face) -> Iterator[Face]:
        yield plain
        if plain in self._classes:
            for base in self._classes[plain][0].bases:
                yield from self._above(base.plain)

    def _beneath(self, plain: Face) -> Iterator[Face]:
        yield plain
        for below in self._below.get(plain, ()):
            yield from self._beneath(below)

    def _declares(self, plain: Face, name: str) -> bool:
        return self._declared(plain, name) is not None

    def _declared(self, plain: Face, name: str) -> Declared | None:
        if plain not in self._classes:
            return None
        cls, own = self._classes[plain]
        for member in cls.members:
            if isinstance(member, Callable) and member.name == name:
                return Declared(member, own)
        return None


def _with_nested(item: Class) -> Iterator[Class]:
    yield item
    for inner in item.nested:
        yield from _with_nested(inner)
