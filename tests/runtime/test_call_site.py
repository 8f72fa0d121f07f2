"""What the implementation warns about is shown at the line that made the call."""

from __future__ import annotations

import asyncio
import inspect
import warnings
from typing import TYPE_CHECKING

import pytest

from ambidex import Synchronizer, run_async_task

if TYPE_CHECKING:
    from collections.abc import Callable


async def old() -> int:
    """Warn about the caller."""
    warnings.warn("old() is old", DeprecationWarning, stacklevel=2)
    return 1


async def old_after_a_while() -> int:
    """Warn about the caller, after having been suspended."""
    await asyncio.sleep(0)
    warnings.warn("old() is old", DeprecationWarning, stacklevel=2)
    return 1


class Old:
    def __init__(self) -> None:
        warnings.warn("Old is old", DeprecationWarning, stacklevel=2)


def here() -> int:
    """Return the line of the caller."""
    frame = inspect.currentframe()
    assert frame is not None
    assert frame.f_back is not None
    return frame.f_back.f_lineno


def check(caught: list[warnings.WarningMessage], line: int) -> None:
    """Check that there was one warning, at that line of this file."""
    assert [(warning.filename, warning.lineno) for warning in caught] == [(__file__, line)]


@pytest.mark.parametrize("function", [old, old_after_a_while])
def test_warning_of_a_blocking_call_points_at_the_call(
    synchronizer: Synchronizer, function: Callable[..., int]
) -> None:
    """A warning with stacklevel=2 names the blocking caller's file and line."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        line = here() + 1
        synchronizer.run(function)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    check(caught, line)


@pytest.mark.parametrize("function", [old, old_after_a_while])
def test_warning_of_an_awaited_call_points_at_the_await(
    synchronizer: Synchronizer, function: Callable[..., int]
) -> None:
    """A warning with stacklevel=2 names the awaiting caller's file and line."""

    async def main() -> int:
        line = here() + 1
        await synchronizer.aio(function)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        return line

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        line = asyncio.run(main())
    check(caught, line)


def test_warning_of_run_async_task_points_at_the_call() -> None:
    """The coroutine's warning names the line that ran it."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        line = here() + 1
        run_async_task(old())
    check(caught, line)


def test_warning_is_filtered_as_the_callers(synchronizer: Synchronizer) -> None:
    """A filter for the caller's module applies, and the implementation's does not."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("ignore")
        warnings.filterwarnings("always", module=__name__)
        synchronizer.run(old)
    assert len(caught) == 1


def test_each_of_two_calls_in_a_loop_has_its_own_line(synchronizer: Synchronizer) -> None:
    """What is known of one call site is not used for the next."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        first = 0
        for _ in range(2):
            first = here() + 1
            synchronizer.run(old)
            synchronizer.run(old)
    assert [warning.lineno for warning in caught] == [first, first + 1] * 2


def test_the_stand_in_frame_is_not_in_tracebacks(synchronizer: Synchronizer) -> None:
    """A traceback goes from the caller to the implementation."""

    async def fail() -> None:
        raise KeyError("mine")

    with pytest.raises(KeyError) as info:
        synchronizer.run(fail)
    assert [entry.name for entry in info.traceback][-1] == "fail"
    assert len(info.traceback) == 2
