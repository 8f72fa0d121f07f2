"""Know what is looked into where anything may stand, and look: mostly it is plain data, which is handed over itself.

What is looked into are the containers of the standard library that hold their items in memory, exactly these classes,
named tuples and dataclasses. A class of its own that extends a container may mean something by what it holds, and
something else that is called a sequence or a mapping may read a file for each item, or be a range without end.
"""

from __future__ import annotations

import collections
import enum
import inspect
import types
import weakref
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from .._identity import class_of
from ._mappings import other_factory
from ._records import duplicate, field_names, new_tuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Convert = Callable[[Any], Any]
    Several = Iterable[Any]

# By names of no exact type, for a checker would take what stands in one for something that it does not know.
_DICT: Any = dict
_LIST: Any = list
_TUPLE: Any = tuple
_SET: Any = set
_DEQUE: Any = collections.deque
_WITH_FACTORY: Any = collections.defaultdict
_PROXY: Any = types.MappingProxyType
_UNSET: Any = object()  # in the place of a field that nothing has set
_NONE: dict[Any, Any] = {}

# Of these no object has a face or holds one: their classes are not asked.
PLAIN: frozenset[type[Any]] = frozenset((type(None), bool, int, float, complex, str, bytes, bytearray))


class Kind(NamedTuple):
    """Say how containers of one class are read and made anew.

    `several` gives what stands in many, as iterables over which it iterates in C. `parts` gives it of one, in one step,
    for others may be changing that. What can stand in itself is begun empty: `begin` returns the new one, and what
    `fill` then fills with the parts. What cannot is made by `make`.
    """

    several: Callable[[Several], Iterable[Iterable[Any]]]
    parts: Callable[[Any], Sequence[Any]]
    begin: Callable[[Any, Convert], tuple[Any, Any]] | None
    fill: Callable[[Any, Sequence[Any]], object] | None
    make: Callable[[Any, Sequence[Any]], Any] | None = None


# -- lists, tuples, sets


def _themselves(values: Several) -> Several:
    return values


def _listed(values: Several) -> Iterable[list[Any]]:
    return map(_LIST, values)


def _begun(make: Callable[[], Any]) -> Callable[[Any, Convert], tuple[Any, Any]]:
    def begin(_: Any, __: Convert) -> tuple[Any, Any]:
        new = make()
        return new, new

    return begin


def _begin_deque(value: Any, _: Convert) -> tuple[Any, Any]:
    new = _DEQUE((), value.maxlen)
    return new, new


def _make_tuple(_: Any, parts: Sequence[Any]) -> Any:
    return tuple(parts)


def _make_frozen_set(_: Any, parts: Sequence[Any]) -> Any:
    return frozenset(parts)


_items_of: Callable[[Any], Any] = _TUPLE.__iter__  # a named tuple may iterate over something else


def _listed_tuples(values: Several) -> Iterable[list[Any]]:
    return map(_LIST, map(_items_of, values))


def _items_of_named(value: Any) -> Sequence[Any]:
    return list(_items_of(value))


def _make_named(value: Any, parts: Sequence[Any]) -> Any:
    new = new_tuple(class_of(value), parts)
    if getattr(value, "__dict__", None):  # a subclass that has attributes of its own
        new.__dict__.update(value.__dict__)
    return new


# -- mappings


def _of_dicts(values: Several) -> Iterable[list[Any]]:
    several = tuple(values)
    return chain(map(_LIST, several), map(_LIST, map(_DICT.values, several)))


def _keys_and_values(mapping: Any) -> Sequence[Any]:
    items = list(mapping.items())
    return [*(key for key, _ in items), *(value for _, value in items)]


def _of_mappings(values: Several) -> Iterable[Sequence[Any]]:
    return map(_keys_and_values, values)


def _fill_mapping(new: Any, parts: Sequence[Any]) -> None:
    half = len(parts) // 2
    for key, value in zip(parts[:half], parts[half:]):
        new[key] = value


def _begin_with_factory(value: Any, convert: Convert) -> tuple[Any, Any]:
    new = _WITH_FACTORY(other_factory(value.default_factory, convert))
    return new, new


def _begin_proxy(_: Any, __: Convert) -> tuple[Any, Any]:
    target: Any = {}
    return _PROXY(target), target


def _begin_view(view: Callable[[Any], Any]) -> Callable[[Any, Convert], tuple[Any, Any]]:
    def begin(_: Any, __: Convert) -> tuple[Any, Any]:
        target: Any = {}
        return view(target), target

    return begin


def _fill_keys(new: Any, parts: Sequence[Any]) -> None:
    new.update(_DICT.fromkeys(parts))


def _fill_values(new: Any, parts: Sequence[Any]) -> None:
    new.update(enumerate(parts))


def _data_of(value: Any) -> Sequence[Any]:
    return (value.data,)


def _data_of_several(values: Several) -> Iterable[Sequence[Any]]:
    return map(_data_of, values)


def _set_data(new: Any, parts: Sequence[Any]) -> None:
    (new.data,) = parts


def _maps_of(value: Any) -> Sequence[Any]:
    return tuple(value.maps)


def _maps_of_several(values: Several) -> Iterable[Sequence[Any]]:
    return map(_maps_of, values)


