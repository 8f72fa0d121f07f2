"""Own what the error of a deadline says where a call has waited, before it was sent, for a child, a place or a try."""

from __future__ import annotations

import contextlib
import math
from typing import TYPE_CHECKING

from ..errors import DeadlineExceeded

if TYPE_CHECKING:
    from collections.abc import Generator

_SAME_S = 0.001  # how much later the call may have been sent; arbitrary


@contextlib.contextmanager
def limited_to(name: str, given_s: float | None, left_s: float | None) -> Generator[None, None, None]:
    """Make the call `name` in the block, which has `left_s` of the `given_s` seconds of its caller.

    The error of its deadline says what the caller has given; one of a call that this one makes stays as it is.
    """
    try:
        yield
    except DeadlineExceeded as error:
        say_limit(error, name, given_s, left_s)
        raise


def say_limit(error: BaseException | None, name: str, given_s: float | None, left_s: float | None) -> None:
    """Have the error of a call's deadline, if it is one, say the limit of the caller, as in `limited_to`."""
    if given_s is None or left_s is None or not isinstance(error, DeadlineExceeded) or error.call != name:
        return
    if math.isclose(error.timeout_s, left_s, abs_tol=_SAME_S):
        error.timeout_s = given_s
        error.args = (name, given_s)
