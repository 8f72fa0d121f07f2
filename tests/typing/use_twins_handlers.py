"""What a user of twins_handlers.py registers, and what checkers refuse."""

from __future__ import annotations

from collections.abc import Awaitable

import twins_handlers
from twins_handlers import AsyncClient, AsyncMessage, Client, Message
from typing_extensions import assert_type

client, later = Client(), AsyncClient()
message = Message("a")


@client.on("x")
def blocking(message: Message) -> str:
    """Be given the blocking form."""
    return message.read()


@later.on("x")
async def waiting(message: AsyncMessage) -> str:
    """Be given the async one."""
    return await message.read()


def wrong(number: int) -> str:
    """Take something else."""
    return str(number)


assert_type(blocking(message), str)
assert_type(client.dispatch("x", message), "list[str]")
assert_type(twins_handlers.job().wrap(blocking)(message), "str | Awaitable[str]")
client.on("x")(wrong)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
client.on("x")(waiting)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
later.on("x")(blocking)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def asking(message: AsyncMessage) -> None:
    """Find the same types in the other form."""
    assert_type(await waiting(message), str)
    assert_type(await later.dispatch("x", message), "list[str]")
