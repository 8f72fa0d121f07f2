"""Give the implementation an async function for each callable of a user.

The same callable always has the same wrapper, as long as that is alive, so that `subscribe(f)` and `unsubscribe(f)`
speak of one thing. A wrapper holds its callable, and the table refers to wrappers weakly; the identity of a callable
that is made anew each time, as bound methods are, is made of the parts of it that are not.
"""

from __future__ import annotations

import functools
import inspect
import itertools
import types
import weakref
from typing import TYPE_CHECKING, Any

from ...errors import UsageError
from ...runtime import Callback, hide_library_frames
from .._identity import Reference, class_of, is_face
from ._binding import inward, outward, raise_taken, resolved, wrap_callables_with
from ._classes import for_channel
from ._handing import HandedBy, handing_caller
from ._turned import has_callback

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from .._channels._channel import Channel
    from ._binding import Convert
    from ._plans import CallbackOf, Plan

    Function = Callable[..., Any]

_ATTRIBUTE = "__ambidex_callback__"  # on a wrapper: what runs the user's callable, and who has handed that over
_NO_OPTIONS = (None, None)  # of a bound callable: neither a deadline nor a read-ahead
GIVEN = "__ambidex_given__"  # on what a user is given for a callable of the implementation: that, and its channel


class Wrappers:
    """Hold the wrappers that a channel has made, and that are alive."""

    def __init__(self) -> None:
        self._entries: dict[Hashable, weakref.ref[Function]] = {}

    def find(self, key: Hashable) -> Function | None:
        """Return the living wrapper of that key."""
        entry = self._entries.get(key)
        return entry() if entry is not None else None

    def remember(self, key: Hashable, wrapper: Function) -> Function:
        """Enter `wrapper`; return the one that is entered, if another was first."""
        entry = weakref.ref(wrapper, lambda dead: self._forget(key, dead))
        while True:
            first = self._entries.setdefault(key, entry)
            if first is entry:
                return wrapper
            known = first()
            if known is not None:
                return known
            self._forget(key, first)

    def _forget(self, key: Hashable, entry: weakref.ref[Function]) -> None:
        if self._entries.get(key) is entry:  # two steps: a newer entry may take the place only once this one is dead
            self._entries.pop(key, None)


def _wrapping(plan: CallbackOf, names: Mapping[str, Any]) -> Convert:
    """Return the function that wraps a user's callable for the implementation."""
    meaning: Hashable = resolved(plan, names)

    def wrap(function: Function) -> Function:
        caller = handing_caller()
        if caller is None:
            raise UsageError(
                f"{function!r} is handed over by no call: a method that overrides one of the implementation's cannot "
                "return a callable; let it do the work itself"
            )
        channel: Channel = caller.owner
        own = _given_by(channel, function)
        if own is not None:
            return own
        wrappers: Wrappers = caller.owner.wrappers
        key = (meaning, identity_of(function))
        wrapper = wrappers.find(key)
        if wrapper is None:
            wrapper = wrappers.remember(key, _make(function, plan, names, channel))
        running, handed_by = getattr(wrapper, _ATTRIBUTE)
        running.hand_over(caller)
        handed_by.note(caller)
        return wrapper

    return wrap


def _given_by(channel: Channel, function: Function) -> Function | None:
    """Return the callable that this channel's implementation gave out, None where a user's own is handed in.

    One that was given a deadline is a user's own: it is called as that has it.
    """
    source, given = getattr(function, GIVEN, (None, None))
    has_options = getattr(function, "__bound__", (None, None, _NO_OPTIONS))[2] != _NO_OPTIONS
    return given if source is channel and not has_options else None


