"""Read to its end what is asynchronous inside other values, and send into generators: blocking, or by awaiting."""

from __future__ import annotations

import asyncio
import dataclasses
from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable

LEAVES = (str, bytes, int, float, type, set, frozenset, type(None))


class Reader:
    """Read values; those that `is_whole` are left as they are, and callables are called with `arguments`."""

    def __init__(self, is_whole: Callable[[Any], bool], arguments: list[Any]) -> None:
        self._is_whole = is_whole
        self._arguments = arguments

    def _parts(self, value: Any) -> list[tuple[Any, Any]] | None:
        """Return the parts of a container by their keys, None for what is none; of a leaf there are none."""
        if isinstance(value, LEAVES) or self._is_whole(value):
            return []
        kind = cast("type[object]", type(value))
        if issubclass(kind, Mapping):
            return list(value.items())
        if issubclass(kind, (list, tuple, deque)):
            items: list[Any] = [*value]
            return list(enumerate(items))
        if dataclasses.is_dataclass(value):
            return [(field.name, getattr(value, field.name)) for field in dataclasses.fields(value)]
        return None

    def blocking(self, value: Any) -> Any:
        """Return what a value comes to where the caller waits."""
        parts = self._parts(value)
        if parts is not None:
            return (type(value).__name__, {key: self.blocking(part) for key, part in parts}) if parts else value
        if hasattr(value, "__iter__"):
            return ("stream", [self.blocking(item) for item in value])
        if hasattr(value, "result"):
            return self.blocking(value.result())
        if hasattr(value, "__enter__"):
            with value as entered:
                return ("entered", self.blocking(entered))
        return self.blocking(value(*self._arguments)) if callable(value) else value

    async def awaited(self, value: Any) -> Any:
        """Return what a value comes to where the caller awaits."""
        parts = self._parts(value)
        if parts is not None:
            return (type(value).__name__, {key: await self.awaited(part) for key, part in parts}) if parts else value
        if hasattr(value, "__aiter__"):
            return ("stream", [await self.awaited(item) async for item in value])
        if hasattr(value, "__aenter__"):
            async with value as entered:
                return ("entered", await self.awaited(entered))
        if hasattr(value, "__await__"):
            return await self.awaited(await value)
        if not callable(value):
            return value
        call = getattr(value, "aio", value)
        return await self.awaited(call(*self._arguments))


def run(form: str, reader: Reader, make: Callable[[], Any]) -> Any:
    """Return what the value that is made comes to, in a form of the faces or in the implementation's."""
    if form == "blocking":
        return reader.blocking(make())

    async def awaiting() -> Any:
        return await reader.awaited(make())

    return asyncio.run(awaiting())


def driven(generator: Any, sends: list[Any]) -> Any:
    """Return what a generator gives for each value that is sent into it, and what it returns; None is left alone."""
    if generator is None:
        return None
    found: list[Any] = []
    try:
        found.append(next(generator))
        for sent in sends:
            found.append(generator.send(sent))  # noqa: PERF401  what came before the end counts
    except StopIteration as end:
        found.append(("the end", end.value))
    generator.close()
    return found


async def driven_async(generator: Any, sends: list[Any]) -> Any:
    """Return the same of an async generator."""
    if generator is None:
        return None
    found: list[Any] = []
    try:
        found.append(await generator.__anext__())
        for sent in sends:
            found.append(await generator.asend(sent))  # noqa: PERF401  as above
    except StopAsyncIteration:
        found.append(("the end", None))
    await generator.aclose()
    return found
