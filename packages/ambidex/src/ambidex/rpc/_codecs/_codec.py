"""Own what calls ask of a codec, and a codec of the session that it works for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence


class Handles(Protocol):
    """Say which objects stay where they are: their token crosses in their place."""

    def export(self, value: object) -> tuple[object, ...] | None:
        """Return a token of integers and texts for an object that stays here; None for one that crosses by value.

        It is asked for no class and for nothing that is made of builtin types alone.
        """
        ...

    def export_class(self, cls: type) -> tuple[object, ...] | None:
        """Return a token for a class that has another one on the other side; None for one that crosses by its name."""
        ...

    def resolve(self, token: tuple[object, ...]) -> object:
        """Return what a token of the other side stands for here."""
        ...


class Codec(Protocol):
    """Turn values into bytes, and back. It may be used from several threads at a time."""

    @property
    def name(self) -> str:
        """Name the codec, as both sides' hello does."""
        ...

    def dumps(self, value: object) -> tuple[bytes, Sequence[memoryview]]:
        """Return a payload and the buffers beside it, which are flat views of the value's own memory.

        Raises:
            Exception: what the value's own class raises, or the codec for what does not cross; `what_fails` tells
                which part that is.
        """
        ...

    def loads(self, payload: bytes | bytearray | memoryview, buffers: Sequence[bytearray | memoryview]) -> Any:
        """Return the value; the buffers become the memory of what is in it."""
        ...
