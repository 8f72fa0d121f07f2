"""A generated module imports what it names, and nothing else."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.codegen.conftest import Project

HEAD = """
from typing import AsyncIterator, List
from typing_extensions import Self
from ambidex import Module

m = Module("public")

@m.wrap_class
class Page:
"""
OF_OBJECT = "    async def several(self) -> 'List[Self]':\n        return [self]\n"
OF_CLASS = "    @classmethod\n    async def several(cls) -> 'List[Self]':\n        return [cls()]\n"
STREAM_OF_CLASS = "    @classmethod\n    async def each(cls) -> 'AsyncIterator[Self]':\n        yield cls()\n"


@pytest.mark.parametrize("method", [OF_OBJECT, OF_CLASS, STREAM_OF_CLASS])
def test_explicit_pair_imports_what_it_names(project: Project, method: str) -> None:
    """The classes that stand for one callable name different things for an object and for a class."""
    project.write("_impl.py", HEAD + method)
    tree = ast.parse(project.compile()["public"])
    imported = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module != "__future__"
        for alias in node.names
    }
    assert imported - {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} == set()
