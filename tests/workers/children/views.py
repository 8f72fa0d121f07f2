"""A worker that takes and gives views of memory."""

from __future__ import annotations

from collections.abc import AsyncGenerator  # which says what is sent into a stream
from typing import TYPE_CHECKING, Any

from ambidex import ChildWorker

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Awaitable, Callable


class Views(ChildWorker):
    """Say what has come, or give it back."""

    async def described(self, view: Any) -> tuple[str, bool, int, bytes]:
        """Return its class, whether it may not be written to, and its bytes."""
        return type(view).__name__, view.readonly, view.nbytes, bytes(view)

    async def echo(self, view: Any) -> Any:
        """Return what was given."""
        return view

    def plain(self, view: Any) -> Any:
        """Return it from a thread."""
        return view

    async def inside(self, views: list[memoryview]) -> dict[str, list[memoryview]]:
        """Return it inside other values."""
        return {"views": views}

    async def each(self, views: list[memoryview]) -> AsyncGenerator[memoryview, None]:
        """Yield one after the other."""
        for view in views:
            yield view

    async def stepped(self) -> AsyncGenerator[Any, memoryview]:
        """Yield what is sent."""
        given: Any = None
        while True:
            given = yield given

    async def read(self, views: AsyncIterable[memoryview]) -> list[bytes]:
        """Return the bytes of each."""
        return [bytes(view) async for view in views]

    async def called(self, take: Callable[[memoryview], Awaitable[memoryview]], length: int) -> tuple[bool, int]:
        """Call a function with one, and describe what it gives."""
        view = await take(memoryview(bytearray(length)))
        return type(view) is memoryview, len(view)


if __name__ == "__main__":
    Views().run()
