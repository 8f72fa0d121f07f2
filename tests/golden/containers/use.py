"""Use containers of wrapped objects: what comes back is what was given."""

from __future__ import annotations

import asyncio
from collections import ChainMap, Counter, OrderedDict, UserDict, UserList, defaultdict, deque
from types import MappingProxyType

import containers
from _containers import Pair
from ambidex.errors import DeadlockError
from containers import Edge, Node

a, b = Node("a"), Node("b")
assert list(containers.lists([a, b])) == [b, a]
assert containers.tables({"x": a}) == {a: [a, None]}
assert containers.sets({a, b}) == frozenset((a, b))
assert containers.tuples((a, 1, None), (b,)) == (1, (a, b))
assert containers.queues(deque([a])) == deque([a])
assert containers.queues(deque([a], 1)).maxlen == 1
tally = containers.counted(Counter([a, b]), a)
assert type(tally) is Counter
assert tally.most_common(1) == [(a, 2)]
pair = Pair(a, (b, 1))
assert containers.modules(pair) == ("_containers", ("_containers", 1))
assert containers.between(pair) == pair
edge = Edge((a, b))
assert list(containers.modules(iter([edge]))) == [edge]
assert containers.between((edge,)) == (edge,)
turned = containers.ordered(OrderedDict(a=a, b=b), "a")
assert type(turned) is OrderedDict
assert list(turned.items()) == [("b", b), ("a", a)]
groups = containers.grouped(defaultdict(list, a=[a]), a, b)
assert type(groups) is defaultdict
assert groups == {"a": [a, a], "b": [b]}
assert groups["none"] == []
(made, others) = containers.missing(defaultdict(lambda: b, a=a), "none")
assert made is b
assert type(others["x"]) is Node
assert others["x"].name == "made"


class Own(OrderedDict[str, Node]):
    """A user's own class, which only they know how to make."""


assert type(containers.ordered(Own(a=a, b=b), "a")) is OrderedDict
try:
    containers.missing(defaultdict(lambda: containers.lists([b])[0]), "blocks the loop")
except DeadlockError:
    pass
else:
    raise AssertionError
assert containers.made_by_class()["x"].ends()[1].name == "z"
layers = containers.layered(ChainMap({"a": b}, {"a": a, "b": b}))
assert type(layers) is ChainMap
assert layers.maps[1:] == [{"a": b}, {"a": a, "b": b}]
assert layers["new"].name == "new"
assert layers.parents["a"] is b
table, line = containers.kept(UserDict(a=a), UserList([a, b]))
assert (type(table), table.data) == (UserDict, {"a": a})
assert (type(line), line.data) == (UserList, [b, a])
assert containers.shown(MappingProxyType({"a": a})) == MappingProxyType({"a": a})
keys, values, items = containers.views({a: 1}.keys(), {1: b}.values(), {"b": b}.items())
assert keys.isdisjoint([b])
assert keys == {a}
assert list(values) == [b]
assert items == {"b": b}.items()
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
    assert (await containers.counted.aio(Counter([a]), a))[a] == 2
    assert (await containers.grouped.aio(defaultdict(list), b))["b"] == [b]
    assert (await containers.missing.aio(defaultdict(Node), "x"))[0].name == "n"
    assert [pair async for pair in containers.streamed.aio([a])] == [("", a)]


asyncio.run(waiting())
