"""The implementation behind the faces of tests/bridge/kiln.py: constructors of every kind, and calls gone wrong."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

closed: list[str] = []
made: list[object] = []


class Pot:
    def __init__(self, *, glaze: str, size: int = 1) -> None:
        self.loop = asyncio.get_running_loop()  # raises where none runs
        if size < 0:
            raise ValueError("a pot has a size")
        self.glaze = glaze
        made.append(type(self))

    @classmethod
    async def thrown(cls, glaze: str) -> Pot:
        await asyncio.sleep(0)
        return cls(glaze=glaze)

    @classmethod
    def pressed(cls, glaze: str) -> Pot:
        return cls(glaze=glaze)

    def bad(self) -> int:
        return self.colour()  # type: ignore[return-value]

    async def colour(self) -> int:
        return 1


class Vase(Pot):
    """A subclass with a face of its own, and the constructor of its base."""


class Single:
    """A class that gives out its one object."""

    _known: ClassVar[dict[str, Single]] = {}

    def __new__(cls, name: str) -> Single:  # noqa: PYI034  Self is not in 3.9's typing
        return cls._known.setdefault(name, super().__new__(cls))


async def inner() -> int:
    return 1


async def numbers() -> AsyncGenerator[int, None]:
    try:
        yield 1
        yield 2
    finally:
        closed.append("numbers")


async def waiting() -> None:
    try:
        await asyncio.Event().wait()
    finally:
        closed.append("waiting")


async def forgets_to_await() -> int:
    return inner()  # type: ignore[return-value]


def plainly_forgets() -> int:
    return inner()  # type: ignore[return-value]


async def returns_numbers() -> int:
    return numbers()  # type: ignore[return-value]


async def returns_begun() -> int:
    begun = numbers()
    await begun.__anext__()
    return begun  # type: ignore[return-value]


async def returns_started() -> int:
    started: Any = waiting()
    started.send(None)
    return started  # type: ignore[no-any-return]


async def no_stream() -> int:
    return 1
