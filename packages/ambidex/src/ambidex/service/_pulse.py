"""Own how a client finds out that its service has fallen silent: it asks now and then, and measures how long that took.

A service that is cut off, or stopped, leaves its connections as they were, and calls over them would wait for ever.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, final

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

PATIENCE = 4  # heartbeats without an answer, until a service is given up


@final
class Pulse:
    """Call `ask` every `interval_s` seconds, and `give_up` with how many seconds of silence there were.

    With no interval of its own a client asks every `least_s` seconds, so that it is not dropped for silence, and waits
    for ever. `answered` is told how many seconds an answer has taken. All is for the thread of the loop.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        interval_s: float | None,
        least_s: float,
        ask: Callable[[], None],
        answered: Callable[[float], None],
        give_up: Callable[[float], None],
    ) -> None:
        self._loop = loop
        self._every_s = least_s if interval_s is None else min(interval_s, least_s)
        self._patience_s = None if interval_s is None else PATIENCE * interval_s
        self._ask = ask
        self._answered = answered
        self._give_up = give_up
        self._asked_at: float | None = None  # where that is not answered
        self._beat()

    def note_answer(self) -> None:
        """Take note of an answer."""
        if self._asked_at is not None:
            self._answered(time.monotonic() - self._asked_at)
            self._asked_at = None

    def close(self) -> None:
        """Ask no more."""
        self._timer.cancel()

    def _beat(self) -> None:
        now = time.monotonic()
        if self._asked_at is None:
            self._asked_at = now
            self._ask()
        elif self._patience_s is not None and now - self._asked_at >= self._patience_s:
            self._give_up(now - self._asked_at)
            return
        self._timer = self._loop.call_later(self._every_s, self._beat)
