"""The types that users infer where an implementation names types that are defined by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aliases
from typing_extensions import assert_type

if TYPE_CHECKING:
    from _aliases import JSON, Arguments, FieldTable, Tree


async def infer(json: JSON, arguments: Arguments, document: aliases.Document) -> None:
    assert_type(aliases.parsed("a", json), JSON)
    assert_type(await aliases.parsed.aio("a"), JSON)
    assert_type(aliases.declared(arguments), FieldTable)
    assert_type(aliases.flat([1, [2]]), list[int])
    assert_type(document.root, JSON)
    assert_type(document.wood(), dict[str, Tree[str]])
    aliases.flat(["a"])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
