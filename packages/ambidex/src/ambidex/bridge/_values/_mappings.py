"""Rebuild mappings and the views of dicts, each as what annotations call it; what is none of these is left alone.

A mapping of a class of its own becomes one of the class of the standard library that it extends, else a dict: nobody
else knows how to make another of it.
"""

from __future__ import annotations

import collections
import collections.abc
import types
from typing import TYPE_CHECKING, Any

from .._identity import class_of

if TYPE_CHECKING:
    from collections.abc import Callable

    Convert = Callable[[Any], Any]
    Items = list[tuple[Any, Any]]
    Make = Callable[[Any, Items], Any]

# By names of no exact type, for a checker would take what stands in one for something that it does not know.
_DICT: Any = dict
_LAYERED: Any = collections.ChainMap
_WITH_FACTORY: Any = collections.defaultdict
_OTHERS: tuple[Any, ...] = (
    collections.OrderedDict,
    collections.Counter,
    collections.UserDict,
    types.MappingProxyType,
)


def mapping_converter(key: Convert | None, value: Convert | None, other_class: Convert) -> Convert:
    """Return the function that rebuilds a mapping; `other_class` gives what a class object is on the other side."""

    def rebuild(mapping: Any) -> Any:
        if isinstance(mapping, _LAYERED):
            return _LAYERED(*map(rebuild, mapping.maps))
        before: Any = list(mapping.items())  # in one step: others may be changing it
        after = {(k if key is None else key(k)): (v if value is None else value(v)) for k, v in before}
        if class_of(mapping) is _DICT:
            return after
        if isinstance(mapping, _WITH_FACTORY):
            return _WITH_FACTORY(other_factory(mapping.default_factory, value, other_class), after)
        kind = next((each for each in _OTHERS if isinstance(mapping, each)), None)
        return after if kind is None else kind(after)

    return rebuild


def other_factory(factory: Any, value: Convert | None, other_class: Convert = lambda cls: cls) -> Any:
    """Return what makes the missing values of a defaultdict on the other side, from where it is asked for them."""
    if factory is None or value is None:
        return factory
    convert = value
    if isinstance(factory, type):
        other = other_class(factory)
        if other is not factory or factory.__module__ == "builtins":
            return other
    return lambda: convert(factory())


def new_view(view: Any, items: list[Any]) -> Any:
    """Return a view of a new dict, of the same kind as `view`, that gives `items`."""
    if isinstance(view, collections.abc.ItemsView):
        return _DICT(items).items()
    return _DICT.fromkeys(items).keys()


def values_of(items: list[Any]) -> Any:
    """Return the view of the values of a new dict that holds `items`."""
    return _DICT(enumerate(items)).values()
