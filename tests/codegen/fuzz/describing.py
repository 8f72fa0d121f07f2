"""Describe what a check comes to, as data that is equal for equal behaviour."""

from __future__ import annotations

import dataclasses
import enum
import functools
from collections import UserList, deque
from collections.abc import Iterator, Mapping, ValuesView
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable

SEQUENCES = (list, tuple, deque, UserList, ValuesView)


class Describer:
    """Describe values: objects with faces by the keys of their classes, and by the numbers that they were made under.

    Both tables may change from one value to the next.
    """

    def __init__(self, keys: Mapping[Any, str], objects: Mapping[int, Any]) -> None:
        self._keys = keys
        self._objects = objects

    def known(self, value: Any) -> Any:
        """Return data that describes an object with a face, or the class of such objects; None for another value."""
        if isinstance(value, type):
            return ("class", self._keys[value]) if value in self._keys else None
        key = next((self._keys[cls] for cls in type(value).__mro__ if cls in self._keys), None)
        if key is None:
            return None
        known = next((index for index, made in self._objects.items() if made is value), None)
        return ("object", key, known) if known is not None else ("another object", key, getattr(value, "mark", ""))

    def shape(self, value: Any, *, is_loose: bool) -> Any:
        """Return data that describes a value: its type, its parts, and of objects with faces which one it is.

        With `is_loose`, all iterables of the same items are equal.
        """
        again = functools.partial(self.shape, is_loose=is_loose)
        known = self.known(value)
        if known is not None:
            return known
        described = _described(value, again)
        if described is not None:
            return described
        kind = cast("type[object]", type(value))
        if is_loose and (issubclass(kind, (*SEQUENCES, Iterator))) and not hasattr(value, "_fields"):
            return ("items", [again(item) for item in value])
        if issubclass(kind, Iterator):
            return ("iterator", [again(item) for item in value])
        name = kind.__name__
        if issubclass(kind, SEQUENCES):
            return (name, [again(item) for item in value])
        if issubclass(kind, AbstractSet):
            return ("items" if is_loose else name, sorted((again(item) for item in value), key=repr))
        if issubclass(kind, Mapping):
            return (name, [(again(item), again(other)) for item, other in value.items()])
        return (name, repr(value))


def _described(value: Any, again: Callable[[Any], Any]) -> Any:
    """Return data that describes a value that has named parts, None for another one."""
    if isinstance(value, enum.Enum):
        return ("member", type(value).__qualname__, value.name)
    if dataclasses.is_dataclass(value):
        fields = [again(getattr(value, each.name)) for each in dataclasses.fields(value)]
        return ("record", type(value).__qualname__, fields)
    if isinstance(value, BaseException):
        held = {name: part for name, part in vars(value).items() if not name.startswith("__ambidex")}
        return ("exception", type(value).__qualname__, *map(again, (value.args, held, value.__cause__)))
    if isinstance(getattr(value, "__args__", None), tuple) and hasattr(value, "__origin__"):
        return ("alias", again(value.__origin__), [again(each) for each in value.__args__])
    return None
