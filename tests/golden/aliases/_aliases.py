"""Aliases that are defined by themselves, alone, through others and with a type variable."""

from __future__ import annotations

from typing import Dict, List, Optional, TypeVar, Union

from ambidex import Module

wrapper_module = Module("aliases")

T = TypeVar("T")

JSON = Union[None, bool, int, float, str, List["JSON"], Dict[str, "JSON"]]
FieldTable = Dict[str, "FieldValue"]
FieldValue = Union[int, str, FieldTable]
Arguments = Optional[FieldTable]
Tree = Union[T, List["Tree[T]"]]


@wrapper_module.wrap_function
async def parsed(text: str, default: Optional[JSON] = None) -> JSON:
    """Return `text` in a list, and the default."""
    return [text, default]


@wrapper_module.wrap_function
async def declared(arguments: Arguments = None) -> FieldTable:
    return {"arguments": arguments or {}}


@wrapper_module.wrap_function
async def flat(tree: Tree[int]) -> List[int]:
    """Return the leaves of a tree."""
    if isinstance(tree, list):
        return [leaf for part in tree for leaf in await flat(part)]
    return [tree]


@wrapper_module.wrap_class
class Document:
    """Holds what JSON can say."""

    root: JSON

    def __init__(self, root: JSON) -> None:
        self.root = root

    async def wood(self) -> Dict[str, Tree[str]]:
        return {"root": [str(self.root)]}
