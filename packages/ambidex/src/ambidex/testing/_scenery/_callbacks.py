"""Own what a subject does with functions and context managers, its own and its caller's."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from ._objects import Objects
from ._parts import Scope
from ._values import Trouble

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable
    from contextlib import AbstractAsyncContextManager

    from ._parts import Part


class Callbacks(Objects):
    """Call back, and be entered."""

    def __init__(self) -> None:
        super().__init__()
        self._told: list[Callable[[int], Awaitable[object]]] = []

    async def tell(self, to: Callable[[int], Awaitable[object]], numbers: list[int]) -> list[Any]:
        """Call back with each, one after the other, and give the results."""
        return [await to(number) for number in numbers]

    async def tell_at_once(self, to: Callable[[int], Awaitable[int]], numbers: list[int]) -> list[int]:
        """Call back with all at the same time, and give the results in order."""
        return list(await asyncio.gather(*[to(number) for number in numbers]))

    async def tell_part(self, to: Callable[[Part], Awaitable[Part]], name: str) -> bool:
        """Call back with a part; tell whether it is what came back."""
        part = await self.part(name)
        return await to(part) is part

    async def tell_cleaning_up(self, to: Callable[[int], Awaitable[object]]) -> None:
        """Call back, and note the clean-up after that."""
        try:
            await to(1)
        except asyncio.CancelledError:
            self._notes.add("cancelled")
            raise
        finally:
            self._notes.add("cleaned up")

    async def tell_catching(self, to: Callable[[int], Awaitable[object]]) -> str:
        """Call back, and tell what that raises."""
        try:
            await to(1)
        except ArithmeticError as error:
            return f"caught {type(error).__name__}: {error}"
        return "nothing"

    async def tell_briefly(self, to: Callable[[int], Awaitable[object]]) -> str:
        """Call back, and cancel that once it has begun, as `begun` says."""
        work = asyncio.ensure_future(_awaited(to(1)))
        await self.wait_for("callback began")
        work.cancel()
        try:
            await work
        except asyncio.CancelledError:
            return "cancelled"
        return "not cancelled"

    async def tell_each(self, to: Callable[[int], Awaitable[int]], stop: int) -> AsyncGenerator[int, None]:
        """Give what the callback makes of each number."""
        for number in range(stop):
            yield await to(number)

    async def apply(self, function: Callable[[int], int], number: int) -> int:
        """Call a plain function, whose result is there at once."""
        return function(number)

    async def subscribe(self, to: Callable[[int], Awaitable[object]]) -> None:
        """Keep a function, for `publish`."""
        self._told.append(to)

    async def unsubscribe(self, to: Callable[[int], Awaitable[object]]) -> None:
        """Keep it no longer."""
        self._told.remove(to)

    async def publish(self, number: int) -> int:
        """Call what is kept; give how many that is."""
        for to in tuple(self._told):
            await to(number)
        return len(self._told)

    async def adder(self, by: int) -> Callable[[int], Awaitable[int]]:
        """Give an async function."""

        async def add(number: int) -> int:
            await asyncio.sleep(0)
            return number + by

        return add

    async def plain_adder(self, by: int) -> Callable[[int], int]:
        """Give a plain function."""
        return lambda number: number + by

    @asynccontextmanager
    async def open(self, name: str) -> AsyncGenerator[Part, None]:
        """Give a part for a while; "suppress" as the name suppresses what the block raises."""
        task = asyncio.current_task()
        self._notes.add(f"open {name}")
        try:
            yield await self.part(name)
        except asyncio.CancelledError:
            self._notes.add("cancelled")
            raise
        except Exception as error:
            self._notes.add(f"saw {type(error).__name__}")
            if name != "suppress":
                raise
        finally:
            await asyncio.sleep(0)
            self._notes.add(f"close {name} in the {'same' if asyncio.current_task() is task else 'other'} task")

    @asynccontextmanager
    async def fail_to_open(self) -> AsyncGenerator[int, None]:
        """Raise before there is anything."""
        raise Trouble(6, "cannot open")
        yield 1

    @asynccontextmanager
    async def fail_to_close(self) -> AsyncGenerator[int, None]:
        """Raise when it is left."""
        yield 1
        raise Trouble(6, "cannot close")

    @asynccontextmanager
    async def translate(self) -> AsyncGenerator[None, None]:
        """Raise another error than the block does."""
        try:
            yield
        except KeyError as error:
            raise Trouble(8, "translated") from error

    async def scope(self, suppresses: bool = False) -> Scope:
        """Give a context manager of a class."""
        return Scope(self._notes, suppresses)

    async def use(self, door: AbstractAsyncContextManager[int], fails: bool) -> int:
        """Enter the caller's context manager, and fail in it or not."""
        async with door as number:
            if fails:
                raise ArithmeticError("in the block")
            return number
        return -1


async def _awaited(work: Awaitable[object]) -> object:
    return await work
