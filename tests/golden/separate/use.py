"""Use one public module over three implementation modules."""

from __future__ import annotations

import asyncio

import separate

tree = separate.plant("oak")
assert isinstance(tree, separate.Tree)
assert tree.name == "oak"
assert separate.Tree.tallest([tree]) is tree
bird = separate.parse("crow")
assert isinstance(bird, separate.Animal)
assert bird.land_on(tree) is tree
assert list(bird.feathers()) == [separate.Feather("black")]
assert asyncio.run(bird.land_on.aio(tree)) is tree
assert tree.grow(1.5) is tree
assert not hasattr(tree, "fell")
assert separate.Swarm().size() == 3
assert not hasattr(separate.Swarm(), "noise")
assert separate.LIMIT == 100
assert separate.count([separate.Feather("black")]) == 1
