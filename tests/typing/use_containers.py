"""What a user of containers.py infers."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator, Mapping, Sequence

import containers
from containers import Edge, Node
from typing_extensions import assert_type

a = Node("a")
assert_type(containers.lists([a]), "Sequence[Node]")
assert_type(containers.tables({"x": a}), "Mapping[Node, list[Node | None]]")
assert_type(containers.sets({a}), "frozenset[Node]")
assert_type(containers.tuples((a, 1, None), ()), "tuple[int, tuple[Node, ...]]")
assert_type(containers.queues(deque([a])), "deque[Node]")
assert_type(containers.iterables([a]), "Iterator[Node]")
assert_type(containers.unions(a), "Node | dict[str, Node] | None")
assert_type(containers.streamed([a]), "Generator[tuple[str, Node], Node | None, None]")
assert_type(Edge((a, a)).ends(), "tuple[Node, Node]")
assert_type(a.joined(a, x=a), str)
