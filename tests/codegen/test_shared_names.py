"""A class that stands for a method has a name of its own for the generated modules that import it."""

from __future__ import annotations

import ast
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.codegen.conftest import Project

SHELVES = """
from typing import Generic, Tuple, TypeVar
from ambidex import Module

first, second, third = Module("first"), Module("second"), Module("third")
T = TypeVar("T")
U = TypeVar("U")

@first.wrap_class
class Shelf(Generic[T]):
    async def beside(self, item: T, other: U) -> Tuple[T, U]: ...

@first.wrap_class
class A__B(Generic[T]):
    async def f(self, item: T, other: U) -> Tuple[T, U]: ...

@first.wrap_class
class A(Generic[T]):
    async def B__f(self, item: T, other: U) -> Tuple[U, T]: ...

@second.wrap_class(name="Shelf")
class Further(Shelf[T]):
    async def beside(self, item: T, other: U) -> Tuple[T, U]: ...

@third.wrap_class
class Furthest(Further[T]):
    async def beside(self, item: T, other: U) -> Tuple[T, U]: ...

@third.wrap_class
class OfAB(A__B[T]):
    async def f(self, item: T, other: U) -> Tuple[T, U]: ...

@third.wrap_class
class OfA(A[T]):
    async def B__f(self, item: T, other: U) -> Tuple[U, T]: ...
"""


def test_each_name_stands_for_one_class_in_a_module(project: Project) -> None:
    """Underscores in names, and a class that is called as its base in another module, make none stand for two."""
    project.write("_impl.py", SHELVES)
    compiled = project.compile("_impl")
    assert sorted(compiled) == ["first", "second", "third"]
    for text in compiled.values():
        nodes = list(ast.walk(ast.parse(text)))
        bound = [node.name for node in nodes if isinstance(node, ast.ClassDef)]
        bound += [
            alias.asname or alias.name for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names
        ]
        assert [name for name, number in Counter(bound).items() if number > 1 and name != "annotations"] == []
    assert compiled["third"].count("_bound__") > 0
