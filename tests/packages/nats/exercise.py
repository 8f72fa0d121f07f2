"""Send and receive through a NATS server, through both faces of nats-py."""

from __future__ import annotations

import asyncio
import queue
import sys

import nats_sync
import nats_sync.errors
from nats_sync.aio.msg import Msg

ADDRESS = sys.argv[1]
WAIT_S = 60.0


def blocking() -> None:
    """Publish, subscribe with and without a callback, ask and answer."""
    client = nats_sync.NATS()
    client.connect(ADDRESS)
    try:
        subscription = client.subscribe("birds.*")
        client.publish("birds.wren", b"5", headers={"By": "Ann"})
        message = subscription.next_msg(timeout=WAIT_S)
        assert (message.subject, message.data, message.headers) == ("birds.wren", b"5", {"By": "Ann"})
        received: queue.Queue[bytes] = queue.Queue()

        def receive(message: Msg) -> None:
            received.put(message.data)

        client.subscribe("owls", cb=receive)
        client.publish("owls", b"hoo")
        assert received.get(timeout=WAIT_S) == b"hoo"

        def answer(message: Msg) -> None:
            message.respond(message.data.upper())

        client.subscribe("shout", cb=answer)
        assert client.request("shout", b"hello", timeout=WAIT_S).data == b"HELLO"
        try:
            client.request("nobody", b"", timeout=WAIT_S)
        except nats_sync.errors.NoRespondersError:
            pass  # nobody answers, as it must be
        else:
            raise AssertionError("somebody answered")
        assert client.rtt() > 0
    finally:
        client.drain()
    assert client.is_closed


async def waiting() -> None:
    """Read messages that were sent in their order."""
    async with nats_sync.NATS() as client:
        await client.connect.aio(ADDRESS)
        subscription = await client.subscribe.aio("numbers")
        for number in range(3):
            await client.publish.aio("numbers", str(number).encode())
        seen = [await subscription.next_msg.aio(timeout=WAIT_S) for _ in range(3)]
        assert [message.data for message in seen] == [b"0", b"1", b"2"]


blocking()
asyncio.run(waiting())
print("done")
