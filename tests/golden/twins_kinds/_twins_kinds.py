"""Class objects in the style "twin": either class of a pair stands for the implementation's."""

from __future__ import annotations

from typing import Any, Dict, Type, TypeVar

from ambidex import Module

wrapper_module = Module("twins_kinds", style="twin")


@wrapper_module.wrap_class
class Station:
    """A class that is asked for by itself."""

    async def kind(self) -> Type[Station]:
        """Give the class of this very object."""
        return type(self)


@wrapper_module.wrap_class
class Buoy(Station):
    """A station at sea."""


S = TypeVar("S", bound=Station)


@wrapper_module.wrap_function
async def made(kind: Type[S]) -> S:
    """Make an object of a class that the user names."""
    return kind()


@wrapper_module.wrap_function
async def by_name() -> Dict[str, Type[Station]]:
    """Give classes in a container."""
    return {"station": Station, "buoy": Buoy}


@wrapper_module.wrap_function
async def unknown() -> Type[Any]:
    """Give a class of any type."""
    return Buoy
