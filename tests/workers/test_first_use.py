"""What a first-time user of `ParentWorker` meets: the child's own end, callbacks, and streams that take something."""

from __future__ import annotations

import asyncio
import io
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import ParentWorker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ambidex.workers._lines import OutputLine

WORKER = """
import atexit
from collections.abc import AsyncGenerator

from ambidex import ChildWorker


class Worker(ChildWorker):
    def call(self, function, *args):
        return function(*args)

    def keep(self, function):
        self.kept = function

    def give_back(self):
        return self.kept

    def take(this, **given):
        return given

    def count(self, stop):
        for number in range(stop):
            print(number)

    def numbers(self):
        try:
            for number in range(1_000_000):
                got = yield number
                assert got is None
        finally:
            print("closed", flush=True)

    async def replies(self) -> "AsyncGenerator[str, str]":
        got = "nothing"
        while True:
            try:
                got = yield f"got {got}"
            except LookupError as error:
                got = f"a {type(error).__name__}"


@atexit.register
def leave():
    print("left", flush=True)
"""


@pytest.fixture
def worker(write: Callable[..., Path]) -> Iterator[ParentWorker]:
    """Give a worker that runs."""
    with ParentWorker(write("worker.py", WORKER), output="drop") as started:
        yield started


def test_close_lets_the_child_end_in_its_own_way(write: Callable[..., Path]) -> None:
    """What the child does at its exit is done before `close` returns: it is not killed on its way."""
    lines: list[str] = []
    for _ in range(3):
        with ParentWorker(write("worker.py", WORKER), output=lambda line: lines.append(line.text)):
            pass
    assert lines == ["left"] * 3


def test_bound_method_of_a_builtin_is_called_back_in_the_parent(worker: ParentWorker) -> None:
    """`[].append` changes the caller's list, not a copy of it; a builtin function runs where it is called."""
    seen: list[int] = []
    worker.call.call(seen.append, 3)
    assert seen == [3]
    assert worker.call.call(len, "four") == 4
    assert worker.call.call(dict.fromkeys, "a") == {"a": None}


def test_function_that_comes_home_is_the_callers_own(worker: ParentWorker) -> None:
    """What the child gives back of what it was given is that itself."""

    def function() -> None: ...

    worker.call.keep(function)
    assert worker.call.give_back() is function


def test_stream_that_is_read_ahead_refuses_what_is_sent(worker: ParentWorker) -> None:
    """The generator is past the item by then: nothing is lost silently, and the stream is closed."""
    numbers = worker.call.numbers()
    assert next(numbers) == 0
    with pytest.raises(TypeError, match=r"annotation .* AsyncGenerator\[int, str\]"):
        numbers.send("something")
    assert list(numbers) == []
    numbers = worker.call.numbers()
    assert next(numbers) == 0
    with pytest.raises(LookupError, match="mine"):
        numbers.throw(LookupError("mine"))
    assert worker.call.call(len, "four") == 4

    async def main() -> None:
        numbers: Any = worker.acall.numbers()
        assert await numbers.__anext__() == 0
        with pytest.raises(TypeError, match="annotation"):
            await numbers.asend("something")
        numbers = worker.acall.numbers()
        assert await numbers.__anext__() == 0
        with pytest.raises(LookupError, match="mine"):
            await numbers.athrow(LookupError("mine"))

    asyncio.run(main())


def test_stream_that_says_what_it_is_sent_takes_it(worker: ParentWorker) -> None:
    """With the annotation, what is sent and thrown reaches the generator, whose answer is the next item."""
    replies = worker.call.replies()
    assert next(replies) == "got nothing"
    assert replies.send("this") == "got this"
    assert replies.throw(LookupError()) == "got a LookupError"
    replies.close()


def test_close_hands_over_all_that_the_child_has_written(write: Callable[..., Path]) -> None:
    """A callback that takes its time gets every line before `close` returns, within the grace of the output."""
    lines: list[str] = []
    taken = threading.Event()

    def take(line: OutputLine) -> None:
        taken.wait(0.005)  # never set: the callback takes its time
        lines.append(line.text)

    with ParentWorker(write("worker.py", WORKER), output=take) as worker:
        worker.call.count(50)
    assert lines == [*map(str, range(50)), "left"]


def test_line_that_is_printed_reaches_the_terminal_whole(
    write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`print` in the child is one piece of text here, so that what the parent prints does not come into its middle."""
    pieces: list[str] = []

    class Terminal(io.StringIO):
        def write(self, text: str) -> int:
            pieces.append(text)
            return len(text)

    monkeypatch.setattr(sys, "stdout", Terminal())
    with ParentWorker(write("worker.py", WORKER)) as worker:
        worker.call.count(5)
    assert "".join(pieces) == "0\n1\n2\n3\n4\nleft\n"
    assert [piece for piece in pieces if not piece.endswith("\n")] == []


def test_keyword_of_any_name_reaches_the_child(worker: ParentWorker) -> None:
    """No parameter of ours takes it, `self` and `name` included."""
    given = {"self": 1, "name": 2, "args": 3, "timeout_s": 4, "target": 5}
    assert worker.call.take(**given) == given

    async def main() -> None:
        assert await worker.acall.take(**given) == given

    asyncio.run(main())
