"""Options of dataclasses that came with Python 3.10 are taken as every other one."""

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
from dataclasses import dataclass, field
from ambidex import Module

m = Module("public")

@m.wrap_class
class Station: ...

@m.wrap_class
@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    at: Station
    others: list[Station] = field(default_factory=list)

@m.wrap_function
async def same(stop: Stop) -> Stop:
    assert type(stop.at) is Station and stop.others == [stop.at]
    return stop
"""
USE = """
from public import Station, Stop, same

station = Station()
stop = same(Stop(at=station, others=[station]))
assert stop.at is station and stop.others == [station] and not hasattr(stop, "__dict__")
"""
NEW = {version: python for version, python in INTERPRETERS.items() if int(version.split(".")[1]) >= 10}


@pytest.mark.parametrize("version", NEW)
def test_slots_and_keywords_of_a_dataclass_survive_the_copy(version: str, project: Project) -> None:
    """A record that has slots and is made by keywords carries faces to the implementation and back."""
    project.write("_impl.py", IMPLEMENTATION)
    project.write("use.py", USE)
    for command in (["-m", "ambidex", "generate", "-m", "_impl", "-o", "."], ["use.py"]):
        done = subprocess.run(
            [NEW[version], "-B", "-W", "error", *command],
            cwd=project.folder,
            env=environment([Path(ambidex.__file__).parent.parent, project.folder]),
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
