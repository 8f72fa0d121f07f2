"""`Self`, and type variables of a method's own, in methods that are overridden and in those that are not."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, AsyncGenerator, Dict, Generator, Generic, List, Optional, Sequence, Tuple, TypeVar

from ambidex import Module

if TYPE_CHECKING:
    from typing_extensions import Self

T = TypeVar("T")
U = TypeVar("U")

wrapper_module = Module("selves")


@wrapper_module.wrap_class
class Query:
    """A query, which each step narrows."""

    def __init__(self, text: str = "") -> None:
        self.text = text

    async def clone(self, *, more: str = "") -> Self:
        """Return another one."""
        return type(self)(self.text + more)

    async def itself(self) -> Self:
        return self

    async def items(self, times: int = 2) -> AsyncGenerator[Self, None]:
        """Yield it again and again."""
        for _ in range(times):
            yield self

    @asynccontextmanager
    async def held(self) -> AsyncGenerator[Self, None]:
        yield self

    def plain(self) -> Self:
        return self

    @classmethod
    async def parsed(cls, text: str) -> Self:
        """Read one."""
        return cls(text)

    @classmethod
    async def several(cls, *texts: str) -> List[Self]:
        return [cls(text) for text in texts]

    async def joined(self, other: Self, /, times: int = 1) -> Self:
        """Join two."""
        return type(self)(self.text + other.text * times)

    async def parts(self) -> Sequence[Self]:
        """Part it."""
        return [type(self)(part) for part in self.text.split()]

    async def paired(self) -> AsyncGenerator[Tuple[int, Self], None]:
        yield 1, self

    @asynccontextmanager
    async def found(self) -> AsyncGenerator[Optional[Self], None]:
        yield self

    async def same(self, value: T) -> T:
        """Give back what it is given."""
        return value

    async def kept(self, value: T) -> T:
        return value

    async def text_or(self, other: str) -> str:
        return self.text or other

    def __await__(self) -> Generator[Any, None, Self]:
        yield
        return self


@wrapper_module.wrap_class
class Narrow(Query):
    """Overrides what is hard to type."""

    async def clone(self, *, more: str = "", twice: bool = False) -> Self:
        """Return another one, twice as narrow."""
        return type(self)(self.text + more + more * twice)

    async def parts(self) -> Sequence[Self]:
        return [self]

    async def paired(self) -> AsyncGenerator[Tuple[int, Self], None]:
        yield 2, self

    @classmethod
    async def parsed(cls, text: str, *, strictly: bool = True) -> Self:
        return cls(text + "!" * strictly)

    async def same(self, value: U) -> U:
        return value

    async def text_or(self, other: str) -> str:
        return other

    async def narrowed(self) -> Dict[str, Self]:
        return {self.text: self}


@wrapper_module.wrap_class
class Wide(Query):
    """Overrides nothing."""


@wrapper_module.wrap_class
class Box(Generic[T]):
    """A generic class."""

    def __init__(self, item: T) -> None:
        self._item = item

    async def item(self) -> T:
        return self._item

    async def itself(self) -> Self:
        return self

    async def both(self) -> List[Self]:
        return [self, self]

    @classmethod
    async def emptied(cls) -> Dict[str, int]:
        return {}

    async def mixed(self, other: Self, /) -> Tuple[List[Self], T]:
        """Return both, and what is in the other one."""
        return [self, other], other._item

    async def halves(self) -> Tuple[Sequence[Self], T]:
        return [self], self._item


@wrapper_module.wrap_class
class Pile(Box[List[T]]):
    """Extends a generic class that is applied."""

    async def halves(self) -> Tuple[Sequence[Self], List[T]]:
        return [self, self], self._item


@wrapper_module.wrap_class
class Words(Pile[str]):
    """Overrides nothing."""
