"""The type parameters of Python 3.12 are generated as the type variables that every Python knows."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.codegen.conftest import Project

PROLOGUE = """
from __future__ import annotations
from collections.abc import Callable
from typing import Generic, TypeVar
from ambidex import Module

m = Module("public")
T = TypeVar("T")
R = TypeVar("R")
"""
BODY = """
@m.wrap_function
async def first<T>(value: T) -> list[T]: ...

@m.wrap_class
class Box<base>:
    async def get(self) -> T: ...
    async def apply<R>(self, function: Callable[[T], R]) -> R: ...

@m.wrap_class
class Named(Box[str]): ...
"""


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the syntax is Python 3.12's")
def test_type_parameters_give_what_type_variables_give(project: Project) -> None:
    """Functions, classes and methods."""
    texts: list[str] = []
    for name, variable, result, base in (("_old", "", "", "(Generic[T])"), ("_new", "[T]", "[R]", "[T]")):
        body = BODY.replace("<T>", variable).replace("<R>", result).replace("<base>", base)
        project.write(f"{name}.py", PROLOGUE + body)
        texts.append(project.compile(name)["public"].replace(name, "_impl"))
    assert texts[0] == texts[1]
