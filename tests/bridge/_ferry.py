"""An implementation whose async face runs on the caller's own loop."""

from __future__ import annotations

import asyncio
import itertools
import threading
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Callable

from ambidex import Module

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable

module = Module("tests.bridge.ferry", aio="caller")


thrown: list[Stranded] = []  # what the implementation has seen


@module.wrap_class
class Stranded(Exception):
    """A ship is aground."""

    def __init__(self, ferry: Ferry) -> None:
        super().__init__(f"{ferry.name or 'nameless'} is aground")
        self.ferry = ferry


@module.wrap_class
class Ferry:
    """A ship that knows the loop it sails on."""

    name: str
    built_on: tuple[int, int]

    def __init__(self, name: str) -> None:
        self.name = name
        if not name:
            raise Stranded(self)
        self.built_on = _where()

    async def where(self) -> tuple[int, int]:
        """Return the thread and the loop it runs on."""
        return _where()

    async def sister(self) -> Ferry:
        """Return another ship."""
        return Ferry("sister of " + self.name)

    async def tow(self, others: list[Ferry]) -> dict[str, Ferry]:
        """Take others in tow."""
        return {other.name: other for other in others}

    def plain_where(self) -> tuple[int, int]:
        """Return the thread and the loop it runs on."""
        return _where()

    async def wait(self) -> None:
        """Wait for ever."""
        await asyncio.Event().wait()

    async def ports(self, count: int) -> AsyncGenerator[tuple[int, int], None]:
        """Yield where each step runs."""
        for _ in range(count):
            await asyncio.sleep(0)
            yield _where()

    async def soundings(self, log: list[str]) -> AsyncGenerator[int, None]:
        """Count up and never suspend; log how it ends."""
        try:
            for number in itertools.count():
                yield number
        except BaseException as error:
            await asyncio.sleep(0)
            log.append(type(error).__name__)
            raise

    async def greet(self, answer: Callable[[str], Awaitable[str]]) -> str:
        """Ask the user."""
        return await answer(self.name)

    @asynccontextmanager
    async def trip(self) -> AsyncGenerator[tuple[int, int], None]:
        """Be on the way."""
        yield _where()

    async def strand(self) -> None:
        """Run aground."""
        raise Stranded(self)

    def plain_strand(self) -> None:
        """Run aground at once."""
        raise Stranded(self)

    async def stranding(self) -> AsyncGenerator[int, Stranded | None]:
        """Run aground after a step, or where that is sent; look at what is thrown, and let it through."""
        try:
            sent = yield 1
        except Stranded as error:
            thrown.append(error)
            raise
        raise Stranded(self) if sent is None else sent

    async def reports_itself(self, how: str) -> bool:
        """Run aground, and tell whether the ship that is reported is this one."""
        try:
            if how == "plain":
                self.plain_strand()
            elif how == "stream":
                async for _ in self.stranding():
                    pass
            else:
                await self.strand()
        except Stranded as error:
            return error.ferry is self
        return False

    @asynccontextmanager
    async def convoy(self) -> AsyncGenerator[None, None]:
        """Look at what the block raises, and let it through."""
        try:
            yield
        except Stranded as error:
            thrown.append(error)
            raise

    def __contains__(self, part: str) -> bool:
        return part in self.name


@module.wrap_function
async def where() -> tuple[int, int]:
    """Return the thread and the loop it runs on."""
    return _where()


def _where() -> tuple[int, int]:
    return threading.get_ident(), id(asyncio.get_running_loop())
