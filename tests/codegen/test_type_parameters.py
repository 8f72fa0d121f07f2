"""The type parameters of Python 3.12 are generated as the type variables that every Python knows."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import ambidex
from tests.codegen.conftest import INTERPRETERS, environment

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
NEW = {version: python for version, python in INTERPRETERS.items() if int(version.split(".")[1]) >= 12}


@pytest.mark.parametrize("version", NEW)
def test_type_parameters_give_what_type_variables_give(version: str, project: Project) -> None:
    """Functions, classes and methods, on each interpreter that knows the syntax."""
    texts: list[str] = []
    for name, variable, result, base in (("_old", "", "", "(Generic[T])"), ("_new", "[T]", "[R]", "[T]")):
        body = BODY.replace("<T>", variable).replace("<R>", result).replace("<base>", base)
        project.write(f"{name}.py", PROLOGUE + body)
        done = subprocess.run(
            [NEW[version], "-B", "-m", "ambidex", "generate", "-m", name],
            cwd=project.folder,
            env=environment([Path(ambidex.__file__).parent.parent]),
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        texts.append(done.stdout.replace(name, "_impl"))
    assert "class Box(Face, Generic[T], implementation=_impl):" in texts[0]
    assert texts[0] == texts[1]
