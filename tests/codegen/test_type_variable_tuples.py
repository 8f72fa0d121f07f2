"""Any number of types where no golden case has them: by typing_extensions, in callbacks, in callables as results."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.checkers import with_current_mypy
from tests.codegen.cases import GOLDEN, Case
from tests.codegen.conftest import INTERPRETERS

if TYPE_CHECKING:
    from tests.codegen.conftest import Project

STAR = re.compile(r"\*(Ts|tuple\[(?:[^][]|\[(?:[^][]|\[[^][]*\])*\])*\])")


def test_typing_extensions_gives_what_typing_gives(project: Project) -> None:
    """The golden case, written as older Pythons read it, is generated as it is: its own tests say that it works."""
    case = Case("variadics")
    text = (case.folder / "_variadics.py").read_text(encoding="utf-8")
    text = text.replace(", TypeVarTuple\n", "\nfrom typing_extensions import TypeVarTuple, Unpack\n")
    text = text.replace("Bag[()]", "Bag[Unpack[tuple[()]]]")  # before 3.11 `typing` takes no empty list of types
    while STAR.search(text) is not None:
        text = STAR.sub(r"Unpack[\1]", text)
    project.write("_variadics.py", text)
    project.write("ruff.toml", (GOLDEN / "ruff.toml").read_text(encoding="utf-8"))
    assert project.compile("_variadics")["variadics"] == case.committed()["variadics.py"]


CALLBACKS = '''
"""Calls."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from ambidex import Module
from typing_extensions import TypeVarTuple, Unpack

m = Module("public")
R = TypeVar("R")
T = TypeVar("T")
Ts = TypeVarTuple("Ts")

@m.wrap_function
async def call(f: Callable[[Unpack[Ts]], Awaitable[R]], *values: Unpack[Ts]) -> R:
    return await f(*values)

@m.wrap_function
async def after(delay_s: int, f: Callable[[int, Unpack[Ts]], Awaitable[R]], *values: Unpack[Ts], times: int = 1) -> R:
    return await f(times, *values)

@m.wrap_class
class Caller(Generic[T]):
    def __init__(self, first: T) -> None:
        self._first = first

    async def call(self, f: Callable[[T, Unpack[Ts]], Awaitable[R]], *values: Unpack[Ts], kwargs: int = 0) -> R:
        return await f(self._first, *values)
'''
CALLS = '''
"""Use it."""

import asyncio

from public import Caller, after, call
from typing_extensions import assert_type

def repeated(times: int, text: str) -> str:
    """Block."""
    return text * times

async def later(times: int, text: str) -> str:
    """Wait."""
    return text * times

async def awaited(caller: "Caller[int]") -> None:
    """Check the async face."""
    assert_type(await call.aio(later, 2, "a"), str)
    assert_type(await caller.call.aio(repeated, "a"), str)

def refused(caller: "Caller[int]") -> None:
    """List what checkers have to refuse."""
    call(later, 2)  # type: ignore[arg-type]  # pyright: ignore[reportCallIssue, reportArgumentType]
    caller.call(repeated, 1)  # type: ignore[arg-type]  # pyright: ignore[reportCallIssue, reportArgumentType]

