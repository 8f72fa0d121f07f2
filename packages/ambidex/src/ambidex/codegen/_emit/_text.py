"""Own the pieces of text that every part of the emitter writes: literals, docstrings, indentation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


_ENDS_OF_LINES = "\x85\u2028\u2029"  # besides those below the space


def quoted(text: str) -> str:
    """Return a string literal."""
    written = text.replace("\\", "\\\\").replace('"', '\\"')
    controls = _escapes(text, "\n")
    return '"' + written.translate(controls).replace("\n", "\\n") + '"'


def _escapes(text: str, kept: str) -> dict[int, str]:
    """Return how characters are written that control something, end lines for some editor, or are half a pair.

    A surrogate without its other half is a character to Python, and a file in UTF-8 has no bytes for it.
    """
    found = {c for c in text if (c < " " or c in _ENDS_OF_LINES or "\ud800" <= c <= "\udfff") and c not in kept}
    return {ord(c): f"\\x{ord(c):02x}" if c < "\x80" else f"\\u{ord(c):04x}" for c in found}


def indented(blocks: Iterable[str]) -> str:
    """Indent blocks by one level; the inside of a docstring too, which is free of other multi-line strings."""
    lines = "\n".join(blocks).split("\n")
    return "\n".join(f"    {line}" if line else "" for line in lines)


def docstring(text: str) -> str:
    """Return a docstring literal: raw where the text has backslashes and can be raw."""
    controls = _escapes(text, "\n\t")
    is_raw = "\\" in text and not controls and '"""' not in text and not text.endswith(("\\", '"'))
    if not is_raw:
        # A quote that two more follow would end the literal, and so would the last one.
        text = re.sub(r'"(?=""|\Z)', r"\"", text.replace("\\", "\\\\")).translate(controls)
    end = "\n" if "\n" in text else ""
    return f'{"r" if is_raw else ""}"""{text}{end}"""'
