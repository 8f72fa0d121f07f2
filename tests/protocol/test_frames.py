"""Messages come out as they went in, however their bytes are cut; what breaks the rules is a typed error."""

from __future__ import annotations

import contextlib
import random
import tracemalloc
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ambidex.errors import ProtocolError, UsageError
from ambidex.protocol import CHUNK, PIECE, Flags, Kind, Limits, Message, Reader, Slot, Writer, encoded
from ambidex.protocol._frames import HEADER, LENGTH, PLACED
from ambidex.protocol._limits import HELD_PER_BUFFER

from .fuzz.memory import Memory

if TYPE_CHECKING:
    from collections.abc import Iterable

LONG = CHUNK + 1000


def feed(reader: Reader, data: bytes, cuts: random.Random | None = None) -> list[Message]:
    """Write bytes to where a reader says, in pieces of any size."""
    messages: list[Message] = []
    place = 0
    while place < len(data):
        room = reader.get_buffer()
        assert len(room) > 0
        most = min(len(room), len(data) - place)
        count = most if cuts is None else cuts.randint(1, most)
        room[:count] = data[place : place + count]
        messages += reader.buffer_updated(count)
        place += count
    return messages


def written(writer: Writer) -> bytes:
    """Take all that a writer has."""
    parts: list[bytes] = []
    while not writer.is_empty:
        parts.extend(map(bytes, writer.take()))
    return b"".join(parts)


def plain(messages: Iterable[Message]) -> list[tuple[int, int, bytes, tuple[bytes, ...], int]]:
    """Return messages to compare: the flag that only says how a payload travelled is left out."""
    hidden = ~int(Flags.BODY_IN_BULK)
    return [(m.kind, m.id, bytes(m.payload), tuple(map(bytes, m.buffers)), m.flags & hidden) for m in messages]