assert_type(call(repeated, 2, "a"), str)
assert call(later, 2, "a") == call(repeated, 2, "a") == "aa"
assert_type(after(0, later, "a", times=3), str)
assert after(0, repeated, "a", times=3) == "aaa"
caller = Caller(2)
assert_type(caller.call(later, "a"), str)
assert caller.call(later, "b") == "bb"
asyncio.run(awaited(caller))
'''


@pytest.mark.timeout(300)  # the first run of basedpyright may unpack its own node, and mypy reads the library first
def test_callback_of_any_number_of_types_is_async_or_blocking(project: Project) -> None:
    """What takes both forms of such a callback is one that both checkers accept."""
    _generate_and_check(project, CALLBACKS, CALLS)


GIVEN = '''
"""Signals, which give callables of any number of types."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, Optional, TypeVar

from ambidex import Module
from typing_extensions import Self, TypeVarTuple, Unpack

m = Module("public")
T = TypeVar("T")
Ts = TypeVarTuple("Ts")

@m.wrap_class
class Light:
    async def on(self) -> bool:
        return True

@m.wrap_class
@dataclass
class Job(Generic[T, Unpack[Ts]]):
    work: Callable[[T, Unpack[Ts]], Awaitable[T]]

@m.wrap_class
class Signal(Generic[Unpack[Ts]]):
    on_event: Optional[Callable[[Unpack[Ts]], Awaitable[int]]]

    def __init__(self, callback: Callable[[Unpack[Ts]], Awaitable[int]]) -> None:
        self._callback = callback
        self.on_event = None

    async def last(self) -> Callable[[Unpack[Ts]], Awaitable[int]]:
        return self._callback

    async def each(self) -> list[Callable[[Light, Unpack[Ts]], Awaitable[Self]]]:
        async def given(light: Light, *values: Unpack[Ts]) -> Self:
            assert type(light) is Light and await self._callback(*values)
            return self
        return [given]

    async def through(self, use: Callable[[Callable[[Unpack[Ts]], Awaitable[int]]], Awaitable[T]]) -> T:
        return await use(self._callback)

@m.wrap_class
class Lamp(Signal[Light, int]):
    async def last(self) -> Callable[[Light, int], Awaitable[int]]:
        return await super().last()

@m.wrap_function
async def later(callback: Callable[[Unpack[Ts]], Awaitable[T]]) -> Callable[[str, Unpack[Ts]], Awaitable[T]]:
    async def given(text: str, *values: Unpack[Ts]) -> T:
        assert type(text) is str
        return await callback(*values)
    return given

@m.wrap_function
async def counter() -> Callable[[int, Unpack[tuple[Light, ...]]], Awaitable[int]]:
    async def counted(start: int, *lights: Light) -> int:
        return start + sum([await light.on() for light in lights])
    return counted

@m.wrap_function
async def worker() -> Job[int, str]:
    async def worked(number: int, text: str) -> int:
        return number * len(text)
    return Job(worked)
'''
USE_OF_GIVEN = '''
"""Use them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from public import Lamp, Light, Signal, counter, later, worker
from typing_extensions import assert_type

from ambidex.bridge import Call

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ambidex.bridge import Future, VariadicCall

def blocking(light: Light, number: int) -> int:
    """Take what a lamp has."""
    assert type(light) is Light
    return number

async def awaiting(number: int, text: str) -> int:
    """Wait."""
    return number * len(text)

async def awaited(signal: Signal[Light, int]) -> None:
    """Check the async face."""
    last = await signal.last.aio()
    assert assert_type(await last.aio(light, 2), int) == 2
    assert assert_type(await (await counter.aio()).aio(1, light), int) == 2

def refused(signal: Signal[Light, int]) -> None:
    """List what checkers have to refuse."""
    signal.last()(light, "a")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    signal.last()(light)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    signal.last().submit(2, 2)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    counter()(1, 2)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    later(awaiting)("a", "b", "c")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    worker().work(1, 2)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

def used(function: VariadicCall[int, Light, int]) -> str:
    """Take a callable that the implementation has."""
    return str(function(light, 5))

