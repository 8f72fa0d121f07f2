"""Own what may be called by name: an explicit table, because a name from the wire is never looked up on an object."""

from __future__ import annotations

import functools
import inspect
import typing
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Any, NamedTuple

from ...errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from typing_extensions import Literal

    from .._codecs import Codec

    HowItRuns = Literal["async", "sync", "stream", "sync_stream"]

_NOTHING = (None, type(None))


class Function(NamedTuple):
    """Hold one thing that may be called.

    `runs` says how: "async" and "stream" on the loop, "sync" and "sync_stream" on a thread. A stream that takes what it
    is sent `is_two_way`: nobody may run ahead of its reader. What it gives is encoded with `codec`, None for that of
    its session. `raised` is told what it raises, before that is sent.
    """

    name: str
    function: Callable[..., Any]
    runs: HowItRuns
    is_two_way: bool
    is_idempotent: bool
    codec: Codec | None = None
    raised: Callable[[BaseException], object] | None = None


class Stopped(NamedTuple):
    """Carry a StopIteration out of a plain function: no future and no coroutine can raise one."""

    error: StopIteration


def described(name: str, function: Callable[..., Any]) -> Function:
    """Return the entry of a function, by what kind of function it is."""
    plain: Any = inspect.unwrap(function)
    while isinstance(plain, functools.partial):
        plain = plain.func
    runs: HowItRuns = "sync"
    if inspect.isasyncgenfunction(plain):
        runs = "stream"
    elif inspect.isgeneratorfunction(plain):
        runs = "sync_stream"
    elif inspect.iscoroutinefunction(plain):
        runs = "async"
    is_two_way = runs in ("stream", "sync_stream") and _takes_what_is_sent(plain)
    return Function(name, function, runs, is_two_way, bool(getattr(function, "__ambidex_idempotent__", False)))


def _takes_what_is_sent(function: Callable[..., Any]) -> bool:
    """Tell whether a generator function's annotation says that something is sent into it."""
    try:
        declared: Any = typing.get_type_hints(function).get("return")
    except Exception:  # noqa: BLE001  annotations may be of names that do not exist here: then they say nothing
        return False
    arguments = typing.get_args(declared)
    if typing.get_origin(declared) is AsyncGenerator:
        return len(arguments) > 1 and arguments[1] not in _NOTHING
    return len(arguments) == 3 and arguments[1] not in _NOTHING


def table_of(functions: Mapping[str, Callable[..., Any]]) -> dict[str, Function]:
    """Return the table of functions that are given by name."""
    return {name: described(name, function) for name, function in functions.items()}


def signature_of(function: Callable[..., Any]) -> str:
    """Return what a function takes and gives, as its `def` says it: "(a, b=1)"."""
    try:
        return str(inspect.signature(function))
    except Exception:  # noqa: BLE001  it has none that can be read, or the default of a parameter does not show itself
        return "(...)"


def public_methods(obj: object, hidden: Iterable[str]) -> dict[str, Callable[..., Any]]:
    """Return the methods of an object that may be called from elsewhere, by name.

    They are those of its classes whose names begin without an underscore, `hidden` ones excepted.
    """
    left_out = set(hidden)
    names = [name for name in dir(type(obj)) if not name.startswith("_") and name not in left_out]
    return {
        name: getattr(obj, name)
        for name in names
        if callable(inspect.getattr_static(obj, name, None)) or _is_bound(obj, name)
    }


def _is_bound(obj: object, name: str) -> bool:
    return isinstance(inspect.getattr_static(obj, name, None), (classmethod, staticmethod))


def find(table: Mapping[str, Function], name: str, whose: str) -> Function:
    """Return an entry of a table.

    Raises:
        UsageError: there is none of that name; the message names those that there are.
    """
    found = table.get(name)
    if found is None:
        if name.startswith("_"):
            raise UsageError(f"{whose} has no {name}: names that begin with an underscore are private")
        raise UsageError(f"{whose} has no {name}: it has {', '.join(sorted(table)) or 'nothing that can be called'}")
    return found
