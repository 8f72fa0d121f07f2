"""Own what stands under `functools.lru_cache`: a plain function is public as any other, an async one cannot be."""

from __future__ import annotations

import functools
import inspect
from typing import cast

from ..._report import Unsupported

_CACHED = type(functools.lru_cache(maxsize=None)(abs))


def behind_cache(value: object, path: str) -> object:
    """Return the function behind a cache, or the value itself where it is none.

    Raises:
        Unsupported: the function is asynchronous, so what the cache keeps serves once.
    """
    if not isinstance(value, _CACHED):
        return value
    inner = cast("object", value.__wrapped__)
    if inspect.iscoroutinefunction(inner) or inspect.isasyncgenfunction(inner):
        kept, used = ("a coroutine", "awaited") if inspect.iscoroutinefunction(inner) else ("a generator", "iterated")
        raise Unsupported(
            f"{path} is asynchronous under a cache of functools, which keeps {kept}: that can be {used} once, and "
            "every later call gets it again",
            "keep what comes out of it instead, in a dictionary",
        )
    return behind_cache(inner, path)