def _takers(
    plan: CallbackOf, names: Mapping[str, Any], channel: Channel
) -> tuple[Callable[[tuple[Any, ...]], tuple[Any, ...]], Callable[[dict[str, Any]], dict[str, Any]]]:
    """Return what translates the arguments that the implementation gives, and what does so for its keywords."""
    origin = Reference(channel, None)

    def outward_or_none(part: Plan | None) -> Convert | None:
        return None if part is None else outward(part, names, origin)

    takes = [outward_or_none(part) for part in plan.takes]
    rest = outward_or_none(plan.rest)
    named = {} if plan.named is None else {key: outward_or_none(part) for key, part in plan.named.fields.items()}

    def take(args: tuple[Any, ...]) -> tuple[Any, ...]:
        if rest is None and not any(takes):
            return args
        converts = [*takes, *[rest] * (len(args) - len(takes))]
        return tuple([value if convert is None else convert(value) for value, convert in zip(args, converts)])

    def take_named(kwargs: dict[str, Any]) -> dict[str, Any]:
        if rest is None and not named:
            return kwargs
        converts = ((key, value, named.get(key, rest)) for key, value in kwargs.items())
        return {key: value if convert is None else convert(value) for key, value, convert in converts}

    return take, take_named


def _make(function: Function, plan: CallbackOf, names: Mapping[str, Any], channel: Channel) -> Function:
    take, take_named = _takers(plan, names, channel)
    handed_by = HandedBy()
    give = None if plan.gives is None else for_channel(_taking(plan.gives, names, handed_by), channel)
    # a face that is asked for may be one that can be awaited
    running = Callback(function, on_loop=plan.on_loop, is_value=None if plan.gives is None else is_face)

    def placed(args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
        """Return the arguments by place, those among them that are given by name; these leave `kwargs`."""
        names = itertools.takewhile(kwargs.__contains__, plan.places[len(args) :] if kwargs else ())
        return (*args, *[kwargs.pop(name) for name in [*names]])

    async def awaited(*args: Any, **kwargs: Any) -> Any:
        args = placed(args, kwargs)
        try:
            value = await running.run(take(args), take_named(kwargs))
        except BaseException as error:  # any: it is passed on, without the library's frames
            raise_taken(error)
            hide_library_frames(error)
            raise
        return value if give is None else give(value)

    def called(*args: Any, **kwargs: Any) -> Any:
        args = placed(args, kwargs)
        try:
            value = function(*take(args), **take_named(kwargs))
        except BaseException as error:  # any: it is passed on, without the library's frames
            raise_taken(error)
            hide_library_frames(error)
            raise
        return value if give is None else give(value)

    is_awaited = not plan.is_plain or inspect.iscoroutinefunction(function)  # as it says itself, so who calls it knows
    wrapper: Function = awaited if is_awaited else called
    wrapper.__name__ = type(function).__name__  # of a callable object that has no name of its own
    wrapper.__qualname__ = running.name
    functools.update_wrapper(wrapper, function, updated=())
    setattr(wrapper, _ATTRIBUTE, (running, handed_by))
    return wrapper


def _taking(plan: Plan, names: Mapping[str, Any], handed_by: HandedBy) -> Convert:
    """Return the function that translates what a user's callable returns."""
    give = inward(plan, names)
    return (lambda value: handed_by.translated(value, give)) if has_callback(plan) else give


def unwrap(value: Any) -> Any:
    """Return the user's own callable, where the implementation gives its wrapper back."""
    running: tuple[Callback, HandedBy] | None = getattr(value, _ATTRIBUTE, None)
    return value if running is None else running[0].function


def identity_of(function: Any) -> Hashable:
    """Return what two callables have in common exactly when they are the same; valid while either is alive."""
    if hasattr(class_of(function), "__bound__"):  # a method of a face
        member, reference, options = function.__bound__
        return id(member), id(reference.receiver), options
    if isinstance(function, types.MethodType):
        return id(function.__func__), identity_of(function.__self__)
    if isinstance(function, types.BuiltinMethodType) and not isinstance(function.__self__, types.ModuleType):
        return function.__name__, id(function.__self__)
    return id(function)


wrap_callables_with(_wrapping, unwrap)