light = Light()
signal = Signal(blocking)
assert_type(signal.last(), "VariadicCall[int, Light, int]")
assert isinstance(signal.last(), Call)
assert signal.last()(light, 3) == signal.last().submit(light, 3).result() == 3
assert_type(signal.last().submit(light, 3), "Future[int]")
assert signal.last().with_options(timeout=60)(light, 4) == 4
assert assert_type(signal.each()[0](light, light, 6), "Signal[Light, int]") is signal
assert assert_type(signal.through(used), str) == "5"
signal.on_event = blocking
assert assert_type(later(awaiting)("a", 2, "bc"), int) == 4
assert assert_type(later(blocking)("a", light, 7), int) == 7
assert assert_type(counter()(1, light, light), int) == 3
assert worker().work(2, "abc") == 6
assert_type(worker().work, "VariadicCall[int, int, str] | Callable[[int, str], int | Awaitable[int]]")
lamp = Lamp(blocking)
assert_type(lamp.last(), "Call[[Light, int], int]")
assert lamp.last()(light, 8) == 8
assert used(lamp.last()) == "5"
asyncio.run(awaited(signal))
'''


@pytest.mark.timeout(300)  # as above
def test_callable_of_any_number_of_types_is_given_in_both_forms(project: Project) -> None:
    """As a result, inside one, in a record, as an attribute, and as what a callback is given."""
    _generate_and_check(project, GIVEN, USE_OF_GIVEN)


def _generate_and_check(project: Project, implementation: str, use: str) -> None:
    project.write("_impl.py", implementation)
    project.write("use.py", use)
    assert project.ambidex("generate", "-m", "_impl", "-o", ".") == (0, "public.py: written\n", "")
    assert project.run("-W", "error", "use.py") == (0, "", "")
    project.check_types("public.py", "use.py")


STARRED = """
from collections.abc import Awaitable, Callable
from typing import TypeVarTuple

from ambidex import Module

m = Module("public")
Ts = TypeVarTuple("Ts")

@m.wrap_class
class Light:
    async def on(self) -> bool:
        return True

def is_own(*values: object) -> int:
    assert all(type(each) is Light for each in values), values
    return len(values)

@m.wrap_function
async def counted(*lights: *tuple[Light, ...]) -> int:
    return is_own(*lights)

@m.wrap_function
async def second(*values: *tuple[Light, int, *tuple[str, ...]]) -> int:
    return is_own(values[0]) and values[1]

@m.wrap_function
async def called(function: Callable[[*Ts], Awaitable[int]], *values: *Ts) -> int:
    assert is_own(*values)
    return await function(*values)

@m.wrap_function
async def rest(values: tuple[int, *tuple[Light, ...]]) -> tuple[*tuple[Light, ...], str]:
    assert is_own(*values[1:])
    return *values[1:], "end"

@m.wrap_function
async def given(function: Callable[[*tuple[Light, ...]], Awaitable[int]]) -> int:
    return await function(Light(), Light())

@m.wrap_function
async def pair(function: Callable[[*tuple[Light, int]], Awaitable[int]]) -> tuple[*tuple[str, int]]:
    return "a", await function(Light(), 2)
"""
USE_OF_STARRED = """
import asyncio

import public
from public import Light


def count(*values: object) -> int:
    assert all(type(each) is Light for each in values), values
    return len(values)


async def later(*values: object) -> int:
    return count(*values)


async def awaited(light: Light) -> None:
    assert await public.rest.aio((1, light)) == (light, "end")
    assert await public.given.aio(later) == await public.called.aio(later, light, light) == 2


light = Light()
assert public.counted(light, light) == 2
assert public.second(light, 4, "a", "b") == 4
assert public.called(count, light, light) == public.called(later, light, light) == 2
assert public.rest((1, light, light)) == (light, light, "end")
assert public.given(count) == public.given(later) == 2
assert public.pair(lambda light, number: number + count(light)) == ("a", 3)
asyncio.run(awaited(light))
"""


@pytest.mark.parametrize("future", ["", "from __future__ import annotations\n"])
@pytest.mark.parametrize("version", [each for each in INTERPRETERS if int(each.partition(".")[2]) >= 11])
def test_star_unpacks_what_stands_in_brackets(version: str, future: str, project: Project) -> None:
    """As a text, and evaluated; what stands in the place of many types is translated at each place."""
    project.write("_impl.py", future + STARRED)
    project.write("use.py", USE_OF_STARRED)
    for command in (["-m", "ambidex", "generate", "-m", "_impl", "-o", "."], ["use.py"]):
        code, _, errors = project.run("-B", "-W", "error", *command, python=INTERPRETERS[version])
        assert (code, errors) == (0, "")
    assert "def counted(*lights: Unpack[tuple[Light, ...]]) -> int:" in project.read("public.py")


@with_current_mypy
@pytest.mark.of_text
@pytest.mark.timeout(120)  # two type checkers begin
def test_star_has_the_types_that_it_unpacks(project: Project) -> None:
    """Both checkers read what is generated, and what users do with it."""
    python = next(INTERPRETERS[each] for each in INTERPRETERS if int(each.partition(".")[2]) >= 11)
    project.write("_impl.py", STARRED)
    project.write("use.py", USE_OF_STARRED)
    assert project.run("-m", "ambidex", "generate", "-m", "_impl", "-o", ".", python=python)[0] == 0
    project.check_types("public.py", "use.py")
