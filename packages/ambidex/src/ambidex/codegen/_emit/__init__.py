"""Write what was decided: output becomes formatted text."""

from __future__ import annotations

from ._format import format_all
from ._header import HEADER, generated_sources, has_lost_header, kept_as_written
from ._module import emit_item, emit_module
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
    "has_lost_header",
    "kept_as_written",
)
