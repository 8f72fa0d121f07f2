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
    warnings.warn("old() is old", DeprecationWarning, stacklevel=2)
    return 1


async def old_after_a_while() -> int:
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
    assert [(warning.filename, warning.lineno) for warning in caught] == [(__file__, line)]


@pytest.mark.parametrize("function", [old, old_after_a_while])
def test_warning_of_a_blocking_call_points_at_the_call(synchronizer: Synchronizer, function: Callable[..., int]) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        line = here() + 1
        synchronizer.run(function)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    check(caught, line)


@pytest.mark.parametrize("function", [old, old_after_a_while])
def test_warning_of_an_awaited_call_points_at_the_await(
    synchronizer: Synchronizer, function: Callable[..., int]
) -> None:
    async def main() -> int:
        line = here() + 1
        await synchronizer.aio(function)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        return line

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        line = asyncio.run(main())
    check(caught, line)


def test_warning_of_run_async_task_points_at_the_call() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        line = here() + 1
        run_async_task(old())
    check(caught, line)


def test_warning_is_filtered_as_the_callers(synchronizer: Synchronizer) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("ignore")
        warnings.filterwarnings("always", module=__name__)
        synchronizer.run(old)
    assert len(caught) == 1


def test_each_of_two_calls_in_a_loop_has_its_own_line(synchronizer: Synchronizer) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for _ in range(2):
            first = here() + 1
            synchronizer.run(old)
            synchronizer.run(old)
    assert [warning.lineno for warning in caught] == [first, first + 1] * 2


def test_the_stand_in_frame_is_not_in_tracebacks(synchronizer: Synchronizer) -> None:
    async def fail() -> None:
        raise KeyError("mine")

    with pytest.raises(KeyError) as info:
        synchronizer.run(fail)
    assert [entry.name for entry in info.traceback][-1] == "fail"
    assert len(info.traceback) == 2
