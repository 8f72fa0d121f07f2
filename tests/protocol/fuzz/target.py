"""Own what is asked of each input: messages or one `ProtocolError`, the same however it is cut, in bounded memory."""

from __future__ import annotations

import itertools
import tracemalloc
from typing import TYPE_CHECKING, NamedTuple

from ambidex.errors import ProtocolError, UsageError
from ambidex.protocol import CHUNK, Flags, Hello, Kind, Limits, Message, Reader, Slot, Writer, chosen_codec, read_hello
from ambidex.protocol._frames import HEADER, LENGTH

from .conversations import all_taken, taken
from .memory import Memory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

LIMITS = Limits(message=100_000, buffered=120_000, buffers=64)
# Bytes: the room of a reader, and what the messages of one read are made of. A message takes 16 bytes or more of the
# input, and ten times as many as an object; they are dropped after each read.
_FIXED = 450_000
_PER_BYTE = 16
_PER_MESSAGE = 400  # bytes of the headers and tables of a message of this fuzz
_OWN = Hello(("msgpack",), LIMITS, "0.1.0", "3.9.0", 1)


class Finding(Exception):
    """Report an input on which the protocol does not keep its promises; `data` is that input."""

    def __init__(self, what: str, data: bytes) -> None:
        super().__init__(what, data)
        self.what = what
        self.data = data

    def __str__(self) -> str:
        return f"{self.what}; the input has {len(self.data)} bytes"


class Outcome(NamedTuple):
    """Hold what became of an input: its messages, and how it was refused, which is empty where it was not.

    `copied` is how many pieces were copied out of shared memory.
    """

    messages: list[Message]
    refusal: str
    copied: int = 0


def messages_of(data: bytes, reader: Reader, next_count: Callable[[int], int]) -> Iterator[Message]:
    """Yield the messages of a conversation; `next_count` says how many bytes the next read gives, given the most."""
    place = 0
    while place < len(data):
        room = reader.get_buffer()
        if len(room) == 0:
            raise Finding("the reader has no room for what comes next", data)
        count = next_count(min(len(room), len(data) - place))
        room[:count] = data[place : place + count]
        del room
        place += count
        yield from reader.buffer_updated(count)


def outcome(
    data: bytes, next_count: Callable[[int], int], limits: Limits = LIMITS, memory: Memory | None = None
) -> Outcome:
    """Read an input; hellos are read, too. `memory` is what its slots are of.

    Raises:
        Finding: something else than a `ProtocolError` came out.
    """
    messages: list[Message] = []
    takes_slots = memory is not None or len(data) % 8 > 0
    memory = Memory() if memory is None else memory
    reader = Reader(limits, bytearray, memory.copy_out if takes_slots else None)
    kept: list[int] = []
    reader.keep = kept.append
    try:
        for message in messages_of(data, reader, next_count):
            messages.append(message)
            if message.kind == Kind.HELLO:
                _greet(message, data)
    except ProtocolError as refused:
        return Outcome(messages, str(refused) or "without a word", memory.copied)
    except Finding:
        raise
    except Exception as error:  # what it finds is what the fuzz is for
        raise Finding(f"{type(error).__name__} came out: {error}", data) from error
    finally:
        _check_kept(reader, kept, data)
    return Outcome(messages, "", memory.copied)


def _check_kept(reader: Reader, kept: list[int], data: bytes) -> None:
    totals = [*itertools.accumulate(kept, initial=0)]
    if min(totals) < 0 or reader.unread > CHUNK + HEADER.size:
        raise Finding(f"the reader told that it keeps {totals} bytes, and {reader.unread} of a frame", data)
    reader.close()


def _greet(message: Message, data: bytes) -> None:
    try:
        hello = read_hello(message.payload)
        if read_hello(hello.encoded()) != hello:
            raise Finding("a hello is not read as it was written", data)
        chosen_codec(_OWN, hello)
    except ProtocolError:
        return


def check_cuts(data: bytes, whole: Outcome, next_count: Callable[[int], int]) -> None:
    """Compare with the same input in other reads; what came in one read with a broken frame may be lost.

    Raises:
        Finding: it gives other messages, or another refusal.
    """
    cut = outcome(data, next_count)
    shared = min(len(cut.messages), len(whole.messages))
    if cut.refusal != whole.refusal:
        raise Finding(f"refused with {cut.refusal!r} in some reads, and with {whole.refusal!r} in others", data)
    if cut.messages[:shared] != whole.messages[:shared]:
        raise Finding("other messages come out where it is cut in another way", data)
    if not whole.refusal and len(cut.messages) != len(whole.messages):
        raise Finding(f"{len(cut.messages)} messages in some reads, and {len(whole.messages)} in others", data)


