"""Translate records: dataclasses, named tuples and typed dicts whose fields carry faces.

A record crosses by value: where a face stands in one of its fields, the other side gets a new record of the same class
with that field translated; where there is none, it gets the record itself. No constructor and no `__post_init__` runs:
they have run once, on the side that made the record.

A record may refer to itself. All of one value is translated with one table of what was begun, so a circle comes out as
a circle.
"""

from __future__ import annotations

import collections
import functools
import sys
import types
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from .._identity import class_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    Convert = Callable[[Any], Any]
    Fits = Callable[[Any], bool]

_EXACT: tuple[type[Any], ...] = (list, tuple, collections.deque)


class _Begun:
    """Hold a record under translation (so that its id stays its own) and its copy."""

    __slots__ = ("copy", "record")

    def __init__(self, record: object, copy: object) -> None:
        self.record = record
        self.copy = copy


class _Walk:
    """Hold what one translation knows: the records begun, and whether anything at all became something else."""

    __slots__ = ("begun", "is_changed")

    def __init__(self) -> None:
        self.begun: dict[int, _Begun] = {}
        self.is_changed = False

    def is_same(self, old: Any, new: Any) -> bool:
        """Tell whether a translated value is what it was; a container of the same things is, though it was rebuilt."""
        if old is new:
            return True
        begun = self.begun.get(id(old))
        if begun is not None and begun.copy is new:
            return False  # a circle: whether it has to be kept is decided where it ends
        kind = class_of(old)
        if issubclass(kind, _CONTAINERS) and class_of(new) is kind and len(old) == len(new):
            if issubclass(kind, dict):
                return self.are_same([*old, *old.values()], [*new, *new.values()])
            if issubclass(kind, _EXACT):
                return self.are_same(old, new)
            if {id(item) for item in old} == {id(item) for item in new}:
                return True
        self.is_changed = True
        return False

    def are_same(self, old: Iterable[Any], new: Iterable[Any]) -> bool:
        """Tell whether all of several translated values are what they were; each is looked at, whatever the first."""
        verdicts = [self.is_same(*pair) for pair in zip(old, new)]
        return False not in verdicts


_CONTAINERS: tuple[type[Any], ...] = (*_EXACT, dict, set, frozenset)
_walk: ContextVar[_Walk | None] = ContextVar("ambidex record translation", default=None)


class RecordOf(NamedTuple):
    """A dataclass or named tuple, by `module:qualified.name`, and the plans of the fields that carry faces."""

    place: str
    fields: Mapping[str, Any]


class KeysOf(NamedTuple):
    """A typed dict, by the keys that it must have, and the plans of those that carry faces."""

    required: tuple[str, ...]
    fields: Mapping[str, Any]


def translation_of(plan: RecordOf | KeysOf, bind: Callable[[Any], Convert], unknown: Convert) -> tuple[Fits, Convert]:
    """Return whether a plan fits a value, and how it converts one.

    `bind` makes a field's plan a function, not before it is needed; `unknown` is for the fields that a subclass adds.
    """
    record = _Record(plan, bind, unknown) if isinstance(plan, RecordOf) else _Keys(plan, bind)

    def convert(value: Any) -> Any:
        if not record.fits(value):
            return value
        walk = _walk.get()
        if walk is not None:
            return record.translated(value, walk)
        walk = _Walk()
        token = _walk.set(walk)
        try:
            copy = record.translated(value, walk)
        finally:
            _walk.reset(token)
        return copy if walk.is_changed else value

    return record.fits, convert


class _Fields:
    """Bind the plans of fields on first use: a record may stand in its own fields."""

    def __init__(self, plans: Mapping[str, Any], bind: Callable[[Any], Convert]) -> None:
        self._plans = plans
        self._bind = bind
        self._bound: dict[str, Convert] | None = None

    @property
    def converts(self) -> dict[str, Convert]:
        if self._bound is None:
            self._bound = {name: self._bind(plan) for name, plan in self._plans.items()}
        return self._bound


