"""Faces in use: attributes, context managers, iterators, special methods, options, subclasses, tracebacks."""

from __future__ import annotations

import asyncio
import re
import sys
import threading
import traceback
import warnings
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import BlockingInAsyncWarning, DeadlineExceeded, DeadlockError, get_synchronizer
from tests.bridge.workshop import Crate, Tape, Tool, check, count, fail, sorted_by_owner, wait
from tests.limits import HANG_S

if TYPE_CHECKING:
    from collections.abc import Callable, Collection


@pytest.fixture
def saw() -> Tool:
    """Return a tool."""
    return Tool("saw")


# -- attributes and special methods


def test_attribute_is_read_and_written_on_the_object(saw: Tool) -> None:
    """Properties and their setters pass values and faces."""
    saw.name = "fret saw"
    assert saw.name == "fret saw"
    file = Tool("file", saw)
    assert file.owner is saw
    file.owner = file
    assert file.owner is file
    file.owner = None
    assert file.owner is None


def test_attribute_without_a_setter_cannot_be_written(saw: Tool) -> None:
    """A read-only property stays one."""
    with pytest.raises(AttributeError):
        saw.log = []  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]


def test_attribute_error_of_the_implementation_reaches_the_caller(saw: Tool) -> None:
    """An `AttributeError` that a property raises is its own, not a complaint about the face."""
    with pytest.raises(AttributeError, match="the implementation's own error"):
        _ = saw.lost


def test_special_methods_are_the_objects_own(saw: Tool) -> None:
    """len, bool, repr, containment, items, calls and order mean what they mean for the object."""
    assert len(saw) == 3
    assert saw
    assert not Tool("nothing")
    assert repr(saw) == "<saw>"
    assert "aw" in saw
    assert "x" not in saw
    assert saw[0] == "s"
    assert saw("cuts") == "saw cuts"
    assert Tool("adze") < saw
    assert sorted([saw, Tool("adze")])[1] is saw
    with pytest.raises(IndexError):
        saw[99]


def test_special_methods_work_on_the_loops_own_thread(saw: Tool) -> None:
    """Special methods run where they are called, so they never block a loop."""

    async def look() -> tuple[int, str]:
        return len(saw), repr(saw)

    assert get_synchronizer("workshop").run(look) == (3, "<saw>")


# -- calls


def test_method_is_called_in_every_way(saw: Tool) -> None:
    """Blocking, awaited, as a future, with options, unbound: one result."""
    expected = "saw used 2 times"

    async def main() -> tuple[str, str, str]:
        return (
            await saw.use.aio(2),
            await saw.use.with_options(timeout=10).aio(times=2),
            await saw.use.submit(2),
        )

    assert saw.use(2) == saw.use(times=2) == saw.use.with_options(timeout=10)(2) == expected
    assert saw.use.submit(2).result(HANG_S) == saw.use.with_options(timeout=10).submit(2).result(HANG_S) == expected
    assert asyncio.run(main()) == (expected,) * 3
    assert Tool.use(saw, 2) == expected


def test_wrong_arguments_are_the_implementations_own_error(saw: Tool) -> None:
    """A call that does not fit the signature says so, as a plain call does."""
    with pytest.raises(TypeError, match=r"use\(\)"):
        saw.use()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    with pytest.raises(TypeError, match="unexpected keyword"):
        saw.use(1, softly=True)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    with pytest.raises(TypeError):
        Tool()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def test_options_of_a_stream_and_a_context_keep_a_deadline(saw: Tool) -> None:
    """`with_options` serves every callable."""
    assert list(saw.turns.with_options(timeout=10)()) == [0, 1, 2]
    with saw.held.with_options(timeout=10)(firmly=False) as held:
        assert held is saw
    assert saw.log == ["held", "put down"]
    with pytest.raises(DeadlineExceeded, match=r"wait did not end within 0\.02 s"):
        wait.with_options(timeout=0.02)()
    with pytest.raises(ValueError, match="write a number of seconds"):
        saw.use.with_options(timeout=-1)


def test_stream_is_iterated_in_every_way(saw: Tool) -> None:
    """`for` and `async for`, with the same arguments."""

    async def main() -> list[int]:
        return [turn async for turn in saw.turns.aio(2)]

    assert list(saw.turns()) == [0, 1, 2]
    assert list(saw.turns(count=1)) == [0]
    assert asyncio.run(main()) == [0, 1]


def test_blocking_face_on_the_runtimes_own_loop_names_its_twin(saw: Tool) -> None:
    """DeadlockError names the member and the form to write."""

    async def nested() -> None:
        with pytest.raises(DeadlockError, match=r"Tool\.use would block .* write `await Tool\.use\.aio\(\.\.\.\)`"):
            saw.use(1)
        with pytest.raises(DeadlockError, match=r"write `async for \.\.\. in Tool\.turns\.aio\(\.\.\.\)`"):
            next(saw.turns())
        with pytest.raises(DeadlockError, match=r"write `async with Tool\.held\(\.\.\.\)`"):
            saw.held().__enter__()
        assert await saw.use.aio(1) == "saw used 1 times"

    get_synchronizer("workshop").run(nested)


