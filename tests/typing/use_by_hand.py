"""What a user of by_hand.py infers."""

from __future__ import annotations

from by_hand import Client, Pool, Retrying, connect, fetch_twice, version
from typing_extensions import assert_type

pool = Pool()
assert_type(connect("one"), Client)
assert_type(connect("one").ask("x"), str)
assert_type(pool.get("a"), "Client | None")
assert_type(pool.all(), "dict[str, list[Client]]")
assert_type(list(pool), "list[Client]")
assert_type(fetch_twice(Client(), "x"), "list[str]")
assert_type(version(), str)
assert_type(Retrying().ask("x"), str)
assert_type(Retrying().retries(), int)
pool.put("r", Retrying())
pool.put("r", 1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def of_async() -> None:
    assert_type(await connect.aio("one"), Client)
