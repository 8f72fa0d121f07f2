"""Carry calls between two processes: their arguments, outcomes, streams, deadlines and cancellation.

It knows connections, and nothing of what is at their other end: a child, or anything else. What both sides need stands
here, the rest in `calling` and `serving`.
"""

from __future__ import annotations

from ._begun import SIZE as BEGUN_BYTES
from ._begun import Begun
from ._codecs import Codec, Handles, PickleCodec, what_fails
from ._exported import Exported, Received, read_release, release_of
from ._failures import dump_error, load_error
from ._messages import BACK, DEFINITIONS, ROOT, encode_call, outcome
from ._options import delay_s
from ._outgoing import Outgoing

__all__ = (
    "BACK",
    "BEGUN_BYTES",
    "Begun",
    "Codec",
    "DEFINITIONS",
    "Exported",
    "Handles",
    "Outgoing",
    "PickleCodec",
    "ROOT",
    "Received",
    "delay_s",
    "dump_error",
    "encode_call",
    "load_error",
    "outcome",
    "read_release",
    "release_of",
    "what_fails",
)
