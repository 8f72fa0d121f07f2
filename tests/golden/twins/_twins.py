"""Two classes for one implementation: `Client` blocks, `AsyncClient` is awaited."""

from __future__ import annotations

import asyncio
import enum
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, AsyncGenerator, AsyncIterator, Awaitable, Callable, ClassVar, Dict, Generator, List

from ambidex import Module

if TYPE_CHECKING:
    from typing_extensions import Self

wrapper_module = Module("twins", style="twin")
running: List[asyncio.AbstractEventLoop] = []  # the loop that the last call ran on


class Unit(enum.Enum):
    CELSIUS = "C"
    KELVIN = "K"


wrapper_module.wrap_class(Unit)


@wrapper_module.wrap_class
class UnknownCity(LookupError):
    """No station stands there."""


@wrapper_module.wrap_class
class Station:
    """A weather station."""

    city: str

    def __init__(self, city: str) -> None:
        self.city = city

    async def temperature(self, unit: Unit = Unit.CELSIUS) -> float:
        """Return the temperature."""
        running.append(asyncio.get_running_loop())
        return len(self.city) + (273.0 if unit is Unit.KELVIN else 0.0)

    async def itself(self) -> Self:
        return self

    def label(self) -> str:
        """A plain method is a plain method in both."""
        return self.city.upper()

    def beside(self, other: Station) -> bool:
        return other is not self

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Station) and other.city == self.city

    def __hash__(self) -> int:
        return hash(self.city)

    def __await__(self) -> Generator[Any, None, str]:
        return self._ready().__await__()

    async def _ready(self) -> str:
        return f"{self.city} is ready"


@wrapper_module.wrap_class
class Buoy(Station):
    """A station at sea."""

    async def temperature(self, unit: Unit = Unit.CELSIUS) -> float:
        return await super().temperature(unit) - 10.0

    async def wave(self) -> float:
        return 1.5


@wrapper_module.wrap_class
@dataclass
class Pair:
    """Two stations: a value, whose fields are of the caller's own kind."""

    near: Station
    far: Station


@wrapper_module.wrap_class
@dataclass
class Reading:
    """A value without stations, the same for both."""

    city: str
    degrees: float


@wrapper_module.wrap_class(name="AsyncClient")
class Client:
    """A client of a weather service."""

    LIMIT: ClassVar[int] = 3

    class Session:
        """What one user does."""

        def __init__(self, user: str) -> None:
            self._user = user

        async def user(self) -> str:
            return self._user

    def __init__(self, cities: List[str], first: Station | None = None) -> None:
        """Know the stations of `cities`."""
        self._stations = [Station(city) for city in cities]
        self._stations[:0] = [] if first is None else [first]
        self._kept: object = None
        self.entered = 0

    entered: int

    @classmethod
    async def connect(cls, url: str) -> Self:
        """Return a client for the cities that `url` names."""
        return cls(url.split(","))

    @classmethod
    def of(cls, *stations: Station) -> Self:
        made = cls([])
        made._stations.extend(stations)
        return made

    @staticmethod
    async def parse(text: str) -> float:
        return float(text)

    @staticmethod
    async def ping(station: Station) -> Station:
        return station

    @property
    def first(self) -> Station | None:
        """The first station."""
        return self._stations[0] if self._stations else None

    @first.setter
    def first(self, station: Station | None) -> None:
        if station is not None:
            self._stations.insert(0, station)

    async def find(self, city: str) -> Station:
        """Return the station of a city.

        Raises UnknownCity where there is none.
        """
        for station in self._stations:
            if station.city == city:
                return station
        raise UnknownCity(city)

    async def by_city(self) -> Dict[str, List[Station]]:
        return {station.city: [station] for station in self._stations}

    async def pair(self) -> Pair:
        return Pair(self._stations[0], self._stations[-1])

    async def turned(self, pair: Pair) -> Pair:
        return Pair(pair.far, pair.near)

    async def reading(self) -> Reading:
        return Reading("Oslo", 21.5)

    async def keep(self, value: object) -> None:
        self._kept = value

    async def kept(self) -> Any:
        """Return what was kept: a station is of the caller's own kind."""
        return self._kept

    async def stations(self) -> AsyncGenerator[Station, str]:
        """Yield the stations, and stations of what is sent."""
        for station in self._stations:
            sent = yield station
            while sent:
                sent = yield Station(sent)

    @asynccontextmanager  # pyright: ignore[reportDeprecated]  as most code still annotates it
    async def reserved(self, city: str) -> AsyncIterator[Station]:
        """Reserve a station for the block."""
        self.entered += 1
        try:
            yield await self.find(city)
        finally:
            self.entered -= 1

    async def watch(self, seen: Callable[[Station], Awaitable[bool]]) -> int:
        """Tell `seen` of each station."""
        return sum([await seen(station) for station in self._stations])

    async def open_session(self, user: str) -> Session:
        return Client.Session(user)

    async def __aenter__(self) -> Self:
        self.entered += 1
        return self

    async def __aexit__(self, *_: object) -> None:
        self.entered -= 1

    def __aiter__(self) -> AsyncIterator[Station]:
        """Iterate the stations."""
        return self.stations()

    def __len__(self) -> int:
        return len(self._stations)

    def __contains__(self, station: Station) -> bool:
        return station in self._stations


@wrapper_module.wrap_function
async def current(city: str) -> float:
    """Return the temperature in `city`."""
    return await Station(city).temperature()


@wrapper_module.wrap_function
async def async_nearest(stations: List[Station]) -> Station | None:
    """Registered under the name of the awaited one."""
    return stations[0] if stations else None


@wrapper_module.wrap_function
async def countdown(start: int) -> AsyncIterator[int]:
    for number in range(start, 0, -1):
        yield number


@wrapper_module.wrap_function
@asynccontextmanager  # pyright: ignore[reportDeprecated]
async def opened(city: str) -> AsyncIterator[Station]:
    yield Station(city)


@wrapper_module.wrap_function
def unit() -> Unit:
    """A plain function without a station in it: there is one of it."""
    return Unit.CELSIUS


@wrapper_module.wrap_function
def make(city: str) -> Station:
    """A plain function that gives a station: one for each kind of station."""
    return Station(city)


Stations = Dict[str, List[Station]]
wrapper_module.manual_export("Stations")
