"""Calls through a synchronizer: results, exceptions and their tracebacks, context variables, and what is left after."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import dataclasses
import gc
import sys
import sysconfig
import threading
import traceback
import weakref
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import NoRunningLoop, Synchronizer, run_async_task
from tests.runtime.faces import BLOCKING_ROADS, ROADS, run, run_task, run_with_timeout
from tests.runtime.kinds import KNOWN

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from tests.runtime.faces import Road

variable: contextvars.ContextVar[object] = contextvars.ContextVar("variable")
other: contextvars.ContextVar[object] = contextvars.ContextVar("other", default="untouched")
third: contextvars.ContextVar[object] = contextvars.ContextVar("third")


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


def test_context_of_an_exception_raised_by_the_implementation_is_kept(synchronizer: Synchronizer) -> None:
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
            synchronizer.run(work)

    with pytest.raises(ValueError, match="outer") as raised:
        caller()
    assert raised.value.__context__ is inner


# Without a GIL an object is freed by the thread that made it, between two of that one's instructions, when another has
# dropped the last reference: the loop that made it, one of two here, has to come by again, mostly once.
IS_FREE_THREADED = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
ROUNDS = 1000 if IS_FREE_THREADED else 1  # arbitrary: each is two round trips


def is_freed(dead: weakref.ref[Any], synchronizer: Synchronizer) -> bool:
    """Let both loops come by until the object is freed; with a GIL, once."""
    for _ in range(ROUNDS):
        synchronizer.run(echo, None)
        run_async_task(echo(None))
        if dead() is None:
            return True
    return False


@each_road
def test_result_is_freed_when_the_caller_drops_it(road: Road, synchronizer: Synchronizer) -> None:
    """No cycle and no leftover of the call keeps a result alive."""

    class Result:
        pass

    async def make() -> Result:
        return Result()

    gc.collect()
    gc.disable()
    try:
        dead = weakref.ref(road(synchronizer, make))
        assert is_freed(dead, synchronizer)
    finally:
        gc.enable()


@pytest.mark.parametrize("road", BLOCKING_ROADS)
def test_exception_is_freed_when_the_caller_has_handled_it(road: Road, synchronizer: Synchronizer) -> None:
    """No cycle through frames or tables of the library keeps an exception alive."""

    async def work() -> None:
        raise Own

    gc.collect()
    gc.disable()
    try:
        dead = None
        try:
            road(synchronizer, work)
        except Own as error:
            dead = weakref.ref(error)
        assert dead is not None
        assert is_freed(dead, synchronizer)
    finally:
        gc.enable()


@pytest.mark.parametrize("read_ahead", [None, 2])
def test_exception_of_a_stream_is_freed_when_its_reader_has_handled_it(
    read_ahead: int | None, synchronizer: Synchronizer
) -> None:
    """The task that ran the generator keeps nothing of it, whether a blocking reader or an awaiting one has seen it."""
    freed: list[weakref.ref[Own]] = []

    async def work() -> AsyncGenerator[int, None]:
        yield 1
        await asyncio.sleep(0)
        raise Own

    async def main() -> None:
        try:
            async for _ in synchronizer.aiterate(work):
                pass
        except Own as error:
            freed.append(weakref.ref(error))

    gc.collect()
    gc.disable()
    try:
        try:
            for _ in synchronizer.with_options(read_ahead=read_ahead).iterate(work):
                pass
        except Own as error:
            freed.append(weakref.ref(error))
        asyncio.run(main())
        assert [is_freed(dead, synchronizer) for dead in freed] == [True, True]
    finally:
        gc.enable()


@pytest.mark.skipif(sys.version_info < (3, 11), reason="a traceback keeps the frame that raises anew there")
# A step that its caller takes itself leads to the caller's frames, from 3.12 on, as one of a plain generator does.
@pytest.mark.parametrize("kind", [kind for kind in KNOWN if kind != "first_step"])
def test_exception_that_is_thrown_into_a_stream_is_freed_when_it_has_been_handled(synchronizer: Synchronizer) -> None:
    """Neither the step nor its call keeps what its traceback leads back to."""
    freed: list[weakref.ref[Own]] = []

    async def work() -> AsyncGenerator[int, None]:
        yield 1

    def throw() -> None:
        stream = synchronizer.iterate(work)
        next(stream)
        try:
            stream.throw(Own())
        except Own as error:
            freed.append(weakref.ref(error))

    async def athrow() -> None:
        stream = synchronizer.aiterate(work)
        await stream.__anext__()
        try:
            await stream.athrow(Own())
        except Own as error:
            freed.append(weakref.ref(error))

    gc.collect()
    gc.disable()
    try:
        throw()
        asyncio.run(athrow())
        assert [is_freed(dead, synchronizer) for dead in freed] == [True, True]
    finally:
        gc.enable()


def test_what_a_cancelled_call_held_is_freed_with_it(synchronizer: Synchronizer) -> None:
    """The cancellation that ended the work leads to its frames, and nobody asks for it."""
    held: list[weakref.ref[Own]] = []
    begun = threading.Event()

    async def work() -> None:
        own = Own()
        held.append(weakref.ref(own))
        begun.set()
        await asyncio.Event().wait()

    async def main() -> None:
        task = asyncio.ensure_future(synchronizer.aio(work))
        await asyncio.get_running_loop().run_in_executor(None, begun.wait)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    gc.collect()
    gc.disable()
    try:
        asyncio.run(main())
        assert [is_freed(dead, synchronizer) for dead in held] == [True]
    finally:
        gc.enable()


def test_exception_of_a_future_is_freed_with_the_frames_that_hold_the_future(synchronizer: Synchronizer) -> None:
    """The cycle future, exception, traceback, frame, future is one that the garbage collector can see."""

    async def work() -> None:
        raise Own

    def caller() -> None:
        future = synchronizer.submit(work)
        future.result(10)

    dead = None
    try:
        caller()
    except Own as error:
        dead = weakref.ref(error)
    synchronizer.run(echo, None)
    gc.collect()
    assert dead is not None
    assert is_freed(dead, synchronizer)


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


@pytest.mark.parametrize("road", [run, run_with_timeout, run_task])
def test_variables_of_the_caller_are_seen_and_changes_come_back(road: Road, synchronizer: Synchronizer) -> None:
    """A call shares its caller's context variables as a plain call does."""

    async def change() -> object:
        seen = variable.get()
        await asyncio.sleep(0)
        variable.set("changed")
        return seen

    def caller() -> None:
        variable.set("given")
        assert road(synchronizer, change) == "given"
        assert variable.get() == "changed"
        assert other not in contextvars.copy_context()

    contextvars.Context().run(caller)


