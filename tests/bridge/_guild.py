"""The implementation behind the faces of tests/bridge/test_made_classes.py: classes that look at their subclasses."""

from __future__ import annotations

import abc
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


class Smith:
    """Note what extends it, and look at its own class."""

    tags: ClassVar[dict[str, type[Smith]]] = {}
    fee = 1
    price: ClassVar[int] = 5

    def __init_subclass__(cls, *, tag: str | None = None, name: str = "nobody", **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.owner = name
        if tag is not None:
            Smith.tags[tag] = cls

    owner: ClassVar[str] = "nobody"

    def __init__(self, name: str) -> None:
        self.name = name
        self.made = 1 + getattr(self, "made", 0)

    @property
    def title(self) -> str:
        return "smith"

    async def forge(self) -> str:
        return f"{self.name} forges"

    def sign(self) -> str:
        return "signed"

    async def work(self) -> str:
        return f"{await self.forge()}, {self.sign()}, {self.title}"

    async def sparks(self) -> AsyncGenerator[Smith, None]:
        yield type(self)("spark")

    async def apprentice(self) -> Smith:
        return type(self)(f"{self.name}'s")

    async def is_a(self, cls: type[Any]) -> bool:
        return isinstance(self, cls)

    @classmethod
    async def order(cls) -> list[str]:
        """Return the names in the resolution order."""
        return [each.__qualname__.rpartition(".")[2] for each in cls.__mro__ if each.__module__ != "builtins"]

    @classmethod
    async def raise_fee(cls) -> int:
        cls.fee += 1
        return cls.fee

    @classmethod
    async def paid(cls) -> int:
        return cls.fee

    @classmethod
    async def tagged(cls, tag: str) -> Smith:
        return cls.tags[tag]("found")

    @classmethod
    async def owned(cls) -> str:
        return cls.owner

    async def constructions(self) -> int:
        return self.made

    async def bill(self) -> int:
        return self.price

    @classmethod
    async def list_price(cls) -> int:
        return cls.price


class Master(Smith):
    """A registered subclass."""

    async def forge(self) -> str:
        return f"master {await super().forge()}"


class Pinned:
    """Its objects have slots."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    async def forge(self) -> str:
        return self.name

    async def work(self) -> str:
        return await self.forge()

    async def is_a(self, cls: type[Any]) -> bool:
        return isinstance(self, cls)


class Task(abc.ABC):
    @abc.abstractmethod
    async def forge(self) -> str: ...

    async def work(self) -> str:
        return await self.forge()


class Ready:
    """Make an object of each subclass at once."""

    ready: ClassVar[list[Ready]] = []

    def __init_subclass__(cls) -> None:
        cls.ready.append(cls())

    async def forge(self) -> str:
        return "original"

    @classmethod
    async def last(cls) -> str:
        return await cls.ready[-1].forge()


class Sealed:
    """Refuse to be extended."""

    def __init_subclass__(cls) -> None:
        raise TypeError("Sealed is final")

    def __init__(self, name: str) -> None:
        self.name = name

    async def forge(self) -> str:
        return self.name

    async def itself(self) -> Sealed:
        return self


Span = slice  # a class of C that cannot be extended


def sort_of(smith: Smith) -> str:
    """Return the name of the class of an object."""
    return type(smith).__name__
