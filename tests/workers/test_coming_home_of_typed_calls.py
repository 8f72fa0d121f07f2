"""An exception of the caller's own comes home from a typed call as the very object, whatever has raised it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import ParentWorker
from ambidex.testing import Subject

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterator

CHILD = "ambidex.testing._placements:Host"
HANDLES = Path(__file__).parent / "children" / "handles.py"


class Odd(Exception):
    """Be an exception whose class only the parent knows, and that does not cross."""

    def __reduce__(self) -> Any:
        raise TypeError("it stays here")


class Stop(BaseException):
    """Be one that no `except Exception` takes."""


@pytest.fixture(scope="module", params=["pickle", "msgpack"])
def worker(request: pytest.FixtureRequest, kept: None) -> Iterator[ParentWorker]:
    """Give a worker of each codec."""
    with ParentWorker(CHILD, codec=request.param) as worker:
        yield worker


@pytest.fixture
def subject(worker: ParentWorker) -> Subject:
    """Give an object of it."""
    return worker.create(Subject)


def kept_of(worker: ParentWorker) -> int:
    """Return how many exceptions are kept for the child."""
    life = worker.running
    assert life is not None
    return len(life.peer.handles.kept)


def blocking(method: Any, *args: object) -> object:
    """Call by the blocking face."""
    return method(*args)


def submitted(method: Any, *args: object) -> object:
    """Submit the call, and wait for it."""
    return method.submit(*args).result()


def awaited(method: Any, *args: object) -> object:
    """Call by the async face, on a loop of its own."""

    async def call() -> object:
        return await method.aio(*args)

    return asyncio.run(call())


ways = pytest.mark.parametrize("call", [blocking, awaited, submitted])
errors = pytest.mark.parametrize("raised", [Odd(1), Stop(2), ValueError(3)], ids=repr)


def check_is_itself(raised: BaseException, call: Callable[[], object]) -> None:
    """Check that a call raises that very object, to which nothing was added."""
    before = raised.args
    with pytest.raises(type(raised)) as caught:
        call()
    assert caught.value is raised
    assert (raised.args, getattr(raised, "__notes__", [])) == (before, [])
    assert (raised.__cause__, raised.__context__) == (None, None)


@ways
@errors
def test_exception_of_a_callback(
    worker: ParentWorker, subject: Subject, call: Callable[..., object], raised: BaseException
) -> None:
    """And nothing of it is kept when the call has ended."""

    async def back(number: int) -> None:
        raise raised

    check_is_itself(raised, lambda: call(subject.tell, back, [1]))
    assert kept_of(worker) == 0


@ways
def test_exception_of_a_stream_of_the_callers(
    worker: ParentWorker, subject: Subject, call: Callable[..., object]
) -> None:
    """Behind its first item."""
    raised = Odd("upstream")

    async def numbers() -> AsyncGenerator[int, None]:
        yield 1
        raise raised

    check_is_itself(raised, lambda: call(subject.total, numbers()))
    assert kept_of(worker) == 0


@ways
def test_exception_of_a_context_manager_of_the_callers(
    worker: ParentWorker, subject: Subject, call: Callable[..., object]
) -> None:
    """When it is entered there."""
    raised = Odd("at the door")

    class Door:
        async def __aenter__(self) -> int:
            raise raised

        async def __aexit__(self, *_: object) -> None:
            raise NotImplementedError

    check_is_itself(raised, lambda: call(subject.use, Door(), False))
    assert kept_of(worker) == 0


def test_exception_of_a_function_that_a_stream_calls(worker: ParentWorker, subject: Subject) -> None:
    """On both faces; it is kept as long as the stream is read."""
    raised = Odd("in the stream")

    async def back(number: int) -> int:
        if number == 2:
            raise raised
        return number

    async def read() -> None:
        async for _ in subject.tell_each.aio(back, 5):
            pass

    check_is_itself(raised, lambda: list(subject.tell_each(back, 5)))
    check_is_itself(raised, lambda: asyncio.run(read()))
    assert kept_of(worker) == 0


@pytest.mark.parametrize("raised", [Odd(1), ValueError(3)], ids=repr)
def test_exception_that_is_thrown_into_a_stream(subject: Subject, raised: Exception) -> None:
    """Where the generator lets it through, and not where it has answered one before with an item."""

    async def throw() -> None:
        stream: Any = subject.talk.aio()
        assert await stream.__anext__() == "heard ready"
        assert await stream.athrow(LookupError("first")) == "heard thrown first"
        await stream.athrow(raised)

    def throw_blocking() -> None:
        stream: Any = subject.talk()
        assert next(stream) == "heard ready"
        assert stream.throw(LookupError("first")) == "heard thrown first"
        stream.throw(raised)

    check_is_itself(raised, lambda: asyncio.run(throw()))
    check_is_itself(raised, throw_blocking)


def test_exception_of_a_block(subject: Subject) -> None:
    """Of `with` and of `async with`; one that is changed on its way out is caused by the very object."""
    raised = Odd("in the block")

    def block() -> None:
        with subject.open("door"):
            raise raised

    async def awaited_block() -> None:
        async with subject.open.aio("door"):
            raise raised

    check_is_itself(raised, block)
    check_is_itself(raised, lambda: asyncio.run(awaited_block()))
    cause = KeyError("in the block")
    with pytest.raises(Exception, match="translated") as caught, subject.translate():
        raise cause
    assert caught.value.__cause__ is cause


def test_callback_of_a_call_that_has_ended_raises_a_copy(worker: ParentWorker, subject: Subject) -> None:
    """Nobody keeps what it raises: the class that both sides know is there, and the traceback of the other process."""
    raised = ValueError("later")

    async def back(number: int) -> None:
        raise raised

    async def main() -> None:
        await subject.subscribe.aio(back)
        with pytest.raises(ValueError, match="later") as caught:
            await subject.publish.aio(1)
        assert caught.value is not raised

    asyncio.run(main())
    assert kept_of(worker) == 0


def test_async_iterator_of_the_callers_has_each_of_its_ways(subject: Subject) -> None:
    """It is asked for its next item, or iterated over: a generator, and what begins anew each time."""

    async def numbers() -> AsyncGenerator[int, None]:
        for number in range(3):
            yield number

    again: Any = [7, 8]
    assert subject.first_of(numbers()) == 0
    assert subject.first_of(again) == 7
    assert subject.total(again) == 15


@pytest.mark.parametrize("codec", ["pickle", "msgpack"])
def test_iterators_of_builtin_types_cross(codec: Any) -> None:
    """Both ways, whatever the codec: a copy of what is left, or as generators do."""
    given: list[Any] = [iter([1, 2]), iter((1, 2)), iter(range(1, 3)), map(abs, [-1, -2]), filter(None, [0, 1, 2])]
    given += [iter({1: 0, 2: 0}), reversed([2, 1])]
    with ParentWorker(HANDLES, codec=codec) as worker:
        for each in given:
            assert worker.call.drain(each) == ([1, 2], None)
    with ParentWorker(CHILD, codec=codec) as worker:
        subject = worker.create(Subject)
        assert list(subject.numbers(3)) == [0, 1, 2]
        assert list(subject.squares(3)) == [0, 1, 4]
