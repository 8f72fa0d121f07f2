"""Awaitables that stand inside other values, as users hold them: nothing begins before somebody waits."""

from __future__ import annotations

import collections.abc
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ...deadlines import check_timeout
from ...runtime import hide_library_frames
from ._held import Held

if TYPE_CHECKING:
    from collections.abc import Generator

    from typing_extensions import Self

T_co = TypeVar("T_co", covariant=True)


class Work(Held):
    """Wait for what an implementation has given out, in either way."""

    __slots__ = ()

    def block(self) -> Any:
        """Wait, and return what awaiting it gives."""
        reference = self.reference
        return reference.channel.call(self.member, reference.receiver, (), {}, self.timeout_s)

    async def wait(self) -> Any:
        """Await it, and return what that gives."""
        reference = self.reference
        try:
            return await reference.channel.acall(self.member, reference.receiver, (), {}, self.timeout_s)
        except BaseException as error:  # any: it is passed on, without the library's frames
            hide_library_frames(error)
            raise


class BlockingAwaitable(Generic[T_co]):
    """An awaitable of the implementation, as those have it who block: `result()` waits for it."""

    __slots__ = ("__weakref__", "_work")

    def __init__(self, work: Work) -> None:
        self._work = work

    def result(self) -> T_co:
        """Wait for it, and return what awaiting it gives.

        Raises:
            DeadlockError: called on the thread that has to run it.
            DeadlineExceeded: it did not end within its `timeout`.
            RuntimeClosed: its synchronizer was closed meanwhile.
        """
        try:
            value: T_co = self._work.block()
        except BaseException as error:  # any: it is passed on, without the library's frames
            hide_library_frames(error)
            raise
        return value


class AwaitedAwaitable(collections.abc.Awaitable[T_co]):
    """An awaitable of the implementation, for any asyncio loop."""

    __slots__ = ("__weakref__", "_work")

    def __init__(self, work: Work) -> None:
        self._work = work

    def __await__(self) -> Generator[Any, Any, T_co]:
        return self._work.wait().__await__()


class DualAwaitable(BlockingAwaitable[T_co], collections.abc.Awaitable[T_co]):
    """An awaitable of the implementation: `await` it on any asyncio loop, or call `result()` to block.

    A coroutine can be waited for once, as ever.
    """

    __slots__ = ()

    def with_options(self, *, timeout: float | None = None) -> Self:
        """Return this with a deadline, in seconds from when it is waited for, that stops the work itself.

        Raises:
            ValueError: `timeout` is negative or not a number.
        """
        return type(self)(self._work.within(check_timeout(timeout)))

    def __await__(self) -> Generator[Any, Any, T_co]:
        return self._work.wait().__await__()
