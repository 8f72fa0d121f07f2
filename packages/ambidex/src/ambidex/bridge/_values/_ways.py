"""Rebuild containers of translated parts, each kind in its own way; what is not of that kind is left alone."""

from __future__ import annotations

import collections
import collections.abc
from typing import TYPE_CHECKING, Any, NamedTuple

from .._identity import class_of
from ._carried import alone, in_any
from ._deep import Deep
from ._inside import EXACT
from ._mappings import mapping_converter, new_view, values_of
from ._records import new_tuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from typing_extensions import Self

    from ._carried import Carried

    Convert = Callable[[Any], Any]


_KEPT: tuple[type[Any], ...] = (tuple, collections.UserList)  # rebuilt as they are; every other becomes a list
_BOUNDED: Any = collections.deque
_SETS: tuple[type[Any], ...] = (set, frozenset)
_VIEWS: tuple[type[Any], ...] = (collections.abc.KeysView, collections.abc.ItemsView)


class Way(NamedTuple):
    """A plan bound to a module's names: whether it fits a value, and how it converts one.

    `carried` is there where objects of any class may stand, and nothing else is translated: it gives all of a value.
    """

    fits: Callable[[Any], bool]
    convert: Convert
    carried: Carried | None = None


def _is(kind: type) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, kind)


def _rebuilding(kind: type, rebuild: Convert) -> Convert:
    return lambda value: rebuild(value) if isinstance(value, kind) else value


def of_set(item: Convert) -> Way:
    """Return the way of a set: a new one of its class, or such a view of a new dict, and a set for every other."""

    def rebuild(value: Any) -> Any:
        items = list(map(item, list(value)))  # in one step: others may be changing it
        if isinstance(value, _VIEWS):
            return new_view(value, items)
        return class_of(value)(items) if isinstance(value, _SETS) else set(items)

    return Way(_is(collections.abc.Set), _rebuilding(collections.abc.Set, rebuild))


def of_sequence(item: Convert) -> Way:
    """Return the way of a sequence: a new tuple, named tuple, deque or UserList, and a list for every other."""

    def fits(value: Any) -> bool:
        return isinstance(value, collections.abc.Sequence) and not isinstance(
            value, (str, bytes, bytearray, memoryview)
        )

    def rebuild(value: Any) -> Any:
        if not fits(value):
            return value
        items = [item(part) for part in value]
        if hasattr(value, "_fields"):  # a named tuple takes its items one by one, or in a way of its own
            return new_tuple(class_of(value), items)
        if isinstance(value, _BOUNDED):
            return class_of(value)(items, value.maxlen)
        return class_of(value)(items) if isinstance(value, _KEPT) else items

    return Way(fits, rebuild)


def of_mapping(key: Convert | None, value: Convert | None, other_class: Convert = lambda cls: cls) -> Way:
    """Return the way of a mapping: a new one of its kind; `other_class` gives what a class is on the other side."""
    kind = collections.abc.Mapping
    return Way(_is(kind), _rebuilding(kind, mapping_converter(key, value, other_class)))


def of_places(items: Sequence[Convert | None]) -> Way:
    """Return the way of a tuple of fixed length, named ones too."""

    def fits(value: Any) -> bool:
        return issubclass(class_of(value), tuple) and len(value) == len(items)

    def rebuild(value: Any) -> Any:
        if not fits(value):
            return value
        parts = [part if item is None else item(part) for item, part in zip(items, value)]
        return new_tuple(class_of(value), parts) if hasattr(value, "_fields") else tuple(parts)

    return Way(fits, rebuild)


class _Read:
    """Read an iterator, item by item. `map` does the same, but is no iterator to pickle: it is taken apart."""

    __slots__ = ("_item", "_source")

    def __init__(self, source: Any, item: Convert) -> None:
        self._source = source
        self._item = item

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Any:
        return self._item(next(self._source))


def of_iterable(item: Convert, later: Callable[[Convert], Convert]) -> Way:
    """Return the way of an iterable: what can be counted is read now, everything else while it is iterated.

    `later` is asked then for what translates its items while they are read.
    """
    sequence, several = of_sequence(item), of_set(item)

    def rebuild(value: Any) -> Any:
        for way in (sequence, several):
            if way.fits(value):
                return way.convert(value)
        if not fits(value):
            return value
        if not hasattr(value, "__len__"):
            return _Read(iter(value), later(item))
        before = list(value)  # what can be counted stays so, and a mapping from what has no face stays a mapping
        after = list(map(item, before))
        if all(new is old for new, old in zip(after, before)):
            return value
        return values_of(after) if isinstance(value, collections.abc.ValuesView) else after

    def fits(value: Any) -> bool:
        return isinstance(value, collections.abc.Iterable) and not isinstance(
            value, (str, bytes, bytearray, memoryview)
        )

    return Way(fits, rebuild)


def of_union(ways: Sequence[Way]) -> Way:
    """Return the way of a union: the first one that fits the value."""

    def rebuild(value: Any) -> Any:
        for way in ways:
            if way.fits(value):
                return way.convert(value)
        return value

    def fits(value: Any) -> bool:
        return any(way.fits(value) for way in ways)

    carried = [way.carried for way in ways if way.carried is not None]
    return Way(fits, rebuild, in_any(carried) if len(carried) == len(ways) else None)


def no_record(way: Way) -> Way:
    """Return the way of what is no named tuple, though one could be taken for it."""

    def fits(value: Any) -> bool:
        return not hasattr(class_of(value), "_fields") and way.fits(value)

    return way._replace(fits=fits)


def of_anything(one: Way, is_translated: Callable[[type[Any]], bool]) -> Way:
    """Return the way of a position of unknown type: `one` is that of an object which stands there itself.

    It may stand in containers and records there, too, at any depth, which are then made anew.
    """
    deep = Deep(one.convert, is_translated)

    def fits(value: Any) -> bool:
        return one.fits(value) or deep.carries(value)

    return Way(fits, deep.convert, alone)


def as_a_whole(kind: type[Any], whole: Convert, looking: Convert) -> Convert:
    """Return the conversion of a container of anything, of some kind: `whole` takes the ones that are looked into.

    So circles stay some. `looking` takes what extends one of those, which an annotation may call a container, too.
    """
    fitting = frozenset(cls for cls in EXACT if issubclass(cls, kind))

    def convert(value: Any) -> Any:
        return whole(value) if class_of(value) in fitting else looking(value)

    return convert