def _set_maps(new: Any, parts: Sequence[Any]) -> None:
    new.maps = list(parts)


def _user_kind(make: Callable[[], Any]) -> Kind:
    return Kind(_data_of_several, _data_of, _begun(make), _set_data)


# Of no class in it does a manifest make objects with faces.
EXACT: dict[type[Any], Kind] = {
    _LIST: Kind(_themselves, tuple, _begun(list), _LIST.extend),
    _TUPLE: Kind(_themselves, tuple, None, None, _make_tuple),
    _SET: Kind(_listed, list, _begun(set), _SET.update),
    frozenset: Kind(_listed, list, None, None, _make_frozen_set),
    collections.deque: Kind(_listed, list, _begin_deque, _DEQUE.extend),
    _DICT: Kind(_of_dicts, _keys_and_values, _begun(dict), _fill_mapping),
    collections.OrderedDict: Kind(_of_dicts, _keys_and_values, _begun(collections.OrderedDict), _fill_mapping),
    collections.Counter: Kind(_of_dicts, _keys_and_values, _begun(collections.Counter), _fill_mapping),
    _WITH_FACTORY: Kind(_of_dicts, _keys_and_values, _begin_with_factory, _fill_mapping),
    _PROXY: Kind(_of_mappings, _keys_and_values, _begin_proxy, _fill_mapping),
    type(_NONE.keys()): Kind(_listed, list, _begin_view(_DICT.keys), _fill_keys),
    type(_NONE.values()): Kind(_listed, list, _begin_view(_DICT.values), _fill_values),
    type(_NONE.items()): Kind(_listed, list, _begin_view(_DICT.items), _DICT.update),
    collections.UserDict: _user_kind(collections.UserDict),
    collections.UserList: _user_kind(collections.UserList),
    collections.ChainMap: Kind(_maps_of_several, _maps_of, _begun(collections.ChainMap), _set_maps),
}
_NAMED = Kind(_listed_tuples, _items_of_named, None, None, _make_named)


# -- dataclasses


def _begin_duplicate(value: Any, _: Convert) -> tuple[Any, Any]:
    new = duplicate(value)
    return new, new


def _of_dataclass(cls: type[Any]) -> Kind | None:
    """Return how a dataclass is looked into, None where it extends a builtin class, of which no copy can be made."""
    makers = (vars(base).get("__new__") for base in cls.__mro__)
    if next(maker for maker in makers if isinstance(maker, types.BuiltinFunctionType)) is not object.__new__:
        return None
    names = [name for name in field_names(cls) if _is_stored(cls, name)]

    def parts(value: Any) -> Sequence[Any]:
        found: list[Any] = []
        for name in names:
            try:
                found.append(object.__getattribute__(value, name))
            except AttributeError:  # a field that nothing has set
                found.append(_UNSET)
        return found

    def fill(new: Any, parts: Sequence[Any]) -> None:
        for name, part in zip(names, parts):
            if part is not _UNSET:
                object.__setattr__(new, name, part)

    def several(values: Several) -> Iterable[Sequence[Any]]:
        return map(parts, values)

    return Kind(several, parts, _begin_duplicate, fill)


def _is_stored(cls: type[Any], name: str) -> bool:
    """Tell whether a field is an attribute or a slot, and no property, which would be asked."""
    found: Any = inspect.getattr_static(cls, name, None)
    return isinstance(found, types.MemberDescriptorType) or not hasattr(class_of(found), "__set__")


# Of each that was met. A kind does not refer to its class.
_dataclasses: weakref.WeakKeyDictionary[type[Any], Kind | None] = weakref.WeakKeyDictionary()


def kind_of(cls: type[Any]) -> Kind | None:
    """Return how containers of a class are looked into, None for a class that is no such container."""
    kind = EXACT.get(cls)
    if kind is not None:
        return kind
    if issubclass(cls, _TUPLE):
        return _NAMED if hasattr(cls, "_fields") and not issubclass(cls, enum.Enum) else None
    if not isinstance(getattr(cls, "__dataclass_fields__", None), dict) or issubclass(cls, enum.Enum):
        return None
    if cls not in _dataclasses:
        _dataclasses[cls] = _of_dataclass(cls)
    return _dataclasses[cls]


def carries(groups: Iterable[Iterable[Any]], is_translated: Callable[[type[Any]], bool], begun: object = None) -> bool:
    """Tell whether an object of a translated class is in some groups of things, or in the containers there.

    All of one depth is looked at together: their classes are collected by loops in C, and only these few are asked. A
    container is looked into once, wherever it stands. `begun` is the one that the groups are of.
    """
    seen: dict[int, Any] = {id(begun): begun}
    while groups:
        kinds = set(map(type, chain.from_iterable(groups))) - PLAIN
        deeper: list[Iterable[Any]] = []
        for cls in kinds:
            kind = EXACT.get(cls)
            if kind is None:
                if is_translated(cls):
                    return True
                kind = kind_of(cls)
                if kind is None:
                    continue
            found = {id(part): part for part in chain.from_iterable(groups) if type(part) is cls}
            for number in found.keys() & seen:
                del found[number]
            seen.update(found)
            deeper.extend(kind.several(found.values()))
        groups = deeper
    return False
