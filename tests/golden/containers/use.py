"""Use containers of wrapped objects: what comes back is what was given."""

from __future__ import annotations

import asyncio
from collections import deque

import containers
from containers import Edge, Node

a, b = Node("a"), Node("b")
assert list(containers.lists([a, b])) == [b, a]
assert containers.tables({"x": a}) == {a: [a, None]}
assert containers.sets({a, b}) == frozenset((a, b))
assert containers.tuples((a, 1, None), (b,)) == (1, (a, b))
assert containers.queues(deque([a])) == deque([a])
assert list(containers.iterables(iter([a, b]))) == [a, b]
assert containers.unions(a) is a
assert containers.unions(Edge((b, a))) is b
assert containers.unions([a]) == {"a": a}
assert containers.unions("text") is None
assert containers.by_name(a, named=True) == {"a": a}
assert list(containers.by_name(a, named=False)) == [a]
assert containers.by_number(a, numbered=True) == {"a": 1}
assert list(containers.by_number(a, numbered=False)) == [a]
assert containers.alike({"x": a}) == (a, 1)
assert containers.alike({a: "x"}) == (1, a)
assert containers.anything(a, 1) is a
assert containers.anything(1, b) is b
assert a.joined(b, a, more=b) == "abab"
assert Edge((a, b)).ends() == (a, b)
stream = containers.streamed([a, b])
assert next(stream) == ("", a)
assert stream.send(b) == ("b", b)
row = {"key": 1}
assert containers.plain([row]) is row
assert containers.plain([{"key": a}]) == {"key": a}


async def waiting() -> None:
    assert list(await containers.lists.aio([a, b])) == [b, a]
    assert await containers.unions.aio([a]) == {"a": a}
    assert [pair async for pair in containers.streamed.aio([a])] == [("", a)]


asyncio.run(waiting())
