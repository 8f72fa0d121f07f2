"""Use what is public by the names that are public; the others are not there."""

from __future__ import annotations

import asyncio

import chosen

client = chosen.Client("one")
assert client.name == "one"
client.name = "two"
assert client.name == "two"
assert client.temperature == 1.5
client.temperature = 3.0
assert client.temperature == 3.0
assert chosen.Client.LIMIT == client.LIMIT == 3
assert client.flush() == 7
client.password = "x"
assert client.password == "x"
del client.password
assert client.password is None
assert chosen.Client.heard is client.heard
assert client.heard == []
assert client.ticks() == 4
assert client.query("a", times=2) == ["a", "a"]
assert asyncio.run(client.query.aio("a")) == ["a"]
assert client.query.submit("a").result() == ["a"]
assert chosen.Client.query(client, "b") == ["b"]
assert client.spins("x") == "x"
assert client.spins(1) == 1
assert list(client.lines()) == [client]
with client.hold() as held:
    assert held is client
assert chosen.Client.near(client) is client
made = asyncio.run(chosen.Client.make.aio())
assert type(made) is chosen.Client
assert made.name == "OPEN"
assert chosen.Client.make(chosen.Client.Status.OPEN).name == "OPEN"

options = chosen.Client.Options(4)
told: list[chosen.Client.Options] = []
assert client.watch(options, told.append) is options
assert told == [options]
assert chosen.size_of(options) == 4

hidden = "Opts State Wire _flush close_to connect count fetch follow held level limit log made rows temp title told turns word"
for name in [*hidden.split(), "__len__", "__enter__", "__aenter__"]:
    assert not hasattr(client, name), name

retrying = chosen.Retrying("r")
assert retrying.query("a") == ["a", "a"]
assert chosen.Client.query(retrying, "a", 1) == ["a"]
assert retrying.retries() == 5
assert not hasattr(retrying, "connect")
assert not hasattr(retrying, "fetch")

opened = chosen.Open("o")
opened.connect(None)
assert opened.temperature == 0.0
assert opened.reset() == 2.0
assert opened.query("a") == ["a"]
assert not hasattr(opened, "internal")

motor = chosen.Motor()
assert motor.begin() is motor
assert motor._step() == 1  # pyright: ignore[reportPrivateUsage]
assert motor == chosen.Motor()
assert hash(motor) == 1
for name in ("start", "speed", "stop"):
    assert not hasattr(motor, name), name
