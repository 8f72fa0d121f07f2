"""Hand callables over to an implementation from what it has called itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...runtime import Caller, current_caller

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._implementation import Implementation


def with_caller(implementation: Implementation, has_callables: bool, work: Callable[[], Any]) -> Any:
    """Run what hands callables over; they belong to the call that leads here, or to none."""
    if current_caller() is not None or not has_callables:
        return work()
    caller = Caller(implementation.runtime, implementation.channel)
    try:
        with caller:
            return work()
    finally:
        caller.close()
