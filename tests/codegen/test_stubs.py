"""Stubs that cannot be read: what stands in their modules is refused, and never taken with other types."""

from __future__ import annotations

import pytest

from tests.codegen.conftest import Project

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
FIX = "correct it, or generate with a Python that can read it"


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
    assert told.startswith(f"core.pyi:{line}: the stub of core cannot be read ({reason}")
    assert told.endswith(f"): {FIX}")


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
