"""Say where in a value the faces stand, and translate it across the boundary.

A plan is data. It is bound to the generated module's names on first use, which is why a face may be named before its
class exists. Inward turns faces into what they stand for; outward turns registered objects into their faces. A plan
leaves alone what it was not made for, so `Station | None` and `Station | str` need the plan of `Station` only.

Containers are rebuilt, never changed in place: they cross by value.
"""

from __future__ import annotations

import collections
import collections.abc
import functools
import importlib
from typing import TYPE_CHECKING, Any, NamedTuple, Union

from .._identity import class_of, face_of, receiver_of
from ._records import KeysOf, RecordOf, new_tuple, translation_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .._identity import Reference

    Convert = Callable[[Any], Any]


class SequenceOf(NamedTuple):
    """A list, tuple or other sequence whose items follow one plan."""

    item: Plan


class SetOf(NamedTuple):
    """A set or frozen set whose items follow one plan."""

    item: Plan


class DictOf(NamedTuple):
    """A mapping whose keys and values follow a plan each."""

    key: Plan | None
    value: Plan | None


class TupleOf(NamedTuple):
    """A tuple of fixed length, with a plan or None for each place."""

    items: tuple[Plan | None, ...]


class IterableOf(NamedTuple):
    """Any iterable, read once, whose items follow one plan."""

    item: Plan


class OneOf(NamedTuple):
    """A union: the first plan that fits the value is taken."""

    plans: tuple[Plan, ...]


class CallbackOf(NamedTuple):
    """A callable of the user: its arguments go outward, its result comes inward.

    `takes` has a plan or None for each argument, `rest` the one of those beyond and of keywords. An implementation
    awaits the callable, unless `is_plain`; with `on_loop` it runs where it is awaited.
    """

    takes: tuple[Plan | None, ...]
    gives: Plan | None
    rest: Plan | None
    is_plain: bool
    on_loop: bool


class ItemsOf(NamedTuple):
    """An iterable of the user, blocking or async, that the implementation iterates with `async for`."""

    item: Plan | None


class Anything(NamedTuple):
    """A position of unknown type: whatever registered object stands there is translated."""


Plan = Union[
    str, SequenceOf, SetOf, DictOf, TupleOf, IterableOf, OneOf, CallbackOf, ItemsOf, RecordOf, KeysOf, Anything
]


def sequence_of(item: Plan) -> SequenceOf:
    """Plan a sequence (list, tuple of any length, deque): each item follows `item`."""
    return SequenceOf(item)


def set_of(item: Plan) -> SetOf:
    """Plan a set or frozen set: each item follows `item`."""
    return SetOf(item)


def dict_of(key: Plan | None, value: Plan | None) -> DictOf:
    """Plan a mapping: keys and values follow their plan, None where they carry no face."""
    return DictOf(key, value)


def tuple_of(*items: Plan | None) -> TupleOf:
    """Plan a tuple of fixed length: one plan a place, None where it carries no face."""
    return TupleOf(items)


def iterable_of(item: Plan) -> IterableOf:
    """Plan an iterable: it is read lazily, each item follows `item`."""
    return IterableOf(item)


def one_of(*plans: Plan) -> OneOf:
    """Plan a union of several plans: the first that fits the value is taken."""
    return OneOf(plans)


def callback(
    *takes: Plan | None, gives: Plan | None = None, rest: Plan | None = None, on_loop: bool = False
) -> CallbackOf:
    """Plan a callable that the implementation awaits: the user may hand in a blocking or an async one.

    Each argument follows its plan, None where it carries no face, further ones `rest`; the result follows `gives`. With
    `on_loop` the callable runs on the implementation's loop.
    """
    return CallbackOf(takes, gives, rest, False, on_loop)


def plain_callback(*takes: Plan | None, gives: Plan | None = None, rest: Plan | None = None) -> CallbackOf:
    """Plan a callable that the implementation calls on its loop and does not await; plans as for `callback`."""
    return CallbackOf(takes, gives, rest, True, False)


def items_of(item: Plan | None = None) -> ItemsOf:
    """Plan an iterable that the implementation reads with `async for`: the user may hand in a blocking or an async one.

    Each item follows `item`, None where it carries no face.
    """
    return ItemsOf(item)


def record_of(place: str, /, **fields: Plan) -> RecordOf:
    """Plan a dataclass or named tuple, by `module:qualified.name`: each field named follows its plan.

    Plans name it by the name it has in its generated module, as they name faces: that lets it stand in its own fields.
    """
    return RecordOf(place, fields)