def test_variables_come_back_from_an_awaited_call(synchronizer: Synchronizer) -> None:
    """An awaited call shares its caller's context variables as a plain await does."""

    async def change() -> object:
        seen = variable.get()
        await asyncio.sleep(0)
        variable.set("changed")
        return seen

    async def main() -> None:
        variable.set("given")
        assert await synchronizer.aio(change) == "given"
        assert variable.get() == "changed"

    asyncio.run(main())


def test_variables_come_back_from_a_call_that_failed(synchronizer: Synchronizer) -> None:
    """What was set before the exception stays set, as after a plain call."""

    async def change() -> None:
        variable.set("changed")
        raise ValueError

    def caller() -> None:
        with pytest.raises(ValueError):  # noqa: PT011  the only one
            synchronizer.run(change)
        assert variable.get() == "changed"

    contextvars.Context().run(caller)


def test_variables_come_back_to_a_caller_that_is_cancelled(synchronizer: Synchronizer) -> None:
    """What the work and its clean-up have set by then is seen, as after a plain await."""
    begun = threading.Event()

    async def change() -> None:
        token = other.set("held")
        try:
            variable.set("begun")
            begun.set()
            await asyncio.Event().wait()
        finally:
            other.reset(token)
            variable.set("cleaned up")

    async def changes() -> AsyncGenerator[object, None]:
        token = third.set("held across the yield")
        try:
            yield 1
            await change()
        finally:
            third.reset(token)

    async def read() -> None:
        async for _ in synchronizer.aiterate(changes):
            assert third.get() == "held across the yield"

    async def caller(wait: Callable[[], Awaitable[None]]) -> None:
        with pytest.raises(asyncio.CancelledError):
            await wait()
        assert variable.get() == "cleaned up"
        assert other.get() == "untouched"
        assert third not in contextvars.copy_context()

    async def main() -> None:
        for wait in (lambda: synchronizer.aio(change), read):
            begun.clear()
            task = asyncio.ensure_future(caller(wait))
            await asyncio.get_running_loop().run_in_executor(None, begun.wait)
            task.cancel()
            await task

    asyncio.run(main())


