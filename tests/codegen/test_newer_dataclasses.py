"""Options of dataclasses that came with Python 3.10, and generic records of 3.11, are taken as every other one."""

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
GENERIC = """
from __future__ import annotations
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypedDict, TypeVar
from ambidex import Module

m = Module("public")
T = TypeVar("T")

@m.wrap_class
class Station: ...

@m.wrap_class
class Leg(NamedTuple, Generic[T]):
    at: Station
    item: T
    size: int = 1

@m.wrap_class
class Plan(TypedDict, Generic[T]):
    at: Station
    item: T
    legs: list[Leg[T]]

@m.wrap_class
class Ticket(Plan[int]):
    price: int

@m.wrap_class
@dataclass(frozen=True, slots=True, kw_only=True)
class Stop(Generic[T]):
    at: Station
    item: T

@m.wrap_function
async def leg(at: Station, item: T) -> Leg[T]:
    assert type(at) is Station
    return Leg(at, item)

@m.wrap_function
async def planned(plan: Plan[Station]) -> Station:
    assert type(plan["at"]) is type(plan["item"]) is type(plan["legs"][0].item) is Station
    return plan["item"]

@m.wrap_function
async def ticket(ticket: Ticket) -> Ticket:
    assert type(ticket["at"]) is type(ticket["legs"][0].at) is Station
    return ticket

@m.wrap_function
async def stopped(stop: Stop[Station]) -> Stop[str]:
    assert type(stop.at) is type(stop.item) is Station
    return Stop(at=stop.item, item="a")
"""
USE_OF_GENERIC = """
from public import Leg, Station, Stop, leg, planned, stopped, ticket

one, two = Station(), Station()
found = leg(one, two)
assert type(found) is Leg and found == (one, two, 1) and leg(one, "a").item == "a"
assert planned({"at": one, "item": two, "legs": [Leg(one, two)]}) is two
bought = ticket({"at": one, "item": 1, "legs": [Leg(two, 2)], "price": 3})
assert bought == {"at": one, "item": 1, "legs": [(two, 2, 1)], "price": 3}
stop = stopped(Stop(at=one, item=two))
assert (stop.at, stop.item) == (two, "a") and not hasattr(stop, "__dict__")
"""
TYPES_OF_GENERIC = """
from public import Leg, Plan, Station, Stop, Ticket, leg, planned, stopped, ticket
from typing_extensions import assert_type

def check(station: Station, plan: Plan[Station], bought: Ticket) -> None:
    assert_type(leg(station, 1), Leg[int])
    assert_type(Leg(station, "a").at, Station)
    assert_type(Leg(station, "a").item, str)
    assert_type(plan["legs"], list[Leg[Station]])
    assert_type(planned(plan), Station)
    assert_type(ticket(bought)["item"], int)
    assert_type(bought["legs"][0], Leg[int])
    assert_type(stopped(Stop(at=station, item=station)), Stop[str])
"""
NEW = {version: python for version, python in INTERPRETERS.items() if int(version.split(".")[1]) >= 10}
NEWER = {version: python for version, python in NEW.items() if int(version.split(".")[1]) >= 11}


@pytest.mark.parametrize("version", NEW)
def test_slots_and_keywords_of_a_dataclass_survive_the_copy(version: str, project: Project) -> None:
    """A record that has slots and is made by keywords carries faces to the implementation and back."""
    project.write("_impl.py", IMPLEMENTATION)
    project.write("use.py", USE)
    _generate_and_use(NEW[version], project)


@pytest.mark.parametrize("version", NEWER)
def test_generic_records_of_every_kind_carry_faces_of_their_own(version: str, project: Project) -> None:
    """Generic named tuples, typed dicts and dataclasses with slots have wrapped objects beside what they are of."""
    project.write("_impl.py", GENERIC)
    project.write("use.py", USE_OF_GENERIC)
    _generate_and_use(NEWER[version], project)


@pytest.mark.of_text
def test_generic_records_of_every_kind_have_the_exact_types(project: Project) -> None:
    """Both checkers infer what such records hold, applied and extended, in strict mode."""
    project.write("_impl.py", GENERIC)
    project.write("check.py", TYPES_OF_GENERIC)
    python = next(iter(NEWER.values()))
    _run(python, ["-m", "ambidex", "generate", "-m", "_impl", "-o", "."], project)
    project.check_types("check.py", "public.py", version="3.11")


def _generate_and_use(python: Path, project: Project) -> None:
    for command in (["-m", "ambidex", "generate", "-m", "_impl", "-o", "."], ["use.py"]):
        assert _run(python, ["-B", "-W", "error", *command], project) == ""


def _run(python: Path, command: list[str], project: Project) -> str:
    """Run a program of Python, which has to succeed, and return what it says of errors."""
    done = subprocess.run(
        [python, *command],
        cwd=project.folder,
        env=environment([Path(ambidex.__file__).parent.parent, project.folder]),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stderr
