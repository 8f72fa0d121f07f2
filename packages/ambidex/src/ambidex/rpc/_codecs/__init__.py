"""Own how a value becomes bytes and comes back: a payload, and beside it long buffers that are never copied.

`pickle` is for a parent and the child that it has started: both run the same user's code. Nothing that comes from
anywhere else is ever unpickled: that is what `MsgpackCodec` is for, which whoever needs it imports from `_msgpack`: its
imports take longer than all others of a child.
"""

from __future__ import annotations

from ._codec import Codec, Handles
from ._pickle import PickleCodec
from ._what_fails import what_fails

__all__ = ("Codec", "Handles", "PickleCodec", "what_fails")
