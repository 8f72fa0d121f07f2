"""A keyword of any name reaches the implementation: nothing on its way has a parameter of that name."""

from __future__ import annotations

import asyncio
import functools
import inspect
from collections.abc import AsyncGenerator, Generator
from typing import TYPE_CHECKING, Any

import pytest

from ambidex import Future, Synchronizer
from tests.bridge import _pantry, pantry, pantry_twins
from tests.bridge.pantry import Jar

if TYPE_CHECKING:
    from collections.abc import Callable

    Given = dict[str, int]

NAMES = (
    "self", "cls", "args", "kwargs", "timeout", "member", "channel", "receiver", "name", "function", "reference",
    "loop", "call", "face", "bound", "instance", "owner", "stub", "options", "value", "timeout_s", "read_ahead",
    "given", "target", "work",
)  # fmt: skip


class Mine(Jar):
    """A class of a user's."""


class Replaced(Jar):
    """A class with a function in the place of a method."""


def replacing(_: object, /, **given: int) -> Given:
    """Stand in the place of a method."""
    return given


async def replacing_awaited(_: object, /, **given: int) -> Given:
    """Stand in the place of its `.aio`."""
    return given


vars(replacing)["aio"] = replacing_awaited
Replaced.kept = replacing  # type: ignore[assignment, method-assign]  # pyright: ignore[reportAttributeAccessIssue]


# By names of no exact type, for checkers do not know what is in them.
CLASS: Any = Jar
FUTURE: type[Any] = Future
GENERATOR: type[Any] = Generator
ASYNC_GENERATOR: type[Any] = AsyncGenerator


def arrived(result: Any) -> object:
    """Return what the implementation was given, by the result of a blocking road."""
    if isinstance(result, FUTURE):
        value: object = result.result()
        return value
    if isinstance(result, (Jar, pantry_twins.Jar)):
        return result.given
    if isinstance(result, GENERATOR):
        given: list[object] = list(result)
        return given[0]
    if hasattr(result, "keys"):
        return result
    with result as kept:
        entered: object = kept
        return entered


async def arrived_later(result: Any) -> object:
    """Return what the implementation was given, by the result of an awaited road."""
    if hasattr(result, "__await__"):
        value: object = await result
        return value
    if isinstance(result, ASYNC_GENERATOR):
        given: list[object] = [item async for item in result]
        return given[0]
    async with result as kept:
        entered: object = kept
        return entered


