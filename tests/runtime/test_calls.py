"""Calls through a synchronizer: results, exceptions and their tracebacks."""

from __future__ import annotations

import asyncio
import dataclasses
import sys
import threading
import traceback
from typing import TYPE_CHECKING

import pytest

from ambidex import NoRunningLoop, Synchronizer
from tests.runtime.faces import BLOCKING_ROADS, ROADS

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from tests.runtime.faces import Road


each_road = pytest.mark.parametrize("road", ROADS)


async def echo(value: object) -> object:
    """Return `value` without suspending."""
    return value


async def fail(error: BaseException) -> None:
    """Raise `error` after one pass of the loop."""
    await asyncio.sleep(0)
    raise error


class Slotted(Exception):
    """An error that cannot be pickled, and refuses attributes of its own."""

    __slots__ = ("part",)

    def __init__(self, *, part: object) -> None:
        self.part = part

    def __reduce__(self) -> str:
        raise TypeError("cannot be pickled")


@dataclasses.dataclass(frozen=True)
class Frozen(Exception):
    """An error whose attributes cannot be set, `__traceback__` included."""

    part: str


class Awkward(Exception):
    """An error that cannot be compared."""

    def __eq__(self, other: object) -> bool:
        raise AssertionError("nobody may compare it")

    __hash__ = None  # type: ignore[assignment]


class Own(BaseException):
    """An error that `except Exception` does not catch."""


ERRORS: list[BaseException] = [
    ValueError("ordinary"),
    Own("base"),
    Slotted(part=object()),
    Frozen("frozen"),
    Awkward(),
    StopAsyncIteration("end"),
    KeyboardInterrupt("from the work"),
    SystemExit(3),
    GeneratorExit("from the work"),
    TimeoutError("the work's own"),
    asyncio.TimeoutError("the work's own"),
    OSError(5, "five"),
]
if sys.version_info >= (3, 11):
    ERRORS.append(ExceptionGroup("two", [ValueError(), KeyError()]))  # noqa: F821  guarded by the version


@each_road
@pytest.mark.parametrize("value", [None, 0, "text", Exception, asyncio.CancelledError()], ids=repr)
def test_call_returns_the_very_object(road: Road, value: object, synchronizer: Synchronizer) -> None:
    """A result is handed over as it is, None, falsy values and exceptions as values included."""
    assert road(synchronizer, echo, value) is value


@each_road
@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_call_raises_the_very_exception_and_the_loop_lives_on(
    road: Road, error: BaseException, synchronizer: Synchronizer
) -> None:
    """Whatever the work raises reaches its caller, the same object with nothing added, and ends nothing else."""
    with pytest.raises(BaseException) as raised:  # noqa: PT011  which one it is, the next line says
        road(synchronizer, fail, error)
    assert raised.value is error
    assert error.__context__ is None
    assert error.__cause__ is None
    assert synchronizer.run(echo, 1) == 1


def test_stop_iteration_of_a_coroutine_arrives_as_python_turns_it(synchronizer: Synchronizer) -> None:
    """A coroutine cannot raise StopIteration: Python makes it a RuntimeError, and that is what arrives."""
    with pytest.raises(RuntimeError, match="StopIteration") as raised:
        synchronizer.run(fail, StopIteration(1))
    assert isinstance(raised.value.__cause__, StopIteration)


async def innermost() -> None:
    """Raise."""
    raise ValueError("from within")


async def outermost() -> None:
    """Call what raises."""
    await innermost()


@pytest.mark.parametrize("road", BLOCKING_ROADS)
def test_traceback_of_an_exception_shows_the_users_frames_alone(road: Road, synchronizer: Synchronizer) -> None:
    """From 3.11 on no frame of the library shows between the caller and the implementation; before, two at most."""
    with pytest.raises(ValueError, match="from within") as raised:
        road(synchronizer, outermost)
    frames = traceback.extract_tb(raised.value.__traceback__)
    names = [frame.name for frame in frames if "/ambidex/" not in frame.filename.replace("\\", "/")]
    ours = len(frames) - len(names)
    own = [name for name in names if name != road.__name__]
    assert own[-2:] == ["outermost", "innermost"]
    assert own[0] == "test_traceback_of_an_exception_shows_the_users_frames_alone"
    assert len(own) == 3
    assert ours <= (0 if sys.version_info >= (3, 11) else 2)


