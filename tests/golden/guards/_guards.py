"""Type guards: what they say of an object is true of its face, and of lists of both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Awaitable, Callable, Generic, List, Optional, Type, TypeVar, Union, overload

from ambidex import Module

if TYPE_CHECKING:
    from typing_extensions import Self, TypeGuard, TypeIs

wrapper_module = Module("guards")
T = TypeVar("T")


@wrapper_module.wrap_class
class Station:
    """Tell of other stations."""

    async def is_busy(self, other: object) -> TypeGuard[Busy]:
        """Tell whether an object is a busy station."""
        return isinstance(other, Busy)

    def is_idle(self, other: Union[Station, str]) -> TypeIs[Station]:
        """Tell it from a name."""
        return isinstance(other, Station)

    async def is_like(self, other: object) -> TypeGuard[Self]:
        """Tell whether an object is of this one's class."""
        return isinstance(other, type(self))

    @classmethod
    async def is_one(cls, value: object) -> TypeGuard[Station]:
        """Tell whether an object is of this class."""
        return isinstance(value, cls)

    @staticmethod
    async def is_other(value: Optional[Station]) -> TypeIs[Station]:
        """Tell whether there is another one."""
        return value is not None


@wrapper_module.wrap_class
class Busy(Station):
    """Say no when it cannot tell."""

    def __init__(self, patience: int = 0) -> None:
        self._patience = patience

    async def is_busy(self, other: object, *, patience: int = 0) -> TypeGuard[Busy]:
        """Tell whether an object is busy, and has less patience than this one and what is added."""
        return isinstance(other, Busy) and other._patience < self._patience + patience


@wrapper_module.wrap_class
class Box(Generic[T]):
    """Hold something."""

    def __init__(self, content: T) -> None:
        self._content = content

    async def content(self) -> T:
        """Give what is in it."""
        return self._content

    async def is_as(self, other: object) -> TypeGuard[Box[T]]:
        """Tell whether an object is a box with the same kind of content."""
        kind: type = type(self._content)
        boxes: List[Box[Any]] = [other] if isinstance(other, Box) else []
        return any(type(each._content) is kind for each in boxes)


@wrapper_module.wrap_function
def is_station(value: object) -> TypeGuard[Station]:
    """Tell it on the spot."""
    return isinstance(value, Station)


@wrapper_module.wrap_function
async def is_busy(value: Station) -> TypeGuard[Busy]:
    """Tell it after a while."""
    return isinstance(value, Busy)


async def _is_surely(value: Optional[Station]) -> TypeIs[Station]:
    return value is not None


@wrapper_module.wrap_function
def is_surely(value: Optional[Station]) -> Awaitable[TypeIs[Station]]:
    """Tell it later."""
    return _is_surely(value)


@wrapper_module.wrap_function
async def are_busy(values: List[Station]) -> TypeGuard[List[Busy]]:
    """Tell it of each."""
    return all(isinstance(value, Busy) for value in values)


@wrapper_module.wrap_function
async def are_all(values: List[Any], kind: Type[T]) -> TypeGuard[List[T]]:
    """Tell whether all are of a class that the user names."""
    return all(isinstance(value, kind) for value in values)


@overload
async def is_kind(value: object, kind: None = None) -> TypeGuard[Station]: ...
@overload
async def is_kind(value: object, kind: Type[T]) -> TypeGuard[T]: ...
@wrapper_module.wrap_function
async def is_kind(value: object, kind: Optional[Type[Any]] = None) -> bool:
    """Tell whether an object is of a class, or a station."""
    return isinstance(value, Station if kind is None else kind)


@wrapper_module.wrap_function
async def chosen(values: List[Station], guard: Callable[[Station], TypeGuard[T]]) -> List[T]:
    """Choose by a guard of the user's."""
    return [value for value in values if guard(value)]


@wrapper_module.wrap_function
async def guard_against(station: Station) -> Callable[[object], TypeGuard[Station]]:
    """Make a guard, which tells on the spot whether an object is another station."""

    def guard(value: object) -> TypeGuard[Station]:
        return isinstance(value, Station) and value is not station

    return guard
