"""Own how a deadline crosses to another process: as the seconds that remain, because two processes share no clock.

So the callee's deadline is later than the caller's by as long as the message travelled, and the caller's own is the one
that ends its wait.
"""

from __future__ import annotations

import math

from ..deadlines import bounded_by as bounded_by
from ..deadlines import current_deadline as current_deadline
from ..deadlines import deadline_of as deadline_of
from ..deadlines import inherited_deadline as inherited_deadline
from ..deadlines import remaining as remaining
from ..deadlines import remaining_time as remaining_time
from ..deadlines import remaining_until as remaining_until
from ..deadlines import within as within
from ..errors import ProtocolError


def carried(deadline: float | None, now: float) -> float:
    """Return a deadline as the message of a call carries it: the seconds that remain, and infinity for no deadline."""
    remaining_s = remaining_until(deadline, now)
    return math.inf if remaining_s is None else remaining_s


def received_deadline(remaining_s: float, now: float) -> float | None:
    """Return the deadline of a call that has come in at `now` with what `carried` gave on the other side.

    Raises:
        ProtocolError: that is negative or not a number.
    """
    if not remaining_s >= 0.0:  # so that NaN is refused
        raise ProtocolError(f"a call came with a remaining time of {remaining_s!r} s; it is 0 or more, or infinity")
    return None if remaining_s == math.inf else now + remaining_s
