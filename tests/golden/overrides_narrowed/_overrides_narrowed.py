"""Class methods that override one of a generic class which is applied to something: what they take is narrower."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, AsyncGenerator, Generic, List, Tuple, TypeVar, Union, overload

from ambidex import Module

if TYPE_CHECKING:
    from typing_extensions import Self

coffers = Module("overrides_narrowed")
drawers = Module("overrides_further")
T = TypeVar("T")
U = TypeVar("U")
V = TypeVar("V")
N = TypeVar("N", bound=int)


@coffers.wrap_class
class Coffer(Generic[T]):
    """Keep items."""

    def __init__(self, *items: T) -> None:
        self._items = list(items)

    async def items(self) -> List[T]:
        """Give all items."""
        return self._items

    @classmethod
    async def first_of(cls, items: List[T]) -> T:
        """Give the first of items."""
        return items[0]

    @classmethod
    async def count(cls, items: List[T]) -> int:
        """Count items."""
        return len(items)

    @classmethod
    async def weigh(cls, item: T) -> int:
        """Weigh an item, whichever it is."""
        return len(str(item))

    @staticmethod
    async def beside(item: T, other: U) -> Tuple[T, U]:
        """Give an item with another one."""
        return item, other

    @classmethod
    async def of(cls, items: List[T]) -> Self:
        """Make a coffer of items."""
        return cls(*items)

    @classmethod
    async def walk(cls, items: List[T]) -> AsyncGenerator[T, None]:
        """Yield each item."""
        for item in items:
            yield item

    @classmethod
    @asynccontextmanager
    async def lent(cls, items: List[T]) -> AsyncGenerator[T, None]:
        """Lend the first of items."""
        yield items[0]

    @overload
    @classmethod
    async def find(cls, items: List[T], place: int) -> T: ...

    @overload
    @classmethod
    async def find(cls, items: List[T], place: str) -> List[T]: ...

    @classmethod
    async def find(cls, items: List[T], place: Union[int, str]) -> Union[T, List[T]]:
        """Give one item, or all."""
        return items[place] if isinstance(place, int) else items


@coffers.wrap_class
class Safe(Coffer[List[int]]):
    """Overrides all of them, for lists of numbers."""

    @classmethod
    async def first_of(cls, items: List[List[int]]) -> List[int]:
        """Give the last of items."""
        return items[-1]

    @classmethod
    async def count(cls, items: List[List[int]]) -> int:
        """Count numbers."""
        return sum(map(len, items))

    @classmethod
    async def weigh(cls, item: List[int]) -> int:
        """Give the sum of numbers."""
        return sum(item)

    @staticmethod
    async def beside(item: List[int], other: U) -> Tuple[List[int], U]:
        """Give numbers, the last first, with something else."""
        return item[::-1], other

    @classmethod
    async def of(cls, items: List[List[int]]) -> Self:
        """Make a safe of items, the last first."""
        return cls(*reversed(items))

    @classmethod
    async def walk(cls, items: List[List[int]]) -> AsyncGenerator[List[int], None]:
        """Yield each item, the last first."""
        for item in reversed(items):
            yield item

    @classmethod
    @asynccontextmanager
    async def lent(cls, items: List[List[int]]) -> AsyncGenerator[List[int], None]:
        """Lend the last of items."""
        yield items[-1]

    @overload
    @classmethod
    async def find(cls, items: List[List[int]], place: int) -> List[int]: ...

    @overload
    @classmethod
    async def find(cls, items: List[List[int]], place: str) -> List[List[int]]: ...

    @classmethod
    async def find(
        cls, items: List[List[int]], place: Union[int, str]
    ) -> Union[List[int], List[List[int]]]:
        """Give one item from the end, or all."""
        return items[-place] if isinstance(place, int) else items[::-1]


@coffers.wrap_class
class Vault(Safe):
    """Overrides what overrides, with more parameters."""

    @classmethod
    async def first_of(cls, items: List[List[int]], places: int = 1) -> List[int]:
        """Give the first places of the first of items."""
        return items[0][:places]


@coffers.wrap_class
class Purse(Coffer[N]):
    """Is generic in a type variable that may stand for less."""

    @classmethod
    async def first_of(cls, items: List[N]) -> N:
        """Give the last of items."""
        return items[-1]


@coffers.wrap_class
class Chest(Coffer[T]):
    """Overrides nothing, and is applied by others."""


@coffers.wrap_class
class Locker(Chest[str], Generic[V]):
    """Overrides what a class further above has."""

    @classmethod
    async def first_of(cls, items: List[str]) -> str:
        """Give the last of items."""
        return items[-1]


@drawers.wrap_class
class Drawer(Coffer[List[V]]):
    """Overrides a method of a class of another module."""

    @classmethod
    async def first_of(cls, items: List[List[V]]) -> List[V]:
        """Give the last of items."""
        return items[-1]


@drawers.wrap_class
class Shallow(Drawer[str]):
    """Overrides what does."""

    @classmethod
    async def first_of(cls, items: List[List[str]]) -> List[str]:
        """Give the first of items, in capitals."""
        return [item.upper() for item in items[0]]
