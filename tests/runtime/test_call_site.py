"""What the implementation warns about is shown at the line of the call, the step, the entering or the leaving."""

from __future__ import annotations

import ast
import asyncio
import dis
import inspect
import sys
import warnings
from contextlib import asynccontextmanager
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import Synchronizer, run_async_task

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable
    from types import TracebackType


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


async def old_items() -> AsyncGenerator[int, int]:
    """Warn about the caller at each step and at the end."""
    try:
        for item in range(3):
            warnings.warn(f"item {item} is old", DeprecationWarning, stacklevel=2)
            yield item
    finally:
        warnings.warn("closing is old", DeprecationWarning, stacklevel=2)


def opened_with_a_warning() -> AsyncGenerator[int, int]:
    """Warn about the caller before there is a generator."""
    warnings.warn("opening is old", DeprecationWarning, stacklevel=2)
    return old_items()


class OldItems:
    """An async iterator that is no generator, whose reader stands between it and its caller."""

    def __init__(self) -> None:
        self._left = 2

    def __aiter__(self) -> OldItems:
        return self

    async def __anext__(self) -> int:
        self._left -= 1
        if self._left < 0:
            raise StopAsyncIteration
        warnings.warn("item is old", DeprecationWarning, stacklevel=2)
        return self._left


class OldScope:
    async def __aenter__(self) -> int:
        warnings.warn("entering is old", DeprecationWarning, stacklevel=2)
        await asyncio.sleep(0)
        return 1

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await asyncio.sleep(0)
        warnings.warn("leaving is old", DeprecationWarning, stacklevel=2)


def make_old_scope() -> OldScope:
    """Warn about the caller, and return the context manager."""
    warnings.warn("making is old", DeprecationWarning, stacklevel=2)
    return OldScope()


@asynccontextmanager
async def old_scope() -> AsyncGenerator[int, None]:
    """Warn about whoever enters and leaves, beyond contextlib's own frame."""
    warnings.warn("entering is old", DeprecationWarning, stacklevel=3)
    try:
        yield 1
    finally:
        warnings.warn("leaving is old", DeprecationWarning, stacklevel=3)


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


def lines(caught: list[warnings.WarningMessage]) -> list[tuple[str, int]]:
    """Return the text of each warning, and its line of this file."""
    assert {warning.filename for warning in caught} == {__file__}
    return [(str(warning.message), warning.lineno) for warning in caught]


def test_warning_of_a_blocking_step_points_at_the_step(synchronizer: Synchronizer) -> None:
    """Each step of a stream has the line that asked for it: a `for`, `next`, `send`, `throw`, `close`."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        first = here() + 1
        for _ in synchronizer.iterate(old_items):
            pass
        stream = synchronizer.iterate(opened_with_a_warning)
        next(stream)
        stream.send(1)
        stream.close()
        stream = synchronizer.iterate(old_items)
        next(stream)
        with pytest.raises(KeyError):
            stream.throw(KeyError())
    assert lines(caught) == [
        *[(f"item {item} is old", first) for item in range(3)],
        ("closing is old", first),
        ("opening is old", first + 3),
        ("item 0 is old", first + 3),
        ("item 1 is old", first + 4),
        ("closing is old", first + 5),
        ("item 0 is old", first + 7),
        ("closing is old", first + 9),
    ]


def test_warning_of_an_awaited_step_points_at_the_step(synchronizer: Synchronizer) -> None:
    """An `async for`, `anext`, `asend`, `athrow` and `aclose` likewise."""

    async def main() -> int:
        first = here() + 1
        async for _ in synchronizer.aiterate(old_items):
            pass
        stream = synchronizer.aiterate(old_items)
        await stream.__anext__()
        await stream.asend(1)
        await stream.aclose()
        stream = synchronizer.aiterate(old_items)
        await stream.__anext__()
        with pytest.raises(KeyError):
            await stream.athrow(KeyError())
        return first

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        first = asyncio.run(main())
    assert lines(caught) == [
        *[(f"item {item} is old", first) for item in range(3)],
        ("closing is old", first),
        ("item 0 is old", first + 3),
        ("item 1 is old", first + 4),
        ("closing is old", first + 5),
        ("item 0 is old", first + 7),
        ("closing is old", first + 9),
    ]


def test_warning_of_an_iterator_points_at_the_step(synchronizer: Synchronizer) -> None:
    """So it is with what is no generator."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        line = here() + 1
        assert list(synchronizer.iterate(OldItems)) == [1, 0]
    assert lines(caught) == [("item is old", line)] * 2


