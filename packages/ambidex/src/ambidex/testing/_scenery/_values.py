"""Data that crosses: each kind that a signature may name, and exceptions with parts of their own."""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import pathlib
import uuid
from dataclasses import dataclass, field
from typing import NamedTuple, Optional, TypedDict


class Colour(enum.Enum):
    """Be one of two."""

    RED = "red"
    BLUE = "blue"


class Span(NamedTuple):
    """Be a named tuple."""

    first: int
    last: int


class Settings(TypedDict):
    """Be a dict with known keys."""

    title: str
    sizes: list[int]


@dataclass
class Point:
    """Be a record, with one more in it."""

    x: int
    y: float
    label: str = ""
    inner: Optional[Point] = None  # noqa: UP045  3.9 evaluates it for what crosses as plain data
    tags: list[str] = field(default_factory=list)


@dataclass
class Moment:
    """Hold what the standard library has for times, numbers and names."""

    at: dt.datetime
    day: dt.date
    took: dt.timedelta
    price: decimal.Decimal
    key: uuid.UUID
    path: pathlib.PurePosixPath


class Trouble(Exception):
    """Be an exception of the implementation's, with parts."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(code, text)
        self.code = code
        self.text = text


class Sealed(Exception):
    """Be an exception that neither pickles nor takes attributes."""

    __slots__ = ()

    def __reduce__(self) -> str:
        raise TypeError("a Sealed does not pickle")
