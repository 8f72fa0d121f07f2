"""Make what the user of a face hands in: callables, iterables, context managers and objects of the user's own."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator


class User:
    """Make them for one form: "implementation", "blocking" or "aio"; `note` is called with what callables are given.

    `is_dual_aio` tells whether what is awaited of a callable is its `aio`.
    """

    def __init__(self, form: str, note: Callable[[Any], None], *, is_dual_aio: bool) -> None:
        self._form = form
        self._note = note
        self._is_dual_aio = is_dual_aio

    def names(self) -> dict[str, Any]:
        """Return them by the names that they have in checks."""
        return {
            "_items": self._items,
            "_callback": self._callback,
            "_several": self._several,
            "_pass_on": self._pass_on,
            "_middleware": self._middleware,
            "_chooser": self._chooser,
            "_entering": self._entering,
            "_reader": self._reader,
            "_taking": self._taking,
            "_user": self._user,
        }

    def _items(self, items: list[Any], *, is_async: bool = False) -> Any:
        """Return what an implementation reads with `async for`: the blocking face takes any iterable."""
        return items if self._form == "blocking" and not is_async else _AsyncItems(items)

    def _pass_on(self, *args: Any, **kwargs: Any) -> Any:
        self._note((args, kwargs))
        return (args, kwargs)

    def _callback(self, awaited: bool, *value: Any) -> Callable[..., Any]:
        """Return a callable that gives back what it is given, or a value; async where it may be and is awaited."""

        def called(given: Any, **named: Any) -> Any:
            for each in (given, *named.values()):
                self._note(each)
            return value[0] if value else given

        async def called_async(given: Any, **named: Any) -> Any:
            await asyncio.sleep(0)
            return called(given, **named)

        return called_async if awaited and self._form != "blocking" else called

    def _several(self, awaited: bool, *value: Any) -> Callable[..., Any]:
        """Return the same for any number of arguments."""
        called = self._callback(awaited, *value)
        return lambda *given: called(given)

    def _middleware(self) -> Callable[..., Any]:
        """Return a callback that calls what it is given."""

        async def awaiting(following: Any, given: Any) -> Any:
            self._note(given)
            return await (following.aio if self._is_dual_aio else following)(given)

        def blocking(following: Any, given: Any) -> Any:
            self._note(given)
            return following(given)

        return blocking if self._form == "blocking" else awaiting

    def _chooser(self) -> Callable[..., Any]:
        """Return a callback that gives a callable."""

        def chosen(given: Any) -> Callable[[Any], Any]:
            self._note(given)
            return _same

        return chosen

    def _entering(self, value: Any, other: bool = False, *, stops: bool = False) -> Any:
        """Return a context manager: a blocking one for the blocking face, or an `other` one; an exception may stop."""

        def left(error: Exception) -> None:
            self._note(("left by", type(error).__name__))
            if not stops:
                raise error

        @contextlib.contextmanager
        def blocking() -> Generator[Any, None, None]:
            try:
                yield value
            except LookupError as error:
                left(error)
            self._note("left")

        @contextlib.asynccontextmanager
        async def awaiting() -> AsyncGenerator[Any, None]:
            try:
                yield value
            except LookupError as error:
                left(error)
            self._note("left")

        is_blocking = self._form != "implementation" and (self._form == "blocking") is not other
        return blocking() if is_blocking else awaiting()

    def _reader(self) -> Callable[..., Any]:
        """Return a callback that reads a stream to its end."""

        async def awaiting(items: Any) -> list[Any]:
            return [item async for item in items]

        return list if self._form == "blocking" else awaiting

    def _taking(self, value: Any) -> Callable[..., Any]:
        """Return a callable that takes anything."""
        return lambda *args, **kwargs: (self._pass_on(*args, **kwargs), value)[1]

    def _user(self, value: Any) -> Any:
        """Return an object of the user's own, whose `read` gives a value."""
        return type("Own", (), {"read": staticmethod(self._taking(value))})()


class _AsyncItems:
    """Give the same items to each `async for`, as a list does to each `for`, and all of them to `await`."""

    def __init__(self, items: list[Any]) -> None:
        self._items = items

    async def __aiter__(self) -> AsyncIterator[Any]:
        for item in self._items:
            yield item

    def __await__(self) -> Generator[Any, Any, list[Any]]:
        yield from asyncio.sleep(0).__await__()
        return self._items


def _same(value: Any) -> Any:
    return value
