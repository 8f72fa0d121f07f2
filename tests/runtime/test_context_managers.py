"""Async context managers in `with` and `async with`: one task, the block's exception, suppression, nesting."""

from __future__ import annotations

import asyncio
import sys
import threading
import traceback
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Union

import pytest

from ambidex import Synchronizer, UsageError
from tests.limits import HANG_S

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from types import TracebackType

    from tests.runtime.faces import Face

    Entering = Union[Synchronizer, Face]


class Own(BaseException):
    """An error that `except Exception` does not catch."""


class Gate:
    """An async context manager that tells what happened to it, and suppresses LookupError."""

    def __init__(self) -> None:
        self.tasks: list[Any] = []
        self.threads: list[int] = []
        self.left_with: list[BaseException | None] = []

    async def __aenter__(self) -> Gate:  # noqa: PYI034  Self is not in 3.9's typing
        await asyncio.sleep(0)
        self.tasks.append(asyncio.current_task())
        self.threads.append(threading.get_ident())
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        await asyncio.sleep(0)
        self.tasks.append(asyncio.current_task())
        self.threads.append(threading.get_ident())
        self.left_with.append(exc)
        return isinstance(exc, LookupError)


ERRORS = [
    ValueError("ordinary"),
    KeyError("suppressed"),
    Own(),
    KeyboardInterrupt(),
    SystemExit(),
    GeneratorExit(),
    StopIteration(1),
    StopAsyncIteration(),
    asyncio.CancelledError(),
    TimeoutError(),
]
each_error = pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)


def gate_of(entering: Entering, gate: Gate) -> Any:
    """Return the face of a context manager."""
    return entering.context(lambda: gate)


def test_context_manager_gives_what_enter_returns(synchronizer: Synchronizer) -> None:
    """`with ... as` and `async with ... as` bind the very object."""
    gate = Gate()
    with gate_of(synchronizer, gate) as entered:
        assert entered is gate
        assert gate.left_with == []
    assert gate.left_with == [None]

    async def main() -> None:
        async with gate_of(synchronizer, gate) as entered:
            assert entered is gate

    asyncio.run(main())
    assert gate.left_with == [None, None]


@each_error
def test_exception_of_the_block_reaches_the_exit_and_comes_out_as_it_is(error: BaseException, face: Face) -> None:
    """The exit sees the block's exception, may suppress it, and else the same object goes on."""
    gate = Gate()
    is_suppressed = isinstance(error, LookupError)
    raised: BaseException | None = None
    try:
        with gate_of(face, gate):
            raise error  # noqa: TRY301  the block's own
    except BaseException as caught:  # noqa: BLE001  the subject of the test
        raised = caught
    assert raised is (None if is_suppressed else error)
    assert gate.left_with == [error]
    assert error.__context__ is None


@each_error
def test_exception_of_the_async_block_reaches_the_exit_and_comes_out_as_it_is(
    error: BaseException, synchronizer: Synchronizer
) -> None:
    """The same by `async with`."""
    if isinstance(error, (StopIteration, KeyboardInterrupt, SystemExit)):
        return  # cannot leave a coroutine, or would end the test's own loop
    gate = Gate()
    outcomes: list[BaseException | None] = []

    async def main() -> None:
        try:
            async with gate_of(synchronizer, gate):
                raise error  # noqa: TRY301  the block's own
        except BaseException as caught:  # noqa: BLE001  the subject of the test
            outcomes.append(caught)
        else:
            outcomes.append(None)

    asyncio.run(main())
    assert outcomes == [None if isinstance(error, LookupError) else error]
    assert gate.left_with == [error]


def test_traceback_of_the_blocks_exception_shows_the_block_alone(synchronizer: Synchronizer) -> None:
    """An exception that passes through the exit looks as if the manager were a plain one."""

    def block() -> None:
        with gate_of(synchronizer, Gate()):
            raise ValueError("from the block")

    with pytest.raises(ValueError, match="from the block") as raised:
        block()
    names = [frame.name for frame in traceback.extract_tb(raised.value.__traceback__)]
    assert names == ["test_traceback_of_the_blocks_exception_shows_the_block_alone", "block"]


def test_traceback_of_the_async_blocks_exception_shows_the_block_alone(synchronizer: Synchronizer) -> None:
    """The same by `async with`."""

    async def block() -> None:
        async with gate_of(synchronizer, Gate()):
            raise ValueError("from the block")

    with pytest.raises(ValueError, match="from the block") as raised:
        asyncio.run(block())
    names = [frame.name for frame in traceback.extract_tb(raised.value.__traceback__)]
    assert names[-1:] == ["block"]
    assert names.count("block") == 1


def test_enter_and_exit_run_in_one_task_of_the_loop(synchronizer: Synchronizer) -> None:
    """What belongs to a task may be held inside the block."""
    gate = Gate()
    with gate_of(synchronizer, gate):
        pass

    async def where() -> int:
        return threading.get_ident()

    assert len(set(gate.tasks)) == 1
    assert set(gate.threads) == {synchronizer.run(where)}


if sys.version_info >= (3, 11):

    def test_manager_may_hold_a_task_group_and_a_timeout(face: Face, synchronizer: Synchronizer) -> None:
        """A task group that spans the block waits for its tasks at the exit."""
        done: list[int] = []

        @asynccontextmanager
        async def manage() -> AsyncGenerator[asyncio.TaskGroup, None]:
            async with asyncio.timeout(10), asyncio.TaskGroup() as group:
                yield group

        async def work() -> None:
            await asyncio.sleep(0.01)
            done.append(1)

        async def start(group: asyncio.TaskGroup) -> None:
            group.create_task(work())

        with face.context(manage) as group:
            synchronizer.run(start, group)
        assert done == [1]


