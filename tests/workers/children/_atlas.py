"""What the tests of faces place in this process and in a child: each way that a call can take."""

from __future__ import annotations

import asyncio
import contextlib
import enum
import functools
import gc
import operator
import os
from collections import OrderedDict, defaultdict, deque
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from ambidex import Module

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Iterator
    from contextlib import AbstractAsyncContextManager

wrapper_module = Module("tests.workers.children.atlas", "atlas")


class Size(enum.Enum):
    SMALL = 1
    LARGE = 2


class Lost(Exception):
    """Holds an object, and takes something else than what it passes on."""

    def __init__(self, town: Town) -> None:
        super().__init__(f"{town.name} is lost", town)
        self.town = town


@wrapper_module.wrap_class
class Town:
    founded = 0

    def __init__(self, name: str, told: Callable[[str], object] | None = None) -> None:
        if not name:
            raise ValueError("a town has a name")
        if told is not None:
            told(name)
        self.name = name
        self.size = Size.SMALL
        self.log: list[str] = []
        self._mayor = "nobody"
        self._roads: list[Town] = []
        self._told: list[Callable[[str], Awaitable[None]]] = []

    name: str
    size: Size

    @property
    def mayor(self) -> str:
        return self._mayor

    @mayor.setter
    def mayor(self, value: str) -> None:
        self._mayor = value

    @mayor.deleter
    def mayor(self) -> None:
        self._mayor = "nobody"

    @classmethod
    async def found(cls, name: str) -> Town:
        await asyncio.sleep(0)
        return cls(name)

    @staticmethod
    async def greeting(name: str) -> str:
        return f"Hello {name}"

    def __len__(self) -> int:
        return len(self._roads)

    def __contains__(self, other: object) -> bool:
        return other in self._roads

    def __call__(self, loud: bool) -> str:
        return self.name.upper() if loud else self.name

    def __lt__(self, other: Town) -> bool:
        return self.name < other.name

    def pid(self) -> int:
        return os.getpid()

    async def build(self, *others: Town) -> Journey:
        self._roads.extend(others)
        return Journey(self, list(others), Size.LARGE)

    async def roads(self) -> list[Town]:
        return list(self._roads)

    async def by_name(self) -> dict[str, Town]:
        return {town.name: town for town in self._roads}

    async def is_near(self, other: Town) -> bool:
        return other in self._roads

    async def travel(self, journey: Journey) -> bool:
        return journey.start is self and all(town in self._roads for town in journey.ways)

    async def lose(self) -> None:
        raise Lost(self)

    async def walk(self, steps: int) -> AsyncGenerator[Town, str]:
        try:
            for _ in range(steps):
                try:
                    self.log.append((yield self) or "")
                except LookupError as error:
                    self.log.append(f"thrown {error}")
        finally:
            self.log.append("walked")

    async def stepped(self, number: int) -> AsyncGenerator[int, Callable[[int], int]]:
        while True:
            step: Callable[[int], int] | None = yield number
            number = number + 1 if step is None else step(number)

    @asynccontextmanager
    async def market(self) -> AsyncGenerator[Town, None]:
        self.log.append("open")
        try:
            yield self
        except TimeoutError:
            self.log.append("late")
        finally:
            self.log.append("closed")

    async def sleep(self) -> None:
        self.log.append("asleep")
        try:
            await asyncio.Event().wait()
        finally:
            self.log.append("awake")

    def logged(self) -> list[str]:
        return list(self.log)

    # -- what users hand in

    async def told(self, tell: Callable[[Town, int], Awaitable[Town]]) -> bool:
        return await tell(self, 1) is self

    async def ranked(self, key: Callable[[Town], int]) -> list[Town]:
        return sorted(self._roads, key=key)

    async def counted(self, count: Callable[[int], int]) -> int:
        return count(1) + count(2)

    async def subscribe(self, tell: Callable[[str], Awaitable[None]]) -> None:
        self._told.append(tell)

    async def unsubscribe(self, tell: Callable[[str], Awaitable[None]]) -> None:
        self._told.remove(tell)

    async def publish(self, text: str) -> int:
        for tell in self._told:
            await tell(text)
        return len(self._told)

    async def total(self, numbers: Iterable[int]) -> int:
        return sum(numbers)

    async def names(self, towns: AsyncIterable[Town]) -> list[str]:
        return [town.name async for town in towns]

    async def applied(self, steps: Iterable[Callable[[int], int]]) -> list[int]:
        return [step(1) for step in steps]

    async def applied_later(self, steps: AsyncIterable[Callable[[int], int]]) -> list[int]:
        return [step(1) async for step in steps]

    async def awaited(self, steps: AsyncIterable[Callable[[int], Awaitable[int]]]) -> list[int]:
        return [await step(1) async for step in steps]

    async def awaited_each(self, steps: Iterable[Callable[[int], Awaitable[int]]]) -> list[int]:
        return [await step(1) for step in steps]

    async def taught(self, teach: Callable[[int], Callable[[int], int]]) -> int:
        return teach(1)(2)

    async def taught_later(self, teach: Callable[[int], Awaitable[Callable[[int], int]]]) -> int:
        return (await teach(1))(2)

    async def lent(self, door: AbstractAsyncContextManager[Callable[[int], int]]) -> int:
        async with door as step:
            return step(1)

    async def promised(self, work: Awaitable[Callable[[int], int]]) -> int:
        return (await work)(1)

    async def inside(self, door: AbstractAsyncContextManager[Town], fails: bool) -> str:
        async with door as town:
            if fails:
                raise KeyError(town.name)
            return town.name
        return "suppressed"

    async def waited(self, work: Awaitable[Town]) -> bool:
        return await work is self

    # -- what is given out

    async def teller(self) -> Callable[[Town], Awaitable[str]]:
        async def tell(other: Town) -> str:
            return f"{self.name} to {other.name}"

        return tell

    async def adder(self) -> Callable[[int], int]:
        return lambda number: number + 1

    async def adder_if(self, *, is_there: bool) -> Callable[[int], int] | None:
        return await self.adder() if is_there else None

    async def sharer(self, kind: str) -> Callable[..., Awaitable[int]] | int:
        async def share(*of: int, less: int = 0) -> int:
            return sum(of) - less

        return share if kind == "async" else len(self.name)

    async def teller_or_namer(self, kind: str) -> Callable[[Town], Awaitable[str]] | Callable[[Town], str]:
        return await self.teller() if kind == "async" else lambda other: other.name

    async def adders(self) -> AsyncIterator[Callable[[int], int]]:
        async def made() -> AsyncIterator[Callable[[int], int]]:
            for each in (1, 2):
                yield functools.partial(operator.add, each)

        return made()

    async def tellers(self) -> AsyncIterator[Callable[[Town], Awaitable[str]]]:
        async def made() -> AsyncIterator[Callable[[Town], Awaitable[str]]]:
            yield await self.teller()

        return made()

    async def each_adder(self) -> AsyncIterator[Callable[[int], int]]:
        for each in (1, 2):
            yield functools.partial(operator.add, each)

    async def steps(self) -> Iterator[int]:
        return (number for number in range(3))

    async def streams(self) -> list[AsyncIterator[Town]]:
        return [self.walk(2), self.walk(1)]

    async def doors(self) -> list[AbstractAsyncContextManager[Town]]:
        return [self.market()]

    async def later(self) -> tuple[Awaitable[Town], int]:
        async def work() -> Town:
            return self

        return work(), 3


