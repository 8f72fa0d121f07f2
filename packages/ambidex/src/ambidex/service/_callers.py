"""Own who calls: what a service knows of the client whose call runs, and where the code of the call finds it.

The variable is set where a connection is let in, before the loop watches it. Whatever comes over the connection is
handed on in that context, so a call sees it, and no call has to set it.
"""

from __future__ import annotations

import contextvars
import itertools
from dataclasses import dataclass, field
from typing import final

__all__ = ("ServiceClient", "Visitor", "current_client", "receiving")

_numbers = itertools.count(1)


@final
@dataclass(frozen=True)
class ServiceClient:
    """Who calls a service: `session` is the number of its session, of all that this process has served so far.

    Over TLS, `key` is the key that it has shown, as `Identity.key` says it. Over a Unix socket, `uid` and `pid` are
    those of its process at the moment when it connected, as the system says; `pid` is None where it does not.
    """

    session: int
    key: str | None = None
    uid: int | None = None
    pid: int | None = None


@final
@dataclass
class Visitor:
    """Hold who is at the other end of a connection, and the client whose connection it is, from when that is known."""

    key: str | None = None
    uid: int | None = None
    pid: int | None = None
    client: ServiceClient | None = field(default=None, init=False)

    def become_client(self) -> ServiceClient:
        """Be a new client, whose first connection this is."""
        self.client = ServiceClient(next(_numbers), self.key, self.uid, self.pid)
        return self.client


_visitor: contextvars.ContextVar[Visitor | None] = contextvars.ContextVar("ambidex_visitor", default=None)


def receiving(visitor: Visitor) -> None:
    """Have all that runs in this context from now on run for who is at the other end of a connection."""
    _visitor.set(visitor)


def current_client() -> ServiceClient | None:
    """Return the client of a service whose call runs here; None where none does.

    A call that a service runs sees it, and whatever it begins: its tasks, its threads, the steps of its streams. A call
    in this process or of a parent's sees None, and so does what a child runs for the one that is served.
    """
    visitor = _visitor.get()
    return None if visitor is None else visitor.client
