"""The type parameters of Python 3.12 are generated as the type variables that every Python knows."""

from __future__ import annotations

import re
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


OVERLOADS = """<future>
from typing import TYPE_CHECKING, Any, Callable, TypeVar, overload
from ambidex import Module

if TYPE_CHECKING:
    from fractions import Fraction

m = Module("public")
T = TypeVar("T", bound=int)
U = TypeVar("U", bound=str)

@m.wrap_class
class Box[U]:
    async def get(self) -> U: ...
    @overload
    async def find(self, key: T) -> list[T]: ...
    @overload
    async def find[T](self, key: str, default: T) -> tuple[U, T]: ...
    @overload
    async def find[V: ("Station", "Fraction")](self, key: V, default: V) -> dict[str, V]: ...
    @overload
    async def find[**P, *Ts](self, key: Callable[P, tuple[*Ts]], *args: P.args, **more: P.kwargs) -> tuple[*Ts]: ...
    async def find[T: bytes](self, key: Any, *args: Any, **more: Any) -> Any: ...
    @overload
    def same[X](self: X, key: int) -> X: ...
    @overload
    def same[X](self: X, key: str) -> list[X]: ...
    def same(self, key: Any) -> Any: ...

@overload
def first[D: "Station"](value: D) -> list[D]: ...
@overload
def first[D: bytes](value: D) -> D: ...
@m.wrap_function
def first[D](value: D) -> D | list[D]: ...

class Given:
    @overload
    def __get__(self, owner: None, cls: type) -> "Given": ...
    @overload
    def __get__[O](self, owner: O, cls: type[O]) -> "Station": ...
    def __get__(self, owner: Any, cls: Any) -> Any: ...

@m.wrap_class
class Station:
    given = Given()
"""
WITH_DEFAULTS = """
@overload
async def made() -> None: ...
@overload
async def made[A = str, B = list[A], **Q = [int], *Vs = *tuple[int, "Station"]](
    value: A, other: B, call: Callable[Q, None], *args: *Vs
) -> A: ...
@m.wrap_function
async def made(*args: Any) -> Any: ...
"""
UNKNOWN = """
from __future__ import annotations
from typing import Any, overload
from ambidex import Module

m = Module("public")

@overload
def first[D: Missing](value: D) -> list[D]: ...
@overload
def first[D](value: D, other: int) -> D: ...
@m.wrap_function
def first(value: Any, other: Any = None) -> Any: ...

@overload
def second[D](value: E) -> list[D]: ...
@overload
def second[E](value: E, other: int) -> E: ...
@m.wrap_function
def second[E](value: Any, other: Any = None) -> Any: ...
"""


@pytest.mark.parametrize("future", ["# Each annotation is evaluated.", FUTURE])
@pytest.mark.parametrize("version", NEW)
def test_overload_has_the_type_parameters_of_its_own_brackets(version: str, future: str, project: Project) -> None:
    """They hide those of the class and of the module; those of the implementation are not seen."""
    text = OVERLOADS.replace("<future>", future)
    if future != FUTURE:
        text = text.replace('"Fraction"', "float")  # which is nowhere at run time
    project.write("_impl.py", text)
    done = _generate(version, project, "_impl")
    assert (done.returncode, done.stderr) == (0, "")
    lines = {line.strip() for line in done.stdout.splitlines()}
    other = "Fraction" if future == FUTURE else "float"
    declared = {line for line in lines if re.match(r"\w+ = (TypeVar|ParamSpec|TypeVarTuple)\(", line)}
    assert declared == {
        'U = TypeVar("U")',
        'U_of_owner = TypeVar("U_of_owner")',
        'T = TypeVar("T", bound="int")',
        'T_2 = TypeVar("T_2")',
        f'V = TypeVar("V", "Station", "{other}")',
        'P = ParamSpec("P")',
        'Ts = TypeVarTuple("Ts")',
        'D = TypeVar("D")',
        'D_2 = TypeVar("D_2", bound="Station")',
        'D_3 = TypeVar("D_3", bound="bytes")',
    }
    assert lines >= {
        "def get(self) -> U:",
        "def __call__(self, /, key: T) -> list[T]: ...",
        "def __call__(self, /, key: str, default: T_2) -> tuple[U, T_2]: ...",
        "def __call__(self, /, key: V, default: V) -> dict[str, V]: ...",
        "self, /, key: Callable[P, tuple[Unpack[Ts]]], *args: P.args, **more: P.kwargs",
        "def same(self, key: int) -> Self: ...",
        "def same(self, key: str) -> list[Self]: ...",
        "def first(value: D_2) -> list[D_2]: ...",
        "def first(value: D_3) -> D_3: ...",
        "def given(self) -> Station:",
    }


