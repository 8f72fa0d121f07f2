"""Class objects: a face's class stands for the implementation's, whoever hands it over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Awaitable, Callable, Dict, List, Optional, Tuple, Type, TypeVar, Union

from ambidex import Module

wrapper_module = Module("kinds")


@wrapper_module.wrap_class
class Station:
    """A class that is asked for by itself."""

    def __init__(self, name: str = "station") -> None:
        self._name = name

    async def name(self) -> str:
        return self._name

    async def kind(self) -> Type[Station]:
        """Give the class of this very object."""
        return type(self)


@wrapper_module.wrap_class
class Buoy(Station):
    """A station at sea."""

    async def depth(self) -> int:
        return 3


class Hidden(Buoy):
    """A class that no manifest names: the face of its nearest base stands for it."""


S = TypeVar("S", bound=Station)
T = TypeVar("T")


@wrapper_module.wrap_class
@dataclass
class Route:
    """A record with class objects in its fields."""

    first: Type[Station]
    others: List[Type[Station]]


@wrapper_module.wrap_class
class Registry:
    """Know classes by name."""

    default: Type[Station]

    def __init__(self, default: Type[Station] = Station) -> None:
        self.default = default
        self._kinds: Dict[str, Type[Station]] = {"station": Station, "buoy": Buoy}

    def add(self, name: str, kind: Type[Station]) -> bool:
        """Add a class, and tell whether it is one of the implementation's own."""
        self._kinds[name] = kind
        return kind.__module__ == __name__

    async def found(self, name: str) -> Optional[Type[Station]]:
        """Find a class."""
        return self._kinds.get(name)

    async def all_of_them(self) -> Dict[str, Type[Station]]:
        """Give all classes in a container."""
        return dict(self._kinds)

    async def made(self) -> Station:
        """Make an object of the default class."""
        return self.default("default")


@wrapper_module.wrap_function
async def made(kind: Type[S], name: str) -> S:
    """Make an object of a class that the user names."""
    return kind(name)


@wrapper_module.wrap_function
async def chosen(kinds: List[Type[S]], objects: List[Station]) -> List[S]:
    """Find the objects of some classes."""
    return [each for each in objects for kind in kinds if isinstance(each, kind)]


@wrapper_module.wrap_function
async def either(value: Union[Type[Station], Station, str]) -> str:
    """Tell what is handed over."""
    if isinstance(value, str):
        return value
    return value.__name__ if isinstance(value, type) else type(value).__name__


@wrapper_module.wrap_function
async def hidden() -> Tuple[Type[Station], Station]:
    """Give a class that is not public, and an object of it."""
    return Hidden, Hidden()


@wrapper_module.wrap_function
async def asked(choose: Callable[[List[Type[Station]]], Awaitable[Type[Station]]]) -> Station:
    """Let the user choose a class."""
    return (await choose([Station, Buoy]))()


@wrapper_module.wrap_function
async def route(first: Type[Station]) -> Route:
    """Give a record with class objects."""
    return Route(first, [Station, Buoy])


@wrapper_module.wrap_function
async def walked(route: Route) -> List[str]:
    """Take a record with class objects."""
    return [kind.__name__ for kind in (route.first, *route.others) if kind.__module__ == __name__]


@wrapper_module.wrap_function
async def caught(error: Type[Exception]) -> Type[Exception]:
    """Take and give a class that has no face."""
    return error


@wrapper_module.wrap_function
async def any_kind(kind: Type[T]) -> Type[T]:
    """Take and give a class of any type."""
    assert kind.__module__ in ("_kinds", "builtins"), kind
    return kind
