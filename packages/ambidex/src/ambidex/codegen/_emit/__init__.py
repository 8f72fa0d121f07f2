"""Write what was decided: output becomes formatted text."""

from __future__ import annotations

from ._format import format_all, kept_as_written
from ._module import HEADER, emit_item, emit_module, generated_sources
from ._names import RESERVED
from ._signatures import classes_of
from ._text import docstring

__all__ = (
    "HEADER",
    "RESERVED",
    "classes_of",
    "docstring",
    "emit_item",
    "emit_module",
    "format_all",
    "generated_sources",
    "kept_as_written",
)
