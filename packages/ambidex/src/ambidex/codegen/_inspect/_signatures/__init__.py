"""Own the way from a function to a `Callable` of the IR: its parameters, its result, how it delivers, its overloads."""

from __future__ import annotations

from ._decorated import original_of
from ._defaults import literal_fields
from ._receivers import names_variable, on_those, solved
from ._signatures import SignatureReader, refuse_unreadable_stub

__all__ = (
    "SignatureReader",
    "literal_fields",
    "names_variable",
    "on_those",
    "original_of",
    "refuse_unreadable_stub",
    "solved",
)
