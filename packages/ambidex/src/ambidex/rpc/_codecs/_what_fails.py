"""Own telling which part of a value does not cross."""

from __future__ import annotations

import reprlib
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

from ...errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from ._codec import Codec

_MOST_PARTS = 1000  # looked at in one container: arbitrary
_MOST_LEVELS = 64  # looked into, each of which has the rest encoded again: as deep as msgpack may be nested
_MOST_STEPS = 8  # told of a way, half of them at each end: arbitrary


def what_fails(codec: Codec, value: object, name: str = "value") -> str:
    """Return the innermost thing that does not cross, and why: `args["lock"]: cannot pickle '_thread.lock' object`.

    `name` stands for the value. What is inside of the 64th level is not looked for. Return "" where all of it crosses,
    and where it is the caller's stack that is too deep, and not the value. Each part is tried with the codec, which
    asks its handles again.
    """
    error = _failure(codec, value)
    if error is None:
        return ""
    seen = {id(value): value}
    part = value
    steps: list[str] = []
    while len(steps) < _MOST_LEVELS:
        if f"{type(part).__name__!r} object" in str(error):  # it says that it is this very one
            break
        for step, inner in islice(_parts(part), _MOST_PARTS):
            failed = None if id(inner) in seen else _failure(codec, inner)
            seen[id(inner)] = inner  # kept: another object could have its id
            if isinstance(error, UsageError) and str(failed) != str(error):
                continue  # a sentence of ours says more than what is wrong with a part of that object
            if failed is not None:
                part, error = inner, failed
                steps.append(step)
                break
        else:
            break
    if isinstance(error, RecursionError) and len(steps) < _MOST_LEVELS and not _is_long(error.__traceback__):
        return ""
    return f"{name}{_way(steps)}: {str(error) or type(error).__name__}"


def _is_long(traceback: TracebackType | None) -> bool:
    """Tell whether code of the value's own has called itself: each call is a frame from where the value was tried."""
    frames = 0
    while traceback is not None and frames < _MOST_LEVELS:
        traceback, frames = traceback.tb_next, frames + 1
    return frames == _MOST_LEVELS


def _way(steps: list[str]) -> str:
    if len(steps) <= _MOST_STEPS:
        return "".join(steps)
    half = _MOST_STEPS // 2
    return f"{''.join(steps[:half])} ... {''.join(steps[-half:])}, {len(steps)} levels in"


def _failure(codec: Codec, value: object) -> Exception | None:
    try:
        codec.dumps(value)
    except Exception as error:  # noqa: BLE001  a class may raise anything where it is taken apart
        return error
    return None


def _parts(value: Any) -> Iterator[tuple[str, object]]:
    """Yield what is directly in a value, and how one gets there."""
    yield from _items(value)
    for attribute, each in _attributes(value).items():
        yield f".{attribute}", each


def _items(value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for key, each in cast("dict[object, object]", value).items():
            yield f", key {_shown(key)}", key
            yield f"[{_shown(key)}]", each
    elif isinstance(value, (list, tuple)):
        for index, each in enumerate(cast("list[object]", value)):
            yield f"[{index}]", each
    elif isinstance(value, (set, frozenset)):
        for each in cast("set[object]", value):
            yield f", item {_shown(each)}", each
    elif isinstance(value, BaseException):
        yield ".args", value.args


def _attributes(value: object) -> dict[str, Any]:
    found: dict[str, Any] = {}
    slots = [name for kind in type(value).__mro__ for name in _slots(kind)]
    for name in (*slots, *getattr(value, "__dict__", ())):
        if hasattr(value, name):
            found[name] = getattr(value, name)
    return {} if isinstance(value, type) else found


def _slots(kind: type) -> tuple[str, ...]:
    slots: Any = kind.__dict__.get("__slots__", ())
    return (slots,) if isinstance(slots, str) else tuple(slots)


def _shown(value: object) -> str:
    try:
        return reprlib.repr(value)
    except Exception:  # noqa: BLE001  this only names a place, and a class may raise anything here
        return f"<{type(value).__name__}>"
