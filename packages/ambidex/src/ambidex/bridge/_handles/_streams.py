"""Async iterators, iterables and generators that stand inside other values, as users hold them.

Nothing runs before the first step. What has begun goes on as it began: all steps of one iteration run in one task.
"""

from __future__ import annotations

import collections.abc
from typing import TYPE_CHECKING, Any, TypeVar

from ...deadlines import check_timeout
from ...errors import UsageError
from ...runtime import hide_library_frames
from ._held import Held

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Coroutine, Generator
    from types import TracebackType

    from typing_extensions import Self

T_co = TypeVar("T_co", covariant=True)
Y_co = TypeVar("Y_co", covariant=True)
S_contra = TypeVar("S_contra", contravariant=True)


class Source(Held):
    """Open what an implementation has given out, as a stream of either form."""

    __slots__ = ()

    def blocking(self) -> Generator[Any, Any, None]:
        """Return a generator whose steps block."""
        reference = self.reference
        return reference.channel.stream(self.member, reference.receiver, (), {}, self.timeout_s)

    def awaited(self) -> AsyncGenerator[Any, Any]:
        """Return a generator whose steps are awaited."""
        reference = self.reference
        return reference.channel.astream(self.member, reference.receiver, (), {}, self.timeout_s)


class DualIterator(collections.abc.Iterator[T_co], collections.abc.AsyncIterator[T_co]):
    """An async iterator of the implementation: iterate it with `for`, or with `async for` on any asyncio loop.

    It is iterated once, the one way or the other. Leaving early lets its clean-up run; `close()` and `aclose()` wait.
    """

    __slots__ = ("__weakref__", "_awaited", "_blocking", "_source")

    def __init__(self, source: Source) -> None:
        self._source = source
        self._blocking: Generator[Any, Any, None] | None = None
        self._awaited: AsyncGenerator[Any, Any] | None = None

    def with_options(self, *, timeout: float | None = None) -> Self:
        """Return this with a deadline, in seconds from the first step, that covers the whole iteration.

        Raises:
            ValueError: `timeout` is negative or not a number.
            UsageError: the iteration has begun.
        """
        if self._blocking is not None or self._awaited is not None:
            raise UsageError(f"{self!r} has begun: give it its deadline before the first step")
        return type(self)(self._source.within(check_timeout(timeout)))

    def _begin(self) -> Generator[Any, Any, None]:
        if self._blocking is None:
            if self._awaited is not None:
                raise UsageError(f"{self!r} has begun as awaited, and goes on so: write `async for`, or `await` a step")
            self._blocking = self._source.blocking()
        return self._blocking

    def _begin_awaited(self) -> AsyncGenerator[Any, Any]:
        if self._awaited is None:
            if self._blocking is not None:
                raise UsageError(f"{self!r} has begun as blocking, and goes on so: write `for`, or call a step")
            self._awaited = self._source.awaited()
        return self._awaited

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> T_co:
        try:
            value: T_co = next(self._begin())
        except BaseException as error:  # any: it is passed on, without the library's frames
            hide_library_frames(error)
            raise
        return value

    def close(self) -> None:
        """End the iteration and wait for its clean-up."""
        try:
            self._begin().close()
        except BaseException as error:  # any: it is passed on, without the library's frames
            hide_library_frames(error)
            raise

    def __aiter__(self) -> Self:
        return self

    def __anext__(self) -> Coroutine[Any, Any, T_co]:
        return self._begin_awaited().__anext__()

    async def aclose(self) -> None:
        """End the iteration and wait for its clean-up."""
        try:
            await self._begin_awaited().aclose()
        except BaseException as error:  # any: it is passed on, without the library's frames
            hide_library_frames(error)
            raise

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {id(self):#x}>"


class DualGenerator(
    DualIterator[Y_co],
    collections.abc.Generator[Y_co, S_contra, None],
    collections.abc.AsyncGenerator[Y_co, S_contra],
):
    """An async generator of the implementation: a generator, or an async one, whichever way it is begun."""

    __slots__ = ()

    def send(self, value: S_contra, /) -> Y_co:
        """Continue with `value` as the result of the `yield`; return the next item."""
        try:
            item: Y_co = self._begin().send(value)
        except BaseException as error:  # any: it is passed on, without the library's frames
            hide_library_frames(error)
            raise
        return item

    def throw(self, typ: Any, val: Any = None, tb: TracebackType | None = None, /) -> Y_co:
        """Raise an exception at the `yield`; return the next item."""
        try:
            item: Y_co = self._begin().throw(typ, val, tb)
        except BaseException as error:  # any: it is passed on, without the library's frames
            hide_library_frames(error)
            raise
        finally:
            del typ, val, tb  # error -> traceback -> frame -> error would be a cycle
        return item

    def asend(self, value: S_contra, /) -> Coroutine[Any, Any, Y_co]:
        """Continue with `value` as the result of the `yield`; give the next item."""
        return self._begin_awaited().asend(value)

    def athrow(self, typ: Any, val: Any = None, tb: TracebackType | None = None, /) -> Coroutine[Any, Any, Y_co]:
        """Raise an exception at the `yield`; give the next item."""
        return self._begin_awaited().athrow(typ, val, tb)


class BlockingIterable(collections.abc.Iterable[T_co]):
    """An async iterable of the implementation, for `for`: each iteration begins anew."""

    __slots__ = ("__weakref__", "_source")

    def __init__(self, source: Source) -> None:
        self._source = source

    def __iter__(self) -> collections.abc.Iterator[T_co]:
        return self._source.blocking()


class AwaitedIterable(collections.abc.AsyncIterable[T_co]):
    """An async iterable of the implementation, for `async for`: each iteration begins anew."""

    __slots__ = ("__weakref__", "_source")

    def __init__(self, source: Source) -> None:
        self._source = source

    def __aiter__(self) -> collections.abc.AsyncIterator[T_co]:
        return self._source.awaited()


class DualIterable(collections.abc.Iterable[T_co], collections.abc.AsyncIterable[T_co]):
    """An async iterable of the implementation: iterate it with `for`, or with `async for` on any asyncio loop.

    Each iteration begins anew, where the implementation's object does.
    """

    __slots__ = ("__weakref__", "_source")

    def __init__(self, source: Source) -> None:
        self._source = source

    def with_options(self, *, timeout: float | None = None) -> Self:
        """Return this with a deadline, in seconds from the first step, that covers each whole iteration.

        Raises:
            ValueError: `timeout` is negative or not a number.
        """
        return type(self)(self._source.within(check_timeout(timeout)))

    def __iter__(self) -> collections.abc.Iterator[T_co]:
        return self._source.blocking()

    def __aiter__(self) -> collections.abc.AsyncIterator[T_co]:
        return self._source.awaited()
