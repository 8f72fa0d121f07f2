"""Whatever a docstring or a literal holds, the text written for it is Python and means the same."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from hypothesis import example, given
from hypothesis import strategies as st

from ambidex.codegen._annotations import literal_text
from ambidex.codegen._emit import docstring
from ambidex.codegen._inspect._functions._functions import documentation

if TYPE_CHECKING:
    from tests.codegen.conftest import Project

awkward = st.text(st.sampled_from("\"'\\\n\t\r\0 aé\u2028\ud800\x7f{}#")) | st.text()


@example('"""')
@example('\\"')
@example('a """"')
@example("\\ \udfff")
@given(awkward.filter(lambda text: not text.endswith("\n")))
def test_docstring_literal_reads_as_its_text(text: str) -> None:
    """Quotes, backslashes, control characters and lone surrogates survive; several lines end with one of their own."""
    written = docstring(text).encode("utf-8").decode("utf-8")  # as it comes out of the generated file
    assert ast.literal_eval(written) == text + ("\n" if "\n" in text else "")


@example("a\x0cb\r\n\n    \x0c indented\u2028\n      more\x85\n    ")
@example("\x0c\n    \r\n   ")
@example("\na\n a")
@given(st.text(st.sampled_from("\n\n  \t\r\x0c\x0b\x1c\x85\u2028\u2029a")))
def test_docstring_loses_its_indentation_alone(text: str) -> None:
    """All that is no space, tab or newline stays where it was, and what is dedented, as 3.13 does, stays as it is."""
    plain = str.maketrans("", "", " \t\n")

    def owner() -> None: ...

    owner.__doc__ = text
    cleaned = documentation(owner) or ""
    assert cleaned.translate(plain) == text.translate(plain)
    owner.__doc__ = f"\n{cleaned}"  # of a first line nobody knows how far it was indented
    assert (documentation(owner) or "") == cleaned


INHERITED = """
from typing import AsyncIterator
from ambidex import Module

m = Module("public")

class _Base:
    async def get(self) -> int:
        \"""Get it.\"""

    async def each(self) -> AsyncIterator[int]:
        \"""Yield each.\"""
        yield 1

    @classmethod
    async def of(cls) -> int:
        \"""Make one.\"""

@m.wrap_class
class Mine(_Base):
    def __init__(self) -> None: ...
    async def get(self) -> int: ...
    async def each(self) -> AsyncIterator[int]:
        yield 2
    @classmethod
    async def of(cls) -> int: ...
"""
SHOWN = """
import inspect
from public import Mine
mine = Mine()
for name in ("get", "each", "of"):
    found = [getattr(owner, name) for owner in (Mine, mine)]
    found += [each.aio for each in found]
    print(name, *{inspect.getdoc(each) for each in found})
"""


def test_override_without_a_docstring_shows_that_of_what_it_overrides(project: Project) -> None:
    """Of a class of the implementation, whether it has a face or not: on the class, its objects and their `.aio`."""
    project.write("_impl.py", INHERITED)
    project.write("public.py", project.compile()["public"])
    project.write("show.py", SHOWN)
    code, out, errors = project.run("show.py")
    assert (code, errors) == (0, "")
    assert out.splitlines() == ["get Get it.", "each Yield each.", "of Make one."]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.complex_numbers(),
    lambda inner: st.lists(inner, max_size=3).map(tuple),
)


@given(values)
def test_literal_reads_as_its_value(value: object) -> None:
    """What is written out is exactly the default; what has no literal is not written."""
    text = literal_text(value)
    assert text is None or ast.literal_eval(text) == value
