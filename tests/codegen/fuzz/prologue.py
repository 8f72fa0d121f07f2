"""Own the text that every drawn module begins with, and the text of a generic class."""

from __future__ import annotations

PROLOGUE = """\
import abc
import asyncio
import collections
import contextlib
import enum
import functools
import importlib
import types
from collections import deque
from contextlib import asynccontextmanager
from dataclasses import InitVar, dataclass, field
from typing import (
    TYPE_CHECKING, AbstractSet, Annotated, Any, AsyncContextManager, AsyncGenerator, AsyncIterable, AsyncIterator,
    Awaitable, Callable, ClassVar, Collection, Coroutine, Deque, Dict, Final, FrozenSet, Generator, Generic, ItemsView,
    Iterable, Iterator, KeysView, List, Literal, Mapping, MutableMapping, MutableSequence, NamedTuple, NewType,
    Optional, Protocol, Sequence, Set, Tuple, Type, TypedDict, TypeVar, Union, ValuesView, overload,
)

import typing_extensions
from ambidex import ON_LOOP, Module
from tests.codegen.fuzz.owning import own as _asserted

<imports>
<manifest>
T = TypeVar("T")
U = TypeVar("U")
N = TypeVar("N", bound=float)
S = TypeVar("S", str, bytes)
<variables>

def _c(key: str) -> Any:
    number, _, path = key.partition(".")
    return functools.reduce(getattr, path.split("."), importlib.import_module("<prefix>" + number))


def _o(index: int, key: str, *args: Any, **kwargs: Any) -> Any:
    return _c(key)(*args, **kwargs)


def _same(value: Any) -> Any:
    return value


async def _pause() -> None:
    await asyncio.sleep(0)


async def _later(make: Any) -> Any:
    await _pause()
    return make()


async def _stream(make: Any) -> Any:
    for item in make():
        await _pause()
        yield item


@asynccontextmanager
async def _context(make: Any) -> Any:
    yield make()


async def _echo(first: Any) -> Any:
    sent = yield first
    while sent is not None:
        sent = yield sent


class _Again:
    def __init__(self, make: Any) -> None:
        self._make = make

    async def __aiter__(self) -> Any:
        for item in self._make():
            yield item


async def _either(value: Any) -> Any:
    return await value if hasattr(value, "__await__") else value


Tree = Union[str, List["Tree"]]
Calls = Union[Callable[[], Awaitable[int]], List["Calls"]]


@dataclass
class _Lines:
    lines: AsyncIterator[str]


@dataclass
class _Work:
    work: Callable[[int], Awaitable[str]]


@dataclass
class _Page(Dict[str, int], Generic[T]):
    item: T


class _Untyped:
    def __get__(self, instance, owner=None):
        return 3


class _Overloaded:
    @overload
    def __get__(self, instance: None, owner: object = ...) -> "_Overloaded": ...
    @overload
    def __get__(self, instance: int, owner: object = ...) -> str: ...
    @overload
    def __get__(self, instance: object, owner: object = ...) -> int: ...
    def __get__(self, instance: object, owner: object = None) -> "Union[_Overloaded, str, int]":
        return 3


class _Stored(Generic[T]):
    def __init__(self, first: T) -> None:
        self._first = first

    def __set_name__(self, owner: type, name: str) -> None:
        self._place = f"_{name}"

    def __get__(self, instance: Any, owner: Optional[type] = None) -> T:
        value: T = instance.__dict__.get(self._place, self._first)
        return value

    def __set__(self, instance: Any, value: T) -> None:
        instance.__dict__[self._place] = value

    def __delete__(self, instance: Any) -> None:
        del instance.__dict__[self._place]


class _Field(Generic[T]):
    def __init__(self, value: T) -> None:
        self._value = value

    def __set_name__(self, owner: type, name: str) -> None:
        self._place = f"_{name}"

    @overload
    def __get__(self, instance: None, owner: type) -> "_Field[T]": ...
    @overload
    def __get__(self, instance: object, owner: Optional[type] = None) -> T: ...
    def __get__(self, instance: Optional[object], owner: Optional[type] = None) -> Any:
        return self if instance is None else vars(instance).get(self._place, self._value)


class _Kept(_Field[int]):
    def __set__(self, instance: object, value: int) -> None:
        vars(instance)[self._place] = value


class _Counted:
    def __get__(self, instance: object, owner: Optional[type] = None) -> int:
        return 3

"""

GENERIC = '''\
@m.wrap_class
class <name>(Generic[T]):
    """Holds one thing."""

    def __init__(self, item: T) -> None:
        self._item = item

    async def get(self) -> T:
        return self._item

    async def put(self, item: T) -> T:
        before, self._item = self._item, item
        return before

    async def each(self, times: int) -> AsyncIterator[T]:
        for _ in range(times):
            yield self._item

    def peek(self) -> T:
        return self._item

    @property
    def item(self) -> T:
        return self._item

    @classmethod
    async def of(cls, item: T) -> "<name>[T]":
        return cls(item)

    @property
    def mark(self) -> str:
        return ""
'''

MIXED = """\
class Mixed<name>:
    __slots__ = ()

    async def logged(self, text: str) -> str:
        return text


"""
