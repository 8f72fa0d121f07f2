"""Stubs: what they say counts, more than the code says, too; one that cannot be read is refused."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

import ambidex
from tests.codegen.conftest import INTERPRETERS, Project, environment

MANIFEST = """
    from ambidex import Module
    from core import Boat, row

    m = Module("public")
    m.wrap_function(row)
    m.wrap_class(Boat)
"""
CORE = """
    async def row(times: int) -> int:
        return times

    class Boat:
        async def turn(self) -> int:
            return 1
"""


@pytest.mark.parametrize(
    ("stub", "line", "reason"),
    [
        (b"\nasync def row(times: str -> str: ...\n", 2, "SyntaxError: "),
        (
            b'async def row(times: str = "\xe9") -> str: ...\n',
            1,
            "SyntaxError: invalid or missing encoding declaration",
        ),
        (b"# coding: nonsense\n", 1, "SyntaxError: unknown encoding"),
        (b"# coding: ascii\n\n# \xe9\n", 1, "UnicodeDecodeError: 'ascii' codec can't decode byte"),
    ],
)
def test_stub_that_cannot_be_read_is_refused_once(project: Project, stub: bytes, line: int, reason: str) -> None:
    """The place in the stub, why, and what to do; nothing is generated with the types of the code instead."""
    project.write("_m.py", MANIFEST)
    project.write("core.py", CORE)
    (project.folder / "core.pyi").write_bytes(stub)
    code, output, errors = project.ambidex("-m", "_m", "-o", "out")
    (told,) = errors.splitlines()
    assert (code, output) == (1, "")
    place, _, told = told.partition(": ")
    _, start, rest = told.partition(reason)
    _, end, fix = rest.rpartition("): ")  # what Python says beyond the reason is worded by each version
    assert (place, start, end) == (f"core.pyi:{line}", reason, "): ")
    assert f"{told.partition(reason)[0]}{reason}...): {fix}" == (
        f"the stub of core cannot be read ({reason}...): correct it, or generate with a Python that can read it"
    )


def test_stub_of_a_base_is_one_of_the_class(project: Project) -> None:
    """What a class inherits has the types of the module that it is written in."""
    project.write("core.py", CORE)
    project.write("core.pyi", "class Boat\n")
    project.write(
        "_m.py",
        """
        from ambidex import Module
        from core import Boat

        m = Module("public")

        @m.wrap_class
        class Ship(Boat):
            async def sink(self) -> None:
                pass
        """,
    )
    code, _, errors = project.ambidex("-m", "_m")
    assert (code, errors.partition(" (")[0]) == (1, "core.pyi:1: the stub of core cannot be read")


HOLD = """
    class Hold:
        def __init__(self, first, cargo):
            self.cargo = cargo

        async def unload(self):
            return self.cargo

    class Tank(Hold):
        pass
"""
HOLD_MANIFEST = """
    import hold
    from ambidex import Module

    m = Module("public")
    m.wrap_class(hold.Hold)
    m.wrap_class(hold.Tank)

    @m.wrap_function
    async def find(holds: "hold.Hold[int, str]", tank: "hold.Tank") -> "hold.Hold[str, bytes]": ...
"""
OLD_STUB = """
    from typing import Generic, TypeVar

    _C = TypeVar("_C", bound=bytes | str)
    _F = TypeVar("_F")

    class Hold(Generic[_F, _C]):
        cargo: _C
        def __init__(self, first: _F, cargo: _C) -> None: ...
        async def unload(self) -> _C: ...

    class Tank(Hold[float, _C]): ...
"""
NEW_STUB = """
    class Hold[_F, _C: (bytes | str)]:
        cargo: _C
        def __init__(self, first: _F, cargo: _C) -> None: ...
        async def unload(self) -> _C: ...

    class Tank[_C: (bytes | str)](Hold[float, _C]): ...
"""
NEWEST = max(INTERPRETERS, key=lambda version: int(version.split(".")[1]))


@pytest.mark.parametrize("stub", [OLD_STUB, NEW_STUB])
def test_stub_makes_classes_generic_that_are_not_at_run_time(project: Project, stub: str) -> None:
    """Variables, their order and bounds, and what a base is applied to; a manifest by hand applies them, too."""
    project.write("_m.py", HOLD_MANIFEST)
    project.write("hold.py", HOLD)
    project.write("hold.pyi", stub)
    done = subprocess.run(
        [INTERPRETERS[NEWEST], "-B", "-m", "ambidex", "generate", "-m", "_m"],
        cwd=project.folder,
        env=environment([Path(ambidex.__file__).parent.parent]),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    for line in (
        '_C = TypeVar("_C", bound="bytes | str")',
        "class Hold(Face, Generic[_F, _C], implementation=_impl):",
        "def cargo(self) -> _C:",
        "def __init__(self, first: _F, cargo: _C) -> None:",
        "class Tank(Hold[float, _C], Generic[_C], implementation=_impl):",
        "def find(holds: Hold[int, str], tank: Tank[Any]) -> Hold[str, bytes]:",
    ):
        assert line in done.stdout


DRESSED = """
    import os
    from functools import wraps

    def wrap(function):
        @wraps(function)
        async def run(*args, loop=None):
            return function(*args)

        return run

    exists = wrap(os.path.exists)
    getcwd = wrap(os.getcwd)
    makedirs = wrap(os.makedirs)
"""
DRESSED_STUB = """
    async def exists(path: str, loop: object = ...) -> bool: ...
    async def getcwd(loop: object = ...) -> str: ...
"""
DRESSED_MANIFEST = """
    import files
    from ambidex import Module
    from files import wrap

    m = Module("public")
    m.wrap_function(files.exists, exclude=["loop"])
    m.wrap_function(name="here")(files.getcwd)
"""


def test_function_in_the_clothes_of_another_module_is_what_the_stub_says(project: Project) -> None:
    """By the name under which its own module has it; parameters are excluded, and another public name is given."""
    project.write("_m.py", DRESSED_MANIFEST)
    project.write("files.py", DRESSED)
    project.write("files.pyi", DRESSED_STUB)
    assert project.ambidex("-m", "_m", "-o", ".") == (0, "public.py: written\n", "")
    program = "import public; print(public.exists('nowhere'), public.here() == __import__('os').getcwd())"
    assert project.run("-W", "error", "-c", program) == (0, "False True\n", "")
    text = project.read("public.py")
    assert "from files.py" in text.partition("\n")[0]
    assert "def exists(path: str) -> bool:" in text


def test_function_in_the_clothes_of_another_module_is_refused_in_its_own(project: Project) -> None:
    """Where no stub has it; and where no module holds it, at the decorator: never in a file of Python itself."""
    more = """
    m.wrap_function(files.makedirs)
    m.wrap_function(name="there")(wrap(files.os.path.exists))
    """
    project.write("_m.py", DRESSED_MANIFEST + more)
    project.write("files.py", DRESSED)
    project.write("files.pyi", DRESSED_STUB)
    code, _, errors = project.ambidex("-m", "_m")
    fix, home = "write a function with annotations that calls it", os.path.exists.__module__
    assert (code, errors.splitlines()) == (
        1,
        [
            f"files.py:6: there says that it is {home}.exists, and no module gives it a name: {fix}",
            f"files.py:13: makedirs says that it is os.makedirs, and no stub of files has its types: {fix}",
        ],
    )
