"""What a user of options.py infers."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator

import options
from options import Shelf
from typing_extensions import assert_type

assert_type(options.find("a", limit=1, tags=["x"]), int)
assert_type(options.found(limit=1), "Generator[int, None, None]")
shelf = Shelf("a")
assert_type(shelf.find(limit=1), str)
assert_type(options.look(first=shelf, others=[shelf]), "list[Shelf]")
assert_type(options.replaced(None, 3), "list[bool]")
options.find("a")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
options.find("a", limit="1")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
options.find("a", limit=1, size=2)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
options.look(first=1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
options.replaced(3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def waiting() -> None:
    assert_type(await options.find.aio("a", limit=1), int)
    assert_type(options.found.aio(limit=1), "AsyncGenerator[int, None]")
    assert_type(await shelf.find.aio(limit=1), str)
    await shelf.find.aio(limit="1")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