def test_blocking_face_inside_a_foreign_loop_warns_at_the_callers_line(saw: Tool) -> None:
    """The warning names the member and points at this file, for methods and functions alike."""

    async def main() -> None:
        with pytest.warns(BlockingInAsyncWarning, match=r"write `await Tool\.use\.aio") as caught:
            saw.use(1)
        assert {warning.filename for warning in caught} == {__file__}
        with pytest.warns(BlockingInAsyncWarning, match=r"write `await count\.aio") as caught:
            count([])
        assert {warning.filename for warning in caught} == {__file__}

    asyncio.run(main())


HOLDING: dict[str, tuple[Callable[[Tool], Any], str]] = {
    "step": (lambda saw: next(saw.turns()), "Tool.turns blocks .*; write `async for ... in Tool.turns.aio(...)`"),
    "with": (lambda saw: saw.__enter__(), "Tool.__enter__ blocks .*; write `async with Tool(...)`"),
    "for": (lambda _: list(Tape(1)), "Tape.__next__ blocks .*; write `async for ... in Tape(...)`"),
    "for of an iterable": (lambda _: list(Crate()), "Crate.__iter__ blocks .*; write `async for ... in Crate(...)`"),
}


@pytest.mark.parametrize("case", HOLDING)
def test_what_holds_a_loop_is_told_the_form_that_fits(case: str, saw: Tool) -> None:
    """What a class does by itself is told its async twin."""
    use, text = HOLDING[case]

    async def main() -> None:
        with pytest.warns(BlockingInAsyncWarning) as caught:
            use(saw)
        (message,) = {str(warning.message) for warning in caught}
        assert re.match(re.escape(text).replace(r"\.\*", ".*", 1) + "$", message)

    asyncio.run(main())


def test_what_has_no_other_form_does_not_warn(saw: Tool) -> None:
    """Constructors and plain members are called in async code as they are; attributes wait for nobody."""

    async def main() -> Tool:
        saw.where()
        with pytest.raises(ValueError, match="from the plain function"):
            check()
        made = Tool("file", saw)
        made.name = "fret saw"
        assert (made.name, made.owner is saw, len(made), bool(made), made[0]) == ("fret saw", True, 8, True, "f")
        assert made != saw
        assert len({saw, made}) == 2
        assert "saw" in made
        assert "fret saw" in repr(made)
        assert made("cut") == "fret saw cut"
        assert made < saw
        return made

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert asyncio.run(main()).name == "fret saw"


# -- context managers and iterators


def test_context_manager_class_serves_with_and_async_with(saw: Tool) -> None:
    """Enter gives the face itself, both ways; enter and exit share one task."""
    with saw as entered:
        assert entered is saw

    async def main() -> None:
        async with saw as entered:
            assert entered is saw

    asyncio.run(main())
    assert saw.log == ["in", None, "in", None]
    assert len(set(saw.tasks)) == 2
    assert saw.tasks[0] is saw.tasks[1]


def test_context_manager_class_sees_and_suppresses_the_blocks_exception(saw: Tool) -> None:
    """The exit of the implementation decides."""
    error = LookupError("suppressed")
    with saw:
        raise error
    assert saw.log[-1] is error
    passing = ValueError("passes")
    with pytest.raises(ValueError, match="passes") as raised, saw, saw:
        raise passing
    assert raised.value is passing
    assert saw.log[-2:] == [passing, passing]


