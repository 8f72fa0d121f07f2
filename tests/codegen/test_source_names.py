"""A stub names what it stands for, and nothing that the implementation leaves open reaches the generated module."""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING

import pytest

from tests.codegen.cases import make_library

if TYPE_CHECKING:
    from tests.codegen.conftest import Project

# A decorator without a type, members that exist on objects alone, a generic class, private names with public ones.
LOOSE = """
    from __future__ import annotations

    import functools
    from typing import Any, Generic, List, TypeVar

    from ambidex import Module

    T = TypeVar("T")
    m = Module("loose.public")


    def logged(function):
        @functools.wraps(function)
        async def logging(*args, **kwargs):
            return await function(*args, **kwargs)

        return logging


    @m.wrap_function
    @logged
    async def counted(limit: int) -> int:
        return limit


    @m.wrap_function(name="hidden")
    async def _hidden(limit: int) -> int:
        return limit


    @m.wrap_class
    class Box(Generic[T]):
        size: int

        def __init__(self, item: T, **options: Any) -> None:
            self.size = options.get("size", 1)
            self.item: T = item

        @logged
        async def get(self) -> T:
            return self.item

        async def __aenter__(self) -> Box[T]:
            return self

        async def __aexit__(self, *details: object) -> None: ...

        def __len__(self) -> int:
            return 3
"""
SETTINGS = {
    "typeCheckingMode": "strict",
    "pythonVersion": "3.9",
    "extraPaths": ["library"],
    "include": ["loose/public.py"],
}


@pytest.fixture
def loose(project: Project) -> Project:
    """Generate from an implementation that a strict checker refuses, into its own package."""
    project.write("loose/__init__.py", "")
    project.write("loose/_loose.py", LOOSE)
    assert project.ambidex("generate", "-m", "loose._loose", "-o", ".") == (0, "loose/public.py: written\n", "")
    return project


def test_stub_names_what_it_stands_for(loose: Project) -> None:
    """By its path in the implementation, the async form of what blocks, and nothing private."""
    body = r"^ +(?:raise implemented_elsewhere\(\)\.at\((.*)\)|implemented_elsewhere\(\))$"
    named = re.findall(body, loose.read("loose/public.py"), re.MULTILINE)
    entering = ("__aenter__", "__aexit__", "__aenter__", "__aexit__")
    members = ("size", "size", "__init__", "item", "item", "get", *entering, "__len__")
    assert named == ["_source.counted", "", *(f"_source.Box.{name}" for name in members)]


@pytest.mark.timeout(300)  # the first run of basedpyright may unpack its own node, and mypy reads the library first
def test_generated_module_is_clean_whatever_its_implementation_leaves_open(loose: Project) -> None:
    """Under both checkers in strict mode, and under the linter's rules about imports for checkers and private names."""
    make_library(loose.folder)
    loose.write("pyrightconfig.json", json.dumps(SETTINGS))
    code, output, _ = loose.run("-m", "basedpyright", "--pythonpath", sys.executable)
    assert (code, output.splitlines()[-1]) == (0, "0 errors, 0 warnings, 0 notes"), output
    assert loose.mypy("-p", "loose.public")[:2] == (0, "Success: no issues found in 1 source file\n")
    rules = ("--isolated", "--target-version", "py39", "--select", "B,F,SLF,TC,PLE0101,RET")
    assert loose.run("-m", "ruff", "check", *rules, "loose/public.py")[:2] == (0, "All checks passed!\n")


def test_name_of_the_implementation_is_there_for_checkers_alone(loose: Project) -> None:
    """Importing the generated module imports no implementation, and a package keeps its submodules' names."""
    program = (
        "import sys, loose.public; assert 'loose._loose' not in sys.modules; "
        "from loose import _loose; assert _loose.__name__ == 'loose._loose'; "
        "assert loose.public.counted(3) == 3"
    )
    assert loose.run("-c", program) == (0, "", "")
