"""Classes whose metaclass gives them properties, methods and attributes of their own."""

from __future__ import annotations

from typing import Any, ClassVar, Dict, List, Type, TypeVar

from ambidex import Module

wrapper_module = Module("metaclasses")
T = TypeVar("T")


class Registered(type):
    """Know every class that it makes."""

    known: ClassVar[List[str]] = []
    label: str  # of each class, which it writes itself
    made: List[str]  # names of objects, a list for each class

    def __init__(cls, name: str, bases: Any, namespace: Any) -> None:
        super().__init__(name, bases, namespace)
        cls.made = []
        Registered.known.append(name)

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        made = super().__call__(*args, **kwargs)
        cls.made.append(type(made).__name__)
        return made

    def __repr__(cls) -> str:
        return f"<registered {cls.__name__}>"

    @property
    def registry(cls) -> Dict[str, int]:
        """How many objects were made of each class."""
        return {cls.__name__: len(cls.made)}

    @property
    def nearest(cls: Type[T]) -> T:
        return cls()

    def count(cls, most: int = 9) -> int:
        """How many objects were made."""
        return min(len(cls.made), most)

    async def opened(cls: Type[T], times: int) -> List[T]:
        """Make objects."""
        return [cls() for _ in range(times)]

    def __len__(cls) -> int:
        return len(cls.made)


@wrapper_module.wrap_class(exclude=["__len__", "__class_getitem__"])
class Station(metaclass=Registered):
    """A class with attributes that its objects do not have."""

    label: ClassVar[str] = "station"

    def __class_getitem__(cls, item: type) -> Type[Station]:
        return cls

    async def read(self) -> int:
        return len(type(self).made)


@wrapper_module.wrap_class
class Buoy(Station):
    label = "buoy"
