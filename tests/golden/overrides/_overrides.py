"""Classes that are there to be extended: the implementation calls methods that users override."""

from __future__ import annotations

import abc
from contextlib import asynccontextmanager
from typing import (
    TYPE_CHECKING,
    Any,
    AsyncContextManager,
    AsyncGenerator,
    AsyncIterable,
    Awaitable,
    Callable,
    ClassVar,
    Dict,
    Generic,
    List,
    Optional,
    Type,
    TypeVar,
    Union,
    overload,
)

from ambidex import Module

if TYPE_CHECKING:
    from typing_extensions import ParamSpec

    P = ParamSpec("P")

wrapper_module = Module("overrides")

R = TypeVar("R")
T = TypeVar("T")


@wrapper_module.wrap_class
class Reading:
    """What overrides are given, and give."""

    def __init__(self, value: float) -> None:
        self._value = value

    @property
    def value(self) -> float:
        return self._value


@wrapper_module.wrap_class
class Station:
    """A weather station; extend it and override what it does."""

    def __init__(self, city: str) -> None:
        self._city = city

    async def measure(self, city: str, *, scale: float = 1.0) -> Reading:
        """Measure in a city."""
        return Reading(len(city) * scale)

    async def smooth(self, readings: List[Reading], last: Optional[Reading] = None) -> Dict[str, Reading]:
        """Reduce some readings to one."""
        return {self.label(): last or readings[0]}

    def label(self) -> str:
        """Return the name of the results."""
        return self._city

    @property
    def unit(self) -> str:
        return "C"

    async def readings(self, limit: int) -> AsyncGenerator[Reading, None]:
        """Yield readings."""
        for _ in range(limit):
            yield await self.measure(self._city)

    @asynccontextmanager
    async def reserved(self) -> AsyncGenerator[Reading, None]:
        """Reserve the station."""
        yield await self.measure(self._city)

    async def run(self, limit: int) -> Dict[str, str]:
        """Call everything that can be overridden."""
        async with self.reserved() as first:
            found = await self.smooth([first, *[reading async for reading in self.readings(limit)]])
        return {name: f"{reading.value} {self.unit}" for name, reading in found.items()}

    async def itself(self) -> Station:
        return self


@wrapper_module.wrap_class
class Capital(Station):
    """A station that can be asked for more, as can what extends it."""

    async def measure(self, city: str, *, scale: float = 1.0, digits: int = 2) -> Reading:
        """Measure in a city."""
        return Reading(round(len(city) * scale, digits))

    async def readings(self, limit: int, scale: float = 1.0) -> AsyncGenerator[Reading, None]:
        """Yield readings."""
        for _ in range(limit):
            yield await self.measure(self._city, scale=scale)

    @asynccontextmanager
    async def reserved(self, hours: int = 1) -> AsyncGenerator[Reading, None]:
        """Reserve the station."""
        yield await self.measure(self._city, scale=hours)


@wrapper_module.wrap_class
class Ledger:
    """A class whose methods no decorator types."""

    @overload
    async def find(self, key: int) -> int: ...
    @overload
    async def find(self, key: str) -> str: ...
    async def find(self, key: Union[int, str]) -> Union[int, str]:
        """Find what stands at a place, or under a name."""
        return key

    @overload
    async def counted(self, key: int) -> int: ...
    @overload
    async def counted(self, key: str, *, exactly: bool) -> int: ...
    async def counted(self, key: Union[int, str], *, exactly: bool = False) -> int:
        """Count what stands there."""
        return key if isinstance(key, int) else len(key)

    async def decided(self, decide: Callable[[int], Awaitable[R]]) -> R:
        """Return what a callable decides of a number."""
        return await decide(2)

    async def same(self, value: R) -> R:
        """Return a value."""
        return value

    async def called(self, function: Callable[P, Awaitable[R]], *args: P.args, **kwargs: P.kwargs) -> R:
        """Call a function."""
        return await function(*args, **kwargs)

    @overload
    def listed(self, key: int) -> AsyncGenerator[int, None]: ...
    @overload
    def listed(self, key: str) -> AsyncGenerator[str, None]: ...
    async def listed(self, key: Union[int, str]) -> AsyncGenerator[Union[int, str], None]:
        """Yield what stands there."""
        yield key

    async def run(self) -> List[object]:
        """Call everything that can be overridden."""

        async def doubled(number: int) -> int:
            return number * 2

        listed = [each async for each in self.listed(1)]
        return [await self.find("a"), await self.decided(doubled), await self.called(doubled, 4), *listed]


@wrapper_module.wrap_class
class Handler(abc.ABC):
    """What users provide."""

    @abc.abstractmethod
    async def handle(self, reading: Reading) -> str:
        """Handle a reading."""


@wrapper_module.wrap_class
class Filter(abc.ABC):
    """What users put around the steps of the implementation."""

    @abc.abstractmethod
    async def apply(self, reading: Reading, following: Callable[[Reading], Awaitable[Reading]]) -> Reading:
        """Change a reading before or after what follows."""


@wrapper_module.wrap_class
class Sink(abc.ABC):
    """What users read readings with."""

    @abc.abstractmethod
    async def total(self, readings: AsyncIterable[Reading], lock: AsyncContextManager[Reading]) -> float:
        """Add up readings while a lock is held, which has one, too."""


@wrapper_module.wrap_class
class Store(abc.ABC, Generic[T]):
    """A generic class whose methods users provide."""

    @abc.abstractmethod
    async def load(self, key: str) -> T: ...

    async def load_all(self, keys: List[str]) -> List[T]:
        return [await self.load(key) for key in keys]


@wrapper_module.wrap_class
class Plugin:
    """Know what extends it by the tag in its class statement."""

    _known: ClassVar[Dict[str, Type[Plugin]]] = {}

    def __init_subclass__(cls, *, tag: str, rank: Optional[int] = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        Plugin._known[tag] = cls

    async def run(self) -> str:
        """Run."""
        return "nothing"

    @classmethod
    async def run_all(cls) -> Dict[str, str]:
        """Run a plugin of each class, and name the classes that it extends."""
        return {tag: f"{await known().run()} {_names(known)}" for tag, known in cls._known.items()}


def _names(cls: type) -> List[str]:
    return [each.__name__ for each in cls.__mro__ if issubclass(each, Plugin)]


@wrapper_module.wrap_class
class Louder(Plugin, tag="louder"):
    """It is given a tag, too."""

    async def run(self) -> str:
        return f"{await super().run()}!"


@wrapper_module.wrap_function
async def dispatch(handlers: List[Handler], reading: Reading) -> List[str]:
    """Call every handler."""
    return [await handler.handle(reading) for handler in handlers]


@wrapper_module.wrap_function
async def filtered(reading: Reading, *filters: Filter) -> Reading:
    """Apply filters around each other, the first one outermost."""
    if not filters:
        return Reading(reading.value + 1)

    async def following(reading: Reading) -> Reading:
        assert type(reading) is Reading
        return await filtered(reading, *filters[1:])

    return await filters[0].apply(reading, following)


@wrapper_module.wrap_function
async def totalled(sink: Sink, limit: int) -> float:
    """Hand a stream and a context manager to a sink."""
    station = Station("Oslo")
    return await sink.total(station.readings(limit), station.reserved())
