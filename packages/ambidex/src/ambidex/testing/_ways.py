"""Own the two ways to call, in one shape, so that a behaviour is written once for both."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
from typing import TYPE_CHECKING, Any, Protocol

from ..bridge import get

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Coroutine
    from contextlib import AbstractAsyncContextManager


class Begun(Protocol):
    """Be a call that was begun, and whose outcome nobody has asked for yet."""

    async def result(self) -> Any:
        """Wait for its outcome."""
        ...

    def cancel(self) -> None:
        """Give it up."""
        ...


class Stream(Protocol):
    """Be a stream, with the steps of a generator."""

    async def next(self) -> Any:
        """Take a step; `StopAsyncIteration` is the end."""
        ...

    async def send(self, value: object) -> Any:
        """Take a step with a value for the other side."""
        ...

    async def throw(self, error: BaseException) -> Any:
        """Take a step with an error for the other side."""
        ...

    async def close(self) -> None:
        """End it."""
        ...

    async def rest(self) -> list[Any]:
        """Read it to its end."""
        ...


class Way(Protocol):
    """Be a way to call."""

    name: str

    def run(self, body: Coroutine[Any, Any, None]) -> None:
        """Run a behaviour."""
        ...

    async def call(self, method: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call a method."""
        ...

    async def get(self, obj: object, name: str, /, *args: object) -> Any:
        """Read an attribute, or what a special method gives."""
        ...

    def begin(self, method: Any, /, *args: Any, **kwargs: Any) -> Begun:
        """Begin a call."""
        ...

    def stream(self, method: Any, /, *args: Any, **kwargs: Any) -> Stream:
        """Call a method that gives a stream."""
        ...

    def streaming(self, stream: Any) -> Stream:
        """Read something that a call has given, an iterator."""
        ...

    def enter(self, method: Any, /, *args: Any, **kwargs: Any) -> AbstractAsyncContextManager[Any]:
        """Call a method that gives a context manager, and enter that."""
        ...

    def entering(self, door: Any) -> AbstractAsyncContextManager[Any]:
        """Enter a context manager that a call has given."""
        ...


class Blocking:
    """Block on the thread that runs the behaviour."""

    name = "blocking"

    def run(self, body: Coroutine[Any, Any, None]) -> None:
        """Run a behaviour to its end in one step."""
        try:
            body.send(None)
        except StopIteration:
            return
        body.close()
        raise AssertionError("a behaviour of the blocking face has awaited something that is not there")

    async def call(self, method: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call a method."""
        return method(*args, **kwargs)

    async def get(self, obj: object, name: str, /, *args: object) -> Any:
        """Read an attribute, or what a special method gives."""
        value = getattr(obj, name)
        return value(*args) if name.startswith("__") else value

    def begin(self, method: Any, /, *args: Any, **kwargs: Any) -> Begun:
        """Submit a call."""
        return _Submitted(method.submit(*args, **kwargs))

    def stream(self, method: Any, /, *args: Any, **kwargs: Any) -> Stream:
        """Call a method that gives a stream."""
        return _BlockingStream(method(*args, **kwargs))

    def streaming(self, stream: Any) -> Stream:
        """Read what a call has given."""
        return _BlockingStream(iter(stream))

    def enter(self, method: Any, /, *args: Any, **kwargs: Any) -> AbstractAsyncContextManager[Any]:
        """Enter by `with` what a method gives."""
        return self.entering(method(*args, **kwargs))

    @contextlib.asynccontextmanager
    async def entering(self, door: Any) -> AsyncGenerator[Any, None]:
        """Enter it by `with`."""
        with door as entered:
            yield entered


class _Submitted:
    def __init__(self, future: Any) -> None:
        self._future = future

    async def result(self) -> Any:
        return self._future.result()

    def cancel(self) -> None:
        self._future.cancel()


class _BlockingStream:
    def __init__(self, stream: Any) -> None:
        self._stream = stream

    async def next(self) -> Any:
        return self._step(next, self._stream)

    async def send(self, value: object) -> Any:
        return self._step(self._stream.send, value)

    async def throw(self, error: BaseException) -> Any:
        return self._step(self._stream.throw, error)

    def _step(self, step: Any, value: object) -> Any:
        try:
            return step(value)
        except StopIteration as end:
            raise StopAsyncIteration(*end.args) from None

    async def close(self) -> None:
        self._stream.close()

    async def rest(self) -> list[Any]:
        return list(self._stream)


class Awaited:
    """Await, on a loop that runs the behaviour alone."""

    name = "awaited"

    def run(self, body: Coroutine[Any, Any, None]) -> None:
        """Run a behaviour on a loop of its own."""
        asyncio.run(body)

    async def call(self, method: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Await a method; one that has the blocking form alone is called on a thread."""
        awaited = getattr(method, "aio", None)
        if awaited is None:
            return await asyncio.get_running_loop().run_in_executor(None, lambda: method(*args, **kwargs))
        return await awaited(*args, **kwargs)

    async def get(self, obj: object, name: str, /, *args: object) -> Any:
        """Await an attribute, or what a special method gives."""
        return await get(obj, name, *args)

    def begin(self, method: Any, /, *args: Any, **kwargs: Any) -> Begun:
        """Begin a call in a task."""
        return _Task(asyncio.ensure_future(_awaited(method.aio(*args, **kwargs))))

    def stream(self, method: Any, /, *args: Any, **kwargs: Any) -> Stream:
        """Call a method that gives a stream."""
        return _AwaitedStream(method.aio(*args, **kwargs))

    def streaming(self, stream: Any) -> Stream:
        """Read what a call has given."""
        return _AwaitedStream(aiter_of(stream))

    def enter(self, method: Any, /, *args: Any, **kwargs: Any) -> AbstractAsyncContextManager[Any]:
        """Enter by `async with` what a method gives."""
        return self.entering(method.aio(*args, **kwargs))

    def entering(self, door: Any) -> AbstractAsyncContextManager[Any]:
        """Enter it by `async with`."""
        entered: AbstractAsyncContextManager[Any] = door
        return entered


def aiter_of(stream: Any) -> AsyncGenerator[Any, Any]:
    """Return the async iterator of something, as Python 3.10's `aiter` does."""
    kind: Any = stream.__class__
    made: AsyncGenerator[Any, Any] = kind.__aiter__(stream)
    return made


async def _awaited(work: Any) -> Any:
    return await work if inspect.isawaitable(work) else work


class _Task:
    def __init__(self, task: asyncio.Future[Any]) -> None:
        self._task = task

    async def result(self) -> Any:
        return await self._task

    def cancel(self) -> None:
        self._task.cancel()


class _AwaitedStream:
    def __init__(self, stream: Any) -> None:
        self._stream = stream

    async def next(self) -> Any:
        return await self._stream.__anext__()

    async def send(self, value: object) -> Any:
        return await self._stream.asend(value)

    async def throw(self, error: BaseException) -> Any:
        return await self._stream.athrow(error)

    async def close(self) -> None:
        await self._stream.aclose()

    async def rest(self) -> list[Any]:
        return [item async for item in self._stream]
