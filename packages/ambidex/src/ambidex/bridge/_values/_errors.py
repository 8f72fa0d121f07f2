"""Translate exceptions: what they were made with, and what their attributes hold.

An exception crosses by value, as a record does: where an object with a face stands in it, the other side gets a new
exception of the same class, with the same traceback; where there is none, it gets the exception itself. Nothing of the
class is called: its constructor has run once, on the side that made the exception. The new one leads to the other, so
that what goes back is what came: a context manager that lets an exception through raises the very same.

What an exception leads to is looked at as well: its cause, its context, the members of a group, the exceptions among
its arguments and attributes. Whoever leads to a new exception is a new one, too.
"""

from __future__ import annotations

import builtins
import types
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from .._identity import attributes_of, class_of
from ._deep import Deep
from ._records import slots_of
from ._ways import Way

if TYPE_CHECKING:
    from collections.abc import Callable

    Convert = Callable[[Any], Any]

# By descriptor: an assignment would ask the class, which may be a frozen dataclass, or have such a field of its own.
_OF_ALL = vars(BaseException)
_GROUPS: tuple[type[Any], ...] = (
    (getattr(builtins, "BaseExceptionGroup"),)  # noqa: B009  a name that checkers for 3.9 do not know
    if hasattr(builtins, "BaseExceptionGroup")
    else ()
)


_OTHER = "__ambidex_other__"  # among the attributes of an exception that was made for another: what leads to that


_PLAIN = frozenset((str, bytes, int, float, bool, type(None)))  # of an argument: a group has others


class _Other:
    """Lead from an exception to the one that it was made for, which is inside the implementation, or a user's."""

    __slots__ = ("error", "is_inside")

    def __init__(self, error: BaseException, *, is_inside: bool) -> None:
        self.error = error
        self.is_inside = is_inside

    def __reduce__(self) -> tuple[type[None], tuple[()]]:
        return type(None), ()  # elsewhere there is no other one


class _Held(NamedTuple):
    """What stands in one exception, translated."""

    args: tuple[Any, ...]
    attributes: dict[str, Any]
    slots: list[tuple[Any, Any]]  # each with its descriptor
    is_changed: bool


def of_errors(item: Convert, is_translated: Callable[[type[Any]], bool], *, is_inward: bool) -> Way:
    """Return the way of an exception: `item` converts each object that stands in it, of a class that `is_translated`.

    One that was made for an exception of the other side becomes that again.
    """
    deep = Deep(item, is_translated)

    def fits(value: Any) -> bool:
        return isinstance(value, BaseException)

    def convert(value: Any) -> Any:
        if not fits(value) or _is_plain(value):
            return value
        return _Translation(deep.convert, is_inward=is_inward).of(value)

    return Way(fits, convert)


def _is_plain(error: BaseException) -> bool:
    """Tell at a glance that nothing can stand in a builtin exception: loops and `hasattr` raise many."""
    return (
        class_of(error).__module__ == "builtins"
        and _PLAIN.issuperset(map(type, error.args))
        and not attributes_of(error)
        and error.__context__ is error.__cause__ is None
    )


def other_of(error: BaseException, *, is_inside: bool) -> BaseException | None:
    """Return the exception that this one was made for, None where it was made for none that is inside, or outside."""
    other: _Other | None = attributes_of(error).get(_OTHER)
    return other.error if other is not None and other.is_inside is is_inside else None


class _Translation:
    """Translate one exception, and what it leads to."""

    def __init__(self, item: Convert, *, is_inward: bool) -> None:
        self._item = item
        self._is_inward = is_inward
        self._held: dict[int, _Held] = {}
        self._changed: set[int] = set()
        self._made: dict[int, BaseException] = {}  # by id of one in this side's hands: what the other side gets

    def of(self, error: BaseException) -> BaseException:
        """Return what the other side gets for `error`."""
        reached = self._reached(error)
        self._held = {id(each): _held(each, self._item) for each in reached}
        self._changed = {*self._made, *(number for number, held in self._held.items() if held.is_changed)}
        while True:  # who leads to a changed one is changed
            found = {id(each) for each in reached if any(id(other) in self._changed for other in _linked(each))}
            if found <= self._changed:
                break
            self._changed |= found
        for each in reached:
            copy = self._other(each)
            if copy is not each:
                _link(each, copy, self._other)
        return self._other(error)

    def _reached(self, error: BaseException) -> list[BaseException]:
        """Return all that `error` leads to, but for what was made for an exception of the other side."""
        met = [error]
        for each in met:  # which grows meanwhile
            other = other_of(each, is_inside=self._is_inward)
            if other is not None:
                self._made[id(each)] = other
                continue
            known = {id(one) for one in met}
            met.extend(one for one in _linked(each) if id(one) not in known)
        return [each for each in met if id(each) not in self._made]

    def _other(self, error: BaseException) -> BaseException:
        number = id(error)
        if number not in self._changed:
            return error
        if number not in self._made:
            copy = _copy(error, self._held[number], [self._other(member) for member in _members(error)])
            attributes_of(copy)[_OTHER] = _Other(error, is_inside=not self._is_inward)
            self._made[number] = copy
        return self._made[number]


