"""Functions: how they are called, what they take, what they give.

A backslash (\\d) and "quotes" survive, and so does the indentation:

    current("Oslo")
"""

from __future__ import annotations

import asyncio
import enum
import functools
import pathlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Annotated, Any, Dict, List, Literal, NamedTuple, NewType, Optional, Tuple, Type, Union

from ambidex import Module

if TYPE_CHECKING:
    from decimal import Decimal

wrapper_module = Module("functions")

UserId = NewType("UserId", int)
Rows = List[Dict[str, Optional[int]]]


class Mode(enum.Enum):
    """Not public: annotations name it where it is defined."""

    FAST = "fast"
    SAFE = "safe"


@dataclass(frozen=True)
class Least:
    """Not public either: metadata names it."""

    value: int
    unit: str = "metres"
    mode: Mode = Mode.FAST


class Range(NamedTuple):
    """Metadata of two values."""

    low: Least
    high: int


class Odd:
    """Metadata that equals no other object."""


ODD = Odd()


@wrapper_module.wrap_function
async def current(city: str) -> float:
    """Return the temperature in `city`, in degrees.

    Waits for the station.
    """
    await asyncio.sleep(0)
    return float(len(city))


@wrapper_module.wrap_function
async def kinds(
    first: int, /, second: int = 2, *rest: int, keyword: int, other: int = 5, **more: int
) -> tuple[int, int, tuple[int, ...], int, int, dict[str, int]]:
    return first, second, rest, keyword, other, more


@wrapper_module.wrap_function
async def only_keywords(*, limit: int = 10) -> int:
    return limit


@wrapper_module.wrap_function
async def defaults(
    text: str = 'a "quoted" \\ text',
    raw: bytes = b"\x00\xff",
    number: float = 1,
    fraction: float = -0.5,
    flag: bool = False,
    nothing: Optional[int] = None,
    pair: Tuple[int, str] = (1, "one"),
    items: List[int] = [],
    table: Dict[str, int] = {},
    level: Literal["low", "high"] = "low",
    infinite: float = float("inf"),
    mode: Mode = Mode.FAST,
    moment: datetime = datetime(2000, 1, 1, tzinfo=timezone.utc),
    user: UserId = UserId(7),
    key: Callable[[int], int] = lambda value: value + 1,
) -> List[Any]:
    return [text, raw, number, fraction, flag, nothing, pair, items, table, level, infinite, mode, moment, user, key(1)]


@wrapper_module.wrap_function  # pyright: ignore[reportUnknownArgumentType]  the bare list
async def spellings(
    union: Union[int, str, None],
    optional: "Optional[Decimal]",
    nested: Dict[str, List[Tuple[int, ...]]],
    pair: "tuple[int, str] | None",
    kind: Type[int],
    annotated: Annotated[int, "metres", Mode.FAST],
    mode: Literal[Mode.FAST, "other", 3, None],
    path: pathlib.Path,
    call: Callable[..., Awaitable[None]],
    empty: Tuple[()],
    bare: list,  # type: ignore[type-arg]  # pyright: ignore[reportMissingTypeArgument, reportUnknownParameterType]
    rows: Rows,
    anything: object,
) -> "Union[Decimal, int]":
    return 1


@wrapper_module.wrap_function
async def tagged(
    text: Annotated[str, Least(1), Least(2, mode=Mode.SAFE), Odd(), ODD, Odd],
    numbers: Annotated[List[Annotated[int, Range(Least(-1, "feet"), 3)]], len, "metres"],
) -> Annotated[str, Mode.SAFE, lambda: 0]:
    """Keep the metadata that can be written so that it is the same again."""
    return text * len(numbers)


@wrapper_module.wrap_function
def parse(text: str) -> int:
    """Parse; a plain function stays one."""
    return int(text)


@wrapper_module.wrap_function(name="connect_now")
async def connect_slowly(url: str, *, retries: int = 3) -> str:
    return f"{url} {retries}"


@wrapper_module.wrap_function
async def no_annotation_needed(log: List[str]):  # type: ignore[no-untyped-def]
    """Its body proves that it returns nothing."""
    if log:
        return
    log.append("seen")


@wrapper_module.wrap_function
async def fail(message: str) -> int:
    raise LookupError(message)


@wrapper_module.wrap_function
@functools.lru_cache(maxsize=8)
def squares(limit: int) -> List[int]:
    """Find them once."""
    return [number * number for number in range(limit)]


@wrapper_module.wrap_function
async def paged(text: str) -> str:
    """Feed a page,\x0c return,\r and end lines as others do:\x85 so,\u2028 so\u2029 and\v so.

    \x0c A page that begins in a line,
        \u2028 indented,\x1c\x1d\x1e and one with a return\r
    \x85
    at its end\x0c
    """
    return text


@wrapper_module.wrap_function
async def fed(text: str) -> str:
    """End with a form feed.\x0c"""
    return text
