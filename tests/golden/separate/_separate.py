"""A manifest of its own, for code that does not know it is public."""

from __future__ import annotations

from _separate_birds import LIMIT, Bird, Feather, Flock, count, parse
from _separate_trees import Tree

from ambidex import Module

wrapper_module = Module("separate")
wrapper_module.wrap_class(Feather)
wrapper_module.wrap_class(Tree, exclude=["fell"], rename={"grown": "grow"})
wrapper_module.wrap_class(Flock, name="Swarm", include=["size"])
wrapper_module.manual_export("LIMIT")
wrapper_module.manual_export(count)
wrapper_module.wrap_class(name="Animal")(Bird)
wrapper_module.wrap_function(parse)


__all__ = ("LIMIT", "plant")


@wrapper_module.wrap_function
async def plant(name: str) -> Tree:
    """Plant a tree."""
    return Tree(name)
