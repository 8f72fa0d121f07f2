"""Async callables that the implementation gives out: whole results, inside containers, in records, as attributes."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import (
    TYPE_CHECKING,
    Any,
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Dict,
    List,
    NamedTuple,
    Optional,
    Tuple,
    TypedDict,
    TypeVar,
    Union,
)

from ambidex import Module

if TYPE_CHECKING:
    from typing_extensions import Concatenate, ParamSpec

    P = ParamSpec("P")

wrapper_module = Module("callables")

R = TypeVar("R")

Step = Callable[[int], Awaitable[str]]


async def spelled(number: int) -> str:
    """Spell a number."""
    return f"<{number}>"


@wrapper_module.wrap_class
class Station:
    """What callables are given, and give."""

    def __init__(self, name: str) -> None:
        self._name = name

    async def name(self) -> str:
        return self._name

    async def joined(self, other: Station) -> Station:
        """Make a station of two."""
        return Station(self._name + other._name)

    def joiner(self) -> Callable[[Station], Awaitable[Station]]:
        """Give a bound method."""
        return self.joined


@wrapper_module.wrap_class
@dataclass
class Job:
    """A record with a callable in a field."""

    name: str
    work: Step
    then: Optional[Callable[[Station], Awaitable[None]]] = None


@wrapper_module.wrap_class
class Stage(NamedTuple):
    """A named tuple with a callable."""

    name: str
    work: Step


@wrapper_module.wrap_class
class Options(TypedDict):
    """A typed dict with a callable."""

    work: Step


@wrapper_module.wrap_function
def speller() -> Step:
    """Give an async function."""
    return spelled


@wrapper_module.wrap_function
async def made(prefix: str) -> Callable[..., Coroutine[Any, Any, str]]:
    """Give what takes any arguments."""

    async def written(*numbers: int, end: str = "") -> str:
        return prefix + ", ".join(map(str, numbers)) + end

    return written


@wrapper_module.wrap_function
async def by_name() -> Dict[str, List[Step]]:
    """Give callables inside containers."""
    return {"both": [spelled, functools.partial(_repeated, 2)]}


async def _repeated(times: int, number: int) -> str:
    return str(number) * times


@wrapper_module.wrap_function
async def perhaps(there: bool) -> Optional[Step]:
    """Give a callable or None."""
    return spelled if there else None


@wrapper_module.wrap_function
async def halved() -> Callable[[int], Union[int, Awaitable[int]]]:
    """Give what says itself that it may not be async."""
    return lambda number: number // 2


@wrapper_module.wrap_function
async def nested() -> Callable[[str], Awaitable[Callable[[], Awaitable[str]]]]:
    """Give what gives a callable, too."""

    async def outer(text: str) -> Callable[[], Awaitable[str]]:
        async def inner() -> str:
            return text

        return inner

    return outer


@wrapper_module.wrap_function
async def applier() -> Callable[[Callable[[int], Awaitable[int]], int], Awaitable[int]]:
    """Give what takes a callable of the user's."""

    async def applied(change: Callable[[int], Awaitable[int]], number: int) -> int:
        return await change(number)

    return applied


@wrapper_module.wrap_function
def counted(function: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[Tuple[int, R]]]:
    """Give a callable with the parameters of another one."""
    calls = 0

    async def counting(*args: P.args, **kwargs: P.kwargs) -> Tuple[int, R]:
        nonlocal calls
        calls += 1
        return calls, await function(*args, **kwargs)

    return counting


@wrapper_module.wrap_function
def placed(function: Callable[P, Awaitable[R]]) -> Callable[Concatenate[Station, P], Awaitable[R]]:
    """Give a callable with one parameter more."""

    async def there(station: Station, /, *args: P.args, **kwargs: P.kwargs) -> R:
        assert isinstance(station, Station)
        return await function(*args, **kwargs)

    return there


@wrapper_module.wrap_function
async def steps() -> AsyncIterator[Step]:
    """Yield callables."""
    yield spelled


@wrapper_module.wrap_function
async def through(
    middleware: Callable[[Callable[[int], Awaitable[int]], int], Awaitable[int]], number: int
) -> int:
    """Let the user call what comes next."""

    async def doubled(given: int) -> int:
        return given * 2

    return await middleware(doubled, number)


@wrapper_module.wrap_function
async def is_speller(function: Step) -> bool:
    """Tell whether it is the very function that `speller` gave."""
    return function is spelled


@wrapper_module.wrap_function
async def jobs() -> List[Job]:
    """Give records with callables."""
    return [Job("first", spelled)]


@wrapper_module.wrap_function
async def stage() -> Stage:
    """Give a named tuple with a callable."""
    return Stage("one", spelled)


@wrapper_module.wrap_function
async def options() -> Options:
    """Give a typed dict with a callable."""
    return {"work": spelled}


@wrapper_module.wrap_function
async def done(jobs: List[Job], stage: Optional[Stage] = None, options: Optional[Options] = None) -> List[str]:
    """Do the work of all that is given."""
    said: List[str] = []
    for job in jobs:
        said.append(await job.work(len(said)))
        if job.then is not None:
            await job.then(Station(job.name))
    if stage is not None:
        said.append(await stage.work(10))
    if options is not None:
        said.append(await options["work"](20))
    return said


@wrapper_module.wrap_class
class Hub:
    """Have callables as attributes."""

    on_event: Callable[[int], Awaitable[None]]
    on_station: Optional[Callable[[Station], Awaitable[str]]]
    hooks: List[Callable[[int], Awaitable[None]]]

    def __init__(self) -> None:
        self._events: List[int] = []
        self.on_event = self._noted
        self.on_station = None
        self.hooks = [self._noted]
        self._fallback: Step = spelled

    async def _noted(self, number: int) -> None:
        self._events.append(number)

    @property
    def events(self) -> List[int]:
        return self._events

    @property
    def work(self) -> Step:
        """Give what only the implementation sets."""
        return spelled

    @property
    def fallback(self) -> Step:
        """Give what both may set."""
        return self._fallback

    @fallback.setter
    def fallback(self, value: Step) -> None:
        self._fallback = value

    async def fire(self, number: int) -> str:
        """Call what the attributes hold."""
        await self.on_event(number)
        for hook in self.hooks:
            await hook(number)
        if self.on_station is not None:
            return await self.on_station(Station("hub"))
        return await self._fallback(number)


@wrapper_module.wrap_class
class Line:
    """Calls back plainly: what is set is called where it stands, and is not awaited."""

    on_close: Optional[Callable[[Line], None]] = None
    choose: Callable[[List[Line], str], Line]
    hooks: Dict[str, Callable[[Line], bool]]

    def __init__(self, name: str) -> None:
        self.name: str = name
        self.choose = self._first
        self.hooks = {"own": self._is_open}
        self._others: List[Line] = []

    def _first(self, lines: List[Line], name: str) -> Line:
        assert all(type(line) is Line for line in lines)
        return next((line for line in lines if line.name == name), self)

    def _is_open(self, line: Line) -> bool:
        return line is self

    @property
    def linker(self) -> Callable[[Line], Line]:
        """Give what only the implementation sets."""
        return self._link

    def _link(self, line: Line) -> Line:
        assert type(line) is Line
        self._others.append(line)
        return self

    async def close(self) -> Dict[str, bool]:
        """Call what the attributes hold."""
        if self.on_close is not None:
            self.on_close(self.choose([self], "a"))
        return {name: hook(self) for name, hook in self.hooks.items()}


@wrapper_module.wrap_function
async def comparer(line: Line) -> Callable[[Line], bool]:
    """Give a plain callable that takes an object with a face."""
    return lambda other: other is line