def test_warning_of_reading_ahead_points_at_the_iteration(synchronizer: Synchronizer) -> None:
    """All that is read ahead has the line that asked for it to be read."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        line = here() + 1
        for _ in synchronizer.with_options(read_ahead=2).iterate(old_items):
            pass
        stream = synchronizer.with_options(read_ahead=1).iterate(old_items)
        next(stream)
        next(stream)
        stream.close()
    whole = [*[(f"item {item} is old", line) for item in range(3)], ("closing is old", line)]
    assert lines(caught)[:4] == whole
    assert lines(caught)[-1] == ("closing is old", line + 5)


@pytest.mark.parametrize("function", [OldScope, make_old_scope, old_scope])
def test_warning_of_a_context_manager_points_at_the_with(
    synchronizer: Synchronizer, function: Callable[[], OldScope]
) -> None:
    """Entering and leaving have each the line that does it; before 3.10 a block is left at its last line."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        line = here() + 1
        with synchronizer.context(function) as value:
            assert value == 1
    making = [("making is old", line)] if function is make_old_scope else []
    left_at = line if sys.version_info >= (3, 10) else line + 1
    assert lines(caught) == [*making, ("entering is old", line), ("leaving is old", left_at)]


@pytest.mark.parametrize("function", [OldScope, make_old_scope, old_scope])
def test_warning_of_a_context_manager_points_at_the_async_with(
    synchronizer: Synchronizer, function: Callable[[], OldScope]
) -> None:
    """So it is with `async with`."""

    async def main() -> int:
        line = here() + 1
        async with synchronizer.context(function) as value:
            assert value == 1
        return line

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        line = asyncio.run(main())
    making = [("making is old", line)] if function is make_old_scope else []
    left_at = line if sys.version_info >= (3, 10) else line + 1
    assert lines(caught) == [*making, ("entering is old", line), ("leaving is old", left_at)]


def test_entering_what_is_no_context_manager_is_pythons_own_error(synchronizer: Synchronizer) -> None:
    """The `async with` around it says what is missing."""
    make: Any = object
    with pytest.raises((TypeError, AttributeError), match=r"__aenter__|__aexit__|asynchronous context manager"):  # noqa: SIM117
        with synchronizer.context(make):
            pytest.fail("entered")


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
    names = [entry.name for entry in info.traceback]
    assert names[-1] == "fail"
    assert not [name for name in names if name.startswith("<")]
    assert len(names) == 2 or sys.version_info < (3, 11)  # before, the frames that hide the others stay


ON_LINE_1 = {
    "call": "own.run(old)",
    "suspended call": "own.run(old_after_a_while)",
    "future": "own.submit(old).result(60)",
    "step": "for _ in own.iterate(old_items): pass",
    "iterator's step": "list(own.iterate(OldItems))",
    "read ahead": "list(own.with_options(read_ahead=2).iterate(old_items))",
    "context manager": "with own.context(make_old_scope): pass",
    "context manager of contextlib": "with own.context(old_scope): pass",
    "awaited call": "await own.aio(old_after_a_while)",
    "awaited step": "async for _ in own.aiterate(old_items): pass",
    "awaited context manager": "async with own.context(make_old_scope): pass",
}


@pytest.mark.parametrize("case", ON_LINE_1)
def test_warning_of_a_call_on_the_first_line_of_a_file_points_at_it(synchronizer: Synchronizer, case: str) -> None:
    """No line above the call is needed."""
    code = compile(ON_LINE_1[case], "short.py", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    result: Any
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = FunctionType(code, {**globals(), "own": synchronizer})()
        if inspect.iscoroutine(result):
            asyncio.run(result)
    assert caught
    assert {(warning.filename, warning.lineno) for warning in caught} == {("short.py", 1)}


def test_frame_that_stands_for_the_caller_is_on_one_line(synchronizer: Synchronizer) -> None:
    """A tracer sees no lines near the caller's that the program never came to."""

    async def code_of_caller() -> CodeType:
        frame = inspect.currentframe()
        assert frame is not None
        assert frame.f_back is not None
        return frame.f_back.f_code

    line = here() + 1
    code = synchronizer.run(code_of_caller)
    assert code.co_filename == __file__
    assert {each for _, each in dis.findlinestarts(code)} == {line}
