"""A child that lends what it gives, beside what cannot be sent, and tells what is left of it."""

from __future__ import annotations

import gc
import threading
import weakref
from typing import TYPE_CHECKING, Any

from ambidex import ChildWorker

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Coroutine


class Keeping(ChildWorker):
    """Make functions, which are lent where they go out."""

    def __init__(self) -> None:
        self._made: list[weakref.ref[Any]] = []

    def _new(self) -> Callable[[], Coroutine[Any, Any, int]]:
        async def function() -> int:
            return 7

        self._made.append(weakref.ref(function))
        return function

    async def give(self) -> Any:
        """Give a function that can be sent."""
        return self._new()

    async def give_beside_a_lock(self) -> Any:
        """Give what can be sent beside what cannot."""
        return {"first": self._new(), "second": [self._new(), threading.Lock()]}

    async def yield_beside_a_lock(self) -> AsyncGenerator[Any, None]:
        """Yield what cannot be sent."""
        yield [self._new(), threading.Lock()]

    async def tell(self, told: Callable[[Any], Coroutine[Any, Any, None]]) -> str:
        """Call what was lent with what cannot be sent; return what that raises."""
        try:
            await told([self._new(), threading.Lock()])
        except Exception as error:  # noqa: BLE001  it is returned
            return type(error).__name__
        return "sent"

    async def left(self) -> int:
        """Return how many functions are there still."""
        gc.collect()
        return sum(each() is not None for each in self._made)
