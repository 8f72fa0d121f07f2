"""Type guards in the style "twin": each of two says of an object that it is of its own form's class."""

from __future__ import annotations

from typing import TYPE_CHECKING, List, Optional

from ambidex import Module

if TYPE_CHECKING:
    from typing_extensions import Self, TypeGuard, TypeIs

wrapper_module = Module("twins_guards", style="twin")


@wrapper_module.wrap_class
class Station:
    """Tell of other stations."""

    async def is_busy(self, other: object) -> TypeGuard[Busy]:
        """Tell whether an object is a busy station."""
        return isinstance(other, Busy)

    def is_like(self, other: object) -> TypeGuard[Self]:
        """Tell whether an object is of this one's class."""
        return isinstance(other, type(self))

    @classmethod
    async def is_one(cls, value: object) -> TypeGuard[Station]:
        """Tell whether an object is of this class."""
        return isinstance(value, cls)

    @staticmethod
    def is_other(value: Optional[Station]) -> TypeIs[Station]:
        """Tell whether there is another one."""
        return value is not None


@wrapper_module.wrap_class
class Busy(Station):
    """Tell the contrary."""

    async def is_busy(self, other: object) -> TypeGuard[Busy]:
        """Tell whether an object is another busy station."""
        return isinstance(other, Busy) and other is not self


@wrapper_module.wrap_function
def is_station(value: object) -> TypeGuard[Station]:
    """Tell it on the spot."""
    return isinstance(value, Station)


@wrapper_module.wrap_function
async def is_surely(value: Optional[Station]) -> TypeIs[Station]:
    """Tell it after a while."""
    return value is not None


@wrapper_module.wrap_function
async def are_busy(values: List[Station]) -> TypeGuard[List[Busy]]:
    """Tell it of each."""
    return all(isinstance(value, Busy) for value in values)
