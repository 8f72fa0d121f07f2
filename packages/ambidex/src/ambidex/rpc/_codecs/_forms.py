"""Own which of two forms reads and writes msgpack: Python alone, or msgspec where it is installed and worth its import.

To import msgspec takes 10 ms and more: as long as Python alone takes for `WORTH` bytes. A process of which no more is
asked, and the start of a child, do without.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

from ._packing import Packer, Unpacker

if TYPE_CHECKING:
    from collections.abc import Callable

    from ._with_msgspec import FastPacker, FastUnpacker

WORTH = 64 * 1024  # bytes
_NEVER = float("inf")


@final
class Forms:
    """Read and write for one codec: in Python alone until `worth` bytes have been, from then on in msgspec.

    With 0 msgspec is imported at once, and with infinity never. Where it is not installed, or too old, Python goes on.
    """

    def __init__(self, worth: float = WORTH) -> None:
        self._left = worth
        self._packer: type[Packer | FastPacker] = Packer
        self._unpacker: type[Unpacker | FastUnpacker] = Unpacker
        self._note(0)

    def packed(self, value: object, extend: Callable[[Any], object]) -> bytes:
        """Return a value's bytes; see `Packer`."""
        data = self._packer(extend).packed(value)
        self._note(len(data))
        return data

    def unpacked(self, data: bytes | bytearray, extended: Callable[[int, Any], object]) -> Any:
        """Return the value of bytes; see `Unpacker`."""
        self._note(len(data))
        return self._unpacker(data, extended).unpacked()

    def _note(self, size: int) -> None:
        """Change to msgspec where that many bytes make it worth it; two threads may do so at a time."""
        self._left -= size
        if self._left > 0:
            return
        self._left = _NEVER
        try:
            from ._with_msgspec import FastPacker, FastUnpacker
        except ImportError:  # it is not installed in this environment, or too old
            return
        self._packer, self._unpacker = FastPacker, FastUnpacker
