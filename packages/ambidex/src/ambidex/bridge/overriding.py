"""The decorators of a user's method that has the two faces of a generated one, most often because it overrides it.

    class Mine(weather.Station):
        @ambidex.method
        def measure(self, city: str) -> float: ...

        @ambidex.async_method
        async def report(self) -> str: ...

The type of each is that of the generated method, so a checker compares the signatures.
"""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any, overload

from ._overrides._own import is_async_function, is_generator, is_member, own_method

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Generator
    from contextlib import (
        _AsyncGeneratorContextManager,  # pyright: ignore[reportPrivateUsage]  what the public decorator gives
        _GeneratorContextManager,  # pyright: ignore[reportPrivateUsage]  as above
    )
    from typing import TypeVar

    from typing_extensions import Concatenate, ParamSpec

    from ..runtime import Context
    from ._faces._descriptors import EntryMethod, Method, StreamMethod
    from ._faces._overridable import (
        OverridableEntry,
        OverridableMethod,
        OverridableStream,
        Overridden,
        OverridingDecorator,
    )

    D = TypeVar("D", bound=Overridden)
    P = ParamSpec("P")
    R = TypeVar("R")
    S = TypeVar("S")
    V = TypeVar("V")
    Y = TypeVar("Y")

__all__ = ("async_method", "method")


@overload
def method(overridden: D, /) -> OverridingDecorator[D]: ...
@overload
def method(  # type: ignore[overload-overlap]  # a generator function is one: the first overload that fits counts
    function: Callable[Concatenate[Any, P], Generator[Y, S, Any]], /
) -> StreamMethod[P, Y, S] | OverridableStream[Callable[P, Generator[Y, S, None]]]: ...
@overload
def method(  # type: ignore[overload-overlap]  # as above
    function: Callable[Concatenate[Any, P], _GeneratorContextManager[V]], /
) -> EntryMethod[P, V] | OverridableEntry[Callable[P, Context[V]]]: ...
@overload
def method(function: Callable[Concatenate[Any, P], R], /) -> Method[P, R] | OverridableMethod[Callable[P, R]]: ...
def method(function: Any, /) -> Any:
    """Give a blocking method of a subclass of a face both faces: call it as it is, or await `.aio(...)`.

    Where it overrides a generated one, an implementation that awaits it runs it off its loop, as a callback: on the
    thread of a caller that waits for the call which leads to it, else on a thread of a pool. It may block, call the
    blocking methods of its face, and call `super()`. A generator yields off the loop, step by step.

    `@ambidex.method(Station.measure)` names what it overrides, and gives it the type of that: where that has overloads,
    or is generic in a way that no decorator can take from a function. Its own annotations are not compared then.

    Raises:
        TypeError: it is no function, or an async one.
    """
    if is_member(function):
        return method
    if not isinstance(function, types.FunctionType):
        raise TypeError(f"@ambidex.method decorates a function, and got {function!r}; put it above other decorators")
    if is_async_function(function):
        raise TypeError(f"{function.__qualname__} is async: write @ambidex.async_method above it")
    return own_method(function, False)


@overload
def async_method(overridden: D, /) -> OverridingDecorator[D]: ...
@overload
def async_method(
    function: Callable[Concatenate[Any, P], AsyncGenerator[Y, S]], /
) -> StreamMethod[P, Y, S] | OverridableStream[Callable[P, Generator[Y, S, None]]]: ...
@overload
def async_method(
    function: Callable[Concatenate[Any, P], AsyncIterator[Y]], /
) -> StreamMethod[P, Y, None] | OverridableStream[Callable[P, Generator[Y, None, None]]]: ...
@overload
def async_method(
    function: Callable[Concatenate[Any, P], _AsyncGeneratorContextManager[V]], /
) -> EntryMethod[P, V] | OverridableEntry[Callable[P, Context[V]]]: ...
@overload
def async_method(
    function: Callable[Concatenate[Any, P], Awaitable[R]], /
) -> Method[P, R] | OverridableMethod[Callable[P, R]]: ...
def async_method(function: Any, /) -> Any:
    """Give an async method of a subclass of a face both faces: call it to block, or await `.aio(...)`.

    It runs on the loop of the implementation, in the task of who awaits it. There it must not block: of its face and of
    `super()` it awaits the `.aio`. It may be told what it overrides, as `method` may.

    Raises:
        TypeError: it is no async function.
    """
    if is_member(function):
        return async_method
    if not isinstance(function, types.FunctionType) or not is_async_function(function):
        name = getattr(function, "__qualname__", repr(function))
        what = "a generator that blocks" if is_generator(function) else "no async function"
        raise TypeError(f"{name} is {what}: write @ambidex.method above it, or `async def`")
    return own_method(function, True)
