"""The streams of the runtime, which raise what the user gets in the place of an implementation's exception.

They extend those of the runtime, so that an item which comes costs no more for this: only what fails is looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...runtime import AsyncStream, BlockingStream, ReadAhead, StreamHere, hide_library_frames
from .._values._binding import taken
from .._values._errors import other_of, raise_in_place_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable
    from types import TracebackType

    from ...runtime import StreamCall

    RaiseGiven = Callable[[BaseException], None]


class BlockingSteps(BlockingStream[Any, Any]):
    """A stream each of whose steps blocks; `raise_given` is told of each exception, and may raise another."""

    __slots__ = ("_raise_given",)

    def __init__(self, call: StreamCall, raise_given: RaiseGiven) -> None:
        super().__init__(call)
        self._raise_given = raise_given

    def throw(self, typ: Any, val: Any = None, tb: TracebackType | None = None, /) -> Any:
        """Raise an exception at the `yield`; return the next item."""
        inner = _taken(typ)
        try:
            return super().throw(inner, val, tb)
        except BaseException as raised:  # any: it is passed on, without the library's frames
            _raise_thrown(raised, typ, inner)
            raise
        finally:
            del typ, val, tb, inner  # error -> traceback -> frame -> error would be a cycle

    def _step(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super()._step(*args, **kwargs)
        except BaseException as error:  # any: it is passed on
            self._raise_given(error)
            raise


class AsyncSteps(AsyncStream[Any, Any]):
    """The same whose steps are awaited."""

    __slots__ = ("_raise_given",)

    def __init__(self, call: StreamCall, raise_given: RaiseGiven) -> None:
        super().__init__(call)
        self._raise_given = raise_given

    async def athrow(self, typ: Any, val: Any = None, tb: TracebackType | None = None, /) -> Any:
        """Raise an exception at the `yield`; return the next item."""
        inner = _taken(typ)
        try:
            return await super().athrow(inner, val, tb)
        except BaseException as raised:  # any: it is passed on, without the library's frames
            _raise_thrown(raised, typ, inner)
            raise
        finally:
            del typ, val, tb, inner  # as in the blocking one

    async def _step(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return await super()._step(*args, **kwargs)
        except BaseException as error:  # any: it is passed on
            self._raise_given(error)
            raise


class StepsAhead(ReadAhead[Any]):
    """The same that reads ahead: to take an item from the buffer cannot fail, and costs what it did."""

    __slots__ = ("_raise_given",)

    def __init__(self, call: StreamCall, limit: int, raise_given: RaiseGiven) -> None:
        super().__init__(call, limit)
        self._raise_given = raise_given

    def _wait_for_item(self) -> None:
        try:
            super()._wait_for_item()
        except BaseException as error:  # any: it is passed on
            self._raise_given(error)
            raise

    def close(self) -> None:
        """Cancel what the generator waits for, end it, wait for its clean-up, and raise what that raises."""
        try:
            super().close()
        except BaseException as error:  # any: it is passed on
            self._raise_given(error)
            raise


class StepsHere(StreamHere[Any, Any]):
    """The same that runs on the caller's own loop."""

    __slots__ = ("_raise_given",)

    def __init__(self, raise_given: RaiseGiven, *args: Any) -> None:
        super().__init__(*args)
        self._raise_given = raise_given

    async def __anext__(self) -> Any:
        try:
            return await self._step(_next_of)  # not by `super()`: that would be one more coroutine for each item
        except BaseException as error:  # any: it is passed on, without the library's frames
            self._raise_given(error)
            hide_library_frames(error)
            raise

    async def asend(self, value: Any, /) -> Any:
        """Continue with `value` as the result of the `yield`; return the next item."""
        try:
            return await super().asend(value)
        except BaseException as error:  # any: it is passed on
            self._raise_given(error)
            raise

    async def athrow(self, typ: Any, val: Any = None, tb: TracebackType | None = None, /) -> Any:
        """Raise an exception at the `yield`; return the next item."""
        inner = _taken(typ)
        try:
            return await super().athrow(inner, val, tb)
        except BaseException as raised:  # any: it is passed on, without the library's frames
            if raised is inner:
                _raise_thrown(raised, typ, inner)
            self._raise_given(raised)
            raise
        finally:
            del typ, val, tb, inner  # as in the blocking one

    async def aclose(self) -> None:
        """End the generator and wait for its clean-up."""
        try:
            await super().aclose()
        except BaseException as error:  # any: it is passed on
            self._raise_given(error)
            raise


def _taken(thrown: Any) -> Any:
    """Return what the implementation gets for what a user throws: an exception, or the class of one."""
    return taken(thrown) if isinstance(thrown, BaseException) else thrown


def _raise_thrown(raised: BaseException, thrown: Any, inner: Any) -> None:
    """Raise what was thrown where the implementation lets it through; nothing happens where it is what was raised."""
    if raised is thrown or not (raised is inner or other_of(raised, is_inside=True) is inner):
        return
    BaseException.with_traceback(thrown, raised.__traceback__)
    try:
        raise_in_place_of(raised, thrown)
    except BaseException as error:  # what was thrown: it is passed on, without the library's frames
        hide_library_frames(error)
        raise


def _next_of(generator: AsyncGenerator[Any, Any]) -> Awaitable[Any]:
    return generator.asend(None)
