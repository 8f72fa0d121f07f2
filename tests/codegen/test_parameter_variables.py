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


APPLIED = """
{first}
from typing import Awaitable, Callable, Generic, List, TypeVar
from typing_extensions import ParamSpec
from ambidex import Module
wrapper_module = Module("public")
P = ParamSpec("P")
T = TypeVar("T")
@wrapper_module.wrap_class
class Job(Generic[P, T]):
    def __init__(self, function: "Callable[P, Awaitable[T]]") -> None: ...
    async def run(self, *args: P.args, **kwargs: P.kwargs) -> T: ...
    async def after(self, other: "Job[[int, 'Job[..., T]'], T]") -> "Job[[], T]": ...
Alias = Job[P, T]
Several = Job[P, List[T]]
@wrapper_module.wrap_class
class Last(Generic[T, P]):
    async def run(self, *args: P.args, **kwargs: P.kwargs) -> T: ...
@wrapper_module.wrap_class
class Hook(Generic[P]):
    async def run(self, *args: P.args, **kwargs: P.kwargs) -> int: ...
@wrapper_module.wrap_class
class Pulled(Hook[int]): ...
@wrapper_module.wrap_function
async def ran(job: "Job[[int], T]", last: "Last[T, [Job[[T], int]]]", same: "Job[P, T]") -> "Job[P, T]": ...
@wrapper_module.wrap_function
async def known(job: "Alias[[int], T]", none: "Alias[[], T]", several: "Several[[Alias[[T], int]], T]") -> T: ...
@wrapper_module.wrap_function
async def hooked(both: "Hook[[int, str]]", two: "Hook[int, str]", only: "Hook[int]") -> "Hook[[]]": ...
"""


@pytest.mark.parametrize("first", ["from __future__ import annotations", ""])
def test_a_class_is_applied_to_a_list_in_a_string_on_any_interpreter(
    project: Project, interpreter: Path, first: str
) -> None:
    """Python 3.9 cannot apply a class to a list, and later ones make a tuple of it."""
    project.write("_impl.py", APPLIED.format(first=first))
    shutil.copy(typing_extensions.__file__, project.folder)
    package = str(Path(ambidex.__file__).parents[1])
    code, text, errors = project.run("-c", COMPILE.format(package=package), python=interpreter)
    assert (code, errors) == (0, "")
    words = " ".join(text.split())
    assert "other: Job[[int, Job[..., T]], T]) -> Job[[], T]:" in words
    assert "job: Job[[int], T], last: Last[T, [Job[[T], int]]], same: Job[P, T]" in words
    assert "job: Job[[int], T], none: Job[[], T], several: Job[[Job[[T], int]], list[T]]) -> T:" in words
    assert "both: Hook[[int, str]], two: Hook[[int, str]], only: Hook[[int]]) -> Hook[[]]:" in words
    assert "class Pulled(Hook[[int]], implementation=_impl):" in words


OF_A_CLASS = """
from __future__ import annotations
from typing import Any, Awaitable, AsyncIterator, Callable, Generic, TypeVar, overload
from typing_extensions import ParamSpec
from ambidex import Module
wrapper_module = Module("public")
P = ParamSpec("P")
T = TypeVar("T")
@wrapper_module.wrap_class
class Job(Generic[P, T]):
    def __init__(self, function: Callable[P, Awaitable[T]]) -> None:
        self._function = function
    async def run(self, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._function(*args, **kwargs)
    @classmethod
    async def takes(cls, number: int, *args: P.args, **kwargs: P.kwargs) -> int:
        return number + len(args) + len(kwargs)
    @staticmethod
    async def raw(*args: P.args, **kwargs: P.kwargs) -> AsyncIterator[T]:
        return
        yield
    @staticmethod
    async def ran(function: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        return await function(*args, **kwargs)
@overload
def job(function: Callable[P, Awaitable[T]], /) -> Job[P, T]: ...
@overload
def job(*, name: str) -> Callable[[Callable[P, Awaitable[T]]], Job[P, T]]: ...
@wrapper_module.wrap_function
def job(function: Callable[P, Awaitable[T]] | None = None, /, *, name: str | None = None) -> Any:
    return Job if function is None else Job(function)
"""
USING = """
from typing import Any
from public import Job, job
from typing_extensions import assert_type
async def shown(number: int, unit: str = "m") -> str:
    return str(number) + unit
assert_type(Job(shown).run(3, unit="s"), str)
assert_type(Job(shown).takes(3, 4, unit="s"), int)
assert_type(Job.ran(shown, 3, unit="s"), str)
@job
async def told(number: int) -> str:
    return str(number)
assert_type(told.run(3), str)
made: Any = job(name="x")  # mypy infers nothing for a callable that may be async, under a decorator with arguments
assert type(told) is type(made(shown)) is Job
assert (told.run(3), made(shown).run(4)) == ("3", "4m")
Job.ran(shown, "3")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
"""


@pytest.mark.of_text
@pytest.mark.timeout(120)  # two type checkers begin
def test_a_class_with_a_param_spec_and_what_overloads_make_of_it_are_clean(project: Project) -> None:
    """Static and class methods take any parameters where no argument says which; what overloads give is translated."""
    project.write("_impl.py", OF_A_CLASS)
    project.write("using.py", USING)
    assert project.ambidex("generate", "-m", "_impl", "-o", ".")[0] == 0
    project.check_types("public.py", "using.py")
    assert project.run("-m", "using") == (0, "", "")
