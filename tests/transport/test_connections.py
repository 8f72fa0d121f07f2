"""Both connections behave alike over each kind of stream: a Unix socket, TCP, and TLS."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

from ambidex.errors import ProtocolError
from ambidex.protocol import CHUNK, Kind, Limits, Message, encoded
from ambidex.transport import BlockingConnection, Connection, StreamCut, ending_of
from tests.limits import HANG_S
from tests.transport.streams import KINDS, stream_pair

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ambidex.transport import Stream

CALL = int(Kind.CALL)


@pytest.fixture(params=KINDS)
def pair(request: pytest.FixtureRequest) -> Iterator[tuple[Stream, Stream]]:
    """Give both ends of a stream."""
    one, other = stream_pair(request.param)
    yield one, other
    one.close()
    other.close()


def next_message(connection: BlockingConnection) -> Message:
    """Wait for one message."""
    while True:
        messages = connection.receive(HANG_S)
        if messages:
            (message,) = messages
            return message


def blocking_pair(pair: tuple[Stream, Stream]) -> tuple[BlockingConnection, BlockingConnection]:
    """Return both ends as connections."""
    return BlockingConnection(pair[0], Limits()), BlockingConnection(pair[1], Limits())


def test_messages_of_each_length_arrive_as_they_were_sent_between_threads(pair: tuple[Stream, Stream]) -> None:
    """Short ones, some about a record's and a chunk's length, and a long buffer; several in one read as well."""
    one, other = blocking_pair(pair)
    sizes = [0, 1, 16_384 - 16, 16_384, 16_385, 65_536, CHUNK - 8, CHUNK, 3 * CHUNK + 5]
    payloads = [os.urandom(size) for size in sizes]
    buffer = os.urandom(5 * 1024 * 1024 + 3)

    def send() -> None:
        for number, payload in enumerate(payloads):
            one.send(CALL, number + 1, payload)
        one.send(CALL, 99, b"with a buffer", [memoryview(buffer)])

    sender = threading.Thread(target=send)
    sender.start()
    messages: list[Message] = []
    while len(messages) <= len(payloads):
        messages += other.receive(HANG_S)
    sender.join()
    assert [each.id for each in messages] == [*range(1, len(payloads) + 1), 99]
    assert [bytes(each.payload) for each in messages[:-1]] == payloads
    assert bytes(messages[-1].buffers[0]) == buffer


def test_late_answer_is_a_timeout_and_leaves_the_connection_whole(pair: tuple[Stream, Stream]) -> None:
    """Nothing that comes later is lost."""
    one, other = blocking_pair(pair)
    with pytest.raises(OSError, match="timed out") as caught:
        other.receive(0.01)
    assert ending_of(caught.value) == "late"
    one.send(CALL, 1, b"later")
    assert next_message(other).payload == b"later"


def test_close_is_the_end_of_the_file_behind_what_was_sent(pair: tuple[Stream, Stream]) -> None:
    """The other side reads that first, and then a clean end, again and again."""
    one, other = blocking_pair(pair)
    one.send(CALL, 1, b"last words")
    one.close()
    assert next_message(other).payload == b"last words"
    for _ in range(2):
        with pytest.raises(EOFError) as caught:
            other.receive(HANG_S)
        assert ending_of(caught.value) == "lost"


@pytest.mark.parametrize("is_receiving", [True, False], ids=["receiving", "sending"])
def test_end_from_another_thread_ends_a_wait(pair: tuple[Stream, Stream], is_receiving: bool) -> None:
    """Of one who receives, and of one who sends to somebody that does not read; as a connection that is lost."""
    one, _ = blocking_pair(pair)
    has_begun = threading.Event()
    endings: list[str | None] = []

    def work() -> None:
        has_begun.set()
        try:
            while True:
                if is_receiving:
                    one.receive()
                else:
                    one.send(CALL, 1, bytes(CHUNK - 8))
        except (EOFError, OSError) as error:
            endings.append(ending_of(error))

    thread = threading.Thread(target=work)
    thread.start()
    assert has_begun.wait(HANG_S)
    one.end()
    thread.join(HANG_S)
    assert endings == ["lost"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no alarm")
def test_interrupt_of_a_wait_is_raised_and_ends_nothing(pair: tuple[Stream, Stream]) -> None:
    """What a signal handler raises comes out as it is; the answer can still be read."""
    one, other = blocking_pair(pair)

    def interrupt(signum: int, frame: object) -> None:
        _ = signum, frame
        raise KeyError("of the handler")

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.02)
        with pytest.raises(KeyError, match="of the handler"):
            other.receive(HANG_S)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    one.send(CALL, 1, b"after all")
    assert next_message(other).payload == b"after all"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")
def test_abandon_in_a_forked_process_says_nothing_to_the_other_side(pair: tuple[Stream, Stream]) -> None:
    """The connection goes on in the process that has opened it."""
    one, other = blocking_pair(pair)
    pid = os.fork()
    if pid == 0:
        one.abandon()
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0
    one.send(CALL, 1, b"still here")
    assert next_message(other).payload == b"still here"


class End:
    """Hold one end on a loop, what it has received, and how it ended."""

    def __init__(self, sock: Stream) -> None:
        loop = asyncio.get_running_loop()
        self.messages: asyncio.Queue[Message] = asyncio.Queue()
        self.ended: asyncio.Future[Exception | None] = loop.create_future()
        self.connection = Connection(loop, sock, Limits(), self.messages.put_nowait, self.ended.set_result)

    async def receive(self) -> Message:
        """Wait for a message."""
        return await asyncio.wait_for(self.messages.get(), HANG_S)


def test_messages_go_both_ways_at_once_on_a_loop(pair: tuple[Stream, Stream]) -> None:
    """Long ones, far more than a socket takes, with short ones between them; all of it comes, and is drained."""
    long = os.urandom(3 * 1024 * 1024 + 1)

    async def main() -> None:
        ends = End(pair[0]), End(pair[1])
        for end in ends:
            for number in range(8):
                end.connection.send(CALL, 2 * number + 1, b"long", [memoryview(long)])
                for _ in range(50):
                    end.connection.send(CALL, 2 * number + 2, b"short" * 100)
        for end in ends:
            messages = [await end.receive() for _ in range(8 * 51)]
            assert sum(bytes(each.payload) == b"short" * 100 for each in messages) == 400
            assert all(bytes(each.buffers[0]) == long for each in messages if each.buffers)
            assert sum(bool(each.buffers) for each in messages) == 8
        assert all(end.connection.is_drained for end in ends)
        ends[0].connection.close()
        assert await asyncio.wait_for(ends[1].ended, HANG_S) is None

    asyncio.run(main())


def test_long_message_waits_for_a_full_socket_and_arrives_whole(pair: tuple[Stream, Stream]) -> None:
    """The other side reads nothing until the socket takes no more; what was sent in part goes on where it was."""
    long = os.urandom(4 * 1024 * 1024)
    with socket.socket(fileno=os.dup(pair[0].fileno())) as same:
        same.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 64 * 1024)  # less than what is sent at once

    def read() -> Message:
        connection = BlockingConnection(pair[1], Limits())
        while True:
            messages = connection.receive(HANG_S)
            if messages:
                return messages[0]

    async def main() -> None:
        end = End(pair[0])
        end.connection.send(CALL, 1, b"long", [memoryview(long)])
        assert not end.connection.is_drained
        message = await asyncio.get_running_loop().run_in_executor(None, read)
        assert bytes(message.buffers[0]) == long
        assert end.connection.is_drained
        end.connection.close()

    asyncio.run(main())


def test_what_came_before_the_connection_was_made_is_read(pair: tuple[Stream, Stream]) -> None:
    """Though nothing more comes that would wake the loop, and a layer has decrypted it already."""
    one, other = pair
    one.sendall(b"?" + b"".join(encoded(CALL, number, b"x" * 100) for number in range(1, 101)))
    assert other.recv_into(memoryview(bytearray(1))) == 1

    async def main() -> None:
        end = End(other)
        assert [(await end.receive()).id for _ in range(100)] == list(range(1, 101))
        end.connection.close()

    asyncio.run(main())


def test_interrupt_in_a_receiver_loses_no_message(pair: tuple[Stream, Stream]) -> None:
    """Neither those that were read with the one it came in, nor those that a layer has kept."""
    one, other = pair

    async def main() -> list[int]:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(_pass_over)
        ids: list[int] = []
        done = loop.create_future()

        def receive(message: Message) -> None:
            ids.append(message.id)
            if message.id == 2000:
                done.set_result(None)
            if message.id == 1:
                raise ValueError("of the receiver")

        connection = Connection(loop, other, Limits(), receive, lambda _: None)
        frames = b"".join(encoded(CALL, number, b"x" * 300) for number in range(1, 2001))
        sender = loop.run_in_executor(None, one.sendall, frames)
        await asyncio.wait_for(done, HANG_S)
        await sender
        connection.close()
        return ids

    assert asyncio.run(main()) == list(range(1, 2001))


def _pass_over(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    _ = loop, context


def test_broken_frame_ends_a_connection_with_what_is_wrong(pair: tuple[Stream, Stream]) -> None:
    """As a ProtocolError, on a loop and in a thread."""

    async def main() -> None:
        end = End(pair[1])
        pair[0].sendall(b"\xff" * 16)
        assert isinstance(await asyncio.wait_for(end.ended, HANG_S), ProtocolError)

    asyncio.run(main())


@pytest.mark.parametrize("kind", KINDS)
def test_cut_stream_is_told_from_one_that_was_closed_where_a_layer_knows(kind: str) -> None:
    """TLS knows; a socket has no more than its end."""
    expected = (StreamCut, "StreamCut") if kind == "tls" else (EOFError, "NoneType")
    one, other = stream_pair(kind)
    one.shutdown(2)
    one.close()
    connection = BlockingConnection(other, Limits())
    with pytest.raises(expected[0]) as caught:
        connection.receive(HANG_S)
    assert ending_of(caught.value) == "lost"
    connection.close()

    async def main() -> None:
        one, other = stream_pair(kind)
        end = End(other)
        one.shutdown(2)
        one.close()
        assert type(await asyncio.wait_for(end.ended, HANG_S)).__name__ == expected[1]

    asyncio.run(main())
