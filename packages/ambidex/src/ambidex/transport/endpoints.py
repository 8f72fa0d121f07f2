"""Own the door to what is reached by an address: listening, dialling, activation, and who is at the other end.

It is apart from the rest, since a child process inherits its connections and starts sooner without this.
"""

from __future__ import annotations

from ._activation import inherited
from ._addresses import Address
from ._credentials import Peer, check_peer, peer_of
from ._dialling import adial, begin, dial, tune
from ._listening import Listener, listen
from ._notifying import notify

__all__ = (
    "Address",
    "Listener",
    "Peer",
    "adial",
    "begin",
    "check_peer",
    "dial",
    "inherited",
    "listen",
    "notify",
    "peer_of",
    "tune",
)