class _Record:
    """Translate the records of one class and of its subclasses."""

    def __init__(self, plan: RecordOf, bind: Callable[[Any], Convert], unknown: Convert) -> None:
        self._module, _, self._path = plan.place.partition(":")
        self._fields = _Fields(plan.fields, bind)
        self._unknown = unknown

    def _class(self) -> type[Any] | None:
        """Return the class, None while no module has defined it; a reload may have put another in its place."""
        found: Any = sys.modules.get(self._module)
        for part in self._path.split("."):
            found = getattr(found, part, None)
        return found if isinstance(found, type) else None

    def fits(self, value: Any) -> bool:
        cls = self._class()
        return cls is not None and issubclass(type(value), cls)

    def translated(self, value: Any, walk: _Walk) -> Any:
        begun = walk.begun.get(id(value))
        if begun is not None:
            return _again(begun)
        converts = self._fields.converts
        cls = class_of(value)
        if cls is not self._class():
            known = field_names(self._class())
            extra = [name for name in field_names(cls) if name not in known]
            converts = {**converts, **dict.fromkeys(extra, self._unknown)}
        if issubclass(cls, tuple):
            return _translated_tuple(value, converts, walk)
        copy = duplicate(value)
        begun = walk.begun[id(value)] = _Begun(value, copy)
        is_same = True
        for name, convert in converts.items():
            try:
                old = object.__getattribute__(value, name)
            except AttributeError:  # a field that nothing has set
                continue
            new = convert(old)
            if not walk.is_same(old, new):
                is_same = False
            object.__setattr__(copy, name, new)
        return _end(begun, is_same)


class _Keys:
    """Translate the dicts of one typed dict class."""

    def __init__(self, plan: KeysOf, bind: Callable[[Any], Convert]) -> None:
        self._required = frozenset(plan.required)
        self._fields = _Fields(plan.fields, bind)

    def fits(self, value: Any) -> bool:
        return isinstance(value, dict) and self._required <= value.keys()

    def translated(self, value: Any, walk: _Walk) -> Any:
        begun = walk.begun.get(id(value))
        if begun is not None:
            return _again(begun)
        copy = dict(value)
        begun = walk.begun[id(value)] = _Begun(value, copy)
        is_same = True
        for key, convert in self._fields.converts.items():
            if key in copy:
                old = copy[key]
                copy[key] = convert(old)
                if not walk.is_same(old, copy[key]):
                    is_same = False
        return _end(begun, is_same)


def _again(begun: _Begun) -> Any:
    """Return the copy of a record that was met before; while it is under way, that makes a circle."""
    if begun.copy is None:
        raise ValueError(
            f"a {type(begun.record).__name__} refers to itself through its own fields, and a tuple cannot be copied "
            "so: make it a dataclass"
        )
    return begun.copy


def _end(begun: _Begun, is_same: bool) -> Any:
    if is_same:  # nobody has the copy: where a circle gave it to somebody, something inside is not what it was
        begun.copy = begun.record
    return begun.copy


def _translated_tuple(value: Any, converts: Mapping[str, Convert], walk: _Walk) -> Any:
    begun = walk.begun[id(value)] = _Begun(value, None)
    items = [converts[name](item) if name in converts else item for name, item in zip(value._fields, value)]
    if walk.are_same(value, items):
        begun.copy = value
        return value
    begun.copy = copy = new_tuple(class_of(value), items)
    if getattr(value, "__dict__", None):  # a subclass that has attributes of its own
        copy.__dict__.update(value.__dict__)
    return copy


def new_tuple(cls: type[Any], items: Iterable[Any]) -> Any:
    """Return a tuple of a class of tuples, whose own way to make one is not asked."""
    return cast("Any", tuple).__new__(cls, items)


def field_names(cls: Any) -> tuple[str, ...]:
    """Return the names of the stored fields of a record's class."""
    import dataclasses  # here: where it is needed, somebody has imported it

    named: tuple[str, ...] = getattr(cls, "_fields", ())
    return named or tuple(field.name for field in (dataclasses.fields(cls) if dataclasses.is_dataclass(cls) else ()))


def slots_of(cls: type[Any], *, is_alone: bool = False) -> Iterator[types.MemberDescriptorType]:
    """Yield the slots that a class's Python code gives its objects; `is_alone`: those of it alone, even a builtin."""
    for base in (cls,) if is_alone else cls.__mro__:
        if is_alone or base.__module__ != "builtins":
            yield from (each for each in vars(base).values() if isinstance(each, types.MemberDescriptorType))


def duplicate(value: Any) -> Any:
    """Return a new object of the same class with the same attributes, without calling anything of the class.

    What a cached property holds is left out: it was computed on the other side, from what stands there.
    """
    cls = class_of(value)
    copy: Any = object.__new__(cls)
    for slot in slots_of(cls):
        try:
            slot.__set__(copy, slot.__get__(value))
        except AttributeError:  # nothing has set it
            continue
    attributes: dict[str, Any] = getattr(value, "__dict__", {})
    if attributes:
        copy.__dict__.update(
            (name, held)
            for name, held in attributes.items()
            if not isinstance(getattr(cls, name, None), functools.cached_property)
        )
    return copy