def test_traceback_of_an_awaited_exception_shows_the_users_frames_alone(synchronizer: Synchronizer) -> None:
    """The async face is as quiet."""

    async def main() -> None:
        await synchronizer.aio(outermost)

    with pytest.raises(ValueError, match="from within") as raised:
        asyncio.run(main())
    frames = traceback.extract_tb(raised.value.__traceback__)
    names = [frame.name for frame in frames]
    assert names[-2:] == ["outermost", "innermost"]
    between = frames[names.index("main") + 1 : -2]
    assert len(between) <= (0 if sys.version_info >= (3, 11) else 2)


def test_traceback_does_not_grow_when_the_same_exception_is_raised_again(synchronizer: Synchronizer) -> None:
    """An exception object that the implementation keeps and raises each time is no longer each time."""
    error = ValueError("kept")
    lengths: list[int] = []
    for _ in range(5):
        with pytest.raises(ValueError, match="kept"):
            synchronizer.run(fail, error.with_traceback(None))
        lengths.append(len(traceback.extract_tb(error.__traceback__)))
    assert len(set(lengths)) == 1


@pytest.mark.parametrize("road", BLOCKING_ROADS)
def test_context_of_an_exception_raised_by_the_implementation_is_kept(road: Road, synchronizer: Synchronizer) -> None:
    """What the implementation was handling stays the context, also where the caller is handling something else."""
    inner = KeyError("inner")

    async def work() -> None:
        try:
            raise inner
        except KeyError:
            raise ValueError("outer")  # noqa: B904  the context is the subject

    def caller() -> None:
        try:
            raise OSError("the caller's")  # noqa: TRY301  what the caller is handling
        except OSError:
            road(synchronizer, work)

    with pytest.raises(ValueError, match="outer") as raised:
        caller()
    assert raised.value.__context__ is inner


def test_context_of_an_awaited_exception_is_kept(synchronizer: Synchronizer) -> None:
    """The same for who awaits: a call, or a future."""
    inner = KeyError("inner")

    async def work() -> None:
        try:
            raise inner
        except KeyError:
            raise ValueError("outer")  # noqa: B904  the context is the subject

    async def main(awaitable: Awaitable[None]) -> None:
        try:
            raise OSError("the caller's")  # noqa: TRY301  what the caller is handling
        except OSError:
            with pytest.raises(ValueError, match="outer") as raised:
                await awaitable
            assert raised.value.__context__ is inner

    asyncio.run(main(synchronizer.aio(work)))
    asyncio.run(main(synchronizer.submit(work)))


def test_thread_of_the_loop_is_named_and_a_daemon(synchronizer: Synchronizer) -> None:
    """The one thread of a synchronizer carries its name, and never keeps the interpreter alive."""

    async def where() -> tuple[str, bool]:
        thread = threading.current_thread()
        return thread.name, thread.daemon

    assert synchronizer.run(where) == (f"ambidex-{synchronizer.name}", True)


def test_synchronizers_of_one_name_share_the_loop(synchronizer: Synchronizer) -> None:
    """The name is the loop."""

    async def where() -> tuple[int, asyncio.AbstractEventLoop]:
        return threading.get_ident(), asyncio.get_running_loop()

    assert synchronizer.run(where) == Synchronizer(synchronizer.name).run(where)
    assert Synchronizer(synchronizer.name) == synchronizer
    assert hash(Synchronizer(synchronizer.name)) == hash(synchronizer)


@pytest.mark.parametrize("grace_s", [-1.0, float("nan"), float("inf")])
def test_grace_that_is_no_time_is_refused(grace_s: float) -> None:
    """A grace period is a number of seconds."""
    with pytest.raises(ValueError, match="write a number of seconds"):
        Synchronizer("refused", grace_s=grace_s)


def test_synchronizer_without_a_name_is_refused() -> None:
    """An empty name would be everybody's."""
    with pytest.raises(ValueError, match="write a name"):
        Synchronizer("")


def test_async_face_outside_a_loop_is_refused(synchronizer: Synchronizer) -> None:
    """Driving `.aio` by hand, as a loop of another library would, says what is missing."""
    coroutine = synchronizer.aio(echo, 1)
    with pytest.raises(NoRunningLoop, match="no asyncio event loop"):
        coroutine.send(None)


def test_two_synchronizers_may_call_each_other(synchronizer: Synchronizer) -> None:
    """A blocking call from one loop to another works (and warns: it holds the first)."""
    second = Synchronizer(f"{synchronizer.name} 2")

    async def relay(value: object) -> object:
        with pytest.warns(RuntimeWarning, match="blocks the event loop"):
            return second.run(echo, value)

    assert synchronizer.run(relay, 5) == 5


# -- context variables
