"""What a user of chosen.py infers."""

from __future__ import annotations

from typing import Literal, Optional

from chosen import Client, Motor, Open, Retrying, size_of
from typing_extensions import assert_type

from ambidex import Future

client = Client("one")
assert_type(client.name, str)
assert_type(client.temperature, float)
assert_type(Client.LIMIT, int)
assert_type(client.flush(), int)
assert_type(client.password, Optional[str])
assert_type(Client.heard, "list[str]")
del client.password
assert_type(client.ticks(), int)
assert_type(client.query("a", times=2), "list[str]")
assert_type(client.query.submit("a"), "Future[list[str]]")
assert_type(client.spins(1), int)
assert_type(client.spins("x"), str)
assert_type(list(client.lines()), "list[Client]")
assert_type(Client.near(client), Client)
assert_type(Client.make(), Client)
assert_type(Client.Options(4), Client.Options)
assert_type(Client.Status.OPEN, "Literal[Client.Status.OPEN]")
assert_type(Retrying("r").query("a"), "list[str]")
assert_type(Open("o").reset(), float)
assert_type(Motor().begin(), Motor)
assert_type(size_of(Client.Options(1)), int)
client.name = "two"
client.temperature = "x"  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
client.fetch("a")  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
client.connect("a")  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
Client.Wire("a")  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
with client.hold() as held:
    assert_type(held, Client)


async def of_async() -> None:
    assert_type(await client.query.aio("a"), "list[str]")
    assert_type(await Client.make.aio(), Client)
    assert_type([each async for each in client.lines.aio()], "list[Client]")


class Mine(Motor):
    def turn(self) -> None:
        assert_type(self._step(), int)
