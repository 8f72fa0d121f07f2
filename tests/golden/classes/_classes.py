"""Classes: construction, methods of every binding, attributes, properties, operators."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, AsyncGenerator, AsyncIterator, ClassVar, Final, List, Optional

from ambidex import Module

if TYPE_CHECKING:
    from typing_extensions import Self

wrapper_module = Module("classes", synchronizer="weather")


@wrapper_module.wrap_class
class Station:
    """A weather station.

    It knows its neighbours.
    """

    LIMIT: ClassVar[int] = 3
    KIND: Final = "land"
    _private: ClassVar[int] = 0

    city: str
    neighbour: Optional[Station]
    serial: Final[int]

    def __init__(self, city: str, *, units: str = "C") -> None:
        """Set up a station in `city`."""
        self.city = city
        self.neighbour = None
        self.serial = 1
        self._units = units

    async def current(self, scale: float = 1.0) -> float:
        """Return the temperature."""
        return len(self.city) * scale

    async def nearest(self, others: List["Station"]) -> "Station | None":
        """Return the first of `others`, which is no copy."""
        return others[0] if others else None

    async def tagged(self, *names: str, **tags: int) -> int:
        return len(names) + len(tags)

    async def copy(self) -> Self:
        return self

    async def readings(self, limit: int = 2) -> AsyncGenerator[float, None]:
        """Yield readings."""
        for number in range(limit):
            yield float(number)

    async def neighbours(self) -> AsyncIterator[Station]:
        yield self

    @asynccontextmanager  # pyright: ignore[reportDeprecated]  as most code still annotates it
    async def reserved(self) -> AsyncIterator[Self]:
        """Reserve the station for the block."""
        self._units = "reserved"
        try:
            yield self
        finally:
            self._units = "C"

    @classmethod
    async def open(cls, url: str) -> Self:
        """Open the station at `url`."""
        return cls(url)

    @classmethod
    def of(cls, city: str) -> Self:
        return cls(city)

    @staticmethod
    async def parse(text: str) -> float:
        return float(text)

    @staticmethod
    def normalise(city: str) -> str:
        """Return the city's name as stations write it."""
        return city.title()

    def rename(self, city: str) -> Self:
        """Give the station another city."""
        self.city = city
        return self

    @property
    def units(self) -> str:
        """The unit of temperatures."""
        return self._units

    @units.setter
    def units(self, value: str) -> None:
        self._units = value

    @property
    def next(self) -> Optional["Station"]:
        return self.neighbour

    def __len__(self) -> int:
        return len(self.city)

    def __contains__(self, letter: str) -> bool:
        return letter in self.city

    def __getitem__(self, index: int) -> str:
        return self.city[index]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Station) and other.city == self.city

    def __hash__(self) -> int:
        return hash(self.city)

    def __call__(self, letter: str) -> int:
        return self.city.count(letter)

    def __del__(self) -> None:
        """The implementation's own business."""

    async def _hidden(self) -> None: ...


@wrapper_module.wrap_class
class Plain:
    async def method(self) -> int:
        return 42