def test_context_manager_class_held_by_several_threads_pairs_enter_and_exit(saw: Tool) -> None:
    """Threads that hold one object at once each leave what they have entered."""
    barrier = threading.Barrier(4)
    failures: list[BaseException] = []

    def hold(number: int) -> None:
        error = ValueError(number)
        try:
            with pytest.raises(ValueError) as raised, saw:  # noqa: PT011, PT012  which one, the next line says
                barrier.wait(HANG_S)
                raise error  # noqa: TRY301  the block's own
            assert raised.value is error
        except BaseException as failure:  # noqa: BLE001  the test reports it
            failures.append(failure)

    threads = [threading.Thread(target=hold, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(HANG_S)
    assert failures == []


def test_iterable_is_read_both_ways_and_again(saw: Tool) -> None:
    """A class with `__aiter__` alone can be read several times, and its items are faces."""
    file = Tool("file")
    crate = Crate(saw, file)

    async def main() -> list[Tool]:
        return [tool async for tool in crate]

    for read in (list(crate), list(crate), asyncio.run(main())):
        assert read[0] is saw
        assert read[1] is file


def test_iterator_is_read_once_by_whichever_way() -> None:
    """A class with `__anext__` keeps its place between the two ways."""
    tape = Tape(4)
    assert next(tape) == 0

    async def main() -> int:
        return await tape.__anext__()

    assert asyncio.run(main()) == 1
    assert list(tape) == [2, 3]
    with pytest.raises(StopIteration):
        next(tape)

    async def rest() -> list[int]:
        return [number async for number in tape]

    assert asyncio.run(rest()) == []


# -- plans of containers


def as_view(tools: list[Tool]) -> Collection[Tool]:
    """Return a collection that is neither sequence nor set of its own making."""
    return dict.fromkeys(tools, 0).keys()


KINDS: list[Callable[[list[Tool]], Collection[Tool]]] = [list, tuple, set, frozenset, as_view]


@pytest.mark.parametrize("kind", KINDS)
def test_collection_of_faces_keeps_its_length(kind: Callable[[list[Tool]], Collection[Tool]], saw: Tool) -> None:
    """A position for any collection gets one that can be counted, whatever it was given."""
    assert count(kind([saw, Tool("file")])) == 2


def test_plans_nest(saw: Tool) -> None:
    """Lists within dicts carry faces; keys that are no faces stay what they are."""
    file = Tool("file", saw)
    found = sorted_by_owner([saw, file])
    assert list(found) == ["", "saw"]
    assert found[""][0] is saw
    assert found["saw"][0] is file


# -- subclasses of users


def test_users_subclass_may_override_and_call_up() -> None:
    """A subclass adds methods, overrides blocking ones and calls the face's."""

    class Hammer(Tool):
        def __init__(self) -> None:
            super().__init__("hammer")
            self.uses = 0

        def use(self, times: int, *, hard: bool = False) -> str:  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride, reportIncompatibleVariableOverride]
            self.uses += times
            return Tool.use(self, times, hard=hard) + "!"

    hammer = Hammer()
    assert hammer.use(2) == "hammer used 2 times!"
    assert hammer.uses == 2
    assert Tool("nail", hammer).owner is hammer
    with hammer as entered:
        assert entered is hammer


# -- tracebacks


RAISING: dict[str, Callable[[], Any]] = {
    "function": lambda: fail(),  # noqa: PLW0108  its frame is looked for
    "plain function": lambda: check(),  # noqa: PLW0108  as above
    "method": lambda: Tool("saw").use(1, hard=True),
    "plain method": lambda: Tool("saw").snap(),
    "method with a deadline": lambda: Tool("saw").use.with_options(timeout=10)(1, hard=True),
    "unbound method": lambda: Tool.use(Tool("saw"), 1, hard=True),
    "constructor": lambda: Tool(""),
    "attribute": lambda: Tool("saw").broken,
    "special method": lambda: Tool("saw")[99],
    "stream": lambda: list(Tool("saw").turns(4)),
    "future": lambda: fail.submit().result(HANG_S),
}


@pytest.mark.parametrize("case", RAISING)
def test_traceback_through_a_face_shows_caller_and_implementation_alone(case: str) -> None:
    """From 3.11 on no frame of the library stands between them, whatever kind of member raises; before, two at most."""
    with pytest.raises((ValueError, LookupError)) as raised:
        RAISING[case]()
    frames = traceback.extract_tb(raised.value.__traceback__)
    names = [frame.filename.replace("\\", "/") for frame in frames]
    theirs = [name.rpartition("/")[2] for name in names if "/ambidex/" not in name]
    assert theirs == ["test_faces.py", "test_faces.py", "_workshop.py"]
    assert len(names) - len(theirs) <= (0 if sys.version_info >= (3, 11) else 2)


AWAITED: dict[str, Callable[[], Any]] = {
    "function": lambda: fail.aio(),  # noqa: PLW0108  its frame is looked for
    "method": lambda: Tool("saw").use.aio(1, hard=True),
}


@pytest.mark.parametrize("case", AWAITED)
def test_traceback_through_an_awaited_face_shows_the_implementation_alone(case: str) -> None:
    """The async face adds one frame at most between the caller and the implementation; before 3.11, three."""

    async def main() -> None:
        await awaitable

    awaitable = AWAITED[case]()
    with pytest.raises(ValueError, match=r"too hard|from the function") as raised:
        asyncio.run(main())
    frames = traceback.extract_tb(raised.value.__traceback__)
    names = [frame.filename.replace("\\", "/").rpartition("/")[2] for frame in frames]
    first = len(names) - 1 - names[::-1].index("test_faces.py")
    assert names[-1] == "_workshop.py"
    assert len(names) - first - 2 <= (0 if sys.version_info >= (3, 11) else 3)
