"""Carry calls between two processes: their arguments, outcomes, streams, deadlines and cancellation.

It knows connections, and nothing of what is at their other end: a child, or anything else.
"""

from __future__ import annotations

from ._channel import RemoteChannel
from ._codecs import Codec, Handles, PickleCodec, what_fails
from ._failures import dump_error, load_error
from ._handles import SessionHandles
from ._incoming import Incoming, Served
from ._kinds import forget_classes
from ._messages import ROOT, encode_call, outcome
from ._options import CallOptions, idempotent
from ._outgoing import Outgoing
from ._serving import Serving
from ._session import END_KNOWN_S, Session, check_may_block
from ._table import Function, find, public_methods, table_of
from ._verbs import DEFINITIONS, definition_of, function_of

__all__ = (
    "CallOptions",
    "Codec",
    "DEFINITIONS",
    "END_KNOWN_S",
    "Function",
    "Handles",
    "Incoming",
    "Outgoing",
    "PickleCodec",
    "ROOT",
    "RemoteChannel",
    "Served",
    "Serving",
    "Session",
    "SessionHandles",
    "check_may_block",
    "definition_of",
    "dump_error",
    "encode_call",
    "find",
    "forget_classes",
    "function_of",
    "idempotent",
    "load_error",
    "outcome",
    "public_methods",
    "table_of",
    "what_fails",
)
