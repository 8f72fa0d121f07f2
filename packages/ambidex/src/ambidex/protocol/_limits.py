"""Own the limits of a connection: each side says its own, and keeps to the other's."""

from __future__ import annotations

from typing import NamedTuple

HELD_PER_BUFFER = 256  # bytes: more than an empty buffer, its place and its share of a message take in CPython


class Limits(NamedTuple):
    """Hold what one side takes; the other side keeps below it, and breaks the protocol where it does not."""

    message: int = 2 * 1024**3  # bytes of one message, its buffers counted
    # Bytes of all messages that have begun and are not whole: payloads, buffers, and 256 more for each buffer.
    buffered: int = 4 * 1024**3
    buffers: int = 8192  # of one message; the table of their places is to fit into a frame
    calls: int = 16384  # open at a time
    streams: int = 4096  # open at a time