BLOCKING: dict[str, Callable[[], Callable[..., Any]]] = {
    "constructor": lambda: Jar,
    "constructor of a user's class": lambda: Mine,
    "method": lambda: Jar().kept,
    "method of the class": lambda: functools.partial(Jar.kept, Jar()),
    "method, submitted": lambda: Jar().kept.submit,
    "method with a deadline": lambda: Jar().kept.with_options(timeout=5),
    "method that a function replaces": lambda: Replaced().kept,
    "plain method": lambda: Jar().plain,
    "plain method of the class": lambda: functools.partial(Jar.plain, Jar()),
    "stream": lambda: Jar().each,
    "stream of the class": lambda: functools.partial(Jar.each, Jar()),
    "stream that reads ahead": lambda: Jar().each.with_options(read_ahead=2),
    "context": lambda: Jar().opened,
    "context of the class": lambda: functools.partial(Jar.opened, Jar()),
    "class method": lambda: Jar.kept_by_class,
    "class method of an object": lambda: Jar().kept_by_class,
    "class method, submitted": lambda: Jar.kept_by_class.submit,
    "stream of a class method": lambda: Jar.each_by_class,
    "context of a class method": lambda: Jar.opened_by_class,
    "plain class method": lambda: Jar.plain_by_class,
    "static method": lambda: Jar.kept_by_nobody,
    "stream of a static method": lambda: Jar.each_by_nobody,
    "context of a static method": lambda: Jar.opened_by_nobody,
    "plain static method": lambda: Jar.plain_by_nobody,
    "call": lambda: Jar().__call__,
    "function": lambda: pantry.kept,
    "function, submitted": lambda: pantry.kept.submit,
    "function with a deadline": lambda: pantry.kept.with_options(timeout=5),
    "stream of a function": lambda: pantry.each,
    "context of a function": lambda: pantry.opened,
    "plain function": lambda: pantry.plain,
    "blocking class": lambda: pantry_twins.Jar,
    "method of a blocking class": lambda: pantry_twins.Jar().kept,
    "plain method of a blocking class": lambda: pantry_twins.Jar().plain,
    "stream of a blocking class": lambda: pantry_twins.Jar().each,
    "context of a blocking class": lambda: pantry_twins.Jar().opened,
    "class method of a blocking class": lambda: pantry_twins.Jar.kept_by_class,
    "static method of a blocking class": lambda: pantry_twins.Jar.kept_by_nobody,
    "call of a blocking class": lambda: pantry_twins.Jar().__call__,
    "function that blocks": lambda: pantry_twins.kept,
    "stream of a function that blocks": lambda: pantry_twins.each,
    "context of a function that blocks": lambda: pantry_twins.opened,
    "synchronizer": lambda: functools.partial(Synchronizer("tests").run, _pantry.kept),
    "synchronizer, submitted": lambda: functools.partial(Synchronizer("tests").submit, _pantry.kept),
    "synchronizer's stream": lambda: functools.partial(Synchronizer("tests").iterate, _pantry.each),
}
AWAITED: dict[str, Callable[[], Callable[..., Any]]] = {
    "method": lambda: Jar().kept.aio,
    "method of the class": lambda: functools.partial(CLASS.kept.aio, Jar()),
    "method that a function replaces": lambda: Replaced().kept.aio,
    "stream": lambda: Jar().each.aio,
    "stream of the class": lambda: functools.partial(CLASS.each.aio, Jar()),
    "context": lambda: Jar().opened.aio,
    "class method": lambda: Jar.kept_by_class.aio,
    "stream of a class method": lambda: Jar.each_by_class.aio,
    "context of a class method": lambda: Jar.opened_by_class.aio,
    "static method": lambda: Jar.kept_by_nobody.aio,
    "call": lambda: Jar().__call__.aio,
    "function": lambda: pantry.kept.aio,
    "stream of a function": lambda: pantry.each.aio,
    "context of a function": lambda: pantry.opened.aio,
    "method of an awaited class": lambda: pantry_twins.AsyncJar().kept,
    "stream of an awaited class": lambda: pantry_twins.AsyncJar().each,
    "context of an awaited class": lambda: pantry_twins.AsyncJar().opened,
    "class method of an awaited class": lambda: pantry_twins.AsyncJar.kept_by_class,
    "function that is awaited": lambda: pantry_twins.async_kept,
    "stream of a function that is awaited": lambda: pantry_twins.async_each,
    "context of a function that is awaited": lambda: pantry_twins.async_opened,
    "synchronizer": lambda: functools.partial(Synchronizer("tests").aio, _pantry.kept),
}


@pytest.mark.parametrize("road", BLOCKING)
def test_keyword_of_any_name_arrives_by_a_blocking_road(road: str) -> None:
    """Each name alone, and all of them at once."""
    for given in (*({name: 1} for name in NAMES), dict.fromkeys(NAMES, 2)):
        assert arrived(BLOCKING[road]()(**given)) == given


@pytest.mark.parametrize("road", AWAITED)
def test_keyword_of_any_name_arrives_by_an_awaited_road(road: str) -> None:
    """Each name alone, and all of them at once."""

    async def main() -> None:
        for given in (*({name: 1} for name in NAMES), dict.fromkeys(NAMES, 2)):
            assert await arrived_later(AWAITED[road]()(**given)) == given

    asyncio.run(main())


@pytest.mark.parametrize("name", NAMES)
def test_keyword_of_any_name_is_translated_and_reaches_a_callable(name: str) -> None:
    """It carries a face, or stands in the call of a user's callable."""
    jar = Jar()
    assert pantry.jars(**{name: jar}) == {name: jar}

    def work(**given: int) -> Given:
        return given

    assert pantry.asked(work, name) == {name: 3}


def test_parameter_may_have_the_name_that_the_bound_callable_has() -> None:
    """The signature of `.aio` has one parameter of each name."""
    jar = Jar()
    assert jar.called(call=3) == 3
    assert asyncio.run(jar.called.aio(call=3)) == 3
    assert list(inspect.signature(jar.called.aio).parameters) == ["call"]
