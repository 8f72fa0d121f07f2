"""Users' subclasses of the theatre's faces, of each kind: what tests of overrides make objects of, in each place."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from typing import TYPE_CHECKING

import ambidex
from tests.workers.children.theatre import Play, Prop, Role

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Generator


def here() -> int:
    """Return the thread that this runs on."""
    return threading.get_ident()


class Blocking(Play):
    """Overrides with blocking methods."""

    def __init__(self, name: str = "hamlet") -> None:
        self.threads: list[int] = []
        super().__init__(name)

    @ambidex.method
    def line(self, prop: Prop, number: int = 0) -> str:
        assert type(prop) is Prop
        self.threads.append(here())
        return f"{super().line(prop, number)}!"

    @ambidex.method
    def choose(self, name: str, among: list[Prop]) -> Prop:
        assert all(type(prop) is Prop for prop in among)
        return super().choose(name + name, [])


class Awaited(Play):
    """Overrides with async methods."""

    def __init__(self, name: str = "hamlet") -> None:
        self.threads: list[int] = []
        super().__init__(name)

    @ambidex.async_method
    async def line(self, prop: Prop, number: int = 0) -> str:
        assert type(prop) is Prop
        self.threads.append(here())
        return f"{await super().line.aio(prop, number)}!"

    @ambidex.async_method
    async def choose(self, name: str, among: list[Prop]) -> Prop:
        assert all(type(prop) is Prop for prop in among)
        return await super().choose.aio(name + name, [])


class Streaming(Play):
    """Overrides streams and context managers with blocking ones."""

    def __init__(self, name: str = "hamlet") -> None:
        self.told: list[str] = []
        super().__init__(name)

    @ambidex.method
    def scenes(self, limit: int = 2) -> Generator[Prop, None, None]:
        try:
            for number, _ in enumerate(super().scenes(limit)):
                yield Prop(f"{number}*")
        finally:
            self.told.append("closed")

    @ambidex.method
    def talk(self, start: str) -> Generator[str, str, None]:
        try:
            heard = yield start.upper()
            yield f"{heard}?"
        except LookupError:
            return

    @ambidex.method
    @contextlib.contextmanager
    def curtain(self) -> Generator[Prop, None, None]:
        with super().curtain() as prop, contextlib.suppress(LookupError):
            yield prop


class AsyncStreaming(Play):
    """Overrides them with async ones."""

    def __init__(self, name: str = "hamlet") -> None:
        self.told: list[str] = []
        super().__init__(name)

    @ambidex.async_method
    async def scenes(self, limit: int = 2) -> AsyncGenerator[Prop, None]:
        try:
            number = 0
            async for _ in super().scenes.aio(limit):
                yield await asyncio.get_running_loop().run_in_executor(None, Prop, f"{number}*")
                number += 1
        finally:
            self.told.append("closed")

    @ambidex.async_method
    async def talk(self, start: str) -> AsyncGenerator[str, str]:
        try:
            heard = yield start.upper()
            yield f"{heard}?"
        except LookupError:
            return

    @ambidex.async_method
    @contextlib.asynccontextmanager
    async def curtain(self) -> AsyncGenerator[Prop, None]:
        async with super().curtain() as prop:
            with contextlib.suppress(LookupError):
                yield prop


class Plain(Play):
    """Overrides what is called without being awaited: methods, a property, an operator, a variable of the class."""

    acts = 5

    def __init__(self, name: str = "hamlet") -> None:
        self.threads: list[int] = []
        super().__init__(name)

    def label(self) -> str:
        self.threads.append(here())
        return f"not {super().label()}"

    @property
    def title(self) -> str:
        return f"The {super().title}"

    def __len__(self) -> int:
        return super().__len__() + 10


class Renamed(Play):
    """Overrides an attribute that the implementation writes, with a setter of its own."""

    def __init__(self, name: str = "hamlet") -> None:
        self.written: list[str] = []
        super().__init__(name)

    @property
    def name(self) -> str:
        return super().name.lower()

    @name.setter
    def name(self, value: str) -> None:
        self.written.append(value)
        vars(Play)["name"].__set__(self, value.upper())


class Upper(Play):
    """Overrides it without one."""

    @property  # type: ignore[misc]
    def name(self) -> str:  # pyright: ignore[reportIncompatibleMethodOverride]
        return super().name.upper()


class Cueing(Play):
    """Overrides what takes a callable, which here is the implementation's own."""

    @ambidex.method
    def cue(self, tell: Callable[[int], int | Awaitable[int]]) -> int:
        told = tell(10)
        assert isinstance(told, int)
        return told


class Servant(Role):
    """Provides what the implementation has not."""

    def __init__(self, word: str = "yes") -> None:
        super().__init__()
        self.word = word

    @ambidex.method
    def play(self, prop: Prop) -> str:
        return f"{self.word} {prop.name}"


class Master(Role, tag="master"):
    """The same, async, and with a keyword for the implementation."""

    @ambidex.async_method
    async def play(self, prop: Prop) -> str:
        return f"take {await ambidex.get(prop, 'name')}"


class Simple(Play):
    """Has no constructor of its own."""

    @ambidex.method
    def line(self, prop: Prop, number: int = 0) -> str:
        return f"{type(self).__name__} {number}"


KINDS: list[type[Blocking | Awaited]] = [Blocking, Awaited]
STREAMS: list[type[Streaming | AsyncStreaming]] = [Streaming, AsyncStreaming]
