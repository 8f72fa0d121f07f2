"""What a user of defaults.py infers: what has a default may be left out."""

from __future__ import annotations

import defaults
from typing_extensions import assert_type

assert_type(defaults.fetch(), "tuple[str, str, int, int, int, tuple[int, ...], set[int]]")
assert_type(defaults.fetch("tcp://", limit=1), "tuple[str, str, int, int, int, tuple[int, ...], set[int]]")
assert_type(defaults.find(limit=2), str)
assert_type(defaults.count(), int)
assert_type(defaults.Options().text(), str)
assert_type(defaults.run(defaults.Job()).level, int)
defaults.fetch(limit="1")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def waiting() -> None:
    assert_type(await defaults.find.aio(), str)
    assert_type(await defaults.count.aio(step=2), int)
