"""What waits in connections is counted, each byte once, until it is taken or the connection is over."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

import pytest

from ambidex.errors import ProtocolError
from ambidex.protocol import CHUNK, Kind, Limits, Writer, encoded
from ambidex.transport import Backlog, BeyondLimit, BlockingConnection, Connection, Share
from tests.limits import HANG_S
from tests.transport.streams import KINDS, stream_pair

if TYPE_CHECKING:
    from collections.abc import Callable

    from ambidex.protocol import Message
    from ambidex.transport import Stream

CALL = int(Kind.CALL)
MIB = 1024 * 1024


class Counted:
    """Hold one end on a loop, with a backlog of its own, and the other one."""

    def __init__(self, kind: str = "unix", most: int = 1 << 40) -> None:
        one, self.other = stream_pair(kind)
        loop = asyncio.get_running_loop()
        self.messages: asyncio.Queue[Message] = asyncio.Queue()
        self.ended: asyncio.Future[Exception | None] = loop.create_future()
        self.connection = Connection(loop, one, Limits(), self.messages.put_nowait, self.ended.set_result)
        self.backlog = Backlog(most, self.pass_bound)
        self.connection.count_in(Share(self.backlog))

    def pass_bound(self) -> None:
        """End the connection."""
        self.connection.cut(BeyondLimit("too much waits", "of this test"))

    async def wait_for_size(self, is_right: Callable[[int], bool]) -> None:
        """Wait until so much waits."""
        end = asyncio.get_running_loop().time() + HANG_S
        while not is_right(self.backlog.size):
            assert asyncio.get_running_loop().time() < end, self.backlog.size
            await asyncio.sleep(0)

    def close(self) -> None:
        """Close both ends."""
        self.connection.close()
        self.other.close()


def long_message() -> bytes:
    """Return the bytes of one message with a buffer of 2 MiB."""
    writer = Writer()
    writer.send(CALL, 2, b"long", [memoryview(bytes(2 * MIB))])
    parts: list[bytes | memoryview] = []
    while not writer.is_empty:
        parts += writer.take()
    return b"".join(parts)


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_full_socket_does_not_take_is_counted_until_it_does(kind: str) -> None:
    """Of long messages and short ones, those before it was full and those since."""

    def read(stream: Stream, count: int) -> None:
        connection = BlockingConnection(stream, Limits())
        while count > 0:
            count -= len(connection.receive(HANG_S))

    async def main() -> None:
        end = Counted(kind)
        for _ in range(8):
            end.connection.send(CALL, 2, b"long", [memoryview(bytes(8 * MIB))])
        assert 30 * MIB < end.backlog.size <= 65 * MIB
        size = end.backlog.size
        for _ in range(100):
            end.connection.send(CALL, 3, bytes(1000))
        assert 100_000 <= end.backlog.size - size < 110_000
        assert end.connection.backlog_bytes == end.backlog.size
        await asyncio.get_running_loop().run_in_executor(None, read, end.other, 108)
        await end.wait_for_size(lambda size: size == 0)
        end.close()

    asyncio.run(main())


def test_what_has_come_is_counted_until_it_is_whole() -> None:
    """From its head on, as long as the whole of it will be; a short message by what has come."""

    async def main() -> None:
        end, data = Counted(), long_message()
        end.other.sendall(data[:100])
        await end.wait_for_size(lambda size: size >= 2 * MIB)
        assert end.backlog.size < 2 * MIB + 1000
        sending = asyncio.get_running_loop().run_in_executor(None, end.other.sendall, data[100:])
        await end.messages.get()
        await sending
        assert end.backlog.size == 0
        frame = encoded(CALL, 3, bytes(CHUNK // 2))
        end.other.sendall(frame[:5000])
        await end.wait_for_size(lambda size: size == 5000)
        end.other.sendall(frame[5000:])
        await end.messages.get()
        assert end.backlog.size == 0
        end.connection.keep(70)
        assert end.backlog.size == 70
        end.connection.keep(-70)
        assert end.backlog.size == 0
        end.close()

    asyncio.run(main())


def test_what_waits_is_let_go_of_at_the_end_of_a_connection() -> None:
    """Both ways; nothing is counted that was asked for since."""

    async def main() -> None:
        end = Counted()
        end.other.sendall(long_message()[:100])
        await end.wait_for_size(lambda size: size >= 2 * MIB)
        end.connection.send(CALL, 2, b"long", [memoryview(bytes(8 * MIB))])
        assert end.backlog.size > 4 * MIB
        end.connection.cut(None)
        assert end.backlog.size == 0
        assert end.connection.is_drained
        assert await end.ended is None
        end.connection.send(CALL, 2, bytes(1000))
        end.connection.keep(-1000)
        with pytest.raises(ProtocolError, match="the connection is over"):
            end.connection.keep(1000)
        assert end.backlog.size == 0
        end.close()

    asyncio.run(main())


@pytest.mark.parametrize("way", ["come", "sent", "kept", "begun"])
def test_connection_that_passes_the_bound_is_ended_in_time(way: str) -> None:
    """What would be too much is neither received nor kept, and the error is the one that ends it."""

    async def main() -> None:
        end = Counted(most=100_000)
        if way == "come":
            end.other.sendall(long_message()[:100])
        elif way == "sent":
            end.connection.send(CALL, 2, b"long", [memoryview(bytes(8 * MIB))])
        elif way == "kept":
            with pytest.raises(ProtocolError, match="the connection is over"):
                end.connection.keep(100_001)
        else:
            frame = encoded(CALL, 3, bytes(CHUNK))[:150_000]
            sending = asyncio.get_running_loop().run_in_executor(None, end.other.sendall, frame)
            await end.ended
            await asyncio.wait([sending])
            sending.exception()
        error = await asyncio.wait_for(end.ended, HANG_S)
        assert isinstance(error, BeyondLimit)
        assert end.backlog.size == 0
        assert not end.connection.is_open
        assert end.messages.empty()
        end.close()

    asyncio.run(main())


def test_other_end_sees_that_a_connection_was_cut() -> None:
    """What waited for it does not come any more."""

    async def main() -> None:
        end = Counted(most=MIB)
        assert isinstance(end.other, socket.socket)
        end.connection.send(CALL, 2, b"long", [memoryview(bytes(8 * MIB))])
        end.other.settimeout(HANG_S)
        count = 0
        while data := end.other.recv(MIB):
            count += len(data)
        assert count < 8 * MIB
        end.close()

    asyncio.run(main())
