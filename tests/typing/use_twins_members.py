"""What a user of twins_members.py infers, and what checkers refuse."""

from __future__ import annotations

import twins_members
from twins_members import AsyncLeaf, AsyncNode, Leaf, Node
from typing_extensions import assert_type

leaf = Leaf()
assert_type(leaf(leaf), Node)
assert_type(leaf + leaf, Node)
assert_type(leaf.root, Node)
for each in leaf:
    assert_type(each, Node)
assert_type(list(Leaf.several(2)), "list[Leaf]")
with Leaf.lent() as lent:
    assert_type(lent, Leaf)
assert_type(twins_members.edge().node, Node)
leaf(AsyncLeaf())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def waiting(later: AsyncLeaf) -> None:
    """Find the same types in the other form."""
    assert_type(await later(later), AsyncNode)
    assert_type(later + later, AsyncNode)
    assert_type([each async for each in AsyncLeaf.several(2)], "list[AsyncLeaf]")
    async with AsyncLeaf.lent() as lent:
        assert_type(lent, AsyncLeaf)
