"""Own how long a caller waits before a further try of a call whose worker has died."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# Of the wait before a further try, in seconds: arbitrary. The policy of restarts has waits of its own before this one.
_FIRST_DELAY_S = 0.05
_LONGEST_DELAY_S = 5.0


def delay_s(tried: int, random: Callable[[], float]) -> float:
    """Return how long to wait before a further try, after `tried` ones: exponential, with full jitter.

    `random` gives numbers from 0 to 1, so callers that have lost the same worker do not all come back at once.
    """
    return random() * min(_LONGEST_DELAY_S, _FIRST_DELAY_S * 2.0 ** min(tried, 64))
