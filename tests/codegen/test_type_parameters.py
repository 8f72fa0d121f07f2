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
U = TypeVar("U")
"""
BODY = """
@m.wrap_function
async def first<T>(value: T) -> list[T]: ...

@m.wrap_class
class Box<base>:
    async def get(self) -> T: ...
    async def apply<R>(self, function: Callable[[T], R]) -> R: ...

@m.wrap_class
class Named(Box[str]):
    class Part<inner>:
        async def all(self) -> list[U]: ...
"""
NEW = {version: python for version, python in INTERPRETERS.items() if int(version.split(".")[1]) >= 12}


FUTURE = "from __future__ import annotations"
ALIASED = """<future>
from typing import TYPE_CHECKING
from ambidex import Module

if TYPE_CHECKING:
    from fractions import Fraction

m = Module("public")
type Named[T] = dict[str, T]
type Code = str
type Pairs[K, V] = list[tuple[K, Named[V]]]

@m.wrap_class
class Box[T: "Station"]:
    async def get(self, all_of_them: Pairs[int, T]) -> Named["Station"]: ...
    async def coded(self, code: Code) -> list[Code]: ...

@m.wrap_class
class Station: ...
"""
REFUSED = """
type Shares = list[Fraction]

@m.wrap_function
async def refused(shares: Shares, named: Named) -> None: ...

@m.wrap_function
async def bound[N: Fraction](value: N) -> None: ...

@m.wrap_function
async def bound_in_quotes[N: "Fraction"](value: N) -> None: ...
"""


def _generate(version: str, project: Project, name: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [NEW[version], "-B", "-m", "ambidex", "generate", "-m", name],
        cwd=project.folder,
        env=environment([Path(ambidex.__file__).parent.parent]),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("version", NEW)
def test_type_parameters_give_what_type_variables_give(version: str, project: Project) -> None:
    """Functions, classes and methods, on each interpreter that knows the syntax."""
    texts: list[str] = []
    old = {"<T>": "", "<R>": "", "<base>": "(Generic[T])", "<inner>": "(Generic[U])"}
    new = {"<T>": "[T]", "<R>": "[R]", "<base>": "[T]", "<inner>": "[U]"}
    for name, spellings in (("_old", old), ("_new", new)):
        body = BODY
        for mark, spelled in spellings.items():
            body = body.replace(mark, spelled)
        project.write(f"{name}.py", PROLOGUE + body)
        done = _generate(version, project, name)
        assert (done.returncode, done.stderr) == (0, "")
        texts.append(done.stdout.replace(name, "_impl"))
    assert "class Box(Face, Generic[T], implementation=_impl):" in texts[0]
    assert "    Generic = T = U = _source = stand_in" in texts[0]
    assert texts[0] == texts[1]


@pytest.mark.parametrize("future", ["# Each annotation is evaluated.", FUTURE])
@pytest.mark.parametrize("version", NEW)
def test_aliases_and_bounds_that_name_a_later_class(version: str, future: str, project: Project) -> None:
    """An alias is written out, with its arguments in the place of its type parameters."""
    aliased = ALIASED.replace("<future>", future)
    project.write("_impl.py", aliased)
    done = _generate(version, project, "_impl")
    assert (done.returncode, done.stderr) == (0, "")
    assert 'T = TypeVar("T", bound="Station")' in done.stdout
    assert "def get(self, all_of_them: list[tuple[int, dict[str, T]]]) -> dict[str, Station]:" in done.stdout
    assert 'takes={"all_of_them": sequence_of(tuple_of(None, dict_of(None, "Station")))}' in done.stdout
    assert "def coded(self, code: str) -> list[str]:" in done.stdout
    project.write("_impl.py", aliased + REFUSED)
    done = _generate(version, project, "_impl")
    where = "_impl.py:24: the parameter"
    assert (done.returncode, done.stderr.splitlines()) == (
        1,
        [
            (
                f"{where} shares of refused: the alias Shares cannot be evaluated "
                "(NameError: name 'Fraction' is not defined): import what it names at run time, too"
            ),
            f"{where} named of refused: the alias Named is not applied to all its type parameters: write Named[T]",
            (
                "_impl.py:27: the parameter value of bound: the type variable N: its bound cannot be evaluated "
                "(NameError: name 'Fraction' is not defined): write it in quotes, or import what it names at run "
                "time, too"
            ),
        ],
    )