@wrapper_module.wrap_class
@dataclass
class Journey:
    """A record with objects in it."""

    start: Town
    ways: list[Town]
    size: Size


@wrapper_module.wrap_function
async def meet(first: Town, second: Town) -> list[Town]:
    return [second, first]


@wrapper_module.wrap_function
async def visit(town: Town, other: Town, tell: Callable[[Town], Awaitable[str]]) -> list[str]:
    """Use an object in every way that it has, wherever it is."""
    town.mayor = f"{town.mayor} of {town.name}"
    said = [town.mayor, await tell(town), f"{town.founded} {town(True)} {town.size.name}"]
    journey = await town.build(town, other)
    said.append(f"{len(town)} {other in town} {town < other} {journey.start is town} {journey.ways[1] is other}")
    said.append(" ".join(each.name for each in await town.roads() if each in (town, other)))
    walk = town.walk(3)
    said.append(str([await walk.__anext__() is town, await walk.asend("sent") is town]))
    await walk.aclose()
    with contextlib.suppress(TimeoutError):
        async with town.market() as market:
            said.append(str(market is town))
            raise TimeoutError
    try:
        await town.lose()
    except Lost as error:
        said.append(f"{error.args[0]} {error.args[1] is town}")
    for limit_s in (0.01, 0.1, 1, 10):  # until the machine begins it in time
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(town.sleep(), limit_s)
        if "asleep" in town.logged():
            break
    return [*said, *town.logged()]


@wrapper_module.wrap_function
async def rank(town: Town, other: Town) -> bool:
    """Hand a plain function to an object."""
    await town.build(town, other)
    places = iter((2, 1))
    return await town.ranked(lambda _: next(places)) == [other, town]


@wrapper_module.wrap_function
async def count_roads(town: Town) -> int:
    """Look into an object, as code of the same module may where it is at home."""
    return len(town._roads)  # pyright: ignore[reportPrivateUsage]  its own module


@wrapper_module.wrap_function
async def count_towns() -> int:
    """Count the objects of the implementation that are alive where it is."""
    gc.collect()
    return sum(type(each) is Town for each in gc.get_objects())


class Leg(NamedTuple):
    """A named tuple that says nothing of what it holds."""

    end: Any


@dataclass(frozen=True)
class Bag:
    """A dataclass that says nothing of what it holds, either."""

    held: Any


_DICT: Any = dict
_SEVERAL: tuple[type[Any], ...] = (list, tuple, set, frozenset, deque)


@wrapper_module.wrap_function
async def spread(town: Town, kind: str) -> Any:
    """Return a town, deep in something."""
    counted: defaultdict[str, list[Any]] = defaultdict(list)
    counted["x"].append(town)
    made: dict[str, Any] = {
        "list": [town],
        "tuple": (town, 1),
        "dict": {"x": town},
        "key": {town: 1},
        "set": {town},
        "frozenset": frozenset((town,)),
        "deque": deque((town,), 3),
        "defaultdict": counted,
        "OrderedDict": OrderedDict(x=town),
        "Leg": Leg(town),
        "Bag": Bag(town),
    }
    return {"a": [{"b": (made[kind],)}]}


@wrapper_module.wrap_function
async def names_in(given: Any) -> tuple[Any, list[str]]:
    """Return what is given, and the classes of what is not container there."""
    found: list[str] = []
    waiting = [given]
    while waiting:
        part: Any = waiting.pop()
        if isinstance(part, _DICT):
            waiting.extend((*part, *part.values()))
        elif isinstance(part, _SEVERAL):
            waiting.extend(part)
        elif isinstance(part, Bag):
            waiting.append(part.held)
        elif not isinstance(part, (str, int)):
            found.append(f"{type(part).__module__}.{type(part).__qualname__}")
    return given, found


@wrapper_module.wrap_function
async def spread_each(town: Town, kind: str) -> AsyncIterator[Any]:
    """Yield a town, deep in something."""
    yield await spread(town, kind)
