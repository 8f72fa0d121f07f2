"""What the tests of views have a process do: tell of long buffers whether they can be written to there."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from ambidex import Module, idempotent

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

wrapper_module = Module("tests.workers.children.freight", "freight")


@wrapper_module.wrap_class
class Hold:
    """An object that is given buffers, and gives them."""

    goods: memoryview

    def __init__(self) -> None:
        self.goods = memoryview(bytearray(1_000_000))

    @classmethod
    async def told(cls, goods: memoryview) -> tuple[bool, memoryview]:
        """Tell whether what has come is read-only, and return it."""
        return goods.readonly, goods

    async def swap(self, goods: memoryview) -> tuple[bool, memoryview]:
        """Do the same for an object."""
        return goods.readonly, goods

    def weigh(self, goods: memoryview) -> tuple[bool, memoryview]:
        """Do the same in a plain method."""
        return goods.readonly, goods

    async def pieces(self, count: int, goods: memoryview) -> AsyncGenerator[tuple[bool, memoryview], None]:
        """Do the same in a stream, so often."""
        for _ in range(count):
            yield goods.readonly, goods

    @asynccontextmanager
    async def lifted(self, goods: memoryview) -> AsyncGenerator[tuple[bool, memoryview], None]:
        """Do the same for as long as it is entered."""
        yield goods.readonly, goods

    async def other(self) -> Hold:
        """Return another one."""
        return Hold()

    async def called(self, goods: memoryview) -> tuple[bool, memoryview]:
        """Ask `swap`, which a subclass may override."""
        return await self.swap(goods)


@wrapper_module.wrap_function
@idempotent
async def swap(goods: memoryview) -> tuple[bool, memoryview]:
    """Tell whether what has come is read-only, and return it."""
    return goods.readonly, goods


@wrapper_module.wrap_function
async def pieces(count: int, goods: memoryview) -> AsyncGenerator[tuple[bool, memoryview], None]:
    """Do the same in a stream, so often."""
    for _ in range(count):
        yield goods.readonly, goods