def keys_of(required: tuple[str, ...], /, **fields: Plan) -> KeysOf:
    """Plan a typed dict, by the keys that it must have: each key named follows its plan, where the dict has it."""
    return KeysOf(required, fields)


anything = Anything()


_KEPT: tuple[type[Any], ...] = (tuple, collections.deque)  # rebuilt as they are; every other sequence becomes a list


_SETS: tuple[type[Any], ...] = (set, frozenset)


class Way(NamedTuple):
    """A plan bound to a module's names: whether it fits a value, and how it converts one."""

    fits: Callable[[Any], bool]
    convert: Convert


def inward(plan: Plan, names: Mapping[str, Any], receive: Convert = receiver_of) -> Convert:
    """Return the function that turns the faces in a value into what they stand for, each by `receive`."""

    def leaf(_: type | None) -> Way:
        return Way(_is_face, receive)

    return _bind(plan, names, _Leaves(leaf, is_inward=True)).convert


def outward(
    plan: Plan, names: Mapping[str, Any], origin: Reference, noted: Callable[[Any], object] | None = None
) -> Convert:
    """Return the function that turns the registered objects in a value into faces, which take `origin`'s channel.

    `noted` is told of each face.
    """

    def leaf(face: type | None) -> Way:
        def convert(value: Any) -> Any:
            made = face_of(value, face, origin.channel)
            if noted is not None and made is not value:
                noted(made)
            return made

        def fits(value: Any) -> bool:
            return face_of(value, face, origin.channel) is not value

        return Way(fits, convert)

    return _bind(plan, names, _Leaves(leaf, is_inward=False)).convert


class _Leaves:
    """Make the ways of faces in one direction, and know those of the records that were met on the way."""

    def __init__(self, leaf: Callable[[type | None], Way], *, is_inward: bool) -> None:
        self.is_inward = is_inward
        self._leaf = leaf
        self._records: dict[int, Way] = {}  # by the id of a plan that a generated module holds

    def __call__(self, face: type | None) -> Way:
        return self._leaf(face)

    def record(self, plan: RecordOf | KeysOf, names: Mapping[str, Any]) -> Way:
        """Return the way of a record whose plans are read with `names`, those of the module that defines it."""
        way = self._records.get(id(plan))
        if way is None:
            unknown = self._leaf(None).convert
            way = Way(*translation_of(plan, lambda part: _bind(part, names, self).convert, unknown))
            self._records[id(plan)] = way
        return way


def _is_face(value: Any) -> bool:
    return receiver_of(value) is not value


def _bind(plan: Plan, names: Mapping[str, Any], leaf: _Leaves) -> Way:
    if isinstance(plan, str):
        found, near = _named(plan, names)
        return leaf.record(found, near) if isinstance(found, (RecordOf, KeysOf)) else leaf(found)
    if isinstance(plan, (RecordOf, KeysOf)):
        return leaf.record(plan, names)
    if isinstance(plan, Anything):
        return leaf(None)
    if isinstance(plan, SequenceOf):
        return _sequence(_bind(plan.item, names, leaf).convert)
    if isinstance(plan, SetOf):
        item = _bind(plan.item, names, leaf).convert
        return _set(item)
    if isinstance(plan, DictOf):
        return _mapping(*(None if part is None else _bind(part, names, leaf).convert for part in plan))
    if isinstance(plan, TupleOf):
        return _fixed([None if part is None else _bind(part, names, leaf).convert for part in plan.items])
    if isinstance(plan, IterableOf):
        return _iterable(_bind(plan.item, names, leaf).convert)
    if isinstance(plan, (CallbackOf, ItemsOf)):
        return _handed_in(plan, names, leaf)
    return _union([_bind(part, names, leaf) for part in plan.plans])


def _named(name: str, names: Mapping[str, Any]) -> tuple[Any, Mapping[str, Any]]:
    """Return the face or the record's plan of that name, and the names beside which it is defined."""
    module, colon, path = name.partition(":")  # which stands before the path of a nested class
    if not colon:
        module, _, path = name.rpartition(".")
    near = vars(importlib.import_module(module)) if module else names
    first, *rest = path.split(".")
    return functools.reduce(getattr, rest, near[first]), near


def _is(kind: type) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, kind)


def _rebuilding(kind: type, rebuild: Convert) -> Convert:
    return lambda value: rebuild(value) if isinstance(value, kind) else value


def _set(item: Convert) -> Way:
    def rebuild(value: Any) -> Any:
        items = set(map(item, value))
        return class_of(value)(items) if isinstance(value, _SETS) else items  # a dict's view cannot be made

    return Way(_is(collections.abc.Set), _rebuilding(collections.abc.Set, rebuild))


