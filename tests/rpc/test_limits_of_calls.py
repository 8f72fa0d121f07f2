"""The called side takes so many calls and streams at a time, and refuses the next one alone."""

from __future__ import annotations

import asyncio
import itertools
import socket
from typing import TYPE_CHECKING, Any

import pytest

from ambidex.errors import UsageError
from ambidex.protocol import Limits
from ambidex.rpc import Outgoing, PickleCodec, encode_call, outcome
from ambidex.rpc._reading import StreamReader
from ambidex.rpc.serving import Incoming, Served, find, table_of
from ambidex.transport import Connection

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

CODEC = PickleCodec()


def served(limits: Limits, calls: Callable[[Outgoing, asyncio.Event], Awaitable[None]]) -> None:
    """Serve three functions under limits, and have `calls` call them; they wait for its event."""

    async def main() -> None:
        loop, go_on = asyncio.get_running_loop(), asyncio.Event()

        async def wait(number: int) -> int:
            await go_on.wait()
            return number

        async def items() -> AsyncGenerator[int, None]:
            yield 1
            await go_on.wait()

        table = table_of({"wait": wait, "items": items})
        ours, theirs = socket.socketpair()
        settled = loop.create_future()
        what = Served(CODEC, lambda _, name: find(table, name, "it"), _no_threads, limits)
        there = Connection(loop, theirs, limits, None, lambda _: incoming.end())
        incoming = Incoming(there, what, lambda: settled.set_result(None))
        there.receive = incoming.receive
        here = Connection(loop, ours, limits, None, lambda _: outgoing.end())
        outgoing = Outgoing(here, CODEC)
        here.receive = outgoing.receive
        try:
            await calls(outgoing, go_on)
        finally:
            here.close()
            await settled

    asyncio.run(main())


def _no_threads() -> Any:
    raise AssertionError("nothing here is sync")


_ids = itertools.count(2, 2)


async def called(outgoing: Outgoing, number: int) -> Any:
    """Call `wait`."""
    payload, buffers = encode_call(CODEC, 0, "wait", (number,), {}, None)
    return outcome(CODEC, await outgoing.call(next(_ids), payload, buffers, 1.0))


def stream(outgoing: Outgoing) -> AsyncGenerator[Any, Any]:
    """Open a stream of `items`."""
    payload, buffers = encode_call(CODEC, 0, "items", (), {}, None)
    return outgoing.stream(next(_ids), payload, buffers, StreamReader(CODEC, 0, lambda sent, received: None), 1.0)


def test_call_too_many_is_refused_and_the_open_ones_go_on() -> None:
    """With an error that names the limit; there is room again once one has ended."""

    async def calls(outgoing: Outgoing, go_on: asyncio.Event) -> None:
        open_ones = [asyncio.ensure_future(called(outgoing, number)) for number in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(UsageError, match=r"3 calls are open.*limit `calls`"):
            await called(outgoing, 3)
        go_on.set()
        assert await asyncio.gather(*open_ones) == [0, 1, 2]
        assert await called(outgoing, 4) == 4

    served(Limits(calls=3), calls)


def test_stream_too_many_is_refused_and_calls_are_not() -> None:
    """With an error that names the limit; there is room again once one has ended."""

    async def calls(outgoing: Outgoing, go_on: asyncio.Event) -> None:
        first = stream(outgoing)
        assert await first.__anext__() == 1
        with pytest.raises(UsageError, match=r"1 streams are open.*limit `streams`"):
            await stream(outgoing).__anext__()
        go_on.set()
        assert await called(outgoing, 5) == 5
        assert [each async for each in first] == []
        assert [each async for each in stream(outgoing)] == [1]

    served(Limits(streams=1), calls)
