"""Use members and values of every kind, in both classes."""

from __future__ import annotations

import asyncio
import copy
import pickle
from typing import AsyncIterator
from unittest import mock

import twins_members as made
from twins_members import AsyncLeaf, AsyncNode, Leaf, Node


def block() -> None:
    leaf = Leaf()
    assert leaf.weight() == 1
    assert leaf.above() is None
    assert leaf.root is leaf
    assert leaf.friend is leaf
    assert leaf(leaf) is leaf
    assert leaf + leaf is leaf
    assert list(leaf) == [leaf]
    assert Leaf.first is None
    assert [type(each) for each in Leaf.several(2)] == [Leaf, Leaf]
    assert list(Leaf.numbers(2)) == [0, 1]
    with Leaf.lent() as lent:
        assert type(lent) is Leaf
    with Leaf.numbered() as number:
        assert number == 1
    assert list(made.Countdown(3)) == [2, 1, 0]

    assert type(made.edge().node) is Leaf
    assert type(made.labels().get("node")) is Leaf
    tree = made.tree()
    assert isinstance(tree, made.NamedTree)
    assert type(tree.node) is type(tree.below[0].node) is type(tree.names["x"]) is Leaf
    assert made.same_tree(tree).node is tree.node
    assert type(made.hidden()) is Leaf
    assert made.either(leaf) is leaf
    assert made.read([leaf]) == [leaf]
    assert made.awaiting(lambda node: node) is not leaf
    assert type(made.awaiting(lambda node: node)) is Leaf
    assert type(made.calling(lambda node: node)) is Leaf
    assert made.told(lambda node: type(node) is Leaf)
    assert type(pickle.loads(pickle.dumps(leaf))) is Leaf
    assert type(copy.copy(leaf)) is Leaf
    with mock.patch.object(Leaf, "weight", autospec=True, return_value=5):
        assert leaf.weight() == 5


async def nodes(*listed: AsyncNode) -> AsyncIterator[AsyncNode]:
    for node in listed:
        yield node


async def handed_back(node: AsyncNode) -> AsyncNode:
    assert type(node) is AsyncLeaf
    return node


async def wait() -> None:
    leaf = AsyncLeaf()
    assert await leaf.weight() == 1
    assert await leaf.above() is None
    assert leaf.root is leaf
    assert leaf.friend is leaf
    assert await leaf(leaf) is leaf
    assert leaf + leaf is leaf
    assert list(leaf) == [leaf]
    assert AsyncLeaf.first is None
    assert [type(each) async for each in AsyncLeaf.several(2)] == [AsyncLeaf, AsyncLeaf]
    assert [number async for number in AsyncLeaf.numbers(2)] == [0, 1]
    async with AsyncLeaf.lent() as lent:
        assert type(lent) is AsyncLeaf
    async with AsyncLeaf.numbered() as number:
        assert number == 1
    assert [number async for number in made.AsyncCountdown(3)] == [2, 1, 0]

    assert type((await made.async_edge()).node) is AsyncLeaf
    assert type((await made.async_labels()).get("node")) is AsyncLeaf
    tree = await made.async_tree()
    assert isinstance(tree, made.AsyncNamedTree)
    assert type(tree.node) is type(tree.below[0].node) is type(tree.names["x"]) is AsyncLeaf
    assert (await made.async_same_tree(tree)).node is tree.node
    assert type(await made.async_hidden()) is AsyncLeaf
    assert await made.async_either(leaf) is leaf
    assert await made.async_read([leaf]) == [leaf]
    assert await made.async_read(nodes(leaf)) == [leaf]
    assert type(await made.async_awaiting(lambda node: node)) is AsyncLeaf
    assert type(await made.async_awaiting(handed_back)) is AsyncLeaf
    assert type(await made.async_calling(lambda node: node)) is AsyncLeaf
    assert made.async_told(lambda node: type(node) is AsyncLeaf)
    assert type(pickle.loads(pickle.dumps(leaf))) is AsyncLeaf
    assert type(copy.copy(leaf)) is AsyncLeaf
    with mock.patch.object(AsyncLeaf, "weight", autospec=True, return_value=5):
        assert await leaf.weight() == 5
    assert await asyncio.gather(*(AsyncLeaf().weight() for _ in range(5))) == [1] * 5


class Hello(made.Plugin, tag="hello"):
    """A plugin whose methods block."""


class Again(Hello, tag="again"):
    """Extends it."""


class AsyncHello(made.AsyncPlugin, tag="later"):
    """A plugin whose methods are awaited."""


assert made.Plugin.tags == made.AsyncPlugin.tags == ["hello", "again", "later"]
assert Again().order() == ["Again", "Hello", "Plugin"]
assert asyncio.run(AsyncHello().order()) == ["AsyncHello", "Plugin"]
assert issubclass(Leaf, Node)
assert issubclass(AsyncLeaf, AsyncNode)
block()
asyncio.run(wait())