def _sequence(item: Convert) -> Way:
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
        return class_of(value)(items) if isinstance(value, _KEPT) else items

    return Way(fits, rebuild)


def _mapping(key: Convert | None, value: Convert | None) -> Way:
    def rebuild(mapping: Any) -> Any:
        return {(k if key is None else key(k)): (v if value is None else value(v)) for k, v in mapping.items()}

    return Way(_is(collections.abc.Mapping), _rebuilding(collections.abc.Mapping, rebuild))


def _fixed(items: list[Convert | None]) -> Way:
    def fits(value: Any) -> bool:
        return issubclass(class_of(value), tuple) and len(value) == len(items)

    def rebuild(value: Any) -> Any:
        if not fits(value):
            return value
        parts = [part if item is None else item(part) for item, part in zip(items, value)]
        return new_tuple(class_of(value), parts) if hasattr(value, "_fields") else tuple(parts)

    return Way(fits, rebuild)


def _iterable(item: Convert) -> Way:
    sequence, several = _sequence(item), _set(item)

    def rebuild(value: Any) -> Any:
        for way in (sequence, several):
            if way.fits(value):
                return way.convert(value)
        if not fits(value):
            return value
        items = map(item, value)
        return list(items) if hasattr(value, "__len__") else items  # what can be counted stays so

    def fits(value: Any) -> bool:
        return isinstance(value, collections.abc.Iterable) and not isinstance(
            value, (str, bytes, bytearray, memoryview)
        )

    return Way(fits, rebuild)


def _union(ways: list[Way]) -> Way:
    def rebuild(value: Any) -> Any:
        for way in ways:
            if way.fits(value):
                return way.convert(value)
        return value

    def fits(value: Any) -> bool:
        return any(way.fits(value) for way in ways)

    return Way(fits, rebuild)


# -- callables: how they are wrapped and unwrapped is set by the module that does it, which is above this one

_wrapping: list[Any] = []


def wrap_callables_with(wrap: Callable[[CallbackOf, Mapping[str, Any]], Convert], unwrap: Convert) -> None:
    """Set how a callable is turned inward, given its plan and the names in that, and outward; called once."""
    _wrapping.extend((wrap, unwrap))


_reading_items: list[Callable[[ItemsOf, Mapping[str, Any]], Convert]] = []


def read_items_with(read: Callable[[ItemsOf, Mapping[str, Any]], Convert]) -> None:
    """Set how an iterable is turned inward, given its plan and the names in that; called once."""
    _reading_items.append(read)


def resolved(plan: Any, names: Mapping[str, Any]) -> Any:
    """Return a plan with the faces themselves in place of their names: the same wherever it was written, hashable."""
    if isinstance(plan, str):
        plan, _ = _named(plan, names)
        if isinstance(plan, KeysOf):
            return KeysOf, id(plan)  # the generated module holds it; it may stand in its own fields
    if isinstance(plan, RecordOf):
        return RecordOf, plan.place
    if isinstance(plan, KeysOf):
        return KeysOf, plan.required, tuple((key, resolved(part, names)) for key, part in plan.fields.items())
    if isinstance(plan, tuple):
        parts: tuple[Any, ...] = plan  # pyright: ignore[reportUnknownVariableType]  any tuple
        return (class_of(parts), *(resolved(part, names) for part in parts))
    return plan


def has_callback(plan: Any) -> bool:
    """Tell whether a callable, or an iterable that is read as one is called, stands anywhere in a plan."""
    if not isinstance(plan, tuple):
        return False
    parts: tuple[Any, ...] = plan  # pyright: ignore[reportUnknownVariableType]  any tuple
    return isinstance(plan, (CallbackOf, ItemsOf)) or any(map(has_callback, parts))


def _handed_in(plan: CallbackOf | ItemsOf, names: Mapping[str, Any], leaf: _Leaves) -> Way:
    if isinstance(plan, ItemsOf):  # inward alone: nobody is given what was handed in
        return _items(_reading_items[0](plan, names))
    return _callable(_wrapping[0](plan, names) if leaf.is_inward else _wrapping[1])


def _items(convert: Convert) -> Way:
    def fits(value: Any) -> bool:
        return hasattr(value, "__aiter__") or hasattr(value, "__iter__")

    def read(value: Any) -> Any:
        return convert(value) if fits(value) else value

    return Way(fits, read)


def _callable(convert: Convert) -> Way:
    def fits(value: Any) -> bool:
        return callable(value)

    def rebuild(value: Any) -> Any:
        return convert(value) if fits(value) else value

    return Way(fits, rebuild)
