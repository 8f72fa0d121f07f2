"""Translate what stands where anything may stand: objects with faces, in containers and records at any depth.

What carries no such object is handed over itself, be it a part of something that does. The rest is made anew, each
once: what stands in two places stands in both of them afterwards, and a list that holds itself comes out as one that
holds itself.

Nothing here calls itself: a value may be nested deeper than Python's stack.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from .._identity import class_of
from ._inside import EXACT, PLAIN, Kind, carries, kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Convert = Callable[[Any], Any]
    IsTranslated = Callable[[type[Any]], bool]


class Deep:
    """Translate anything: `one` converts an object of a class that `is_translated`, and what is no container."""

    def __init__(self, one: Convert, is_translated: IsTranslated) -> None:
        self.one = one
        self.is_translated = is_translated

    def carries(self, value: Any) -> bool:
        """Tell whether an object of a translated class stands in a container, at any depth."""
        cls = class_of(value)
        kind = None if cls in PLAIN else kind_of(cls)
        return kind is not None and carries(list(kind.several((value,))), self.is_translated, value)

    def convert(self, value: Any) -> Any:
        """Return what stands for `value` on the other side."""
        cls = class_of(value)
        if cls in PLAIN:
            return value
        kind = EXACT.get(cls)
        if kind is None:
            kind = kind_of(cls)
            if kind is None or self.is_translated(cls):
                return self.one(value)
        if carries(list(kind.several((value,))), self.is_translated, value):
            return _Walk(self).of(value, kind)
        return value


class _Node(NamedTuple):
    """Hold one container, and what stood in it when it was read."""

    value: Any
    kind: Kind
    parts: Sequence[Any]


class _Walk:
    """Translate one value: look at all that it holds, find what has to be made anew, and make that."""

    def __init__(self, deep: Deep) -> None:
        self._deep = deep
        self._kinds: dict[type[Any], Kind | None] = {}
        self._is_leaf: dict[type[Any], bool] = {}
        self._nodes: dict[int, _Node] = {}
        self._holders: dict[int, list[int]] = {}  # by id of a container: those that it stands in
        self._changed: set[int] = set()
        self._made: dict[int, Any] = {}  # by id: what stands for it, where that is something else
        self._filling: dict[int, Any] = {}

    def of(self, value: Any, kind: Kind) -> Any:
        self._gather(_Node(value, kind, kind.parts(value)))
        self._spread()
        root = id(value)
        if root in self._changed:
            self._make(root)
        return self._made.get(root, value)

    def _gather(self, root: _Node) -> None:
        """Know all the containers, what the objects in them become, and which of them hold one that becomes other."""
        self._nodes[id(root.value)] = root
        waiting = [root]
        for node in waiting:  # which grows meanwhile
            kinds = set(map(type, node.parts)) - PLAIN
            if not kinds:
                continue
            holder = id(node.value)
            for part in node.parts:
                cls = class_of(part)
                if cls not in kinds:
                    continue
                number = id(part)
                if number not in self._nodes and self._is_translated(cls):
                    self._translate(part, holder)
                    continue
                if number not in self._nodes:
                    kind = self._kind_of(cls)
                    if kind is None:
                        continue
                    inner = self._nodes[number] = _Node(part, kind, kind.parts(part))
                    waiting.append(inner)
                self._holders.setdefault(number, []).append(holder)

    def _is_translated(self, cls: type[Any]) -> bool:
        known = self._is_leaf.get(cls)
        if known is None:
            known = self._is_leaf[cls] = self._deep.is_translated(cls)
        return known

    def _kind_of(self, cls: type[Any]) -> Kind | None:
        if cls not in self._kinds:
            self._kinds[cls] = kind_of(cls)
        return self._kinds[cls]

    def _translate(self, part: Any, holder: int) -> None:
        number = id(part)
        if number not in self._made:
            self._made[number] = self._deep.one(part)
        if self._made[number] is not part:
            self._changed.add(holder)

    def _spread(self) -> None:
        """Know what has to be made anew: what holds something that has."""
        waiting = list(self._changed)
        for number in waiting:  # which grows meanwhile
            for holder in self._holders.get(number, ()):
                if holder not in self._changed:
                    self._changed.add(holder)
                    waiting.append(holder)

    def _make(self, root: int) -> None:
        """Make what stands in something before that, so that what is hashed is complete, as far as circles let it."""
        begun: set[int] = set()
        finished: set[int] = set()
        late: list[int] = []
        waiting = [root]
        while waiting:
            number = waiting[-1]
            if number not in begun:
                begun.add(number)
                self._begin(number)
                inner = [id(part) for part in self._nodes[number].parts]
                waiting.extend(each for each in inner if each in self._changed and each not in begun)
                continue
            waiting.pop()
            if number not in finished:
                finished.add(number)
                if not self._finish(number):
                    late.append(number)
        while late:  # each is in a circle with a tuple; tuples alone make none, so there is always one that can be
            late = [number for number in late if not self._finish(number)]

    def _begin(self, number: int) -> None:
        value, kind, _ = self._nodes[number]
        if kind.begin is not None:
            self._made[number], self._filling[number] = kind.begin(value, self._deep.convert)

    def _finish(self, number: int) -> bool:
        """Complete a container; False where something in it does not exist yet."""
        value, kind, old = self._nodes[number]
        if any(id(part) in self._changed and id(part) not in self._made for part in old):
            return False
        parts = [self._made.get(id(part), part) for part in old]
        if kind.make is not None:
            self._made[number] = kind.make(value, parts)
        elif kind.fill is not None:
            kind.fill(self._filling[number], parts)
        return True
