"""Whatever a docstring or a literal holds, the text written for it is Python and means the same."""

from __future__ import annotations

import ast

from hypothesis import example, given
from hypothesis import strategies as st

from ambidex.codegen._annotations import literal_text
from ambidex.codegen._emit import docstring
from ambidex.codegen._inspect._functions._functions import documentation

awkward = st.text(st.sampled_from("\"'\\\n\t\r\0 aé\u2028\x7f{}#")) | st.text()


@example('"""')
@example('\\"')
@example('a """"')
@given(awkward.filter(lambda text: not text.endswith("\n")))
def test_docstring_literal_reads_as_its_text(text: str) -> None:
    """Quotes, backslashes and control characters survive; a text of several lines ends with a line of its own."""
    assert ast.literal_eval(docstring(text)) == text + ("\n" if "\n" in text else "")


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


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.complex_numbers(),
    lambda inner: st.lists(inner, max_size=3).map(tuple),
)


@given(values)
def test_literal_reads_as_its_value(value: object) -> None:
    """What is written out is exactly the default; what has no literal is not written."""
    text = literal_text(value)
    assert text is None or ast.literal_eval(text) == value