def _members(error: Any) -> tuple[BaseException, ...]:
    members: tuple[BaseException, ...] = error.exceptions if isinstance(error, _GROUPS) else ()
    return members


def _linked(error: BaseException) -> list[BaseException]:
    """Return the exceptions that one leads to, each once."""
    linked = (error.__cause__, error.__context__, *_members(error), *_OF_ALL["args"].__get__(error))
    held = (*linked, *attributes_of(error).values())
    return list({id(each): each for each in held if isinstance(each, BaseException)}.values())


def _held(error: BaseException, item: Convert) -> _Held:
    old_args: tuple[Any, ...] = _OF_ALL["args"].__get__(error)
    old_attributes = attributes_of(error)
    old_slots: list[tuple[Any, Any]] = []
    for slot in slots_of(class_of(error)):
        try:
            old_slots.append((slot, slot.__get__(error)))
        except AttributeError:  # nothing has set it
            continue
    is_group = isinstance(error, _GROUPS)  # of a message, and members, which are translated by themselves
    args = old_args if is_group else tuple(map(item, old_args))
    attributes = {name: item(value) for name, value in old_attributes.items() if name != _OTHER}
    slots = [(slot, item(value)) for slot, value in old_slots]
    pairs = (
        *zip(args, old_args),
        *((new, old_attributes[name]) for name, new in attributes.items()),
        *((new, old) for (_, new), (_, old) in zip(slots, old_slots)),
    )
    return _Held(args, attributes, slots, any(new is not old for new, old in pairs))


def _copy(error: BaseException, held: _Held, members: list[BaseException]) -> BaseException:
    cls = class_of(error)
    native = next(base for base in cls.__mro__ if isinstance(vars(base).get("__new__"), types.BuiltinFunctionType))
    args = (held.args[0], members) if isinstance(error, _GROUPS) else held.args
    make: Any = native.__new__
    copy: BaseException = make(cls, *args)
    _OF_ALL["args"].__set__(copy, args)
    for slot in chain.from_iterable(slots_of(base, is_alone=True) for base in native.__mro__):
        try:  # what `OSError` and its like know beside their arguments
            value = None if slot.__name__.startswith("__") else slot.__get__(error)
            if value is not None:
                slot.__set__(copy, value)
        except (AttributeError, TypeError):  # it can be read alone: the arguments have said it
            continue
    for slot, value in held.slots:
        slot.__set__(copy, value)
    attributes_of(copy).update(held.attributes)
    return copy


def _link(error: BaseException, copy: BaseException, copied: Callable[[BaseException], BaseException]) -> None:
    """Let a copy lead where its original does."""
    for name in ("__cause__", "__context__"):
        other: BaseException | None = _OF_ALL[name].__get__(error)
        _OF_ALL[name].__set__(copy, None if other is None else copied(other))
    if not isinstance(error, _GROUPS):
        args = _OF_ALL["args"].__get__(copy)
        _OF_ALL["args"].__set__(copy, tuple([_led(value, copied) for value in args]))
    attributes = attributes_of(copy)
    attributes.update((name, _led(value, copied)) for name, value in tuple(attributes.items()))
    _OF_ALL["__suppress_context__"].__set__(copy, error.__suppress_context__)
    _OF_ALL["__traceback__"].__set__(copy, error.__traceback__)


def _led(value: Any, copied: Callable[[BaseException], BaseException]) -> Any:
    return copied(value) if isinstance(value, BaseException) else value


def raise_in_place_of(error: BaseException, given: BaseException) -> None:
    """Raise what the user gets in the place of `error`, which is handled; nothing happens where that is the same.

    It keeps its own context, and is not raised "during the handling" of the other.
    """
    if given is error:
        return
    context = given.__context__
    try:
        raise given
    finally:
        _OF_ALL["__context__"].__set__(given, context)
        del error, given, context  # error -> traceback -> this frame -> error would be a cycle
