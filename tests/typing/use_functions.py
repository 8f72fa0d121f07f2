"""What a user of functions.py infers."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import functions
from _functions import UserId
from typing_extensions import assert_type

assert_type(functions.current("Oslo"), float)
assert_type(functions.current.submit("Oslo").result(), float)
assert_type(functions.kinds(1, keyword=2), "tuple[int, int, tuple[int, ...], int, int, dict[str, int]]")
assert_type(functions.only_keywords(limit=1), int)
assert_type(functions.defaults(), "list[Any]")
assert_type(functions.parse("1"), int)
assert_type(functions.connect_now("x", retries=1), str)
assert_type(functions.no_annotation_needed([]), None)
assert_type(functions.squares(3), "list[int]")
assert_type(functions.defaults(user=UserId(8)), "list[Any]")
functions.squares("3")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
functions.defaults(user=8)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
functions.current(1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
functions.current()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def shown() -> None:
    """Stand for a callable."""


async def wait() -> None:
    """Stand for an async one."""


spell = functions.spellings.aio


async def waiting(value: Decimal) -> None:
    assert_type(await functions.current.aio("Oslo"), float)
    assert_type(functions.spellings(1, value, {}, None, int, 2, "other", Path(), shown, (), [], [], 1), "Decimal | int")
    assert_type(
        await spell(None, None, {"a": [(1, 2)]}, (1, ""), bool, 2, None, Path(), wait, (), [], [{}], ""),
        "Decimal | int",
    )
    await spell("", "", {}, None, int, 2, 3, Path(), shown, (), [], [], 1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await spell("", None, {}, None, int, 2, "more", Path(), shown, (), [], [], 1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await spell("", None, {}, None, int, 2, 3, Path(), shown, (1,), [], [], 1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert_type(await functions.connect_now.aio("x"), str)
    assert_type(await functions.current.with_options(timeout=1).aio("Oslo"), float)
    await functions.current.aio(1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


assert_type(functions.tagged("a", [1]), str)
