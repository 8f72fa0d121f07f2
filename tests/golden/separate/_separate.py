"""A manifest of its own, for code that does not know it is public."""

from __future__ import annotations

from _separate_birds import Bird, Feather, parse
from _separate_trees import Tree

from ambidex import Module

wrapper_module = Module("separate")
wrapper_module.wrap_class(Feather)
wrapper_module.wrap_class(Tree)
wrapper_module.wrap_class(name="Animal")(Bird)
wrapper_module.wrap_function(parse)


@wrapper_module.wrap_function
async def plant(name: str) -> Tree:
    """Plant a tree."""
    return Tree(name)
