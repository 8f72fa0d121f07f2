"""The published bridges that this library is measured beside, each behind the same three verbs.

A peer that is not installed keeps its place in the tables, with the reason instead of a figure.
"""

from __future__ import annotations

import asyncio
import importlib.metadata
import importlib.util
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Callable

if TYPE_CHECKING:
    import contextlib
    from collections.abc import AsyncGenerator, AsyncIterator, Coroutine, Iterable, Iterator
    from types import ModuleType

    from ambidex import Synchronizer

PEERS = ("synchronicity", "anyio", "asgiref", "uvloop")

# Unquoted aliases are evaluated, on 3.9 too.
AsyncFunction = Callable[[int], "Coroutine[Any, Any, int]"]
GeneratorFunction = Callable[[int], "AsyncGenerator[int, None]"]
Blocking = Callable[[AsyncFunction], Callable[[int], int]]
Awaited = Callable[[AsyncFunction], AsyncFunction]
Streamed = Callable[[GeneratorFunction], Callable[[int], "Iterator[int]"]]


@dataclass(frozen=True)
class Bridge:
    """Turn an async function into a blocking one, or into one for other loops; None for what it does not offer.

    `absent` is why it cannot be measured here.
    """

    name: str
    blocking: Blocking | None = None
    awaited: Awaited | None = None
    streamed: Streamed | None = None
    absent: str = ""


def is_installed(package: str) -> bool:
    """Tell whether that package can be imported here."""
    return importlib.util.find_spec(package) is not None


_IMPORTED_AS = {"grpcio": "grpc"}


def versions(peers: Iterable[str] = PEERS) -> dict[str, str]:
    """Return the version of each of these peers that is installed."""
    return {peer: importlib.metadata.version(peer) for peer in peers if is_installed(_IMPORTED_AS.get(peer, peer))}


def synchronizer_bridge(name: str, synchronizer: Synchronizer) -> Bridge:
    """Return this library's own, called through a `Synchronizer` and not through a generated face."""
    run: Callable[..., Any] = synchronizer.run  # mypy does not see what `partial` leaves of a ParamSpec
    aio: Callable[..., Any] = synchronizer.aio
    iterate: Callable[..., Any] = synchronizer.iterate
    return Bridge(
        name,
        lambda function: partial(run, function),
        lambda function: partial(aio, function),
        lambda function: partial(iterate, function),
    )


def face_bridge(name: str, faces: ModuleType) -> Bridge:
    """Return this library's own, called through a generated module."""

    def face(function: AsyncFunction | GeneratorFunction) -> Any:  # the checkers cannot know which of the two it is
        return getattr(faces, function.__name__)

    return Bridge(name, face, lambda function: face(function).aio, face)


def stdlib_bridge(loop: asyncio.AbstractEventLoop) -> Bridge:
    """Return `asyncio.run_coroutine_threadsafe`, onto a loop that runs in a thread."""

    def blocking(function: AsyncFunction) -> Callable[[int], int]:
        return lambda value: asyncio.run_coroutine_threadsafe(function(value), loop).result()

    def awaited(function: AsyncFunction) -> AsyncFunction:
        async def call(value: int) -> int:
            return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(function(value), loop))

        return call

    def streamed(function: GeneratorFunction) -> Callable[[int], Iterator[int]]:
        def items(stop: int) -> Iterator[int]:
            source = function(stop)
            while (item := asyncio.run_coroutine_threadsafe(_next_or_none(source), loop).result()) is not None:
                yield item

        return items

    return Bridge("asyncio.run_coroutine_threadsafe", blocking, awaited, streamed)


def synchronicity_bridge() -> Bridge:
    """Return synchronicity's, or why it is absent."""
    name = "synchronicity"
    if not is_installed(name):
        return Bridge(name, absent="not installed")
    from synchronicity import Synchronizer as Peer

    peer: Any = Peer()  # the peer does not type what it makes

    def awaited(function: AsyncFunction) -> AsyncFunction:
        faces: Any = peer.create_blocking(function)
        call: AsyncFunction = faces.aio
        return call

    return Bridge(name, peer.create_blocking, awaited, peer.create_blocking)


def portal_bridge(stack: contextlib.ExitStack) -> Bridge:
    """Return anyio's blocking portal, closed by `stack`, or why it is absent."""
    name = "anyio blocking portal"
    if not is_installed("anyio"):
        return Bridge(name, absent="not installed")
    from anyio.from_thread import start_blocking_portal

    portal = stack.enter_context(start_blocking_portal())

    def awaited(function: AsyncFunction) -> AsyncFunction:
        async def call(value: int) -> int:
            return await asyncio.wrap_future(portal.start_task_soon(function, value))

        return call

    def streamed(function: GeneratorFunction) -> Callable[[int], Iterator[int]]:
        def items(stop: int) -> Iterator[int]:
            source = function(stop)
            while (item := portal.call(_next_or_none, source)) is not None:
                yield item

        return items

    return Bridge(name, lambda function: partial(portal.call, function), awaited, streamed)


def asgiref_bridge() -> Bridge:
    """Return asgiref's, or why it is absent; it has a blocking form alone."""
    name = "asgiref async_to_sync"
    if not is_installed("asgiref"):
        return Bridge(name, absent="not installed")
    from asgiref.sync import async_to_sync

    return Bridge(name, async_to_sync)


async def _next_or_none(items: AsyncIterator[int]) -> int | None:
    try:
        return await items.__anext__()
    except StopAsyncIteration:
        return None