sizes = st.one_of(st.integers(0, 40), st.sampled_from((CHUNK - 9, CHUNK - 8, CHUNK, CHUNK + 1, LONG, 3 * CHUNK)))
messages_to_send = st.lists(
    st.tuples(
        st.sampled_from([each for each in Kind if each not in (Kind.BULK, Kind.PLACED, Kind.CANCEL)]),
        st.integers(0, 5),
        sizes,
        st.lists(sizes, max_size=3),
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(sent=messages_to_send, seed=st.integers(0, 2**32))
def test_what_is_written_is_read_in_the_order_of_its_id(
    sent: list[tuple[Kind, int, int, list[int]]], seed: int
) -> None:
    """Whole messages, with their buffers, whatever is between them and wherever their bytes are cut."""
    draw = random.Random(seed)
    writer = Writer()
    expected: list[tuple[int, int, bytes, tuple[bytes, ...], int]] = []
    parts: list[bytes] = []
    for kind, id_, size, lengths in sent:
        payload, buffers = draw.randbytes(size), [draw.randbytes(each) for each in lengths]
        writer.send(kind, id_, payload, [memoryview(each) for each in buffers], Flags.STREAM)
        expected.append((int(kind), id_, payload, tuple(buffers), int(Flags.STREAM)))
        parts.extend(map(bytes, writer.take(draw.choice((1, 1000, CHUNK)))))
    got = plain(feed(Reader(Limits()), b"".join(parts) + written(writer), draw))
    for id_ in range(6):
        assert [each for each in got if each[1] == id_] == [each for each in expected if each[1] == id_]
    assert len(got) == len(expected)


def test_short_message_goes_before_what_is_left_of_a_long_one() -> None:
    """No more than a chunk is in front of it."""
    writer = Writer()
    writer.send(Kind.RESULT, 2, b"", [memoryview(bytes(10 * CHUNK))])
    first = b"".join(map(bytes, writer.take()))
    assert len(first) <= CHUNK + 3 * HEADER.size
    writer.send(Kind.CANCEL, 4, b"late")
    assert bytes(writer.take(1)[0]) == encoded(Kind.CANCEL, 4, b"late")


def test_long_messages_take_turns() -> None:
    """Neither waits for the other one to be whole."""
    writer = Writer()
    for id_ in (2, 4):
        writer.send(Kind.RESULT, id_, b"", [memoryview(bytes(3 * CHUNK))])
    ids: list[int] = []
    while not writer.is_empty:
        head, *_ = writer.take(1)
        kind, id_ = HEADER.unpack_from(head)[1], HEADER.unpack_from(head)[4]
        ids += [id_] if kind == Kind.BULK else []
    assert ids == [2, 4, 2, 4, 2, 4]


def test_cancel_with_a_long_text_overtakes_with_what_fits_in_a_frame() -> None:
    """It would be no cancel if it waited for its own bytes."""
    writer, reader = Writer(), Reader(Limits())
    writer.send(Kind.CALL, 2, b"", [memoryview(bytes(2 * CHUNK))])
    begun = b"".join(map(bytes, writer.take(1)))
    writer.send(Kind.CANCEL, 2, b"why" * CHUNK)
    (message,) = feed(reader, begun + b"".join(map(bytes, writer.take(1))))
    assert (message.kind, message.payload) == (Kind.CANCEL, (b"why" * CHUNK)[: CHUNK - LENGTH.size])
    assert writer.is_empty


def test_cancel_ends_the_message_before_it() -> None:
    """The other side gets none of what is left, both free what they had, and the same id begins anew."""
    limits = Limits(buffered=3 * CHUNK)
    writer, reader = Writer(limits), Reader(limits)
    for _ in range(3):
        writer.send(Kind.CALL, 2, b"", [memoryview(bytes(2 * CHUNK))])
        begun = b"".join(map(bytes, writer.take()))
        writer.send(Kind.CANCEL, 2, b"why")
        assert plain(feed(reader, begun + written(writer))) == [(Kind.CANCEL, 2, b"why", (), 0)]


def test_buffers_are_filled_where_they_stay() -> None:
    """What comes for a buffer is read into it: no chunk of it passes through another place."""
    writer, reader = Writer(), Reader(Limits())
    data = random.Random(1).randbytes(4 * CHUNK)
    writer.send(Kind.ITEM, 2, b"head", [memoryview(data)])
    head, *rest = (bytes(each) for each in writer.take(1))
    assert (feed(reader, head), rest) == ([], [])
    header, chunk = writer.take(1)
    assert feed(reader, bytes(header)) == []
    room = reader.get_buffer()
    assert len(room) == CHUNK
    assert isinstance(room.obj, bytearray)
    assert len(room.obj) == len(data)
    del room
    (message,) = feed(reader, bytes(chunk) + written(writer))
    assert (message.payload, *map(bytes, message.buffers)) == (b"head", data)


BULK_OF_ANOTHER_LENGTH = (
    HEADER.pack(LENGTH.size, Kind.RESULT, 0, 1, 2) + LENGTH.pack(5) + encoded(Kind.BULK, 2, b"123456")
)
BROKEN = {
    "a frame that is too long": (HEADER.pack(CHUNK + 1, Kind.CALL, 0, 0, 2), "a frame of 262145 bytes"),
    "a kind that there is not": (encoded(77, 2), "the kind 77"),
    "lengths that are not there": (HEADER.pack(4, Kind.CALL, 0, 1, 2) + b"1234", "has 1 buffers, and not how long"),
    "more buffers than are taken": (
        HEADER.pack(8193 * LENGTH.size, Kind.CALL, 0, 8193, 2) + bytes(8193 * LENGTH.size),
        "has 8193 buffers",
    ),
    "a message that is too long": (
        HEADER.pack(LENGTH.size, Kind.CALL, 0, 1, 2) + LENGTH.pack(2**40),
        "a message of 1099511627776 bytes",
    ),
    "a payload in no buffer": (encoded(Kind.CALL, 2, b"", Flags.BODY_IN_BULK), "no buffers"),
    "flags that there are not": (encoded(Kind.CALL, 2, b"", 16), "the flags 16"),
    "a kind that there is not, before its payload": (HEADER.pack(1000, 77, 0, 0, 2), "the kind 77"),
    "a payload in a buffer and one before it": (
        HEADER.pack(LENGTH.size + 1, Kind.CALL, Flags.BODY_IN_BULK, 1, 2) + LENGTH.pack(5) + b"1",
        "and a payload, too",
    ),
    "a chunk with flags": (
        BULK_OF_ANOTHER_LENGTH[: HEADER.size + LENGTH.size] + encoded(Kind.BULK, 2, b"12345", Flags.STREAM),
        "a chunk for 2 has flags",
    ),
    "a chunk that nobody waits for": (encoded(Kind.BULK, 2, b"1"), "a chunk of 1 bytes came for 2"),
    "a chunk that is too long": (BULK_OF_ANOTHER_LENGTH, "a chunk of 6 bytes came for 2"),
    "a chunk of nothing": (BULK_OF_ANOTHER_LENGTH[: HEADER.size + LENGTH.size] + encoded(Kind.BULK, 2), "of 0 bytes"),
    "a frame inside a message": (
        BULK_OF_ANOTHER_LENGTH[: HEADER.size + LENGTH.size] + encoded(Kind.RESULT, 2),
        "whose last message is not whole",
    ),
    "a cancel with buffers": (HEADER.pack(LENGTH.size, Kind.CANCEL, 0, 1, 2) + LENGTH.pack(5), "a cancel for 2"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_breaks_the_rules_is_an_error(name: str) -> None:
    """It says what came, and what is allowed."""
    data, what = BROKEN[name]
    with pytest.raises(ProtocolError, match=what):
        feed(Reader(Limits()), data)


@pytest.mark.parametrize("name", BROKEN)
def test_reader_that_has_refused_refuses_again(name: str) -> None:
    """Whatever comes afterwards: no message is made of what stands behind the broken frame."""
    reader = Reader(Limits())
    with pytest.raises(ProtocolError):
        feed(reader, BROKEN[name][0])
    for _ in range(2):
        with pytest.raises(ProtocolError):
            feed(reader, encoded(Kind.PING, 0, b"12345678"))


def test_short_message_keeps_its_flags() -> None:
    """A call that is answered by items says so without buffers, too."""
    assert feed(Reader(Limits()), encoded(Kind.CALL, 2, b"name", Flags.STREAM)) == [
        Message(Kind.CALL, 2, b"name", (), Flags.STREAM)
    ]


def begun(id_: int, lengths: list[int], payload: bytes = b"") -> bytes:
    """Return the frame that begins a message with buffers of these lengths."""
    data = b"".join(map(LENGTH.pack, lengths)) + payload
    return HEADER.pack(len(data), Kind.CALL, 0, len(lengths), id_) + data


@pytest.mark.parametrize(
    ("lengths", "payload"),
    [([600], b""), ([1], bytes(600)), ([1, *[0] * 9], b"")],
    ids=["buffers", "payloads", "many buffers of nothing"],
)
def test_nothing_is_allocated_above_the_limit_of_what_is_under_way(lengths: list[int], payload: bytes) -> None:
    """Messages that have begun count together, with all that they hold; a cancel gives it back."""
    held = sum(lengths) + len(payload) + HELD_PER_BUFFER * len(lengths)
    reader = Reader(Limits(buffered=2 * held - 1))
    for id_ in (2, 4, 6):
        assert feed(reader, begun(id_, lengths, payload)) == []
        assert [each.kind for each in feed(reader, encoded(Kind.CANCEL, id_))] == [Kind.CANCEL]
    assert feed(reader, begun(2, lengths, payload)) == []
    with pytest.raises(ProtocolError, match=f"more than {2 * held - 1} bytes came of messages that are not whole"):
        feed(reader, begun(4, lengths, payload))


def test_what_a_message_under_way_holds_is_what_is_counted() -> None:
    """The smallest buffers, as many as there may be, with all that is kept for each."""
    lengths = [1] * Limits().buffers
    frame = begun(2, lengths)
    reader = Reader(Limits())
    assert feed(reader, encoded(Kind.PING, 0)) != []
    tracemalloc.start()
    try:
        assert feed(reader, frame) == []
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < sum(lengths) + HELD_PER_BUFFER * len(lengths)


def test_frame_that_comes_slowly_is_not_moved_again_and_again() -> None:
    """A peer that sends a long frame by single bytes cannot have all of it copied for each."""
    reader, frame = Reader(Limits()), encoded(Kind.CALL, 2, bytes(CHUNK))
    assert feed(reader, encoded(Kind.PING, 0) + frame[:-100]) != []
    tracemalloc.start()
    try:
        for byte in frame[-100:-1]:
            assert feed(reader, bytes([byte])) == []
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < CHUNK // 8
    assert [len(message.payload) for message in feed(reader, frame[-1:])] == [CHUNK]


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**32), data=st.binary(max_size=200))
def test_bytes_of_anybody_give_messages_or_one_error(seed: int, data: bytes) -> None:
    """A conversation with some of its bytes changed: no other error, and never more memory than the limits say."""
    draw = random.Random(seed)
    writer, reader = Writer(), Reader(Limits(message=100_000, buffered=200_000))
    for number in range(draw.randint(1, 6)):
        buffers = [memoryview(draw.randbytes(draw.randint(0, 300))) for _ in range(draw.randint(0, 2))]
        writer.send(
            draw.choice([each for each in Kind if each not in (Kind.BULK, Kind.CANCEL, Kind.PLACED)]),
            2 * number,
            draw.randbytes(draw.randint(0, 60)),
            buffers,
        )
    conversation = bytearray(written(writer) + data)
    for _ in range(draw.randint(0, 4)):
        conversation[draw.randrange(len(conversation))] = draw.randrange(256)
    with contextlib.suppress(ProtocolError):
        feed(reader, bytes(conversation), draw)


@pytest.mark.parametrize(
    ("limits", "payload", "lengths", "names"),
    [
        (Limits(message=100), 101, [], "limit `message`"),
        (Limits(message=CHUNK), 16, [CHUNK], "limit `message`"),
        (Limits(buffers=3), 16, [1, 1, 1], "limit `buffers`"),
        (Limits(buffered=2 * CHUNK), 16, [CHUNK], "limit `buffered`"),
    ],
)
def test_what_the_other_side_would_not_take_is_refused_before_it_is_sent(
    limits: Limits, payload: int, lengths: list[int], names: str
) -> None:
    """The error names the limit, nothing of the message is written, and what comes before and after arrives."""
    writer, reader = Writer(limits), Reader(limits)
    if "buffered" in names:  # one of them is taken, and a second one while it is under way is not
        writer.send(Kind.CALL, 2, bytes(payload), [memoryview(bytes(length)) for length in lengths])
    before = writer.is_empty
    with pytest.raises(UsageError, match=names):
        writer.send(Kind.CALL, 4, bytes(payload), [memoryview(bytes(length)) for length in lengths])
    assert writer.is_empty == before
    got = feed(reader, written(writer))
    writer.send(Kind.CALL, 6, b"short")
    if "buffered" in names:  # it is whole now
        writer.send(Kind.CALL, 8, bytes(payload), [memoryview(bytes(length)) for length in lengths])
    got += feed(reader, written(writer))
    assert [message.id for message in got] == ([2, 6, 8] if "buffered" in names else [6])


def with_slot(length: int, slot: int, offset: int, flags: int = Flags.SHARED) -> bytes:
    """Return a message with one buffer, which is in a slot."""
    return HEADER.pack(PLACED.size, Kind.CALL, flags, 1, 2) + PLACED.pack(length, slot, offset)


def of_slot(data: bytes) -> list[Message]:
    """Return what a reader makes of this that takes slots, of memory that is all ones."""

    def copy_out(slot: Slot, room: memoryview) -> None:
        room[:] = b"\1" * slot.length

    return feed(Reader(Limits(message=2000), bytearray, copy_out), data)


def test_slots_come_as_they_were_sent() -> None:
    """Among other buffers, to the last bit of their numbers; a payload that is too long for the frame goes beside."""
    writer = Writer()
    slots = ((0, Slot(2**64 - 1, 2**63 + 5, 7)), (2, Slot(1, 0, 2**30)))
    buffers = [memoryview(b""), memoryview(b"between"), memoryview(b"")]
    writer.send(Kind.RESULT, 2, b"p" * CHUNK, buffers, 0, slots)
    (message,) = feed(Reader(Limits(), bytearray, lambda _, __: None), written(writer))
    assert message.slots == slots
    assert [bytes(each) for each in message.buffers] == [b"", b"between", b""]
    assert message.payload == b"p" * CHUNK


def test_message_with_as_many_buffers_as_there_may_be_is_read() -> None:
    """Also where one of them is in a slot: the table of all their places stays within a frame."""
    count = Limits().buffers - 1  # a long payload is one, too
    buffers = [memoryview(b""), *[memoryview(b"b")] * (count - 1)]
    writer, slot = Writer(), Slot(1, 0, 2**30)
    writer.send(Kind.RESULT, 2, b"p" * CHUNK, buffers, 0, ((0, slot),))
    (message,) = feed(Reader(Limits(), bytearray, lambda slot, room: None), written(writer))
    assert (len(message.payload), message.slots) == (CHUNK, ((0, slot),))
    assert b"".join(message.buffers) == b"b" * (count - 1)


def test_cancel_says_which_slots_nobody_hears_of() -> None:
    """Those of what waits behind are the writer's still; those of what has begun are the reader's to free."""
    writer, reader = Writer(), Reader(Limits(), bytearray, lambda _, __: None)
    writer.send(Kind.ITEM, 2, b"", [memoryview(bytes(3 * CHUNK)), memoryview(b"")], 0, ((1, Slot(5, 0, 1)),))
    begun = b"".join(map(bytes, writer.take()))
    writer.send(Kind.ITEM, 2, b"", [memoryview(b"")], 0, ((0, Slot(6, 0, 1)),))
    writer.send(Kind.CANCEL, 2)
    assert [message.kind for message in feed(reader, begun + written(writer))] == [Kind.CANCEL]
    assert writer.dropped == [Slot(6, 0, 1)]
    assert reader.done == [Slot(5, 0, 1)]


def test_pieces_go_through_memory_until_it_is_full() -> None:
    """A writer gives nothing more then but what is short, and goes on when something was copied."""
    memory = Memory()
    writer, reader = Writer(Limits(), memory), Reader(Limits(), bytearray, memory.copy_out)
    data = random.Random(3).randbytes(10_000)
    for id_ in (2, 4, 6, 8):
        writer.send(Kind.RESULT, id_, b"", [memoryview(data)])
    conversation = written_once(writer)
    assert writer.take() == []
    assert not writer.is_empty
    assert len(conversation) < 400
    writer.send(Kind.PING, 0, b"12345678")
    assert [bytes(each) for each in writer.take()] == [encoded(Kind.PING, 0, b"12345678")]
    memory.under_way.clear()
    got = feed(reader, conversation + written(writer))
    assert [(message.id, bytes(message.buffers[0]) == data) for message in got] == [(id_, True) for id_ in (2, 4, 6, 8)]
    assert [slot.id for slot in reader.done] == [1, 2, 3, 4]


def written_once(writer: Writer) -> bytes:
    """Return all that a writer gives until it waits."""
    parts: list[bytes] = []
    while taken := writer.take(1):
        parts.extend(map(bytes, taken))
    return b"".join(parts)


BEGUN = HEADER.pack(LENGTH.size, Kind.CALL, 0, 1, 2) + LENGTH.pack(5)
WRONG_SLOTS = {
    "a slot longer than a message may be": (with_slot(2001, 1, 0), "a message of 2001 bytes"),
    "an offset in no slot": (with_slot(0, 0, 1), "an offset, and in no slot"),
    "no slots": (with_slot(0, 0, 0), "which are not"),
    "a payload in a slot": (with_slot(5, 1, 0, Flags.SHARED | Flags.BODY_IN_BULK), "which are not"),
    "a piece for nobody": (encoded(Kind.PLACED, 2, PLACED.pack(5, 1, 0)), "5 bytes came in a slot for 2"),
    "a piece that is too long": (BEGUN + encoded(Kind.PLACED, 2, PLACED.pack(6, 1, 0)), "6 bytes came in a slot for 2"),
    "a piece of nothing": (BEGUN + encoded(Kind.PLACED, 2, PLACED.pack(0, 1, 0)), "0 bytes came in a slot for 2"),
    "a piece with flags": (BEGUN + encoded(Kind.PLACED, 2, PLACED.pack(5, 1, 0), Flags.STREAM), "says of no slot"),
    "half a piece": (BEGUN + encoded(Kind.PLACED, 2, bytes(8)), "says of no slot"),
}


@pytest.mark.parametrize("name", WRONG_SLOTS)
def test_slot_that_breaks_the_rules_is_an_error(name: str) -> None:
    """Nothing is copied, and no memory is taken."""
    data, what = WRONG_SLOTS[name]
    with pytest.raises(ProtocolError, match=what):
        of_slot(data)


@pytest.mark.parametrize("data", [with_slot(5, 1, 0), BEGUN + encoded(Kind.PLACED, 2, PLACED.pack(5, 1, 0))])
def test_slot_is_refused_by_who_has_not_said_that_it_takes_any(data: bytes) -> None:
    """Such as a side that the other one shares nothing with."""
    with pytest.raises(ProtocolError, match="slot"):
        feed(Reader(Limits()), data)
    of_slot(data)


def test_piece_is_no_longer_than_may_be_copied_at_once() -> None:
    """A short message behind it would have to wait."""
    begun = HEADER.pack(LENGTH.size, Kind.CALL, 0, 1, 2) + LENGTH.pack(2 * PIECE)
    reader = Reader(Limits(), bytearray, lambda _, __: None)
    with pytest.raises(ProtocolError, match=f"{PIECE + 1} bytes came in a slot"):
        feed(reader, begun + encoded(Kind.PLACED, 2, PLACED.pack(PIECE + 1, 1, 0)))


def test_reader_of_short_frames_alone_is_small() -> None:
    """A service has one for each connection, a thousand and more; the room for a long frame is there once one comes."""
    readers: list[Reader] = []
    tracemalloc.start()
    try:
        for _ in range(20):
            reader = Reader(Limits())
            assert len(feed(reader, encoded(Kind.CALL, 2, b"x" * 1000) * 500, random.Random(1))) == 500
            readers.append(reader)
        assert tracemalloc.get_traced_memory()[0] < 20 * 80 * 1024
    finally:
        tracemalloc.stop()
    (message,) = feed(readers[0], encoded(Kind.CALL, 2, b"x" * CHUNK))
    assert message.payload == b"x" * CHUNK
