"""A ParamSpec that exists at run time means the same on every interpreter, in a string and evaluated."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import typing_extensions

import ambidex

if TYPE_CHECKING:
    from tests.codegen.conftest import Project

SOURCE = """
{first}
from typing import Awaitable, Callable, TypeVar
from typing_extensions import ParamSpec
from ambidex import Module
wrapper_module = Module("public")
P = ParamSpec("P")
T = TypeVar("T")
@wrapper_module.wrap_function
async def apply(function: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> T: ...
@wrapper_module.wrap_function
async def call(function: Callable[[int], T]) -> T: ...
"""
COMPILE = """
import sys
sys.path[:0] = [{package!r}, "."]
from ambidex.codegen import compile_modules
import _impl
print(*compile_modules([_impl.wrapper_module], "public").values(), sep="", end="")
"""


@pytest.mark.parametrize("first", ["from __future__ import annotations", ""])
def test_a_param_spec_is_no_parameter_on_any_interpreter(project: Project, interpreter: Path, first: str) -> None:
    """Before Python 3.10 that of typing_extensions is a list, which looks like a list of parameters."""
    project.write("_impl.py", SOURCE.format(first=first))
    shutil.copy(typing_extensions.__file__, project.folder)
    package = str(Path(ambidex.__file__).parents[1])
    code, text, errors = project.run("-c", COMPILE.format(package=package), python=interpreter)
    assert (code, errors) == (0, "")
    assert "function: Callable[P, Awaitable[T]]" in text
    assert "function: Callable[[int], T]" in text
    assert "Callable[[P]" not in text
