"""Own the frames: their header, their kinds, and how one is written."""

from __future__ import annotations

import enum
import struct
from typing import NamedTuple

HEADER = struct.Struct("<IBBHQ")  # length of the payload, kind, flags, buffers, id
LENGTH = struct.Struct("<Q")  # of one buffer
PLACED = struct.Struct("<QQQ")  # of a range of shared memory: length, slot, offset
CHUNK = 256 * 1024  # bytes: the longest payload, so that a cancel waits behind no more than this
PIECE = 512 * 1024  # bytes: the longest that is placed at once


class Kind(enum.IntEnum):
    """Name the kinds of frames; the package's docstring says what each carries."""

    HELLO = 1
    CALL = 2
    RESULT = 3
    ERROR = 4
    ITEM = 5
    CREDIT = 6
    END = 7
    CANCEL = 8
    EVENT = 9
    LOG = 10
    PING = 11
    PONG = 12
    RELEASE = 13
    GOODBYE = 14
    BULK = 15
    SETTLED = 16
    FREED = 17
    PLACED = 18


class Flags(enum.IntFlag):
    """Name the flags of a header."""

    BODY_IN_BULK = 1  # the last buffer is the payload, which was too long for a frame
    STREAM = 2  # of a call: it is answered by items
    SHARED = 4  # some buffers are in shared memory
    VIEWS = 8  # of a call: long buffers of its answers are to be in shared memory, too


class Slot(NamedTuple):
    """Name a range of the memory that the sender shares with the receiver; `offset` and `length` are in bytes.

    Whether there is such a range is for the receiver to check who has that memory.
    """

    id: int  # 1 or more, and never given twice
    offset: int
    length: int


class Message(NamedTuple):
    """Hold what was received whole: a frame, with the buffers that followed it.

    `payload` has the bytes after the lengths of the buffers; it and the buffers are the receiver's own. `slots` say
    which buffers are in shared memory, by their places; these are empty among `buffers`.
    """

    kind: int
    id: int
    payload: bytes | bytearray | memoryview
    buffers: tuple[bytearray | memoryview, ...] = ()
    flags: int = 0
    slots: tuple[tuple[int, Slot], ...] = ()


def encoded(kind: int, id_: int, payload: bytes = b"", flags: int = 0) -> bytes:
    """Return a frame that has no buffers; `payload` has `CHUNK` bytes or fewer."""
    return HEADER.pack(len(payload), kind, flags, 0, id_) + payload
