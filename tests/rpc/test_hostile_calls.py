"""What breaks the rules of calls ends the connection, says which rule, and leaves nothing that runs or is counted."""

from __future__ import annotations

import asyncio
import gc
import math
import socket
import struct
from typing import TYPE_CHECKING, Any

import pytest

from ambidex.errors import ProtocolError
from ambidex.protocol import Flags, Kind, Limits
from ambidex.rpc import Outgoing, PickleCodec, encode_call
from ambidex.rpc._outgoing import ConnectionLost
from ambidex.rpc._reading import StreamReader
from ambidex.rpc.serving import Incoming, Served, find, table_of
from ambidex.transport import Connection

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

CODEC = PickleCodec()
_HEAD = struct.Struct("<dIH")  # as the module of messages has it: remaining seconds, target, bytes of the name
WAIT = encode_call(CODEC, 0, "wait", (), {}, None)[0]
ITEMS = encode_call(CODEC, 0, "items", (), {}, None)[0]
BODY = WAIT[_HEAD.size + len("wait") :]

Sent = tuple[Kind, int, bytes, int]
BEGIN: Sent = (Kind.CALL, 2, WAIT, 0)
STREAM: Sent = (Kind.CALL, 2, ITEMS, int(Flags.STREAM))
CREDIT: Sent = (Kind.CREDIT, 2, (1).to_bytes(4, "little"), 0)
ITEM: Sent = (Kind.ITEM, 2, CODEC.dumps(1)[0], 0)


def timed(remaining_s: float) -> Sent:
    """Return a call that says that so many seconds are left."""
    return (Kind.CALL, 4, _HEAD.pack(remaining_s, 0, len("wait")) + b"wait" + BODY, 0)


HOSTILE: dict[str, tuple[list[Sent], str]] = {
    "a call twice": ([BEGIN, BEGIN], "call 2 came twice"),
    "a call without a head": ([BEGIN, (Kind.CALL, 4, b"short", 0)], "a call of 5 bytes came, which is too short"),
    "a name that is no text": (
        [(Kind.CALL, 4, _HEAD.pack(math.inf, 0, 2) + b"\xff\xff" + BODY, 0)],
        "the name of call 4 is no text",
    ),
    "a time that is no number": ([BEGIN, timed(math.nan)], "a remaining time of nan s"),
    "a time below 0": ([BEGIN, timed(-1.0)], "a remaining time of -1.0 s"),
    "a credit of another length": ([STREAM, (Kind.CREDIT, 2, b"abc", 0)], "a credit of 3 bytes came for 2"),
    "items without end for a stream that waits": ([STREAM, CREDIT, *[ITEM] * 5], "more was sent into the stream 2"),
    "another kind for a stream": ([STREAM, (Kind.RELEASE, 2, b"", 0)], "came for the stream 2"),
    "another kind for a call": ([BEGIN, (Kind.RELEASE, 2, b"", 0)], "came for 2, which is no call here"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_breaks_a_rule_of_calls_ends_the_connection(name: str, recwarn: pytest.WarningsRecorder) -> None:
    """With a sentence; what ran is cancelled, and what had not begun never does."""
    messages, reason = HOSTILE[name]

    async def main() -> None:
        loop = asyncio.get_running_loop()
        begun: list[str] = []

        async def wait() -> None:
            begun.append("wait")
            await asyncio.Event().wait()

        async def items() -> AsyncGenerator[int, None]:
            await asyncio.Event().wait()
            yield 1

        table = table_of({"wait": wait, "items": items})
        ours, theirs = socket.socketpair()
        broken: asyncio.Future[Exception | None] = loop.create_future()
        settled: asyncio.Future[None] = loop.create_future()

        def ended(error: Exception | None) -> None:
            broken.set_result(error)
            incoming.end()

        served = Served(CODEC, lambda _, asked: find(table, asked, "it"), _no_threads, Limits())
        there = Connection(loop, theirs, Limits(), None, ended)
        incoming = Incoming(there, served, lambda: settled.set_result(None))
        there.receive = incoming.receive
        here = Connection(loop, ours, Limits(), lambda _: None, lambda _: None)
        try:
            for kind, id_, payload, flags in messages:
                here.send(kind, id_, payload, (), flags)
            error = await broken
            assert isinstance(error, ProtocolError)
            assert reason in str(error)
            await settled
            assert (served.open_calls, served.open_streams) == (0, 0)
            assert begun == ["wait"] * (BEGIN in messages)
        finally:
            here.close()

    asyncio.run(main())
    gc.collect()
    assert [str(each.message) for each in recwarn] == []  # of coroutines that nobody awaits


def test_items_that_nobody_has_asked_for_end_the_connection() -> None:
    """They would wait here without a bound for whoever reads the stream."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        ours, theirs = socket.socketpair()
        broken: asyncio.Future[Exception | None] = loop.create_future()

        def ended(error: Exception | None) -> None:
            broken.set_result(error)
            outgoing.end()

        here = Connection(loop, ours, Limits(), None, ended)
        outgoing = Outgoing(here, CODEC)
        here.receive = outgoing.receive
        there = Connection(loop, theirs, Limits(), lambda _: None, lambda _: None)
        items = outgoing.stream(2, ITEMS, (), StreamReader(CODEC, 0, lambda _, __: None), 1.0)
        try:
            first = loop.create_task(anext_of(items))
            there.send(Kind.ITEM, 2, CODEC.dumps([1])[0])
            assert await first == 1
            second = loop.create_task(anext_of(items))
            await asyncio.sleep(0)
            there.send(Kind.ITEM, 2, CODEC.dumps([2, 3])[0])
            error = await broken
            assert isinstance(error, ProtocolError)
            assert str(error) == "1 items came of the stream 2 that nobody has asked for"
            with pytest.raises(ConnectionLost):
                await second
        finally:
            there.close()

    asyncio.run(main())


async def anext_of(items: AsyncGenerator[Any, Any]) -> Any:
    """Return the next item: `anext` is not in Python 3.9."""
    return await items.__anext__()


def _no_threads() -> Any:
    raise AssertionError("nothing here is sync")
