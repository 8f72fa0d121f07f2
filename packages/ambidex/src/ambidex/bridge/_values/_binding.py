"""Translate values across the boundary, as plans say where in them the faces stand.

A plan is bound to the generated module's names on first use, which is why a face may be named before its
class exists. Inward turns faces into what they stand for; outward turns registered objects into their faces. A plan
leaves alone what it was not made for, so `Station | None` and `Station | str` need the plan of `Station` only.

Containers are rebuilt, never changed in place: they cross by value. One of anything is rebuilt only where an object
with a face is in it.
"""

from __future__ import annotations

import collections.abc
import functools
import importlib
from typing import TYPE_CHECKING, Any

from ...errors import InternalError
from ...runtime import is_async_callable
from .._identity import Reference, class_of, face_of, has_face, is_face, receiver_of
from ._asynchronous import AsyncForm, AsyncOf
from ._carried import ITERABLES, SEQUENCES, SETS, alone, in_dict, in_items, in_places, unless_plain
from ._classes import as_now, implementation_of, is_face_class, is_of_any, of_classes
from ._errors import of_errors, raise_in_place_of
from ._generators import calling_channel, of_generator
from ._handing import belonging
from ._plans import (
    Anything,
    AwaitedOf,
    CallbackOf,
    CallOf,
    DictOf,
    EnteredOf,
    ErrorOf,
    GeneratorOf,
    HandingOver,
    ItemsOf,
    IterableOf,
    OneOf,
    PerhapsAwaited,
    SequenceOf,
    SetOf,
    TupleOf,
    TypeOf,
    anything,
    error_of,
)
from ._records import KeysOf, RecordOf, translation_of
from ._turned import of_users_own
from ._ways import (
    Way,
    as_a_whole,
    no_record,
    of_anything,
    of_iterable,
    of_mapping,
    of_places,
    of_sequence,
    of_set,
    of_union,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .._channels._channel import Channel
    from ._carried import Carried
    from ._plans import Plan

    Convert = Callable[[Any], Any]
    Noted = Callable[[Any], object]
    Taking = Callable[[Any, Mapping[str, Any]], Convert]


def inward(plan: Plan, names: Mapping[str, Any], receive: Convert = receiver_of) -> Convert:
    """Return the function that turns the faces in a value into what they stand for, each by `receive`."""

    def leaf(_: type | None) -> Way:
        return Way(is_face, receive)

    def is_carried(cls: type[Any]) -> bool:
        return hasattr(cls, "__ambidex_info__")

    def passing(_: AsyncOf, __: Mapping[str, Any]) -> Way:  # it is asynchronous, and so is what the user holds of it
        return Way(_fits_nothing, _unchanged)

    return _bind(plan, names, _Leaves(leaf, is_carried, passing)).convert


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

    def giving(part: AsyncOf, near: Mapping[str, Any]) -> Way:
        return _giving_async[0](part, near, origin, noted)

    return _bind(plan, names, _Leaves(leaf, has_face, giving, origin)).convert


class _Leaves:
    """Make the ways of faces in one direction, and know those of the records that were met on the way.

    `has_face` tells of a class whether its objects have faces, or are some; `give_async` makes the way of what is
    asynchronous. `origin` is there outward alone.
    """

    def __init__(
        self,
        leaf: Callable[[type | None], Way],
        has_face: Callable[[type[Any]], bool],
        give_async: Callable[[AsyncOf, Mapping[str, Any]], Way],
        origin: Reference | None = None,
    ) -> None:
        self.origin = origin
        self.has_face = has_face
        self.give_async = give_async
        self._leaf = leaf
        self._records: dict[int, Way] = {}  # by the id of a plan that a generated module holds

    def __call__(self, face: type | None) -> Way:
        return self._leaf(face)

    def is_carried(self, cls: type[Any]) -> bool:
        """Tell whether objects of a class are translated where anything may stand."""
        return self.has_face(cls) or issubclass(cls, BaseException)

    def record(self, plan: RecordOf | KeysOf, names: Mapping[str, Any]) -> Way:
        """Return the way of a record whose plans are read with `names`, those of the module that defines it."""
        way = self._records.get(id(plan))
        if way is None:
            unknown = _anywhere(None, self).convert
            way = Way(*translation_of(plan, lambda part: _bind(part, names, self).convert, unknown))
            self._records[id(plan)] = way
        return way


def _bind(plan: Plan, names: Mapping[str, Any], leaf: _Leaves) -> Way:
    if isinstance(plan, str):
        found, near = _named(plan, names)
        if isinstance(found, (RecordOf, KeysOf)):
            return leaf.record(found, near)
        return leaf(found) if hasattr(found, "__ambidex_info__") else _anywhere(found, leaf)
    if isinstance(plan, (RecordOf, KeysOf)):
        return leaf.record(plan, names)
    if isinstance(plan, (Anything, ErrorOf, TypeOf)):
        return _of_unknown(plan, names, leaf)
    if isinstance(plan, (AwaitedOf, CallbackOf, CallOf, EnteredOf, ItemsOf)):
        return _handed_in(plan, names, leaf)
    if isinstance(plan, (AsyncOf, HandingOver)):
        return leaf.give_async(plan, names) if isinstance(plan, AsyncOf) else _bind(plan.value, names, leaf)
    if isinstance(plan, GeneratorOf):
        return _generator(plan, names, leaf)
    if isinstance(plan, PerhapsAwaited):
        raise InternalError(f"{plan} stands inside another plan: it says how a call ends")
    if isinstance(plan, OneOf):
        # An object that has a face is that, though it is an iterable or a callable as well.
        parts = _told_apart(sorted(plan.plans, key=lambda part: not isinstance(part, str)))
        ways = [_bind(part, names, leaf) for part in parts]
        if any(isinstance(part, Anything) for part in parts):  # which a named tuple is: its own fields say what it has
            ways = [no_record(way) if isinstance(part, _OF_ITEMS) else way for part, way in zip(parts, ways)]
        return of_union(ways)
    return _container(plan, names, leaf)


def _told_apart(plans: list[Plan]) -> list[Plan]:
    """Return plans of a union whose callables of the implementation know whether awaited ones stand beside others."""
    called = [plan.is_plain for plan in plans if isinstance(plan, CallOf)]
    if all(called) or not any(called):
        return plans
    return [plan._replace(is_told=True) if isinstance(plan, CallOf) else plan for plan in plans]


def _generator(plan: GeneratorOf, names: Mapping[str, Any], leaf: _Leaves) -> Way:
    """Return the way of a blocking generator; what it is sent goes the other way."""
    item, returned = (None if part is None else _bind(part, names, leaf).convert for part in (plan.item, plan.returned))
    sent, later = plan.sent, _later(leaf)
    if sent is None:
        return of_generator(item, None, returned, later)
    if leaf.origin is not None:
        return of_generator(item, lambda: inward(sent, names), returned, later)
    return of_generator(item, lambda: outward(sent, names, Reference(calling_channel(), None)), returned, later)


def _later(leaf: _Leaves) -> Callable[[Convert], Convert]:
    """Return what makes of a function that translates now the one that does so while something is read lazily."""
    return _unchanged if leaf.origin is not None else lambda convert: belonging(as_now(convert))


def _of_unknown(plan: Anything | ErrorOf | TypeOf, names: Mapping[str, Any], leaf: _Leaves) -> Way:
    """Return the way of what no plan says all about: the value tells what stands in it."""
    if isinstance(plan, Anything):
        return _anywhere(None, leaf)
    if isinstance(plan, ErrorOf):
        return _in_error(_named(plan.held, names)[0] if isinstance(plan.held, str) else None, leaf)
    return Way(is_face_class, implementation_of) if leaf.origin is None else of_classes(_faces_named(plan.of, names))


def _anywhere(face: type | None, leaf: _Leaves) -> Way:
    """Return the way of a position where an object with a face may stand, or an exception with one in it."""
    one, error = leaf(face), _in_error(face, leaf)

    def fits(value: Any) -> bool:
        return error.fits(value) or one.fits(value)

    def convert(value: Any) -> Any:
        return error.convert(value) if error.fits(value) else one.convert(value)

    return of_anything(Way(fits, convert), leaf.is_carried)


def _in_error(face: type | None, leaf: _Leaves) -> Way:
    return of_errors(leaf(face).convert, leaf.has_face, is_inward=leaf.origin is None)


def _faces_named(plan: Plan, names: Mapping[str, Any]) -> list[type | None]:
    """Return the faces that a plan names; None stands for any."""
    if isinstance(plan, OneOf):
        return [face for part in plan.plans for face in _faces_named(part, names)]
    found: Any = _named(plan, names)[0] if isinstance(plan, str) else None
    return [found if isinstance(found, type) else None]


_OF_ITEMS = (SequenceOf, TupleOf, IterableOf)  # what a named tuple is as well
_KINDS: dict[type[Any], type[Any]] = {
    SequenceOf: collections.abc.Sequence,
    TupleOf: tuple,
    DictOf: collections.abc.Mapping,
    SetOf: collections.abc.Set,
    IterableOf: collections.abc.Iterable,
}


def _container(
    plan: SequenceOf | SetOf | DictOf | TupleOf | IterableOf, names: Mapping[str, Any], leaf: _Leaves
) -> Way:
    """Return the way of a container: it is rebuilt, but for one of anything that has no object with a face in it."""
    parts: tuple[Plan | None, ...] = plan.items if isinstance(plan, TupleOf) else plan
    inner = [None if part is None else _bind(part, names, leaf) for part in parts]
    way = _rebuilt(plan, [None if part is None else part.convert for part in inner], names, leaf)
    if any(part is not None and part.carried is None for part in inner):
        return way
    carried = _carried_by(plan, [None if part is None else part.carried for part in inner])
    looking = unless_plain(way.convert, carried, leaf.is_carried)
    if all(part is None or isinstance(part, Anything) for part in parts):
        looking = as_a_whole(_KINDS[type(plan)], _anywhere(None, leaf).convert, looking)
    if not isinstance(plan, IterableOf):
        return Way(way.fits, looking, carried)

    def convert(value: Any) -> Any:  # what is read lazily cannot be looked into before
        return way.convert(value) if isinstance(value, collections.abc.Iterator) else looking(value)

    return Way(way.fits, convert, carried)


def _rebuilt(plan: Plan, items: list[Convert | None], names: Mapping[str, Any], leaf: _Leaves) -> Way:
    if isinstance(plan, TupleOf):
        return of_places(items)
    if isinstance(plan, DictOf):
        key, value = items
        if plan.value is None:
            return of_mapping(key, value)
        kinds = _of_unknown(TypeOf(plan.value), names, leaf)  # a class may be what makes missing values
        return of_mapping(key, value, kinds.convert)
    item: Any = items[0]
    if isinstance(plan, SequenceOf):
        return of_sequence(item)
    return of_set(item) if isinstance(plan, SetOf) else of_iterable(item, _later(leaf))


def _carried_by(plan: Plan, items: list[Carried | None]) -> Carried:
    if isinstance(plan, TupleOf):
        return in_places(items)
    if isinstance(plan, DictOf):
        return in_dict(*items)
    kinds = SEQUENCES if isinstance(plan, SequenceOf) else SETS if isinstance(plan, SetOf) else ITERABLES
    return in_items(kinds, items[0] or alone)


def _named(name: str, names: Mapping[str, Any]) -> tuple[Any, Mapping[str, Any]]:
    """Return the face or the record's plan of that name, and the names beside which it is defined."""
    module, colon, path = name.partition(":")  # which stands before the path of a nested class
    if not colon:
        module, _, path = name.rpartition(".")
    near = vars(importlib.import_module(module)) if module else names
    first, *rest = path.split(".")
    return functools.reduce(getattr, rest, near[first]), near


taken: Convert = inward(error_of(anything), {})  # of a user's exception what the implementation gets


def raise_taken(error: BaseException) -> None:
    """Raise what the implementation gets in the place of a user's exception that is handled, where it is another."""
    raise_in_place_of(error, taken(error))


# -- callables: how they are wrapped and unwrapped is set by the module that does it, which is above this one

_wrapping: list[Any] = []


def wrap_callables_with(wrap: Callable[[CallbackOf, Mapping[str, Any]], Convert], unwrap: Convert) -> None:
    """Set how a callable is turned inward, given its plan and the names in that, and outward; called once."""
    _wrapping.extend((wrap, unwrap))


_giving: list[Callable[[CallOf, Mapping[str, Any], Channel], Convert]] = []


def give_callables_with(give: Callable[[CallOf, Mapping[str, Any], Channel], Convert]) -> None:
    """Set how a callable of the implementation is turned outward, given its plan and the names in that; called once."""
    _giving.append(give)


_taking_async: dict[type[Any], tuple[tuple[str, ...], Taking]] = {}


def take_async_with(kind: type[Any], methods: tuple[str, ...], take: Taking) -> None:
    """Set how something asynchronous is turned inward, given its plan, of the class `kind`, and the names in that.

    `methods` are those that tell it: the first one what is async, another one what is blocking. Called once for each.
    """
    _taking_async[kind] = methods, take


_giving_async: list[Callable[[AsyncOf, Mapping[str, Any], Reference, Noted | None], Way]] = []


def give_async_with(give: Callable[[AsyncOf, Mapping[str, Any], Reference, Noted | None], Way]) -> None:
    """Set how what is asynchronous is turned outward, given its plan and the names in that; called once."""
    _giving_async.append(give)


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
    if isinstance(plan, CallbackOf) and plan.places:
        return plan.places, resolved(plan._replace(places=()), names)  # the names of parameters, and of no faces
    if isinstance(plan, tuple):
        parts: tuple[Any, ...] = plan  # pyright: ignore[reportUnknownVariableType]  any tuple
        return (class_of(parts), *(resolved(part, names) for part in parts))
    return plan


def _handed_in(
    plan: AwaitedOf | CallbackOf | CallOf | EnteredOf | ItemsOf, names: Mapping[str, Any], leaf: _Leaves
) -> Way:
    if isinstance(plan, (AwaitedOf, EnteredOf, ItemsOf)):
        if leaf.origin is not None:  # inward alone: who overrides a method is given what that is given
            return Way(_fits_nothing, _unchanged)
        methods, take = _taking_async[type(plan)]
        told = methods[:1] if plan.form is AsyncForm.AWAITED else methods
        return _with_any_of(told, plan.beside, take(plan, names))
    if isinstance(plan, CallbackOf):
        return _callable(_wrapping[0](plan, names) if leaf.origin is None else _wrapping[1])
    if leaf.origin is None:
        convert = _wrapping[0](of_users_own(plan), names)
    else:
        convert = _giving[0](plan, names, leaf.origin.channel)
    if not plan.is_told:
        return _callable(convert)
    return _callable(convert, lambda value: is_async_callable(value) is not plan.is_plain)


def _fits_nothing(_: Any) -> bool:
    return False


def _unchanged(value: Any) -> Any:
    return value


def _with_any_of(methods: tuple[str, ...], beside: frozenset[str], convert: Convert) -> Way:
    def fits(value: Any) -> bool:
        cls = class_of(value)
        return any(hasattr(cls, name) for name in methods) and not is_of_any(cls, beside)

    def read(value: Any) -> Any:
        return convert(value) if fits(value) else value

    return Way(fits, read)


def _callable(convert: Convert, is_meant: Callable[[Any], bool] = lambda _: True) -> Way:
    def fits(value: Any) -> bool:
        return callable(value) and is_meant(value)

    def rebuild(value: Any) -> Any:
        return convert(value) if fits(value) else value

    return Way(fits, rebuild)
