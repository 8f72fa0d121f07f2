"""Own what an object that stays where it is can do: what a handle of it offers on the other side.

A handle is a callable, an iterator, an async iterable, an awaitable or an async context manager. What else an object
is, it is a handle by what its class can do, unless its class says that it is a value.
"""

from __future__ import annotations

import enum
import functools
import inspect
import sys
import types
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

CALLED = "called"
CALLED_ASYNC = "called async"
CALLED_FROM_ANYWHERE = "called from anywhere"  # what no declared type tells of
AWAITED = "awaited"
ITERATED = "iterated"  # by `async for`, anew each time
STEPPED_ASYNC = "stepped async"
STEPPED = "stepped"
ENTERED = "entered"
MEMBER = "member"  # "member WAY NAME": what has a face offers its members, by the ways of `ambidex.bridge.reached_by`

_FUNCTIONS: tuple[type[Any], ...] = (types.FunctionType, types.MethodType, functools.partial)
_type_of: Callable[[object], type[Any]] = type  # strict checkers lose what is Any in `type(value)`
_GENERATORS = {"send", "throw", "close"}  # what iterates and can do more, as files do, is no iterator alone
_BY_NAME = ("builtins", "operator", "types", "typing")  # the modules of classes whose callable objects are values


def is_data(cls: Any) -> bool:
    """Tell whether a class is one of those whose objects always cross by value."""
    if issubclass(cls, (enum.Enum, BaseException)) or hasattr(cls, "__dataclass_fields__"):  # as `dataclasses` asks
        return True
    is_named_tuple = tuple in cls.__mro__ and hasattr(cls, "_fields")
    return is_named_tuple or hasattr(cls, "__struct_fields__")


def abilities_of(value: Any) -> tuple[str, ...]:
    """Return what a handle of `value` can do, nothing where it is none: it crosses by value then."""
    kind = _type_of(value)
    found: list[str] = []
    if _is_called(value, kind):
        found.append(CALLED_ASYNC if _is_called_async(value) else CALLED)
    if _has(kind, "__await__") or _is_coroutine(value):
        found.append(AWAITED)
    if _has(kind, "__anext__") and (not _has(kind, "__aiter__") or value.__aiter__() is value):
        found.append(STEPPED_ASYNC)
    elif _has(kind, "__aiter__"):
        found.append(ITERATED)
        if _has(kind, "__anext__"):  # it may be asked without beginning, too
            found.append(STEPPED_ASYNC)
    if (
        _has(kind, "__next__")
        and (kind is types.GeneratorType or kind.__module__ != "builtins")
        and _GENERATORS.issuperset(_public(kind))
    ):
        found.append(STEPPED)
    if _has(kind, "__aenter__") and _has(kind, "__aexit__"):
        found.append(ENTERED)
    return tuple(found)


def _public(kind: type[Any]) -> set[str]:
    return {name for name in dir(kind) if not name.startswith(("_", "gi_"))}


def _is_coroutine(value: object) -> bool:
    return inspect.isawaitable(value)  # by a generator of `types.coroutine`, too


def _has(kind: type[Any], name: str) -> bool:
    """Tell whether the objects of a class have a method; `hasattr` would find those of the class's own class, too."""
    return any(vars(base).get(name) is not None for base in kind.__mro__)


def _is_called(value: Any, kind: type[Any]) -> bool:
    if kind in _FUNCTIONS:
        return True
    if kind is types.BuiltinFunctionType:
        return not isinstance(value.__self__, (types.ModuleType, type(None)))
    if kind.__module__ in _BY_NAME or not _has(kind, "__call__"):
        return False
    return not _goes_by_name(value)


def _goes_by_name(value: Any) -> bool:
    """Tell whether a callable is found again by its name, as the functions of compiled modules are."""
    name, module = getattr(value, "__qualname__", None), getattr(value, "__module__", None)
    name = name or getattr(value, "__name__", None)
    module = module or "builtins"
    return isinstance(name, str) and getattr(sys.modules.get(module), name, None) is value


def _is_called_async(value: Any) -> bool:
    while isinstance(value, functools.partial):
        value = value.func  # pyright: ignore[reportUnknownMemberType]  of any function
    called = value if isinstance(value, (types.FunctionType, types.MethodType)) else type(value).__call__
    return inspect.iscoroutinefunction(called)


def stepping(iterator: Any) -> Any:
    """Return what steps an iterator or a generator: by the name of a method and its arguments.

    It gives whether the iterator has ended, and the item, or what a generator has returned.
    """

    def step(name: str, *args: Any) -> tuple[bool, Any]:
        method = _STEPS.get(name)
        if method is None:
            raise AttributeError(f"an iterator has no step {name!r}")
        try:
            return False, getattr(iterator, method)(*args)
        except StopIteration as stop:
            return True, stop.value

    return step


_STEPS = {"next": "__next__", "send": "send", "throw": "throw", "close": "close"}
