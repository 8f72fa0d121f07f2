"""What a class pattern takes by place is the same of a face as of its implementation, whichever Python generates it.

The golden case `patterns`, which no Python before 3.10 reads, matches with it.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import ambidex
from tests.codegen.conftest import INTERPRETERS, environment

if TYPE_CHECKING:
    from tests.codegen.conftest import Project

IMPLEMENTATION = """
from __future__ import annotations
from dataclasses import dataclass
from typing import ClassVar
from ambidex import Module

m = Module("public")

@m.wrap_class
class Span:
    __match_args__ = ("start", "length", "_unit", "end")
    start: int
    end: int

    def __init__(self, start: int, end: int) -> None:
        self.start, self.end, self._unit = start, end, "m"

    @property
    def length(self) -> float:
        return self.end - self.start

    async def doubled(self) -> Span:
        return Span(self.start, self.end * 2)

@m.wrap_class(exclude=["hidden"], rename={"end": "until"})
class Chosen:
    __match_args__ = ("end", "start", "hidden")
    start: int
    end: int
    hidden: int

@m.wrap_class
class Whole(Span):
    __match_args__ = ("_unit",)

@m.wrap_class
class Plain(Span):
    pass

@m.wrap_class(by="identity")
@dataclass
class Leg:
    span: Span
    many: ClassVar[int] = 2
    name: str = ""

@m.wrap_class(by="identity")
@dataclass
class Stage(Leg):
    number: int = 0
"""
USE = """
import sys
import _impl
from public import Leg, Plain, Span, Stage, Whole

assert Span.__match_args__ == Plain.__match_args__ == ("start", "length")
assert Whole.__match_args__ == ()
assert Leg.__match_args__ == ("span", "name")
assert Stage.__match_args__ == ("span", "name", "number")
if sys.version_info >= (3, 10):
    assert Stage.__match_args__ == _impl.Stage.__match_args__
"""
CHOSEN = '("until", "start")'


@pytest.mark.parametrize("version", INTERPRETERS)
def test_face_has_the_places_of_the_implementation(version: str, project: Project) -> None:
    """Places go up to the first that is not public; those of a dataclass are its fields, on Python 3.9 as later."""
    project.write("_impl.py", IMPLEMENTATION)
    project.write("use.py", USE)
    for command in (["-m", "ambidex", "generate", "-m", "_impl", "-o", "."], ["use.py"]):
        done = subprocess.run(
            [INTERPRETERS[version], "-B", "-W", "error", *command],
            cwd=project.folder,
            env=environment([Path(ambidex.__file__).parent.parent, project.folder]),
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
    assert CHOSEN in (project.folder / "public.py").read_text(encoding="utf-8")
