"""Own how a conversation is changed: bytes, the fields of headers, whole frames, and the joints of two of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable

from ambidex.protocol import CHUNK, Flags, Hello, Kind, Limits
from ambidex.protocol._frames import HEADER, LENGTH

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

LONGEST = 100_000  # bytes of an input: more than one read, and what follows from that
_LENGTHS = (0, 1, 7, 8, 9, 15, 16, 255, CHUNK - 1, CHUNK, CHUNK + 1, 2**28, 2**31, 2**32 - 1)
_BUFFER_LENGTHS = (*_LENGTHS, 2**40, 2**63 - 1, 2**63, 2**64 - 1)
_TAKEN = (0, 1, 8, 300, 50_000, 99_000, 2**28)  # lengths of buffers: all but the last below the fuzz's limit
_PAYLOADS = (
    *(b"", b"1", b"[]", b"{}", b'{"wire":1}', b'{"wire":null}', b"[" * 5000, b"\xff", bytes(8), bytes(100)),
    b'{"wire":1,"codecs":["json"],"limits":{},"library":"","python":"","pid":1}',
    *(Hello(("json",), Limits(), "", "", 1, arena).encoded() for arena in (0, 2**29, -1)),
)
_KINDS = (0, *map(int, Kind), 19, 255)
_FLAGS = (0, *map(int, Flags), sum(map(int, Flags)), 16, 255)
_COUNTS = (0, 1, 2, 3, 64, 65, 4096, 65535)
_IDS = (0, 2, 4, 6, 2**64 - 1)

Change = Callable[["bytearray", "Random"], None]


def frames(data: bytes | bytearray) -> list[tuple[int, int]]:
    """Return where frames begin and end, as far as their lengths lead."""
    found: list[tuple[int, int]] = []
    begin = 0
    while begin + HEADER.size <= len(data):
        end = begin + HEADER.size + HEADER.unpack_from(data, begin)[0]
        if end > len(data):
            break
        found.append((begin, end))
        begin = end
    return found


def changed(data: bytes, others: Sequence[bytes], draw: Random) -> bytes:
    """Return a conversation with a few changes; `others` are what a part may be taken from."""
    made = bytearray(data)
    for _ in range(draw.choice((1, 1, 1, 2, 3, 6))):
        if draw.random() < 0.15:
            _splice(made, draw.choice(others), draw)
        else:
            draw.choice(_CHANGES)(made, draw)
    return bytes(made[:LONGEST])


def _splice(data: bytearray, other: bytes, draw: Random) -> None:
    """Put frames of another conversation between two of this one."""
    theirs = frames(other)
    if theirs:
        begin, end = draw.choice(theirs)[0], draw.choice(theirs)[1]
        at = draw.choice([0, *(end for _, end in frames(data))])
        data[at:at] = other[begin:end]


def _change_byte(data: bytearray, draw: Random) -> None:
    if data:
        data[draw.randrange(len(data))] = draw.randrange(256)


def _flip_bit(data: bytearray, draw: Random) -> None:
    if data:
        data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)


def _cut(data: bytearray, draw: Random) -> None:
    del data[draw.randint(0, len(data)) :]


def _remove(data: bytearray, draw: Random) -> None:
    begin = draw.randint(0, len(data))
    del data[begin : begin + draw.randint(1, 40)]


def _insert(data: bytearray, draw: Random) -> None:
    at = draw.randint(0, len(data))
    data[at:at] = draw.randbytes(draw.randint(1, 40))


def _change_header(data: bytearray, draw: Random) -> None:
    """Give one field of a header a value on an edge."""
    found = frames(data)
    if not found:
        return
    begin, _ = draw.choice(found)
    fields = list(HEADER.unpack_from(data, begin))
    at = draw.randrange(len(fields))
    fields[at] = draw.choice((_LENGTHS, _KINDS, _FLAGS, _COUNTS, _IDS)[at])
    HEADER.pack_into(data, begin, *fields)


def _change_buffer_length(data: bytearray, draw: Random) -> None:
    """Give a buffer a length on an edge."""
    found = [(begin, HEADER.unpack_from(data, begin)[3]) for begin, _ in frames(data)]
    found = [(begin, count) for begin, count in found if count]
    if not found:
        return
    begin, count = draw.choice(found)
    place = begin + HEADER.size + LENGTH.size * draw.randrange(count)
    if place + LENGTH.size <= len(data):
        LENGTH.pack_into(data, place, draw.choice(_BUFFER_LENGTHS))


def _move_frame(data: bytearray, draw: Random) -> None:
    """Move a frame, or only leave it out, or have it twice."""
    found = frames(data)
    if not found:
        return
    begin, end = draw.choice(found)
    frame = bytes(data[begin:end])
    if draw.random() < 0.6:
        del data[begin:end]
    if draw.random() < 0.6:
        at = draw.choice([0, *(end for _, end in frames(data))])
        data[at:at] = frame


def _add_frame(data: bytearray, draw: Random) -> None:
    """Put in a frame of its own making, whose length is right, and which may say how long its buffers are."""
    count = draw.choice(_COUNTS)
    lengths = [draw.choice(_BUFFER_LENGTHS) for _ in range(count % 64)]
    payload = b"".join(map(LENGTH.pack, lengths)) + draw.randbytes(draw.choice((0, 0, 1, 8, 60)))
    frame = HEADER.pack(len(payload), draw.choice(_KINDS), draw.choice(_FLAGS), count, draw.choice(_IDS))
    at = draw.choice([0, *(end for _, end in frames(data))])
    data[at:at] = frame + payload


def _begin_messages(data: bytearray, draw: Random) -> None:
    """Put in the begin of one or two messages, most of whose buffers are taken."""
    at = draw.choice([0, *(end for _, end in frames(data))])
    for id_ in draw.sample(_IDS, draw.randint(1, 2)):
        lengths = [draw.choice(_TAKEN) for _ in range(draw.randint(1, 3))]
        head = HEADER.pack(LENGTH.size * len(lengths), Kind.ITEM, 0, len(lengths), id_)
        data[at:at] = head + b"".join(map(LENGTH.pack, lengths))


def _change_payload(data: bytearray, draw: Random) -> None:
    """Give a frame another payload, whose length is right."""
    found = frames(data)
    if not found:
        return
    begin, end = draw.choice(found)
    _, *fields = HEADER.unpack_from(data, begin)
    payload = draw.choice(_PAYLOADS)
    data[begin:end] = HEADER.pack(len(payload), *fields) + payload


_CHANGES: tuple[Change, ...] = (
    _change_byte,
    _flip_bit,
    _cut,
    _remove,
    _insert,
    _change_header,
    _change_header,
    _change_buffer_length,
    _move_frame,
    _add_frame,
    _begin_messages,
    _change_payload,
)
