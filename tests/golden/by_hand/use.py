"""Use a face that is written by hand wherever its object turns up."""

from __future__ import annotations

import asyncio
import sys

import by_hand
import by_hand_faces

assert by_hand.Client is by_hand_faces.Client
assert "_by_hand" not in sys.modules
client = by_hand.Client("one")
assert client.ask("x") == "ONE: X"
assert client.peer() is client
assert asyncio.run(client.fetch.aio("x")) == "one: x"

pool = by_hand.Pool()
pool.put("one", client)
assert pool.get("one") is client
found = pool.get("a")
assert type(found) is by_hand.Client
assert found.ask("x") == "A: X"
assert pool.get("b") is None
assert pool.all() == {"a": [found], "one": [client]}
assert list(pool) == [found, client]
assert by_hand.connect("two").ask("y") == "TWO: Y"
assert by_hand.fetch_twice(client, "z") == ["one: z", "OTHER: Z"]
assert by_hand.version() == "1"

retrying = by_hand.Retrying("r")
assert isinstance(retrying, by_hand.Client)
assert retrying.ask("x") == "R: X"
assert retrying.retries() == 3
assert retrying.peer() is retrying
