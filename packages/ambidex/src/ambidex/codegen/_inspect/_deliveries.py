"""Own what the annotation of a result alone says: whether a function delivers by being awaited, iterated or entered."""

from __future__ import annotations

from .._ir import AWAITABLES, Applied, Type, bare


def awaited_by(result: Type) -> Type | None:
    """Return what awaiting a result gives, None where it says of no awaitable that it is one."""
    plain = bare(result)
    if not isinstance(plain, Applied) or plain.origin not in AWAITABLES:
        return None
    return plain.arguments[AWAITABLES[plain.origin]]
