"""Wrapped objects inside containers, both ways."""

from __future__ import annotations

from collections import ChainMap, Counter, OrderedDict, UserDict, UserList, defaultdict, deque
from types import MappingProxyType
from typing import (
    Any,
    AsyncGenerator,
    DefaultDict,
    Deque,
    Dict,
    FrozenSet,
    ItemsView,
    Iterable,
    Iterator,
    KeysView,
    List,
    Mapping,
    NamedTuple,
    Optional,
    Sequence,
    Set,
    Tuple,
    Union,
    ValuesView,
)

from ambidex import Module

wrapper_module = Module("containers")


@wrapper_module.wrap_class
class Node:
    def __init__(self, name: str = "n") -> None:
        self._name = name

    @property
    def name(self) -> str:
        return self._name

    def joined(self, *others: Node, **named: Node) -> str:
        return self._name + "".join(node._name for node in (*others, *named.values()))


@wrapper_module.wrap_class
class Edge:
    """Another face, for unions of two."""

    def __init__(self, nodes: Optional[Tuple[Node, Node]] = None) -> None:
        self._nodes = nodes or (Node("a"), Node("z"))

    async def ends(self) -> Tuple[Node, Node]:
        return self._nodes


@wrapper_module.wrap_function
async def lists(nodes: List[Node]) -> Sequence[Node]:
    return nodes[::-1]


@wrapper_module.wrap_function
async def tables(nodes: Dict[str, Node]) -> Mapping[Node, List[Optional[Node]]]:
    return {node: [node, None] for node in nodes.values()}


@wrapper_module.wrap_function
async def sets(nodes: Set[Node]) -> FrozenSet[Node]:
    return frozenset(nodes)


@wrapper_module.wrap_function
async def tuples(
    pair: Tuple[Node, int, None], rest: Tuple[Node, ...]
) -> Tuple[int, Tuple[Node, ...]]:
    return pair[1], (pair[0], *rest)


@wrapper_module.wrap_function
async def queues(nodes: Deque[Node]) -> Deque[Node]:
    return deque(nodes, nodes.maxlen)


@wrapper_module.wrap_function
async def counted(nodes: Counter[Node], *more: Node) -> Counter[Node]:
    return nodes + Counter(more)


@wrapper_module.wrap_function
async def ordered(nodes: OrderedDict[str, Node], last: str) -> OrderedDict[str, Node]:
    nodes.move_to_end(last)
    return nodes


@wrapper_module.wrap_function
async def grouped(nodes: DefaultDict[str, List[Node]], *more: Node) -> DefaultDict[str, List[Node]]:
    for node in more:
        nodes[node.name].append(node)
    return nodes


@wrapper_module.wrap_function
async def missing(nodes: DefaultDict[str, Node], name: str) -> Tuple[Node, DefaultDict[str, Node]]:
    """Give what the user's factory makes, and a table with a factory of its own."""
    return nodes[name], defaultdict(lambda: Node("made"))


@wrapper_module.wrap_function
async def made_by_class() -> DefaultDict[str, Edge]:
    return defaultdict(Edge)


@wrapper_module.wrap_function
async def layered(nodes: ChainMap[str, Node]) -> ChainMap[str, Node]:
    return nodes.new_child({"new": Node("new")})


@wrapper_module.wrap_function
async def kept(
    table: UserDict[str, Node], row: UserList[Node]
) -> Tuple[UserDict[str, Node], UserList[Node]]:
    return table, row[::-1]


@wrapper_module.wrap_function
async def shown(nodes: MappingProxyType[str, Node]) -> MappingProxyType[str, Node]:
    return MappingProxyType(dict(nodes))


@wrapper_module.wrap_function
async def views(
    keys: KeysView[Node], values: ValuesView[Node], items: ItemsView[str, Node]
) -> Tuple[KeysView[Node], ValuesView[Node], ItemsView[str, Node]]:
    return keys, values, dict(items).items()


@wrapper_module.wrap_function
async def iterables(nodes: Iterable[Node]) -> Iterator[Node]:
    return iter(list(nodes))


@wrapper_module.wrap_function
async def unions(thing: Union[Node, Edge, List[Node], str]) -> Union[Node, Dict[str, Node], None]:
    if isinstance(thing, Edge):
        return (await thing.ends())[0]
    if isinstance(thing, list):
        return {node.name: node for node in thing}
    return thing if isinstance(thing, Node) else None


@wrapper_module.wrap_function
async def by_name(node: Node, *, named: bool) -> Union[Iterable[Node], Dict[str, Node]]:
    """Give a table, which is an iterable of its keys as well."""
    return {node.name: node} if named else iter([node])


@wrapper_module.wrap_function
async def by_number(node: Node, *, numbered: bool) -> Union[Iterable[Node], Dict[str, int]]:
    """Give a table without a node in it."""
    return {node.name: 1} if numbered else iter([node])


@wrapper_module.wrap_function
async def alike(
    table: Union[Dict[str, Node], Dict[Node, str]],
) -> Union[Tuple[Node, int], Tuple[int, Node], List[Node], Iterable[Edge]]:
    """Take and give what fits several members of a union."""
    (key, value), *_ = table.items()
    return (1, key) if isinstance(key, Node) else (value, 1) if isinstance(value, Node) else []


class Pair(NamedTuple):
    """A record of anything, which one can iterate over, too."""

    left: object
    right: Tuple[object, int]


@wrapper_module.wrap_function
async def modules(things: Union[Pair, Iterable[Edge]]) -> Union[Pair, Iterable[Edge]]:
    """Give modules for a record, which has the implementation's own objects in it."""
    if isinstance(things, Pair):
        left, (right, number) = things
        return Pair(type(left).__module__, (type(right).__module__, number))
    return things


@wrapper_module.wrap_function
async def between(things: Union[Pair, Tuple[Edge, ...]]) -> Union[Pair, Tuple[Edge, ...]]:
    """Give the same back."""
    return things


@wrapper_module.wrap_function
async def anything(thing: Any, other: object) -> Any:
    return thing if isinstance(thing, Node) else other


@wrapper_module.wrap_function
async def streamed(nodes: List[Node]) -> AsyncGenerator[Tuple[str, Node], Optional[Node]]:
    sent: Node | None = None
    for node in nodes:
        sent = yield (sent.name if sent is not None else ""), node


@wrapper_module.wrap_function
async def plain(rows: List[Dict[str, Any]]) -> Mapping[str, Any]:
    """A container of Any is handed over as it is, unless a wrapped object is in it."""
    return rows[0]
