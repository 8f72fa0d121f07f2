"""Names that hide others: members called like types, functions called like parts of the bridge."""

from __future__ import annotations

import datetime as dt
from typing import Any, Optional, Union, overload

from ambidex import Module

wrapper_module = Module("names")


@wrapper_module.wrap_class
class Calendar:
    date: Optional[dt.date]

    def __init__(self) -> None:
        self.date = None

    async def list(self) -> "list[Calendar]":
        return [self]

    async def dict(self, moment: dt.datetime) -> "dict[str, dt.date]":
        return {"day": moment.date()}

    async def method(self) -> int:
        return 1

    async def stream(self) -> int:
        return 2

    @property
    def constructor(self) -> int:
        return 4

    @property
    def property(self) -> int:
        return 3

    @classmethod
    async def classmethod(cls) -> int:
        return 5

    async def str(self) -> "str":
        return "6"


@wrapper_module.wrap_function
async def stream() -> int:
    return 7


@wrapper_module.wrap_function
async def Face() -> int:
    return 8


@wrapper_module.wrap_function
async def implemented_elsewhere(Implementation: int) -> Optional[int]:
    return Implementation


@wrapper_module.wrap_class(name="datetime")
class Moment:
    async def day(self, of: dt.datetime) -> dt.date:
        return of.date()


@wrapper_module.wrap_class
class Parts:
    """Has what the generator itself writes."""

    def __init__(self, _source: int = 1, *, self_: int = 2) -> None:
        self.list = _source
        self._list = self_

    list: int

    async def total(
        _self, implemented_elsewhere: int, _source: int, self: int, *, aio: int, submit: int
    ) -> int:
        return _self.list + _self._list + implemented_elsewhere + _source + self + aio + submit

    @overload
    async def get(self, _impl: int) -> int: ...
    @overload
    async def get(self, _impl: "str") -> "str": ...
    async def get(self, _impl: Union[int, "str"]) -> Union[int, "str"]:
        return _impl

    @staticmethod
    async def joined(implemented_elsewhere: int, cls: int) -> int:
        return implemented_elsewhere + cls


@overload
async def Parts_get(timeout: int) -> int: ...
@overload
async def Parts_get(timeout: str) -> str: ...
@wrapper_module.wrap_function
async def Parts_get(timeout: Union[int, str]) -> Union[int, str]:
    return timeout


_NOTHING: Any = object()


@wrapper_module.wrap_function(name="hidden")
async def private(_impl: int, _default: object = _NOTHING, **_source: int) -> int:
    return _impl + (_default is _NOTHING) + sum(_source.values())


@wrapper_module.wrap_function
def own(_source_2: int) -> int:
    return _source_2
