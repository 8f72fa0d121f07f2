"""Protocols: what a user's object may look like, and a public class that others implement."""

from __future__ import annotations

import abc
from typing import Iterable, Protocol

from ambidex import Module

wrapper_module = Module("interfaces")


class Source(Protocol):
    """A parameter's type; the user's own objects are handed over as they are."""

    def read(self, size: int, /) -> bytes: ...


class Handler(Protocol):
    """A callable with keywords, which a Callable cannot say."""

    def __call__(self, line: str, *, number: int) -> bool: ...


@wrapper_module.wrap_class
class Reader(Protocol):
    """Reads; public, and implemented by classes that say so."""

    async def read(self, size: int) -> bytes:
        """Read `size` bytes."""
        ...

    @property
    def name(self) -> str: ...


@wrapper_module.wrap_class
class File(Reader):
    def __init__(self, name: str) -> None:
        self._name = name

    async def read(self, size: int) -> bytes:
        return self._name.encode()[:size]

    @property
    def name(self) -> str:
        return self._name


@wrapper_module.wrap_class
class Storage(abc.ABC):
    """An abstract class: nobody makes one."""

    @property
    @abc.abstractmethod
    def size(self) -> int: ...

    @classmethod
    @abc.abstractmethod
    async def opened(cls, size: int) -> Storage: ...

    async def is_empty(self) -> bool:
        return self.size == 0


@wrapper_module.wrap_class
class Memory(Storage):
    def __init__(self, size: int) -> None:
        self._size = size

    @property
    def size(self) -> int:
        return self._size

    @classmethod
    async def opened(cls, size: int) -> Memory:
        return cls(size)


class _Labelled:
    """Not public: what it has is folded into what extends it."""

    label = "full"


@wrapper_module.wrap_class
class Crate(abc.ABC):
    """Promises attributes."""

    @property
    @abc.abstractmethod
    def label(self) -> str:
        """What is written on it."""

    @property
    @abc.abstractmethod
    def inside(self) -> Crate | None: ...

    @property
    @abc.abstractmethod
    def holds(self) -> type[object]: ...

    async def told(self) -> str:
        return f"{self.label}: {self.holds.__name__}"


@wrapper_module.wrap_class
class Basket(Crate):
    """Has a value for each of them, which mypy lets it have."""

    label = "empty"  # pyright: ignore[reportIncompatibleMethodOverride, reportAssignmentType]
    inside = None  # pyright: ignore[reportIncompatibleMethodOverride, reportAssignmentType]
    holds = str  # pyright: ignore[reportIncompatibleMethodOverride, reportAssignmentType]


@wrapper_module.wrap_class
class Barrel(_Labelled, Basket):
    pass


@wrapper_module.wrap_function
async def copied(source: Source, size: int) -> bytes:
    """Read from what the user has."""
    return source.read(size)


@wrapper_module.wrap_function
async def kept(lines: Iterable[str], keep: Handler) -> list[str]:
    return [line for number, line in enumerate(lines) if keep(line, number=number)]


@wrapper_module.wrap_function
async def same(reader: Reader) -> Reader:
    """Give back a reader of whatever class."""
    assert type(reader) is File
    return reader
