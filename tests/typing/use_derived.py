"""What a user of derived.py infers."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import derived
from derived import Answer, Client, Store
from typing_extensions import assert_type

client = Client()
near = Answer("near")
assert_type(client.get("/a", False, near=near), Answer)
assert_type(client.ping(retries=2), Answer)
assert_type(client.slow("/a", follow=True), Answer)
assert_type(client.home("a", "b"), "Generator[str, None, None]")
assert_type(client.marked(near), Answer)
assert_type(Client.local(80), Client)
assert_type(Client.hexadecimal("ff"), int)
assert_type(client.shown([near], loud=True), str)
assert_type(client.kept(near), "dict[str, Any]")
assert_type(Client.of(2), "list[Client]")
assert_type(derived.told(near), str)
store = Store()
assert_type(store.load("a", failures=2), Answer)
assert_type(store.number("b"), int)
assert_type(store.twice("c"), "list[Answer]")
assert_type(store.read("d"), Answer)
assert_type(derived.found("e"), "dict[str, Answer]")


async def waiting() -> None:
    assert_type(await store.twice.aio("c"), "list[Answer]")
    assert_type(await store.read.aio("d"), Answer)
    assert_type(await derived.found.aio("e"), "dict[str, Answer]")
    assert_type(await client.get.aio("/a", near=near), Answer)
    assert_type(await client.shown.aio(3), str)
    assert_type(await derived.told.aio(near), str)


client.get()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
client.ping(path="/")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
client.slow("/a", True)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
client.shown(value=3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
client.shown("text")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
derived.told(value=near)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
