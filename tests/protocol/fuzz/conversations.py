"""Own the recorded conversations: what one side has written to the other, as bytes. Run it to write them anew."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ambidex.protocol import CHUNK, Flags, Hello, Kind, Limits, Slot, Writer

from .memory import Memory

if TYPE_CHECKING:
    from collections.abc import Callable

RECORDED = Path(__file__).with_name("recorded")
_HELLO = Hello(("pickle", "msgpack"), Limits(), "0.1.0", "3.11.7", 4121).encoded()


def taken(writer: Writer, most: int = CHUNK) -> bytes:
    """Return the next bytes that a writer has, about so many."""
    return b"".join(map(bytes, writer.take(most)))


def all_taken(writer: Writer, memory: Memory | None = None) -> bytes:
    """Return all bytes that a writer has; what is in its memory is copied at once."""
    parts: list[bytes] = []
    while not writer.is_empty:
        parts.append(taken(writer))
        if memory is not None:
            memory.under_way.clear()
    return b"".join(parts)


def _of_a_caller() -> bytes:
    writer = Writer()
    writer.send(Kind.HELLO, 0, _HELLO)
    writer.send(Kind.CALL, 2, b"add of 1 and 2")
    writer.send(Kind.CALL, 4, b"count to 1000", flags=Flags.STREAM)
    writer.send(Kind.CREDIT, 4, b"\x40\0\0\0")
    writer.send(Kind.PING, 0, b"12345678")
    writer.send(Kind.ITEM, 4, b"what the stream is sent")
    writer.send(Kind.CANCEL, 4, b"nobody waits for it")
    writer.send(Kind.RELEASE, 0, b"\7\0\0\0\0\0\0\0\1\0\0\0")
    writer.send(Kind.GOODBYE, 0, b"closed")
    return all_taken(writer)


def _of_a_worker() -> bytes:
    writer = Writer()
    writer.send(Kind.HELLO, 0, _HELLO)
    writer.send(Kind.LOG, 0, b"a line that was written")
    writer.send(Kind.RESULT, 2, b"3")
    for number in range(3):
        writer.send(Kind.ITEM, 4, b"%d" % number)
    writer.send(Kind.END, 4)
    writer.send(Kind.ERROR, 6, b"LookupError: no such city")
    writer.send(Kind.PONG, 0, b"12345678")
    writer.send(Kind.EVENT, 0, b"storms 12 a warning")
    writer.send(Kind.SETTLED, 7)
    writer.send(Kind.GOODBYE, 0)
    return all_taken(writer)


def _with_buffers() -> bytes:
    """Give messages with buffers, short ones between their parts, and one that is cancelled before it is whole."""
    writer = Writer()
    first, second = memoryview(bytes(range(200))), memoryview(bytes(3000))
    writer.send(Kind.CALL, 2, b"head", [first, memoryview(b""), second])
    writer.send(Kind.ITEM, 4, b"", [second, first])
    begun = taken(writer, 1) + taken(writer, 1) + taken(writer, 1)
    writer.send(Kind.PING, 0, b"12345678")
    writer.send(Kind.ITEM, 4, b"behind the other one", [first])
    begun += taken(writer, 1)
    writer.send(Kind.CANCEL, 2, b"late")
    writer.send(Kind.CALL, 2, b"", [memoryview(b"the payload itself")], Flags.BODY_IN_BULK)
    writer.send(Kind.RESULT, 6, b"nothing in it", [memoryview(b"")])
    return begun + all_taken(writer)


def _with_a_long_frame() -> bytes:
    """Give a frame that one read does not hold, between short ones."""
    writer = Writer()
    writer.send(Kind.PING, 0, b"12345678")
    writer.send(Kind.LOG, 0, b"a line that goes on and on, " * 2500)
    writer.send(Kind.PONG, 0, b"12345678")
    return all_taken(writer)


def _with_shared_memory() -> bytes:
    """Give messages whose buffers are placed in memory, or stay there, and what is said of slots."""
    memory = Memory()
    writer = Writer(Limits(), memory)
    first, second = memoryview(bytes(range(200))), memoryview(bytes(3000))
    writer.send(Kind.CALL, 2, b"head", [first, memoryview(b"short"), second])
    writer.send(Kind.CALL, 4, b"stays", [memoryview(b""), second], Flags.VIEWS, ((0, Slot(90, 0, 300)),))
    begun = taken(writer, 1) + taken(writer, 1) + taken(writer, 1)
    writer.send(Kind.CANCEL, 4, b"late")
    begun += all_taken(writer, memory)
    writer.send(Kind.RESULT, 6, b"", [memoryview(b"")], slots=((0, Slot(91, 512, 64)),))
    writer.send(Kind.FREED, 90)
    writer.send(Kind.SETTLED, 3, bytes(16))
    writer.send(Kind.CALL, 8, b"stays", [memoryview(b""), second], Flags.VIEWS, ((0, Slot(92, 0, 300)),))
    return begun + all_taken(writer, memory)


CONVERSATIONS: dict[str, Callable[[], bytes]] = {
    "caller": _of_a_caller,
    "worker": _of_a_worker,
    "buffers": _with_buffers,
    "long": _with_a_long_frame,
    "memory": _with_shared_memory,
}


def recorded() -> dict[str, bytes]:
    """Return the conversations as they stand in the folder."""
    return {file.stem: file.read_bytes() for file in sorted(RECORDED.glob("*.bin"))}


if __name__ == "__main__":
    for name, made in CONVERSATIONS.items():
        (RECORDED / f"{name}.bin").write_bytes(made())
        print(RECORDED / f"{name}.bin")
