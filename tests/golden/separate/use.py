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
