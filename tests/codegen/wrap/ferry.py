"""Hold a package that nobody may edit, typed in the code: one of each kind of thing that is wrapped, or left out."""

from __future__ import annotations

FERRY = {
    "ferry/__init__.py": """\
'''Cross the water: a small async package, typed in its code, as somebody else writes one.'''

from __future__ import annotations

from ._boats import Boat, Captain, Harbour, Ladder, Rope, Steps, Ticket, Tug, find_boats, open_harbour, timetable, watch
from ._values import Cargo, Course, Sunk, Tide

VERSION = (1, 2)

__all__ = [
    "VERSION",
    "Boat",
    "Captain",
    "Cargo",
    "Course",
    "Harbour",
    "Ladder",
    "Rope",
    "Steps",
    "Sunk",
    "Ticket",
    "Tide",
    "Tug",
    "find_boats",
    "old_crossing",
    "open_harbour",
    "timetable",
    "watch",
]


async def old_crossing() -> None:
    '''Cross as one did before.'''


old_crossing.__deprecated__ = "cross otherwise"  # type: ignore[attr-defined]  what `@deprecated` leaves
for _name in ("Boat", "Harbour"):
    globals()[_name].__module__ = __name__  # as some packages do
""",
    "ferry/_boats.py": """\
'''What has something asynchronous.'''

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Generator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Generic, Optional, Protocol, TypeVar, Union, overload

from ._values import Cargo, Course, MaybeHeading, Sunk, Tide

T = TypeVar("T")
B = TypeVar("B", bound="Boat")


class Ticket(AbstractAsyncContextManager[T], Awaitable[T]):
    '''Give something when awaited, or for the length of a block.'''

    def __init__(self, giving: Coroutine[Any, Any, T]) -> None:
        self._giving = giving

    def __await__(self) -> Generator[Any, Any, T]:
        return self._giving.__await__()

    async def __aenter__(self) -> T:
        return await self

    async def __aexit__(self, exc_type, exc, traceback) -> None:
        await asyncio.sleep(0)


class Boat:
    '''Carry something over.'''

    def __init__(self, name: str, *, speed=10) -> None:
        self.name = name
        self._speed = speed
        self._course = Course(0)

    name: str

    async def cross(self, cargo: Cargo, heading: MaybeHeading = None) -> Tide:
        '''Carry cargo to the other side.'''
        await asyncio.sleep(0)
        if cargo.tons > self._speed:
            raise Sunk(self.name)
        return Tide.HIGH

    def signal(self) -> Awaitable[str]:
        '''Give a sound when awaited.'''

        async def sound() -> str:
            return f"{self.name}!"

        return sound()

    async def each_wave(self, count: int, seen: Callable[[int], Awaitable[None]]) -> int:
        '''Tell every wave.'''
        for wave in range(count):
            await seen(wave)
        return count

    def waves(self, count: int) -> AsyncIterator[int]:
        '''Yield waves.'''
        return _waves(count)

    @property
    def course(self) -> Course:
        '''Return where it goes.'''
        return self._course

    @course.setter
    def course(self, value) -> None:
        self._course = value if isinstance(value, Course) else Course(value)

    async def __aenter__(self: B) -> B:
        return self

    async def __aexit__(self, exc_type, exc, traceback):
        self._speed = 0

    def log(self, text, *, twice=False):
        '''Say something of no known type.'''
        return text

    def future(self) -> Optional[asyncio.Future[int]]:
        '''Give what is awaitable, or nothing.'''
        return None


async def _waves(count: int) -> AsyncIterator[int]:
    for wave in range(count):
        yield wave


class _Pilot:
    '''Lead a boat: private, and given by what is public.'''

    def __init__(self, boat) -> None:
        self.boat = boat

    async def lead(self) -> str:
        '''Lead the boat.'''
        return f"led {self.boat.name}"


class Captain:
    '''Hold the helm: nothing asynchronous, but it leads to a boat.'''

    def __init__(self, name: str) -> None:
        self.name = name

    def boat(self) -> Boat:
        '''Return the captain's boat.'''
        return Boat(f"{self.name}'s")


class Harbour:
    '''Hold boats.'''

    def __init__(self, boats: dict[str, Boat]) -> None:
        self.boats = boats

    boats: dict[str, Boat]

    def __aiter__(self) -> Harbour:
        self._left = list(self.boats.values())
        return self

    async def __anext__(self) -> Boat:
        if not self._left:
            raise StopAsyncIteration
        return self._left.pop(0)

    def pilot(self, name: str) -> _Pilot:
        '''Return a pilot for a boat.'''
        return _Pilot(self.boats[name])

    def board(self, name: str) -> Ticket[Boat]:
        '''Give a boat: now, or for a block.'''

        async def boarding() -> Boat:
            return self.boats[name]

        return Ticket(boarding())

    def count(self) -> Ticket[int]:
        '''Give a number: now, or for a block. It is no context manager itself.'''

        async def counting() -> int:
            return len(self.boats)

        return Ticket(counting())

    def rope(self) -> Rope:
        '''Return a rope for a block.'''
        return Rope()


class Rope:
    '''Serve `with` and `async with`; not all that it takes can be said outside.'''

    taken = False

    async def pull(self, times: int, knot=None, twice: bool = False, kin: Optional[_Bow] = None) -> str:
        '''Pull.'''
        return f"pulled {times * 2 if twice else times}"

    def __enter__(self) -> Rope:
        return self

    def __exit__(self, exc_type, exc, traceback) -> None:
        raise TypeError("use async with")

    async def __aenter__(self) -> Rope:
        self.taken = True
        return self

    async def __aexit__(self, exc_type, exc, traceback) -> None:
        self.taken = False


class Steps(Generic[T]):
    '''Yield what they are given.'''

    def __init__(self, items: list[T]) -> None:
        self._items = items

    def __aiter__(self) -> Steps[T]:
        return self

    async def __anext__(self) -> T:
        if not self._items:
            raise StopAsyncIteration
        return self._items.pop(0)


class _Has(Protocol[T]):
    '''Is private, which does not matter to what is given.'''

    kept: T


class once(Generic[T]):
    '''Make a method an attribute that is computed once.'''

    def __init__(self, function: Callable[[Any], T]) -> None:
        self._function = function

    @overload
    def __get__(self, instance: None, owner: type) -> once[T]: ...
    @overload
    def __get__(self, instance: _Has[Any], owner: type) -> T: ...
    def __get__(self, instance: object, owner: type) -> Union[once[T], T]:
        return self if instance is None else self._function(instance)

    def __set__(self, instance: object, value: T) -> None:
        raise AttributeError("it is read alone")


class Ladder:
    '''Give an iterator of a class of its own.'''

    @once
    def height(self) -> int:
        '''Return the number of its steps.'''
        return 2

    kept = 0

    def __aiter__(self) -> Steps[bytes]:
        return Steps([b"one", b"two"])


class _Bow:
    '''Is private, and never given: objects of it cannot be made outside.'''

    def __init__(self, size) -> None:
        self.size = size


class Tug(Rope):
    '''Override what type checkers would not take for an override.'''

    async def pull(self, times, knot=None, twice: bool = False, kin: Optional[_Bow] = None) -> str:
        '''Pull harder.'''
        return f"tugged {times}"


async def find_boats(names: list[str]) -> list[Boat]:
    '''Return boats by their names.'''
    return [Boat(name) for name in names]


@asynccontextmanager
async def open_harbour(*names: str) -> AsyncIterator[Harbour]:
    '''Open a harbour for a while.'''
    yield Harbour({name: Boat(name) for name in names})


async def watch(boat: Boat, *, until) -> None:
    '''Take something of no known type.'''


def timetable(day: int) -> list[int]:
    '''Return the hours: blocking already.'''
    return [day, day + 12]
""",
    "ferry/_values.py": """\
'''What goes through as it is.'''

from __future__ import annotations

import dataclasses
import enum
from typing import Optional, Union


class Tide(enum.Enum):
    '''Say where the water goes.'''

    LOW = 1
    HIGH = 2


class Sunk(Exception):
    '''Report a boat that is no more.'''


@dataclasses.dataclass
class Cargo:
    '''Hold what is carried.'''

    tons: int


class Course:
    '''Hold a direction: a class that only holds values.'''

    def __init__(self, degrees: int) -> None:
        self.degrees = degrees

    def turned(self, by: int) -> Course:
        '''Return another direction.'''
        return Course((self.degrees + by) % 360)


Heading = Union["Course", int]
MaybeHeading = Optional[Heading]
""",
    "ferry/broken.py": """\
'''Cannot be imported here.'''

raise RuntimeError("no sails")
""",
    "ferry/py.typed": "",
    "ferry/weather.py": """\
'''Know the weather: a public module below the package.'''

from __future__ import annotations

from ferry import Boat, Tide
from ferry._gear import Storm

__all__ = ["Boat", "Storm", "Tide", "wind"]


async def wind(boat: Boat) -> int:
    '''Return the wind at a boat.'''
    return len(boat.name)
""",
    "ferry/_gear.py": """\
'''Hold classes that two public modules share out in a circle.'''

from __future__ import annotations


class Anchor:
    '''Hold a boat.'''

    async def drop(self) -> str:
        '''Hold the boat.'''
        return "dropped"


class Storm(Anchor):
    '''Extend what the other module has.'''

    async def blow(self) -> int:
        '''Blow.'''
        return 10


class Sail(Storm):
    '''Extend what the other module has, in turn.'''

    async def fill(self) -> int:
        '''Take the wind.'''
        return await self.blow()
""",
    "ferry/tackle.py": """\
'''Offer half of the gear: a second public module.'''

from ferry._gear import Anchor, Sail

__all__ = ["Anchor", "Sail"]
""",
    "ferry/tests/__init__.py": """\
'''Help those who test, and nobody else.'''


async def make_waves() -> None:
    '''Make waves.'''
""",
}
