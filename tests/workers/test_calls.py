"""Calls of a child: arguments, results, errors, deadlines and cancellation, blocking and awaited."""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import DeadlineExceeded, ParentWorker, RemoteError, UsageError
from tests.runtime.work import DEADLINES_S
from tests.workers.children.works import nested

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator

    Call = Callable[..., Any]

WORKS = Path(__file__).parent / "children" / "works.py"


@pytest.fixture(scope="module")
def shared(kept: None) -> Generator[ParentWorker]:
    """Give a child to all tests."""
    with ParentWorker(WORKS) as worker:
        yield worker


@pytest.fixture
def worker(shared: ParentWorker) -> ParentWorker:
    """Give the child, which has seen nothing of other tests."""
    shared.call.seen()
    return shared


@pytest.fixture(params=["blocking", "awaited"])
def call(request: pytest.FixtureRequest, worker: ParentWorker) -> Call:
    """Give a function that calls a method of the child by its name, on each face."""

    def blocking(name: str, *args: Any, **kwargs: Any) -> Any:
        return getattr(worker.call, name)(*args, **kwargs)

    async def awaited(name: str, *args: Any, **kwargs: Any) -> Any:
        return await getattr(worker.acall, name)(*args, **kwargs)

    def run(name: str, *args: Any, **kwargs: Any) -> Any:
        return asyncio.run(awaited(name, *args, **kwargs))

    return blocking if request.param == "blocking" else run


def test_arguments_go_by_place_and_by_name(call: Call) -> None:
    """Positional ones, named ones and defaults mean what they mean in a call here."""
    for name in ("add", "add_here"):
        assert call(name, 1, 2) == 3
        assert call(name, left=1, right=3) == 4
        assert call(name, 4) == 5


def test_class_and_static_methods_can_be_called(call: Call) -> None:
    """They are methods like the others."""
    assert call("twice", 4) == 8
    assert call("name") == "Works"


def test_plain_methods_run_on_threads(call: Call) -> None:
    """So they do not hold the child's loop."""
    assert call("is_on_main_thread") is False


def test_value_comes_back_as_it_was(call: Call) -> None:
    """Small and long ones, of any type that pickles."""
    values = [None, {"a": [1, (2.5, "x")]}, b"x" * 300_000, "\u00e9" * 200_000, {1, 2}, 2**80, bytearray(b"y" * 70_000)]
    for value in values:
        given = call("echo", value)
        assert given == value
        assert type(given) is type(value)


def test_wrong_arguments_are_refused_at_once(call: Call) -> None:
    """As a call here would."""
    with pytest.raises(TypeError, match="add"):
        call("add")


def test_unknown_and_private_names_are_refused_with_what_there_is(call: Call) -> None:
    """Nothing waits until a timeout."""
    with pytest.raises(AttributeError, match=r"has no nothing: the child has .*add"):
        call("nothing")
    with pytest.raises(AttributeError, match="_seen: names that begin with an underscore are private"):
        call("_seen")


def test_argument_that_cannot_be_sent_is_named(call: Call) -> None:
    """The message says which part of which argument."""
    with pytest.raises(UsageError, match=r"echo cannot be called elsewhere: args\[0\]\['key'\].*lock"):
        call("echo", {"key": threading.Lock()})
    assert call("add", 1, 1) == 2


def test_result_that_cannot_be_sent_is_named(call: Call) -> None:
    """The message says which part of it, and the child goes on."""
    with pytest.raises(UsageError, match=r"what give_lock gives cannot be sent: result\['locks'\]\[0\].*lock"):
        call("give_lock")
    assert call("add", 1, 1) == 2


def test_value_that_is_nested_too_deep_is_refused_in_a_short_sentence(call: Call) -> None:
    """Whichever way it goes; the way to where it ends is told by its two ends, and not looked for to the last level."""
    deep = r"(\[0\]){3,4} \.\.\. (\[0\]){4}, 64 levels in: maximum recursion depth"
    with pytest.raises(UsageError, match=rf"what give_nested gives cannot be sent: result(\[0\]){deep}"):
        call("give_nested", 100_000)
    with pytest.raises(UsageError, match=rf"echo cannot be called elsewhere: args\[0\]{deep}") as caught:
        call("echo", nested(100_000))
    assert len(str(caught.value)) < 300
    assert call("echo", nested(50)) == nested(50)


def test_argument_that_calls_itself_without_end_is_named(call: Call) -> None:
    """Where it is the value that recurs, and not who calls."""

    class Endless:
        def __reduce__(self) -> Any:
            return self.__reduce__()

    with pytest.raises(UsageError, match=r"echo cannot be called elsewhere: args\[0\]\['key'\]: maximum recursion"):
        call("echo", {"key": Endless()})