def test_exception_of_enter_is_raised_and_nothing_is_exited(face: Face, synchronizer: Synchronizer) -> None:
    """A manager that cannot be entered is not left."""

    @asynccontextmanager
    async def manage() -> AsyncGenerator[int, None]:
        if synchronizer.name:
            raise ValueError("from the entry")
        yield 1

    with pytest.raises(ValueError, match="from the entry"), face.context(manage):
        pytest.fail("the block ran")


def test_exception_of_exit_replaces_the_blocks_own_and_has_it_as_context(face: Face) -> None:
    """An exit that fails is heard, with the block's exception as its context."""

    @asynccontextmanager
    async def manage() -> AsyncGenerator[int, None]:
        try:
            yield 1
        finally:
            raise KeyError("from the exit")

    error = ValueError("from the block")
    with pytest.raises(KeyError, match="from the exit") as raised, face.context(manage):
        raise error
    assert raised.value.__context__ is error


def test_generator_based_manager_may_suppress(face: Face) -> None:
    """`@asynccontextmanager` functions that catch the block's exception suppress it."""
    seen: list[BaseException] = []

    @asynccontextmanager
    async def manage() -> AsyncGenerator[int, None]:
        try:
            yield 1
        except ValueError as error:
            seen.append(error)

    with face.context(manage):
        raise ValueError("suppressed")
    assert len(seen) == 1


def test_one_context_entered_twice_is_left_innermost_first(face: Face) -> None:
    """Nested use of the same face pairs each exit with its own entry."""
    gates: list[Gate] = []

    def make() -> Gate:
        gates.append(Gate())
        return gates[-1]

    manager = face.context(make)
    with manager as outer, manager as inner:
        assert outer is gates[0]
        assert inner is gates[1]
    assert [len(set(gate.tasks)) for gate in gates] == [1, 1]


def test_one_context_entered_by_several_threads_pairs_each_exit_with_its_entry(synchronizer: Synchronizer) -> None:
    """Threads that hold the same face at once leave what each of them has entered, whatever the order."""
    face = synchronizer.context(Gate)
    barrier = threading.Barrier(8)
    failures: list[BaseException] = []

    def hold(number: int) -> None:
        try:
            error = ValueError(number)
            gates: list[Gate] = []
            with pytest.raises(ValueError) as raised, face as gate:  # noqa: PT011, PT012  which one, the next lines say
                gates.append(gate)
                barrier.wait(HANG_S)
                raise error  # noqa: TRY301  the block's own
            assert raised.value is error
            assert gates[0].left_with == [error]
            assert len(set(gates[0].tasks)) == 1
        except BaseException as failure:  # noqa: BLE001  the test reports it
            failures.append(failure)

    threads = [threading.Thread(target=hold, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(HANG_S)
    assert failures == []


def test_one_context_entered_by_several_tasks_pairs_each_exit_with_its_entry(synchronizer: Synchronizer) -> None:
    """Tasks that hold the same face at once leave what each of them has entered, whatever the order."""
    face = synchronizer.context(Gate)
    entered: list[int] = []

    async def hold(number: int) -> None:
        error = ValueError(number)
        gates: list[Gate] = []
        with pytest.raises(ValueError) as raised:  # noqa: PT011, PT012  which one, the next lines say
            async with face as gate:
                gates.append(gate)
                entered.append(number)
                while len(entered) < 8:  # noqa: ASYNC110  each pass lets another enter
                    await asyncio.sleep(0)
                raise error
        assert raised.value is error
        assert gates[0].left_with == [error]

    async def main() -> None:
        await asyncio.gather(*(hold(number) for number in range(8)))

    asyncio.run(main())


def test_context_left_by_the_other_face_is_refused_and_can_still_be_left_by_its_own(synchronizer: Synchronizer) -> None:
    """Leaving by `async with` what `with` has entered says so and leaves nothing; the same the other way round."""
    gate = Gate()
    face = gate_of(synchronizer, gate)

    async def main() -> None:
        await face.__aenter__()
        with pytest.raises(UsageError, match="as by `with` and was entered by `async with`"):
            await asyncio.to_thread(face.__exit__, None, None, None)
        assert gate.left_with == []
        await face.__aexit__(None, None, None)

    face.__enter__()
    with pytest.raises(UsageError, match="as by `async with` and was entered by `with`"):
        asyncio.run(face.__aexit__(None, None, None))
    assert gate.left_with == []
    face.__exit__(None, None, None)
    assert gate.left_with == [None]
    gate.left_with.clear()
    asyncio.run(main())
    assert gate.left_with == [None]


def test_exit_by_a_stranger_takes_what_was_entered_by_the_same_face(synchronizer: Synchronizer) -> None:
    """Another thread that leaves a face ends what `with` has entered, though a task has entered it since."""
    gates: list[Gate] = []
    face = synchronizer.context(Gate)
    gates.append(face.__enter__())

    async def main() -> None:
        async with face as gate:
            gates.append(gate)
            await asyncio.to_thread(face.__exit__, None, None, None)
            assert [each.left_with for each in gates] == [[None], []]

    asyncio.run(main())
    assert [each.left_with for each in gates] == [[None], [None]]
