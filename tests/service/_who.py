"""What tells its clients who they are."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ambidex import Module, ServiceClient, current_client

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

wrapper_module = Module("tests.service.who", "who")


@wrapper_module.wrap_class
class Who:
    """Say who calls, wherever that is asked."""

    def __init__(self) -> None:
        self._held = asyncio.Event()

    async def here(self) -> ServiceClient | None:
        """Say it in the call, at its first step."""
        return current_client()

    async def later(self) -> ServiceClient | None:
        """Say it after a wait."""
        await asyncio.sleep(0)
        return current_client()

    async def in_task(self) -> ServiceClient | None:
        """Say it in a task of the call's."""
        return await asyncio.get_running_loop().create_task(self.here())

    async def in_thread(self) -> ServiceClient | None:
        """Say it in a thread of the call's."""
        return await asyncio.to_thread(current_client)

    async def around(self, call: Callable[[], Awaitable[None]]) -> ServiceClient | None:
        """Say it when the client has been called back."""
        await call()
        return current_client()

    async def steps(self) -> AsyncGenerator[ServiceClient | None, None]:
        """Say it at two steps of a stream."""
        yield current_client()
        yield current_client()

    async def hold(self) -> None:
        """Do not return."""
        self._held.set()
        await asyncio.Event().wait()

    async def until_held(self) -> None:
        """Return when `hold` runs."""
        await self._held.wait()
