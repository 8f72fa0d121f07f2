"""An exception of a callback that the child lets through is raised in the parent as what it is: the very object."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
import threading
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import ParentWorker, RemoteError
from ambidex.rpc import PickleCodec, dump_error, load_error
from ambidex.rpc._kept import Kept, set_number
from tests.limits import HANG_S

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HOMING = Path(__file__).parent / "children" / "homing.py"


class Odd(Exception):
    """Be an exception whose class only the parent knows, and that does not cross."""

    def __reduce__(self) -> Any:
        raise TypeError("it stays here")


class Stop(BaseException):
    """Be one that no `except Exception` takes."""


@pytest.fixture(params=["pickle", "msgpack"])
def worker(request: pytest.FixtureRequest) -> Iterator[ParentWorker]:
    """Give a worker of each codec."""
    with ParentWorker(HOMING, codec=request.param) as worker:
        yield worker


def blocking(worker: ParentWorker, name: str, *args: object) -> object:
    """Call by the blocking face, and read what is a stream."""
    called: Any = getattr(worker.call, name)(*args)
    return list(called) if "stream" in name else called


def awaited(worker: ParentWorker, name: str, *args: object) -> object:
    """Call by the async face, on a loop of its own."""

    async def call() -> object:
        called: Any = getattr(worker.acall, name)(*args)
        return [item async for item in called] if "stream" in name else await called

    return asyncio.run(call())


both = pytest.mark.parametrize("call", [blocking, awaited], ids=["blocking", "awaited"])


def kept_of(worker: ParentWorker) -> Kept:
    """Return what is kept for the child that runs."""
    life = worker.running
    assert life is not None
    return life.peer.handles.kept


def raising(error: BaseException) -> Callable[[], None]:
    """Return what raises it."""

    def function() -> None:
        raise error

    return function


@both
@pytest.mark.parametrize("name", ["pass_on", "pass_on_here", "pass_on_in_stream"])
@pytest.mark.parametrize("raised", [Odd(1), Stop(2), ValueError(3)], ids=lambda raised: type(raised).__name__)
def test_exception_that_is_let_through_is_the_very_one(
    worker: ParentWorker, call: Callable[..., object], name: str, raised: BaseException
) -> None:
    """Whether the child knows its class or not; nothing is added to it, and nothing kept when the call has ended."""
    before = raised.args
    with pytest.raises(type(raised)) as caught:
        call(worker, name, raising(raised))
    assert caught.value is raised
    assert (raised.args, getattr(raised, "__notes__", [])) == (before, [])
    assert (raised.__cause__, raised.__context__) == (None, None)
    assert len(kept_of(worker)) == 0


def test_exception_of_an_async_callback_is_the_very_one(worker: ParentWorker) -> None:
    """On its own loop."""
    raised = Odd()

    async def function() -> None:
        await asyncio.sleep(0)
        raise raised

    with pytest.raises(Odd) as caught:
        awaited(worker, "pass_on", function)
    assert caught.value is raised


@pytest.mark.skipif(sys.platform == "win32", reason="no signal can be sent to oneself there")
@pytest.mark.parametrize("name", ["pass_on", "pass_on_here"])
def test_exception_of_a_signal_handler_during_a_callback_is_the_very_one(worker: ParentWorker, name: str) -> None:
    """It is the callback that it interrupts."""
    raised = Stop()

    def handle(*_: object) -> None:
        raise raised

    before = signal.signal(signal.SIGUSR1, handle)
    try:
        with pytest.raises(Stop) as caught:
            blocking(worker, name, lambda: os.kill(os.getpid(), signal.SIGUSR1))
        assert caught.value is raised
    finally:
        signal.signal(signal.SIGUSR1, before)


@both
def test_changed_exception_is_caused_by_the_very_one(worker: ParentWorker, call: Callable[..., object]) -> None:
    """What the child raises of its own is as ever, and what it came from is here."""
    raised = Odd()
    with pytest.raises(LookupError, match="changed") as caught:
        call(worker, "change", raising(raised))
    assert caught.value.__cause__ is raised
    assert "in change" in caught.value.__dict__["__notes__"][0]


def test_nothing_is_kept_longer_than_the_call(worker: ParentWorker) -> None:
    """Neither by the parent, nor as itself: what the child raises later is what it is without that."""
    gone: list[weakref.ref[Odd]] = []

    def function() -> None:
        raised = Odd("later")
        gone.append(weakref.ref(raised))
        raise raised

    worker.call.keep(function)
    assert len(kept_of(worker)) == 0
    gc.collect()
    assert gone[0]() is None
    with pytest.raises(RemoteError, match="Odd: later"):
        worker.call.raise_kept()
    worker.call.keep(raising(ValueError("a value")))
    returned = worker.call.give_kept()
    assert (type(returned), returned.args) == (ValueError, ("a value",))


def test_call_that_ends_lets_go_what_it_has_raised_and_no_more(worker: ParentWorker) -> None:
    """Two calls hand over at one time: the exceptions of that which goes on stay."""
    is_there, release = threading.Event(), threading.Event()
    raised = Odd("slow")
    told: list[BaseException] = []

    def slow() -> None:
        is_there.set()
        assert release.wait(HANG_S)
        raise raised

    def work() -> None:
        try:
            worker.call.pass_on(slow)
        except Odd as error:
            told.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    assert is_there.wait(HANG_S)
    worker.call.keep(raising(Odd("fast")))
    assert len(kept_of(worker)) == 0
    release.set()
    thread.join(HANG_S)
    assert told == [raised]


def test_last_exceptions_of_a_call_are_kept(worker: ParentWorker) -> None:
    """However many there are; one before them comes home as it would without that."""
    for count, kind in ((16, Odd), (17, RemoteError)):
        made: list[Odd] = []
        sizes: list[int] = []

        def function(made: list[Odd] = made, sizes: list[int] = sizes) -> None:
            sizes.append(len(kept_of(worker)))
            made.append(Odd(len(made)))
            raise made[-1]

        with pytest.raises(kind) as caught:
            worker.call.pass_on_first(function, count)
        assert (caught.value is made[0]) == (count == 16)
        assert sizes == list(range(count))
    assert len(kept_of(worker)) == 0


def test_number_that_nothing_is_kept_under_means_nothing() -> None:
    """The other side may send any."""
    codec = PickleCodec()
    error = ValueError("foreign")
    set_number(error, 12345)
    payload, buffers = dump_error(codec, error)
    got = load_error(codec, payload, [bytearray(each) for each in buffers], Kept())
    assert (type(got), got.args) == (ValueError, ("foreign",))
    assert got is not error