def test_variables_are_compared_by_identity(synchronizer: Synchronizer) -> None:
    """A value whose `==` raises crosses like any other, and one that was not changed is not set again."""

    def caller() -> None:
        value = Awkward()
        variable.set(value)
        token = variable.set(value)
        synchronizer.run(echo, None)
        assert variable.get() is value
        variable.reset(token)

    contextvars.Context().run(caller)


def test_variables_of_one_caller_do_not_reach_another(synchronizer: Synchronizer) -> None:
    """What one call sets is seen by its own caller alone."""

    async def change() -> None:
        variable.set("mine")

    def look() -> object:
        return synchronizer.run(read)

    async def read() -> object:
        return variable.get("unset")

    contextvars.Context().run(synchronizer.run, change)
    assert contextvars.Context().run(look) == "unset"


def test_variable_token_may_be_held_across_awaits(synchronizer: Synchronizer) -> None:
    """A task runs in one context from its first step to its last, on every version."""

    async def work() -> object:
        token = variable.set("inside")
        await asyncio.sleep(0)
        child = asyncio.ensure_future(read())
        seen = await child
        variable.reset(token)
        return seen

    async def read() -> object:
        return variable.get()

    assert contextvars.Context().run(synchronizer.run, work) == "inside"


def test_variables_in_each_step_of_a_stream_are_the_callers_of_that_moment(synchronizer: Synchronizer) -> None:
    """A stream sees what its caller has set since the last step, and the caller what the stream has set."""

    async def follow() -> AsyncGenerator[object, None]:
        token = other.set("held across the yield")
        for number in range(3):
            seen = variable.get()
            variable.set(f"from step {number}")
            yield seen
        other.reset(token)

    def caller() -> None:
        variable.set("first")
        stream = synchronizer.iterate(follow)
        assert next(stream) == "first"
        assert variable.get() == "from step 0"
        assert next(stream) == "from step 0"
        variable.set("from the caller")
        assert next(stream) == "from the caller"
        assert other.get() == "held across the yield"
        assert list(stream) == []
        assert other.get() == "untouched"

    contextvars.Context().run(caller)


def test_variables_of_the_collecting_thread_do_not_reach_a_generators_clean_up(synchronizer: Synchronizer) -> None:
    """A stream that is collected cleans up in its own context, not in that of whoever let it go."""
    seen: list[object] = []
    ended = threading.Event()

    async def numbers() -> AsyncGenerator[int, None]:
        try:
            yield 1
        finally:
            seen.append(variable.get())
            ended.set()

    def open_stream() -> list[Any]:
        variable.set("the opener's")
        stream = synchronizer.iterate(numbers)
        next(stream)
        return [stream]

    def drop(streams: list[Any]) -> None:
        variable.set("the collector's")
        streams.clear()

    contextvars.Context().run(drop, contextvars.Context().run(open_stream))
    assert ended.wait(10)
    assert seen == ["the opener's"]
