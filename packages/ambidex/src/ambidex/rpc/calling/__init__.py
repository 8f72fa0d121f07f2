"""Own the calling side of a session: blocking and awaited calls, and the faces of objects that are elsewhere."""

from __future__ import annotations

from .._codecs._converting import converted as as_type
from .._counters import Counters
from .._counting import CountedCalls
from .._existing import existing, leave_out, note_existing
from .._forwarding import forwarded
from .._messages import refuse_blocking
from .._observer import Observer
from .._spans import Spans
from .._statistics import BUCKETS, Latencies, MethodStatistics, Statistics, bucket_of, summed
from ._called import holding
from ._channel import RemoteChannel
from ._encoding import Answers
from ._handles import CallingHandles
from ._lending import run_here
from ._link import Owner as SessionOwner
from ._making import Calls
from ._offered import blocks
from ._pairs import Pairs
from ._remote import remote_class
from ._session import Session, check_may_block, left_of, remaining_of
from ._traced import TracedCalls
from ._types import FaceTypes

__all__ = (
    "Answers",
    "BUCKETS",
    "CallingHandles",
    "Calls",
    "CountedCalls",
    "Counters",
    "FaceTypes",
    "Latencies",
    "MethodStatistics",
    "Observer",
    "Pairs",
    "RemoteChannel",
    "Session",
    "SessionOwner",
    "Spans",
    "Statistics",
    "TracedCalls",
    "as_type",
    "blocks",
    "bucket_of",
    "check_may_block",
    "existing",
    "forwarded",
    "holding",
    "leave_out",
    "left_of",
    "note_existing",
    "refuse_blocking",
    "remaining_of",
    "remote_class",
    "run_here",
    "summed",
)
