"""Carry calls between two processes: their arguments, outcomes, streams, deadlines and cancellation.

It knows connections, and nothing of what is at their other end: a child, or anything else. What both sides need stands
here, the rest in `calling` and `serving`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._begun import SIZE as BEGUN_BYTES
from ._begun import Begun
from ._codecs import Codec, Handles, PickleCodec, what_fails
from ._exported import FIRST, Exported, Received, read_release, release_of
from ._failures import dump_error, load_error
from ._messages import BACK, DEFINITIONS, ROOT, encode_call, outcome
from ._options import delay_s
from ._outgoing import Outgoing, TurnedAway

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = (
    "BACK",
    "BEGUN_BYTES",
    "Begun",
    "Codec",
    "DEFINITIONS",
    "Exported",
    "FIRST",
    "Handles",
    "Outgoing",
    "PickleCodec",
    "ROOT",
    "Received",
    "TurnedAway",
    "delay_s",
    "dump_error",
    "encode_call",
    "load_error",
    "msgpack_codec",
    "outcome",
    "read_release",
    "release_of",
    "what_fails",
)


def msgpack_codec(handles: Handles, find: Callable[[str], type | None] | None = None) -> Codec:
    """Return the codec of plain data, which is more to import than all others; `find` is asked for classes by name.

    Without it the other side is trusted, and a class is looked for in the module of its name.
    """
    from ._codecs._by_name import class_by_name
    from ._codecs._msgpack import MsgpackCodec

    return MsgpackCodec(handles, find=find or class_by_name)
