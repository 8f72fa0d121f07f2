"""The implementation behind the faces of tests/bridge/workshop.py."""

from __future__ import annotations

import asyncio
import threading
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Collection
    from types import TracebackType


class Tool:
    def __init__(self, name: str, owner: Tool | None = None) -> None:
        asyncio.get_running_loop()
        if not name:
            raise ValueError("a tool has a name")
        self.name = name
        self.owner = owner
        self.log: list[object] = []
        self.tasks: list[object] = []

    @property
    def broken(self) -> str:
        raise LookupError("broken")

    @property
    def lost(self) -> str:
        raise AttributeError("the implementation's own error")

    def where(self) -> int:
        return threading.get_ident()

    def snap(self) -> None:
        raise ValueError("snapped")

    @classmethod
    async def forged(cls, name: str, wait: bool = False) -> Tool:
        if wait:
            await asyncio.Event().wait()
        return cls(name)

    @staticmethod
    async def weight(grams: int, wait: bool = False) -> int:
        if wait:
            await asyncio.Event().wait()
        return grams

    async def idle(self, wait: bool = False) -> str:
        if wait:
            await asyncio.Event().wait()
        return self.name

    async def idle_turns(self, wait: bool = False) -> AsyncGenerator[str, None]:
        yield await self.idle(wait)

    @asynccontextmanager
    async def idle_hold(self, wait: bool = False) -> AsyncGenerator[str, None]:
        yield await self.idle(wait)

    async def use(self, times: int, *, hard: bool = False) -> str:
        if hard:
            raise ValueError("too hard")
        return f"{self.name} used {times} times"

    async def turns(self, count: int = 3) -> AsyncGenerator[int, None]:
        for turn in range(count):
            yield turn
        if count > 3:
            raise ValueError("worn out")

    @asynccontextmanager
    async def held(self, *, firmly: bool = True) -> AsyncGenerator[Tool, None]:
        self.log.append("held firmly" if firmly else "held")
        try:
            yield self
        finally:
            self.log.append("put down")

    async def __aenter__(self) -> Tool:  # noqa: PYI034  Self is not in 3.9's typing
        self.tasks.append(asyncio.current_task())
        self.log.append("in")
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        self.tasks.append(asyncio.current_task())
        self.log.append(exc)
        return isinstance(exc, LookupError)

    def __len__(self) -> int:
        return len(self.name)

    def __bool__(self) -> bool:
        return self.name != "nothing"

    def __repr__(self) -> str:
        return f"<{self.name}>"

    def __contains__(self, item: object) -> bool:
        return str(item) in self.name

    def __getitem__(self, place: int) -> str:
        return self.name[place]

    def __call__(self, word: str) -> str:
        return f"{self.name} {word}"

    def __lt__(self, other: Tool) -> bool:
        return self.name < other.name


class Box:
    """An async iterable that is no iterator."""

    def __init__(self, *tools: Tool) -> None:
        self.tools = tools

    async def __aiter__(self) -> AsyncIterator[Tool]:
        for tool in self.tools:
            yield tool


class Tape:
    """An async iterator."""

    def __init__(self, stop: int) -> None:
        self._numbers = iter(range(stop))

    def __aiter__(self) -> Tape:
        return self

    async def __anext__(self) -> int:
        for number in self._numbers:
            return number
        raise StopAsyncIteration


async def count(tools: Collection[Tool]) -> int:
    return len(tools) if all(type(tool) is Tool for tool in tools) else -1


async def sorted_by_owner(tools: list[Tool]) -> dict[str, list[Tool]]:
    found: dict[str, list[Tool]] = {}
    for tool in tools:
        found.setdefault("" if tool.owner is None else tool.owner.name, []).append(tool)
    return found


async def fail() -> None:
    raise ValueError("from the function")


def check() -> None:
    raise ValueError("from the plain function")


async def wait() -> None:
    await asyncio.Event().wait()


async def pause(wait: bool = False) -> int:
    if wait:
        await asyncio.Event().wait()
    return 1


async def ticks(wait: bool = False) -> AsyncGenerator[int, None]:
    yield await pause(wait)


@asynccontextmanager
async def shift(wait: bool = False) -> AsyncGenerator[int, None]:
    yield await pause(wait)
