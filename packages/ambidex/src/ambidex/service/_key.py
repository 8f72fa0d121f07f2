"""Own the key of a session: what a client opens more connections by, and nobody else has."""

from __future__ import annotations

from ..errors import ProtocolError

KEY_BYTES = 16  # which nobody guesses


def read_key(payload: bytes | bytearray | memoryview) -> bytes:
    """Return the key that a connection is opened with.

    Raises:
        ProtocolError: it is none.
    """
    if len(payload) != KEY_BYTES:
        raise ProtocolError(f"a connection was opened with a key of {len(payload)} bytes, where one has {KEY_BYTES}")
    return bytes(payload)
