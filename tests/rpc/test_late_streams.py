"""A stream whose other side says nothing of its end is over here at its time, and cancelled there when it listens."""

from __future__ import annotations

import asyncio
import weakref
from typing import TYPE_CHECKING

import pytest

from ambidex.protocol import Limits
from ambidex.rpc import encode_call
from ambidex.rpc._outgoing import Late
from ambidex.rpc._reading import StreamReader
from tests.rpc.test_limits_of_calls import CODEC, called, served

if TYPE_CHECKING:
    from ambidex.rpc import Outgoing


def test_stream_without_a_verdict_is_late_and_cancelled_there() -> None:
    """The call has no deadline for the other side, which so never ends it; the limit of streams tells that it did."""

    async def calls(outgoing: Outgoing, go_on: asyncio.Event) -> None:
        for id_ in (1_000_000, 1_000_002):
            payload, buffers = encode_call(CODEC, 0, "items", (), {}, None)
            reader = StreamReader(CODEC, 0, lambda sent, received: None)
            stream = outgoing.stream(id_, payload, buffers, reader, 1.0, bound_s=0.05)
            assert await stream.__anext__() == 1
            with pytest.raises(Late):
                await stream.__anext__()
            with pytest.raises(StopAsyncIteration):
                await stream.__anext__()
        go_on.set()
        assert await called(outgoing, 5) == 5

    served(Limits(streams=1), calls)


def test_stream_that_ends_in_time_is_not_late_when_it_is_read_later() -> None:
    """What has come is there, and so is the end."""

    async def calls(outgoing: Outgoing, go_on: asyncio.Event) -> None:
        go_on.set()
        payload, buffers = encode_call(CODEC, 0, "items", (), {}, None)
        reader = StreamReader(CODEC, 8, lambda sent, received: None)
        stream = outgoing.stream(1_000_004, payload, buffers, reader, 1.0, bound_s=0.5)
        assert await stream.__anext__() == 1
        await called(outgoing, 5)
        assert reader.has_ended
        late = asyncio.Event()
        asyncio.get_running_loop().call_later(0.5, late.set)
        await late.wait()
        assert [each async for each in stream] == []

    served(Limits(), calls)


def test_stream_that_has_ended_is_held_by_nothing_until_its_time() -> None:
    """Nor one that was left early."""

    async def calls(outgoing: Outgoing, go_on: asyncio.Event) -> None:
        go_on.set()
        for id_, is_left in ((1_000_006, False), (1_000_008, True)):
            payload, buffers = encode_call(CODEC, 0, "items", (), {}, None)
            reader = StreamReader(CODEC, 0, lambda sent, received: None)
            stream = outgoing.stream(id_, payload, buffers, reader, 1.0, bound_s=3600.0)
            assert await stream.__anext__() == 1
            if is_left:
                await stream.aclose()
            assert [each async for each in stream] == []
            ended = weakref.ref(reader)
            del reader, stream
            assert ended() is None

    served(Limits(), calls)