def check_memory(data: bytes) -> None:
    """Read an input, keep nothing, and compare the most that was allocated with what the limits allow.

    Raises:
        Finding: it was more.
    """
    memory = Memory()
    tracemalloc.start()
    try:
        try:
            for _ in messages_of(data, Reader(LIMITS, bytearray, memory.copy_out), lambda most: most):
                pass
        except ProtocolError:
            pass  # an input may be refused; what counts is what was allocated before
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    allowed = _FIXED + LIMITS.buffered + _PER_BYTE * len(data)
    if peak > allowed:
        raise Finding(f"{peak} bytes were allocated, where the limits allow {allowed}", data)


_FEW = Limits(message=CHUNK // 2, buffered=2000, buffers=3)  # which messages of this fuzz do not keep to


def check_writer(draw: Random) -> bytes:
    """Send messages and cancels in a random order, read them back, and return the conversation.

    Raises:
        Finding: a message is lost, changed or in another place, and no cancel explains it.
    """
    memory = Memory()
    has_memory = draw.random() < 0.5
    writer = Writer(draw.choice((Limits(), _FEW)), memory if has_memory else None)
    sent, parts = list[Message](), list[bytes]()
    for _ in range(draw.randint(1, 12)):
        kind, id_ = draw.choice([each for each in Kind if each not in (Kind.BULK, Kind.PLACED)]), draw.choice((0, 2, 4))
        lengths = [] if kind == Kind.CANCEL else [draw.choice((0, 1, 50, 900)) for _ in range(draw.randint(0, 3))]
        buffers = tuple(bytearray(draw.randbytes(length)) for length in lengths)
        flags = int(draw.choice((0, Flags.STREAM)))
        payload = draw.randbytes(CHUNK if draw.random() < 0.005 else draw.choice((0, 8, 70)))
        whole = payload[: CHUNK - LENGTH.size] if kind == Kind.CANCEL else payload  # its text has to fit in a frame
        slots = tuple(
            (place, Slot(draw.randint(1, 2**64 - 1), draw.randint(0, 2**64 - 1), draw.randint(0, 1000)))
            for place, each in enumerate(buffers)
            if not each and has_memory
        )
        message = Message(kind, id_, whole, buffers, flags, slots)
        views = [memoryview(each) for each in buffers]
        try:
            promised = writer.promise(payload, views) if draw.random() < 0.2 else None
            if promised is not None and draw.random() < 0.2:
                writer.withdraw(promised)
                promised = None
            writer.send(kind, id_, payload, views, flags, slots, promised)
        except UsageError:  # nothing of it is sent
            continue
        sent.append(message)
        if draw.random() < 0.5:
            parts.append(taken(writer, draw.choice((1, 500, 5000))))
            del memory.under_way[: draw.randint(0, 3)]
    count = writer.count_bytes()
    rest = all_taken(writer, memory)
    data = b"".join(parts) + rest
    read = outcome(data, lambda most: draw.randint(1, most), Limits(), memory)
    if read.refusal:
        raise Finding(f"what a writer has written is refused: {read.refusal}", data)
    for id_ in (0, 2, 4):
        _check_order(
            [each for each in sent if each.id == id_], [each for each in read.messages if each.id == id_], data
        )
    if not has_memory and not count <= len(rest) <= count + _PER_MESSAGE * len(sent):
        raise Finding(f"the writer told that it has {count} bytes, and has written {len(rest)}", data)
    writer.send(Kind.CALL, 2, b"", [memoryview(b"1")])
    writer.close()
    if not writer.is_empty or writer.count_bytes() or all_taken(writer, memory):
        raise Finding("a writer that was closed has something to write", data)
    return data


def _plain(message: Message) -> Message:
    """Return a message without the flags that only say how its payload and its buffers travelled."""
    return message._replace(flags=message.flags & ~int(Flags.BODY_IN_BULK | Flags.SHARED))


def _check_order(sent: list[Message], read: list[Message], data: bytes) -> None:
    """Compare the messages of one id: those that are not there stand before a cancel that is, with none between."""
    rest = iter(read)
    expected = next(rest, None)
    is_lost = False
    for message in sent:
        if expected is not None and message == _plain(expected):
            if is_lost and message.kind != Kind.CANCEL:
                raise Finding(f"a message for {message.id} is missing before one that came", data)
            is_lost = False
            expected = next(rest, None)
        else:
            is_lost = True
    if is_lost or expected is not None:
        raise Finding("messages are missing or changed that no cancel has ended", data)