def test_recursion_of_the_caller_is_raised_as_what_it_is(worker: ParentWorker) -> None:
    """At whatever depth its stack ends: nothing is wrong with the argument. The worker goes on."""

    def down() -> None:
        worker.call.echo({"key": [1, Path("x")]})
        down()

    async def down_awaited() -> None:
        await worker.acall.echo({"key": [1, Path("x")]})
        await down_awaited()

    with pytest.raises(RecursionError):
        down()
    with pytest.raises(RecursionError):
        asyncio.run(down_awaited())
    assert worker.call.add(1, 2) == 3


def test_exception_is_of_its_class_and_carries_the_remote_traceback(call: Call) -> None:
    """Arguments too; the traceback of the child is a note."""
    with pytest.raises(LookupError) as raised:
        call("fail")
    assert raised.value.args == ("no such city", 7)
    notes: list[str] = vars(raised.value)["__notes__"]
    assert any("works.py" in note and "in fail" in note for note in notes)


def test_exception_of_the_childs_own_main_is_a_remote_error(call: Call) -> None:
    """Its class is not one of this process."""
    with pytest.raises(RemoteError, match="Refused: closed today"):
        call("refuse")


def test_deadline_ends_the_work_in_the_child(worker: ParentWorker) -> None:
    """The caller has its error, and the clean-up of the work has run."""

    def blocking(timeout_s: float) -> None:
        worker.call.with_options(timeout=timeout_s).hold()

    async def hold(timeout_s: float) -> None:
        await worker.acall.with_options(timeout=timeout_s).hold()

    def awaited(timeout_s: float) -> None:
        asyncio.run(hold(timeout_s))

    for face in (blocking, awaited):
        seen: list[str] = []
        for timeout_s in DEADLINES_S:
            with pytest.raises(DeadlineExceeded, match=f"hold did not end within {timeout_s:g} s"):
                face(timeout_s)
            seen = worker.call.seen()
            if seen:  # it has begun in time
                break
        assert seen == ["held", "cleaned up"]


def test_cancelling_the_awaiting_task_cancels_the_work_and_waits_for_its_clean_up(worker: ParentWorker) -> None:
    """The child's task gets a CancelledError."""

    async def cancelled() -> None:
        await worker.acall.seen()
        task = asyncio.ensure_future(worker.acall.hold())
        await worker.acall.wait_for_hold()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await worker.acall.seen() == ["held", "cleaned up"]

    asyncio.run(cancelled())


def test_two_awaited_calls_run_at_the_same_time(worker: ParentWorker) -> None:
    """Each waits for the other."""

    async def together() -> list[str]:
        calls: list[Awaitable[str]] = [worker.acall.meet(), worker.acall.meet()]
        return sorted(await asyncio.gather(*calls))

    assert asyncio.run(together()) == ["first", "second"]


def test_threads_call_at_the_same_time(worker: ParentWorker) -> None:
    """Each has a connection of its own, and its own answers."""

    def some(begin: int) -> list[int]:
        return [worker.call.add(begin, number) for number in range(100)]

    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        for begin, sums in zip(range(8), threads.map(some, range(8))):
            assert sums == [begin + number for number in range(100)]


def test_options_belong_to_what_they_were_given_to(worker: ParentWorker) -> None:
    """`with_options` returns a new object."""
    hurried = worker.call.with_options(timeout=0.05)
    assert hurried is not worker.call
    with pytest.raises(DeadlineExceeded):
        hurried.hold()
    assert worker.call.add.with_options(timeout=5)(1, 2) == 3


def test_call_before_the_start_is_refused() -> None:
    """The message says what to do."""
    with pytest.raises(UsageError, match="does not run: start it first"):
        ParentWorker(WORKS).call.add(1, 2)


def test_worker_can_be_started_again_after_its_end() -> None:
    """It is a new child."""
    worker = ParentWorker(WORKS)
    worker.call.start()
    first = worker.pid
    worker.call.start()
    assert worker.pid == first
    worker.call.close()
    worker.call.close()
    worker.call.start()
    assert worker.pid != first
    assert worker.call.add(1, 2) == 3
    worker.call.close()


def test_stop_iteration_of_a_plain_method_arrives(call: Call) -> None:
    """No future and no coroutine can carry it, so it comes as an error of another class; nobody waits for ever."""
    assert call("first", [3]) == 3
    with pytest.raises(RuntimeError, match="StopIteration"):
        call("first", [])
    assert call("first", [4]) == 4


@pytest.mark.parametrize("timeout_s", [1e8, 1e10, 1e300, float("inf")])
def test_any_time_may_be_given(worker: ParentWorker, timeout_s: float) -> None:
    """Also one that no system can wait for at once."""

    async def main() -> None:
        assert await worker.acall.with_options(timeout=timeout_s).add(1, 2) == 3

    assert worker.call.with_options(timeout=timeout_s).add(1, 2) == 3
    asyncio.run(main())
