"""Names that hide others: members called like types, functions called like parts of the bridge."""

from __future__ import annotations

import datetime as dt
from typing import Optional

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