@pytest.mark.parametrize("version", [version for version in NEW if version != "3.12"])
def test_overload_has_the_defaults_of_its_type_parameters(version: str, project: Project) -> None:
    """Python 3.13 reads them, of every kind."""
    project.write("_impl.py", OVERLOADS.replace("<future>", FUTURE) + WITH_DEFAULTS)
    done = _generate(version, project, "_impl")
    assert (done.returncode, done.stderr) == (0, "")
    declared = re.findall(r"(\w+) = \w+\((?:\"\w+\"), default=(.*)\)\n", done.stdout)
    assert declared == [
        ("A", '"str"'),
        ("B", '"list[A]"'),
        ("Q", '"[int]"'),
        ("Vs", '"Unpack[tuple[int, Station]]"'),
    ]


@pytest.mark.parametrize("version", NEW)
def test_overload_that_names_what_is_not_there_is_refused(version: str, project: Project) -> None:
    """The type parameters of another overload, and of the implementation, are not there."""
    project.write("_impl.py", UNKNOWN)
    done = _generate(version, project, "_impl")
    assert (done.returncode, done.stderr.splitlines()) == (
        1,
        [
            (
                "_impl.py:12: the overload of first in line 8: the type variable D: the annotation 'Missing' names "
                "Missing, which is not defined: import it, also under `if TYPE_CHECKING:`, or define it outside of that"
            ),
            (
                "_impl.py:19: the parameter value of the overload of second in line 15: the annotation 'E' names E, "
                "which is not defined: import it, also under `if TYPE_CHECKING:`, or define it outside of that"
            ),
        ],
    )


ALONE = """
from typing import Any, overload
from ambidex import Module

m = Module("public")

@overload
async def find[T: (int,)](key: T) -> T: ...
@overload
async def find(key: str) -> str: ...
@m.wrap_function
async def find(key: Any) -> Any: ...
"""


@pytest.mark.parametrize("version", NEW)
def test_overload_whose_type_parameter_cannot_be_declared_is_refused(version: str, project: Project) -> None:
    """Python itself does not look at the brackets of an overload before somebody asks."""
    project.write("_impl.py", ALONE)
    done = _generate(version, project, "_impl")
    assert (done.returncode, done.stderr) == (
        1,
        (
            "_impl.py:11: the overload of find in line 7: the type variable T: it cannot be declared "
            "(A single constraint is not allowed): write types\n"
        ),
    )


def test_type_variable_that_the_implementation_of_overloads_has_alone_is_not_written(project: Project) -> None:
    """No overload names it, and pyright says of the stub below them that it stands there once."""
    project.write(
        "_racks.py",
        PROLOGUE + "from typing import Any, Optional, overload\n\n@m.wrap_class\nclass Rack:\n"
        "    @overload\n    async def pick(self, key: int) -> int: ...\n"
        "    @overload\n    async def pick(self, key: str, other: T) -> T: ...\n"
        "    async def pick(self, key: Any, other: Optional[U] = None) -> Any: ...\n",
    )
    (text,) = project.compile("_racks").values()
    assert "def pick(self, key: Any, other: Any = None) -> Any:" in text


MIXED = """
from typing import List, Sequence, Tuple
from typing_extensions import Self


@m.wrap_class
class Box(Generic[T]):
    async def mixed(self, other: Self, /) -> Tuple[List[Self], T]: ...
    async def listed(self) -> Tuple[List[Self], T]: ...
    async def halves(self) -> Tuple[Sequence[Self], T]: ...


@m.wrap_class
class Pile(Box[List[T]]):
    async def mixed(self, other: Self, /) -> Tuple[List[Self], List[T]]: ...
    async def listed(self) -> Tuple[List[Self], List[T]]: ...
    async def halves(self) -> Tuple[Sequence[Self], List[T]]: ...


@m.wrap_class
class Words(Pile[str]):
    async def mixed(self, other: Self, /) -> Tuple[List[Self], List[str]]: ...
"""


def test_self_in_an_override_is_the_class_that_is_overridden_where_checkers_refuse_another(project: Project) -> None:
    """As a parameter and where a list holds it: what stands for the override extends what stands for the overridden.

    Pyright refuses what the author wrote there, so that no golden case has it.
    """
    project.write("_boxes.py", PROLOGUE + MIXED)
    (text,) = project.compile("_boxes").values()
    found = re.findall(r"class _(\w+)_bound\(.*\):\n +def __call__\(self(.*): \.\.\.\n", text)
    assert dict(found) == {
        "Box_mixed": ", other: Box[T], /) -> tuple[list[Box[T]], T]",
        "Box_listed": ") -> tuple[list[Box[T]], T]",
        "Box_halves": ") -> tuple[Sequence[Box[T]], T]",
        "Pile_mixed": ", other: Box[list[T]], /) -> tuple[list[Box[list[T]]], list[T]]",
        "Pile_listed": ") -> tuple[list[Box[list[T]]], list[T]]",
        "Pile_halves": ") -> tuple[Sequence[Pile[T]], list[T]]",
        "Words_mixed": ", other: Box[list[str]], /) -> tuple[list[Box[list[str]]], list[str]]",
    }
