"""Make a user's subclass of a class: one that blocks, one that is async, and one of the implementation itself."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any, cast

import ambidex

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator, Mapping


def extended(base: Any, overrides: Mapping[str, tuple[str, Any]], form: str, is_twin: bool, note: Any) -> Any:
    """Return a subclass of a class, of which each overriding member gives the value named with its kind.

    `note` is told what the overridden member gives. Kinds are "async", "plain", "property", "stream", "context" and
    "abstract", which has nothing to call; "following" calls what it is given, "reading" reads and enters it; "more"
    takes more than what it overrides, and "named" says what that is.
    """
    make = _blocking if form == "blocking" else _awaited
    members: dict[str, Any] = {}
    made: Any = type(base)(f"Extended{base.__name__}", (base,), members | {
        name: make(name, kind, value, note, lambda: made, _decorator(getattr(base, name), kind, form, is_twin))
        for name, (kind, value) in overrides.items()
    })  # fmt: skip
    return made


def _decorator(overridden: Any, kind: str, form: str, is_twin: bool) -> Any:
    """Return the decorator of an override, which only a face has."""
    if is_twin or form not in ("blocking", "aio"):
        return _same
    decorator: Any = ambidex.method if form == "blocking" else ambidex.async_method
    return decorator(overridden) if kind == "named" else decorator


def _same(function: Any) -> Any:
    return function


def _above(cls: Callable[[], Any], self: Any, name: str) -> Any:
    """Return the member that is overridden."""
    return getattr(cast("Any", super(cls(), self)), name)


def _shared(name: str, kind: str, value: Any, note: Any, cls: Callable[[], Any]) -> Any:
    """Return an override that is the same in every form."""

    def over(self: Any, given: Any) -> Any:
        note(_above(cls, self, name)(given))
        return value

    def read(self: Any) -> Any:
        note(_above(cls, self, name))
        return value

    return over if kind == "plain" else property(read)


def _blocking(name: str, kind: str, value: Any, note: Any, cls: Callable[[], Any], decorate: Any) -> Any:
    def over(self: Any, *args: Any) -> Any:
        if kind != "abstract":
            note(_above(cls, self, name)(*args))
        return value

    def more(self: Any, *args: Any, further: Any = value) -> Any:
        over(self, *args)
        return further

    def stream(self: Any, *args: Any) -> Generator[Any, None, None]:
        for item in _above(cls, self, name)(*args):
            note(item)
        yield value

    @contextmanager
    def context(self: Any, *args: Any) -> Generator[Any, None, None]:
        with _above(cls, self, name)(*args) as item:
            note(item)
            yield value

    def following(self: Any, given: Any, then: Callable[[Any], Any]) -> Any:
        note(given)
        return then(given)

    def reading(self: Any, items: Any, lock: Any) -> list[Any]:
        with lock as held:
            return [held, *items]

    if kind in ("plain", "property"):
        return _shared(name, kind, value, note, cls)
    kinds = {"more": more, "stream": stream, "context": context, "following": following, "reading": reading}
    return decorate(kinds.get(kind, over))


def _awaited(name: str, kind: str, value: Any, note: Any, cls: Callable[[], Any], decorate: Any) -> Any:
    is_face = decorate is not _same

    def above(self: Any) -> Any:
        method = _above(cls, self, name)
        return method.aio if is_face else method

    async def over(self: Any, *args: Any) -> Any:
        await asyncio.sleep(0)
        if kind != "abstract":
            note(await above(self)(*args))
        return value

    async def more(self: Any, *args: Any, further: Any = value) -> Any:
        await over(self, *args)
        return further

    async def stream(self: Any, *args: Any) -> AsyncGenerator[Any, None]:
        async for item in above(self)(*args):
            note(item)
        yield value

    @asynccontextmanager
    async def context(self: Any, *args: Any) -> AsyncGenerator[Any, None]:
        async with above(self)(*args) as item:
            note(item)
            yield value

    async def following(self: Any, given: Any, then: Callable[[Any], Any]) -> Any:
        note(given)
        return await then(given)

    async def reading(self: Any, items: Any, lock: Any) -> list[Any]:
        async with lock as held:
            return [held, *[item async for item in items]]

    if kind in ("plain", "property"):
        return _shared(name, kind, value, note, cls)
    kinds = {"more": more, "stream": stream, "context": context, "following": following, "reading": reading}
    return decorate(kinds.get(kind, over))
