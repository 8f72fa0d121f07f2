"""Objects are made on the loop, by whatever constructor; what a call returns and nobody would await is reported."""

from __future__ import annotations

import asyncio
import gc
import re
import warnings
import weakref
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import UsageError, get_synchronizer
from tests.bridge import _kiln, kiln
from tests.bridge.callables import wait_until_freed
from tests.bridge.kiln import Pot, Single, Vase
from tests.limits import HANG_S

if TYPE_CHECKING:
    from collections.abc import Callable


def test_constructor_that_needs_a_running_loop_runs_on_it() -> None:
    """Keyword-only arguments, defaults, a face's subclass that inherits the constructor, a user's subclass."""

    class Mine(Vase):
        def __init__(self, glaze: str) -> None:
            self.label = "mine"  # an attribute before the object is made
            super().__init__(glaze=glaze)

    _kiln.made.clear()
    assert Pot(glaze="blue").glaze == "blue"
    assert Vase(glaze="green", size=2).glaze == "green"
    mine = Mine("red")
    assert (mine.glaze, mine.label, type(mine)) == ("red", "mine", Mine)
    assert _kiln.made == [_kiln.Pot, _kiln.Vase, type(mine.__ambidex__.receiver)]
    assert _kiln.made[2] is not _kiln.Vase
    assert {type(pot) for pot in (Pot.thrown("a"), Vase.thrown("b"), Pot.pressed("c"), Vase.pressed("d"))} == {
        Pot,
        Vase,
    }
    assert type(Vase.thrown("b")) is type(Vase.pressed("d")) is Vase

    async def main() -> Pot:
        return await Vase.thrown.aio("e")

    assert type(asyncio.run(main())) is Vase


def test_constructor_that_fails_leaves_nothing_behind() -> None:
    """The error is the implementation's own, and no half-made face is known or kept."""
    info: Any = Pot.__ambidex_info__
    gc.disable()
    try:
        known = len(info.faces)
        for wrong in ({"glaze": "blue", "size": -1}, {}, {"glaze": "blue", "colour": 1}):
            with pytest.raises((ValueError, TypeError), match=r"has a size|glaze|colour"):
                Pot(**wrong)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        with pytest.raises(TypeError, match="positional"):
            Pot("blue")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
        assert len(info.faces) == known
    finally:
        gc.enable()


def test_subclass_that_forgets_to_call_up_says_so() -> None:
    """The first use of a face without an object names what was left out."""

    class Forgetful(Pot):
        def __init__(self) -> None:
            pass

    with pytest.raises(AttributeError, match=r"'Forgetful' object stands for nothing yet: call `super\(\).__init__"):
        _ = Forgetful().glaze
    with pytest.raises(AttributeError, match="stands for nothing yet"):
        Forgetful().bad()
    with pytest.raises(AttributeError, match="has no attribute 'other'"):
        _ = Forgetful().other  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]


def test_class_that_gives_out_a_known_object_gives_its_face() -> None:
    """One object has one face, also when it was `Class(...)` that returned it."""
    first = Single("a")
    assert Single("a") is first
    assert Single("b") is not first
    dead = weakref.ref(first)
    del first
    wait_until_freed(dead, "kiln")


def on_the_loop() -> list[str]:
    """Return what was closed, after the loop has done all that it was asked to."""

    async def look() -> list[str]:
        for _ in range(5):
            await asyncio.sleep(0)
        return list(_kiln.closed)

    return get_synchronizer("kiln").run(look)


RETURNED: dict[str, tuple[Callable[[], Any], str, list[str]]] = {
    "function": (kiln.forgets_to_await, r"forgets_to_await returned a coroutine \(inner\)", []),
    "awaited function": (lambda: asyncio.run(_awaited(kiln.forgets_to_await)), r"returned a coroutine \(inner\)", []),
    "future": (lambda: kiln.forgets_to_await.submit().result(HANG_S), r"returned a coroutine \(inner\)", []),
    "plain function": (kiln.plainly_forgets, r"plainly_forgets returned a coroutine \(inner\)", []),
    "plain method": (lambda: Pot(glaze="x").bad(), r"Pot\.bad returned a coroutine \(Pot\.colour\)", []),
    "async generator": (kiln.returns_numbers, r"returned an async generator \(numbers\)", []),
    "begun generator": (kiln.returns_begun, r"returned an async generator \(numbers\)", ["numbers"]),
    "begun coroutine": (kiln.returns_started, r"returned a coroutine \(waiting\)", ["waiting"]),
    "stream": (lambda: list(kiln.no_stream()), r"no_stream returned a coroutine \(no_stream\)", []),
    "awaited stream": (lambda: asyncio.run(_iterated()), r"no_stream returned a coroutine \(no_stream\)", []),
    "context": (lambda: kiln.no_context().__enter__(), r"no_context returned a coroutine \(no_stream\)", []),
}


async def _awaited(function: Any) -> Any:
    return await function.aio()


async def _iterated() -> list[int]:
    return [number async for number in kiln.no_stream.aio()]


@pytest.mark.parametrize("case", RETURNED)
def test_coroutine_that_a_call_returns_is_reported_and_closed(case: str) -> None:
    """The error names the call and what it returned; no warning that it was never awaited, and its clean-up has run."""
    call, message, closed = RETURNED[case]
    _kiln.closed.clear()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert re.search(message, refused(call))
        gc.collect()
        assert on_the_loop() == closed
    assert [str(warning.message) for warning in caught if "never awaited" in str(warning.message)] == []


def refused(call: Callable[[], Any]) -> str:
    """Return the message of the refusal; the error itself, and what its frames hold, is gone then."""
    with pytest.raises(UsageError) as raised:
        call()
    return str(raised.value)
