"""Own the count of what goes over a connection, where somebody wants to know."""

from __future__ import annotations

from typing import final


@final
class Meter:
    """Count bytes and messages each way; one connection at a time writes to it, and anybody may read."""

    __slots__ = ("bytes_received", "bytes_sent", "messages_received", "messages_sent")

    def __init__(self) -> None:
        self.bytes_sent = 0
        self.bytes_received = 0
        self.messages_sent = 0
        self.messages_received = 0

    def note_received(self, size_bytes: int, messages: int) -> None:
        """Count what a read has given."""
        self.bytes_received += size_bytes
        self.messages_received += messages
