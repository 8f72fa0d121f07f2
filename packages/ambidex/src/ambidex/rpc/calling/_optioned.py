"""Own what stands before a session for calls that have options: each says so to the other side.

A channel makes its calls of one of these in the place of its session, and is otherwise the same.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from ...protocol import Flags

if TYPE_CHECKING:
    from ._making import Calls

_VIEWS = int(Flags.VIEWS)


class Again:
    """Ask the other side to make sure that what is called may run twice; no stream may."""

    def __init__(self, session: Calls) -> None:
        self._session = session

    def call(self, target: int, asked: str, *rest: Any) -> Any:
        return self._session.call(target, _again(asked), *rest)

    async def acall(self, target: int, asked: str, *rest: Any) -> Any:
        return await self._session.acall(target, _again(asked), *rest)


class Viewing:
    """Leave long buffers, of what is sent and of what comes, in the memory that both sides share."""

    def __init__(self, session: Calls) -> None:
        self.call = functools.partial(session.call, flags=_VIEWS)
        self.acall = functools.partial(session.acall, flags=_VIEWS)
        self.stream = functools.partial(session.stream, flags=_VIEWS)
        self.astream = functools.partial(session.astream, flags=_VIEWS)


def _again(asked: str) -> str:
    """Return what asks for the same again; of a user's class "extended" stays first, which says whose class it is."""
    _, extended, asked = asked.rpartition("extended ")
    return f"{extended}again {asked}"
