"""Own the first message of each side: who speaks, in which codecs, and what it takes."""

from __future__ import annotations

import json
from typing import Any, NamedTuple, cast

from ..errors import ProtocolError
from ._limits import Limits

WIRE = 1  # the version of all that this package says
_FIELDS = {"wire": int, "codecs": list, "limits": dict, "library": str, "python": str, "pid": int}


class Hello(NamedTuple):
    """Say what one side is: `codecs` by preference, `library` and `python` as versions.

    `arena` is how many bytes the memory has in which it takes slots, 0 where it takes none.
    """

    codecs: tuple[str, ...]
    limits: Limits
    library: str
    python: str
    pid: int
    arena: int = 0

    def encoded(self) -> bytes:
        """Return the payload."""
        said = {**self._asdict(), "limits": self.limits._asdict(), "wire": WIRE}
        return json.dumps(said, separators=(",", ":")).encode()


def read_hello(payload: bytes | bytearray | memoryview) -> Hello:
    """Return what the other side says of itself.

    Raises:
        ProtocolError: it is no hello, or one of another version of the wire.
    """
    try:
        read: object = json.loads(bytes(payload))
    except (ValueError, RecursionError):
        raise ProtocolError("the first message is no hello of ambidex: something else is at the other end") from None
    if not isinstance(read, dict):
        raise ProtocolError("the first message is no hello of ambidex: something else is at the other end")
    said = cast("dict[str, Any]", read)
    if said.get("wire") != WIRE:
        raise ProtocolError(
            f"the other side speaks version {said.get('wire')!r:.40} of the wire, and this one {WIRE}: "
            "use versions of ambidex that are nearer to each other"
        )
    wrong = [name for name, kind in _FIELDS.items() if type(said.get(name)) is not kind]
    if wrong or not all(isinstance(each, str) for each in said["codecs"]):
        raise ProtocolError(f"the hello of the other side does not say what it has to: {', '.join(wrong) or 'codecs'}")
    limits = {name: said["limits"].get(name) for name in Limits._fields}
    if not all(type(each) is int and each > 0 for each in limits.values()):
        raise ProtocolError("the hello of the other side has limits that are no positive numbers")
    arena = said.get("arena", 0)  # older sides do not say it
    if type(arena) is not int or arena < 0:
        raise ProtocolError("the hello of the other side has an arena whose size is no number of bytes")
    return Hello(tuple(said["codecs"]), Limits(**limits), said["library"], said["python"], said["pid"], arena)


def chosen_codec(own: Hello, other: Hello) -> str:
    """Return the codec that both have, the first that this side prefers.

    Raises:
        ProtocolError: they have none in common.
    """
    for codec in own.codecs:
        if codec in other.codecs:
            return codec
    have = ", ".join(other.codecs)[:100] or "none"
    raise ProtocolError(f"the other side has other codecs ({have}) than this one ({', '.join(own.codecs)})")
