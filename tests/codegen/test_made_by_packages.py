"""Classes that attrs and pydantic make are read as what they are, though nobody annotated what the packages add."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.checkers import with_current_mypy

if TYPE_CHECKING:
    from tests.codegen.conftest import Project

IMPLEMENTATION = '''
"""An implementation."""

from __future__ import annotations

from typing import Optional

import attrs
import pydantic
from ambidex import Module

m = Module("public")

@m.wrap_class
class User(pydantic.BaseModel):
    name: str = "nobody"

@m.wrap_class
@attrs.define
class Row:
    owner: Optional[User] = None
    count: int = attrs.field(default=0, kw_only=True)

    async def counted(self) -> int:
        self.count += 1
        return self.count

@m.wrap_class
@attrs.frozen(order=True)
class Tag:
    name: str

    async def upper(self) -> str:
        return self.name.upper()

@m.wrap_function
async def found(name: str) -> User:
    return User(name=name)
'''
USE = """
import asyncio
import public
import _impl

user = public.found("Ada")
assert type(user) is public.User is _impl.User, type(user)
row = public.Row(user, count=3)
assert (row.counted(), asyncio.run(row.counted.aio()), row.count) == (4, 5, 5)
assert row.owner is user and row == public.Row(user, count=5) and not row != public.Row(user, count=5)
tag = public.Tag("a")
assert tag.upper() == "A" and tag < public.Tag("b") and tag != public.Tag("b") and len({tag, public.Tag("a")}) == 1
print("used")
"""
REFUSED = """
from __future__ import annotations
import pydantic
from ambidex import Module

m = Module("public")

@m.wrap_class
class Line:
    async def close(self) -> None: ...

@m.wrap_class(by="identity")
class Wire(pydantic.BaseModel):
    async def cut(self) -> None: ...

class Report(pydantic.BaseModel, arbitrary_types_allowed=True):
    line: Line

@m.wrap_function
async def first() -> Report:
    raise NotImplementedError
"""
SAID = """
_impl.py:12: Wire is a BaseModel (pydantic.main), which a face cannot be: hold one in an attribute, or register the \
class by='value'
_impl.py:19: the result of first: Report carries Line in its field line and is a model of pydantic, of which no copy \
can be made: pass Line by itself, or make a dataclass of Report
"""
WRONG = "import public\npublic.Tag('a').name = 'b'\n"


def test_classes_of_attrs_are_faces_and_models_of_pydantic_values(project: Project) -> None:
    """What the packages add needs no annotation, and a frozen class has no setters."""
    _generate(project)
    project.write("use.py", USE)
    assert project.run("use.py") == (0, "used\n", "")
    status, said, _ = project.run("wrong.py")
    assert status == 1, said


@with_current_mypy
def test_mypy_sees_that_a_frozen_class_of_attrs_has_no_setters(project: Project) -> None:
    """That, and nothing else, is refused."""
    _generate(project)
    status, said, _ = project.mypy("public.py", "wrong.py")
    assert status == 1, said
    assert 'Property "name" defined in "Tag" is read-only' in said, said
    assert said.count("error:") == 1, said


def _generate(project: Project) -> None:
    project.write("_impl.py", IMPLEMENTATION)
    project.write("wrong.py", WRONG)
    assert project.ambidex("generate", "-m", "_impl", "-o", ".") == (0, "public.py: written\n", "")


def test_a_model_that_needs_a_face_says_what_to_write(project: Project) -> None:
    """A face cannot offer what pydantic adds, and nothing copies one unseen: both are said."""
    project.write("_impl.py", REFUSED)
    assert project.ambidex("generate", "-m", "_impl", "-o", ".") == (1, "", SAID.lstrip("\n"))
