"""Whatever a docstring or a literal holds, the text written for it is Python and means the same."""

from __future__ import annotations

import ast

from hypothesis import example, given
from hypothesis import strategies as st

from ambidex.codegen._annotations import literal_text
from ambidex.codegen._emit import docstring

awkward = st.text(st.sampled_from("\"'\\\n\t\r\0 aé\u2028\x7f{}#")) | st.text()


@example('"""')
@example('\\"')
@example('a """"')
@given(awkward.filter(lambda text: not text.endswith("\n")))
def test_docstring_literal_reads_as_its_text(text: str) -> None:
    """Quotes, backslashes and control characters survive; a text of several lines ends with a line of its own."""
    assert ast.literal_eval(docstring(text)) == text + ("\n" if "\n" in text else "")


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.complex_numbers(),
    lambda inner: st.lists(inner, max_size=3).map(tuple),
)


@given(values)
def test_literal_reads_as_its_value(value: object) -> None:
    """What is written out is exactly the default; what has no literal is not written."""
    text = literal_text(value)
    assert text is None or ast.literal_eval(text) == value
