"""What a user of containers.py infers."""

from __future__ import annotations

from collections import ChainMap, Counter, OrderedDict, UserDict, UserList, defaultdict, deque
from collections.abc import Generator, ItemsView, Iterator, KeysView, Mapping, Sequence, ValuesView
from types import MappingProxyType
from typing import Any

import containers
from containers import Edge, Node
from typing_extensions import assert_type

a = Node("a")
assert_type(containers.lists([a]), "Sequence[Node]")
assert_type(containers.tables({"x": a}), "Mapping[Node, list[Node | None]]")
assert_type(containers.sets({a}), "frozenset[Node]")
assert_type(containers.tuples((a, 1, None), ()), "tuple[int, tuple[Node, ...]]")
assert_type(containers.queues(deque([a])), "deque[Node]")
assert_type(containers.counted(Counter([a])), "Counter[Node]")
assert_type(containers.ordered(OrderedDict(a=a), "a"), "OrderedDict[str, Node]")
assert_type(containers.grouped(defaultdict(list)), "defaultdict[str, list[Node]]")
assert_type(containers.missing(defaultdict(Node), "x"), "tuple[Node, defaultdict[str, Node]]")
assert_type(containers.layered(ChainMap({"a": a})), "ChainMap[str, Node]")
assert_type(containers.kept(UserDict(a=a), UserList([a])), "tuple[UserDict[str, Node], UserList[Node]]")
assert_type(containers.shown(MappingProxyType({"a": a})), "MappingProxyType[str, Node]")
assert_type(
    containers.views({a: 1}.keys(), {1: a}.values(), {"a": a}.items()),
    "tuple[KeysView[Node], ValuesView[Node], ItemsView[str, Node]]",
)
assert_type(containers.iterables([a]), "Iterator[Node]")
assert_type(containers.unions(a), "Node | dict[str, Node] | None")
assert_type(containers.streamed([a]), "Generator[tuple[str, Node], Node | None, None]")
assert_type(Edge((a, a)).ends(), "tuple[Node, Node]")
assert_type(a.joined(a, x=a), str)
assert_type(containers.anything(a, 1), Any)
