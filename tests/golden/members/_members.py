"""Members of classes that are no methods: properties of every kind, attributes of the class, descriptors, slots."""

from __future__ import annotations

import asyncio
import enum
import functools
from dataclasses import dataclass
from typing import Any, ClassVar, Dict, Final, Generic, List, Optional, Tuple, TypeVar, Union, overload

from ambidex import Module

wrapper_module = Module("members")
T = TypeVar("T")


def _squares() -> Dict[int, int]:
    return {number: number * number for number in range(4)}


@wrapper_module.wrap_class
class Ground(enum.Enum):
    LAND = "land"
    SEA = "sea"


class Named:
    """Gives the name that an attribute has in its class."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: Optional[object], owner: Optional[type] = None) -> str:
        """Return the name."""
        return self._name if instance is None else f"{self._name} of one"


class Stored(Generic[T]):
    """Keeps a value for each object."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._place = f"_{name}"

    def __get__(self, instance: Any, owner: Optional[type] = None) -> T:
        value: T = instance.__dict__[self._place]
        return value

    def __set__(self, instance: Any, value: T) -> None:
        instance.__dict__[self._place] = value

    def __delete__(self, instance: Any) -> None:
        del instance.__dict__[self._place]


class Field(Generic[T]):
    """Gives the class itself, and its objects a value."""

    def __init__(self, value: T) -> None:
        self._value = value

    @overload
    def __get__(self, instance: None, owner: type) -> Field[T]: ...
    @overload
    def __get__(self, instance: object, owner: Optional[type] = None) -> T: ...
    def __get__(self, instance: Optional[object], owner: Optional[type] = None) -> Any:
        return self if instance is None else self._value


class Kept(Field[int]):
    """Can be set, too."""

    def __set__(self, instance: object, value: int) -> None:
        self._value = value


class Scaled:
    """Keeps a number, and takes one as a text, too."""

    def __get__(self, instance: Any, owner: Optional[type] = None) -> float:
        value: float = instance.__dict__.get("_scale", 1.0)
        return value

    def __set__(self, instance: Any, value: Union[float, str]) -> None:
        instance.__dict__["_scale"] = float(value)


class Layered:
    """Says what its subclasses have, and is not public."""

    share: float
    note: Optional[str]
    layers: ClassVar[int] = 1


@wrapper_module.wrap_class
class Soil(Layered):
    """Gives values to what its base declares."""

    share = 0.5
    note = None
    layers = 2


@wrapper_module.wrap_class
class Clay(Soil):
    share = 0.25
    layers = 3


@wrapper_module.wrap_class
class Station:
    """A station."""

    field = Field[str]("a")
    width: Field[float] = Field(0.5)
    kept = Kept(1)
    place: Field[Optional[Station]] = Field(None)

    SQUARES: ClassVar[Dict[int, int]] = _squares()
    first: ClassVar[Optional[Station]] = None
    late: ClassVar[List[str]]
    CITIES: Final[Tuple[str, ...]] = tuple(sorted(("Rome", "Oslo")))
    RATIO: ClassVar[float] = float("inf")
    limit = 3
    Error = LookupError
    Event = asyncio.Event
    day_s = 24 * 60 * 60
    units = ("C", 0.5)
    ground = Ground.LAND
    title = Named()
    height = Stored[int]()
    depth: Stored[float] = Stored()
    scale = Scaled()
    made: ClassVar[int] = len(_squares())
    table: Dict[str, int] = {"a": 1}

    def __init__(self, city: str) -> None:
        self._city: Optional[str] = city
        self.reads = 0
        self.height = 10
        self._seconds = 60.0
        self._neighbours: Dict[str, Station] = {}
        if city == "deep":
            self.limit = 4

    @functools.lru_cache(maxsize=None)
    def doubled(self, number: int) -> int:
        """Double once."""
        self.reads += 1
        return 2 * number

    @property
    def city(self) -> Optional[str]:
        """The city."""
        return self._city

    @city.setter
    def city(self, value: Optional[str]) -> None:
        self._city = value

    @city.deleter
    def city(self) -> None:
        self._city = None

    @property
    def interval(self) -> float:
        """How often it is read, in seconds."""
        return self._seconds

    @interval.setter
    def interval(self, value: Union[float, str, None]) -> None:
        self._seconds = 60.0 if value is None else float(value)

    @property
    def neighbours(self) -> Dict[str, Station]:
        """The stations beside it, by city."""
        return self._neighbours

    @neighbours.setter
    def neighbours(self, value: Union[Station, List[Station], Dict[str, Station]]) -> None:
        assert all(type(station) is Station for station in (value if isinstance(value, list) else ()))
        listed = [value] if isinstance(value, Station) else value
        stations = listed.values() if isinstance(listed, dict) else listed
        self._neighbours = {station.city or "": station for station in stations}

    @neighbours.deleter
    def neighbours(self) -> None:
        self._neighbours = {}

    @property
    def once(self) -> int:
        return 0 if "_once" in self.__dict__ else 1

    @once.deleter
    def once(self) -> None:
        if "_once" in self.__dict__:
            raise AttributeError("it has been deleted")
        self.__dict__["_once"] = 0

    @functools.cached_property
    def neighbour(self) -> Station:
        """Another station, found once."""
        self.reads += 1
        return Station("Rome")

    reads: int

    @classmethod  # type: ignore[misc]
    @property
    def count(cls) -> int:  # pyright: ignore[reportDeprecated]
        """How many cities are known."""
        return len(cls.CITIES)

    @classmethod
    def settle(cls) -> None:
        cls.late = ["settled"]
        cls.first = cls("first")


@wrapper_module.wrap_class
class Slotted:
    """Has no `__dict__`."""

    __slots__ = ("_hidden", "name", "other", "serial")

    name: str
    other: Optional[Slotted]
    serial: Final[int]

    def __init__(self, name: str) -> None:
        self.name = name
        self.other = None
        self.serial = 7
        self._hidden = 1

    async def link(self, other: Slotted) -> Slotted:
        self.other = other
        return other


class Traced:
    """Keeps a trace for what extends it, and is not public."""

    def __init__(self) -> None:
        self.trace: List[str] = []


@wrapper_module.wrap_class
class Answer(Traced):
    """Says in its constructor what its objects have."""

    def __init__(self, status: int, station: Station, *, note: Optional[str] = None) -> None:
        from decimal import Decimal

        super().__init__()
        self.status: int = status
        self.station: "Station" = station
        self.note: Optional[str] = note
        self.serial: Final = 7
        self.code: Final[int] = status * 10
        self.cost: Decimal = Decimal(status)
        self.bare = note
        self._hidden: int = 1

    async def follow(self) -> Optional[Answer]:
        self.trace.append("followed")
        return None if self.note is None else Answer(self.status + 1, self.station)


@wrapper_module.wrap_class
class Empty(Answer):
    """Gives another value to what the constructor of its base annotates, and annotates one more."""

    def __init__(self, station: Station) -> None:
        super().__init__(204, station)
        self.note = "empty"
        self.reason: str = "none"


@wrapper_module.wrap_class(by="identity")
@dataclass
class Reading:
    """A temperature, in two units."""

    celsius: float

    def __post_init__(self) -> None:
        self.fahrenheit: float = self.celsius * 1.8 + 32
