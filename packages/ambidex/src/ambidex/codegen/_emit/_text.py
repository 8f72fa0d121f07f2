"""Own the pieces of text that every part of the emitter writes: literals, docstrings, indentation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def quoted(text: str) -> str:
    """Return a string literal."""
    written = text.replace("\\", "\\\\").replace('"', '\\"')
    controls = {ord(c): f"\\x{ord(c):02x}" for c in text if c < " " and c != "\n"}
    return '"' + written.translate(controls).replace("\n", "\\n") + '"'


def indented(blocks: Iterable[str]) -> str:
    """Indent blocks by one level; the inside of a docstring too, which is free of other multi-line strings."""
    lines = "\n".join(blocks).split("\n")
    return "\n".join(f"    {line}" if line else "" for line in lines)


def docstring(text: str) -> str:
    """Return a docstring literal: raw where the text has backslashes and can be raw."""
    controls = {ord(c): f"\\x{ord(c):02x}" for c in text if c < " " and c not in "\n\t"}
    is_raw = "\\" in text and not controls and '"""' not in text and not text.endswith(("\\", '"'))
    if not is_raw:
        # A quote that two more follow would end the literal, and so would the last one.
        text = re.sub(r'"(?=""|\Z)', r"\"", text.replace("\\", "\\\\")).translate(controls)
    end = "\n" if "\n" in text else ""
    return f'{"r" if is_raw else ""}"""{text}{end}"""'
