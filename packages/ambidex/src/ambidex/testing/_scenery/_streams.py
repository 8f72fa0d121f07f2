"""Own the streams of a subject, and what it reads of its caller's."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ._calls import Calls
from ._objects import Objects
from ._parts import Part
from ._values import Trouble

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Iterator


class Streams(Objects, Calls):
    """Give streams, and read them."""

    def __init__(self) -> None:
        super().__init__()
        self.made = 0

    made: int

    async def count(self, stop: int) -> AsyncGenerator[int, None]:
        """Count; note how it ends."""
        self._notes.add("began")
        try:
            for number in range(stop):
                self.made += 1
                yield number
        except GeneratorExit:
            self._notes.add("closed")
            raise
        except asyncio.CancelledError:
            self._notes.add("cancelled")
            raise
        finally:
            await asyncio.sleep(0)
            self._notes.add("cleaned up")

    async def blocks(self, number: int, size: int) -> AsyncGenerator[bytes, None]:
        """Give so many blocks of bytes."""
        try:
            for each in range(number):
                self.made += 1
                yield bytes([each % 256]) * size
        finally:
            self._notes.add("cleaned up")

    async def talk(self) -> AsyncGenerator[str, str]:
        """Answer what is sent, and tell what is thrown; "stop" ends it."""
        try:
            said: str | None = "ready"
            while said != "stop":
                try:
                    said = yield f"heard {said}"
                except LookupError as error:
                    said = f"thrown {error.args[0]}"
        finally:
            await asyncio.sleep(0)
            self._notes.add("cleaned up")

    async def fail_after(self, items: int) -> AsyncGenerator[int, None]:
        """Give so many items, and raise."""
        for number in range(items):
            yield number
        raise Trouble(4, "in the stream")

    async def fail_when_closed(self) -> AsyncGenerator[int, None]:
        """Raise in the clean-up."""
        try:
            yield 1
            yield 2
        finally:
            raise Trouble(5, "in the clean-up")

    async def stall(self, items: int) -> AsyncGenerator[int, None]:
        """Give so many items, and wait for nothing."""
        try:
            for number in range(items):
                yield number
            self._notes.add("stalled")
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self._notes.add("cancelled")
            raise
        except GeneratorExit:
            self._notes.add("closed")
            raise
        finally:
            self._notes.add("cleaned up")

    async def same_task(self, items: int) -> AsyncGenerator[bool, None]:
        """Tell of each step whether it is in the task of the first one."""
        first = asyncio.current_task()
        for _ in range(items):
            yield asyncio.current_task() is first

    async def each_part(self, names: list[str]) -> AsyncGenerator[Part, None]:
        """Give parts."""
        for name in names:
            yield await self.part(name)

    async def each_loose_part(self, names: list[str]) -> AsyncGenerator[Part, None]:
        """Give parts that are not kept here."""
        for name in names:
            yield self._watched(Part(name))

    async def counter(self, stop: int) -> AsyncIterator[int]:
        """Give an iterator, which is no generator of this method's."""
        return self.count(stop)

    async def numbers(self, stop: int) -> Iterator[int]:
        """Give a plain iterator, of a builtin type."""
        return iter(range(stop))

    async def squares(self, stop: int) -> Iterator[int]:
        """Give a plain generator."""
        return (number * number for number in range(stop))

    async def total(self, numbers: AsyncIterable[int]) -> int:
        """Give the sum of what the caller's stream gives."""
        return sum([number async for number in numbers])

    async def take(self, numbers: AsyncIterator[int], most: int) -> list[int]:
        """Read so many, and give them."""
        taken: list[int] = []
        async for number in numbers:
            taken.append(number)
            if len(taken) == most:
                break
        return taken

    async def take_slowly(self, numbers: AsyncIterator[int]) -> int:
        """Read one, wait until `let_go`, and give how many there were in all."""
        read = 0
        async for _ in numbers:
            read += 1
            if read == 1:
                await self.hold()
        return read

    async def first_of(self, numbers: AsyncIterator[int]) -> int:
        """Ask the caller's iterator for its next item."""
        return await numbers.__anext__()

    async def doubled(self, numbers: AsyncIterable[int]) -> AsyncGenerator[int, None]:
        """Give twice what the caller's stream gives."""
        async for number in numbers:
            yield number * 2

    async def are_my_parts(self, parts: AsyncIterable[Part]) -> list[bool]:
        """Tell of each that comes whether it is the very one kept here."""
        return [part is self._parts.get(part.name) async for part in parts]

    async def caught(self, numbers: AsyncIterable[int]) -> str:
        """Name the error of the caller's stream."""
        try:
            await self.total(numbers)
        except ArithmeticError as error:
            return f"{type(error).__name__}: {error}"
        return "none"
