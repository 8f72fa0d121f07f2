"""Look what a container of anything carries before it is rebuilt, where an annotation says that it is one.

Here are those that extend what is looked into anywhere (see `_inside`). Something else that is called a sequence or a
mapping may read a file for each item, or be a range without end.
"""

from __future__ import annotations

import collections
from itertools import chain
from typing import TYPE_CHECKING, Any

from ._inside import carries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Carried = Callable[[Any], Iterable[Any]]
    Kinds = tuple[type[Any], ...]

# By names of no exact type, for a checker would take the items of a list for something that it does not know.
_DICT: Any = dict
_TUPLE: type[Any] = tuple
_STEADY: Kinds = (list, tuple)  # the others are read in one step: somebody may be changing them
_keys_of: Callable[[Any], Iterable[Any]] = _DICT.keys
_values_of: Callable[[Any], Iterable[Any]] = _DICT.values
_NONE: dict[Any, Any] = {}
SETS: Kinds = (set, frozenset, type(_NONE.keys()), type(_NONE.items()))
SEQUENCES: Kinds = (list, tuple, collections.deque, collections.UserList)
_OF_DICTS: Kinds = (collections.ChainMap, collections.UserDict)
ITERABLES: Kinds = (*SEQUENCES, *SETS, type(_NONE.values()), dict)
_NOTHING: tuple[Any, ...] = ()


def alone(value: Any) -> tuple[Any, ...]:
    """Return what an object carries that may itself have a face."""
    return (value,)


def in_items(kinds: Kinds, item: Carried) -> Carried:
    """Return what gives all that the items of containers of some kinds carry."""

    def items(value: Any) -> Iterable[Any]:
        if not isinstance(value, kinds):
            return _NOTHING
        return value if isinstance(value, _STEADY) else list(value)

    return items if item is alone else _deeper(items, item)


def in_dict(key: Carried | None, value: Carried | None) -> Carried:
    """Return what gives all that the keys and the values of a mapping carry."""

    def keys(mapping: Any) -> Iterable[Any]:
        if isinstance(mapping, _DICT):
            return list(_keys_of(mapping))
        return list(mapping) if isinstance(mapping, _OF_DICTS) else _NOTHING

    def values(mapping: Any) -> Iterable[Any]:
        if isinstance(mapping, _DICT):
            return list(_values_of(mapping))
        return list(mapping.values()) if isinstance(mapping, _OF_DICTS) else _NOTHING

    parts = [
        read if part is alone else _deeper(read, part)
        for read, part in ((keys, key), (values, value))
        if part is not None
    ]
    return parts[0] if len(parts) == 1 else in_any(parts)


def _deeper(read: Carried, item: Carried) -> Carried:
    return lambda value: chain.from_iterable(map(item, read(value)))


def in_places(places: Sequence[Carried | None]) -> Carried:
    """Return what gives all that a tuple carries in its places."""

    def carried(value: Any) -> Iterable[Any]:
        if not isinstance(value, _TUPLE):
            return _NOTHING
        return chain.from_iterable([part(item) for part, item in zip(places, value) if part is not None])

    return carried


def in_any(ways: Sequence[Carried]) -> Carried:
    """Return what gives all that a value carries by one way or another."""
    return lambda value: chain.from_iterable([way(value) for way in ways])


def unless_plain(
    convert: Callable[[Any], Any], carried: Carried, is_translated: Callable[[type[Any]], bool]
) -> Callable[[Any], Any]:
    """Return the conversion of a container, which leaves alone what carries no object of a translated class."""

    def rebuild(value: Any) -> Any:
        found = carried(value)
        parts = found if isinstance(found, _STEADY) else list(found)
        return convert(value) if carries((parts,), is_translated) else value

    return rebuild
