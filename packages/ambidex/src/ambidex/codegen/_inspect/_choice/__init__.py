"""Own which members of an identity class are public, and what becomes of each special method."""

from __future__ import annotations

from ._choice import IGNORED_BASES, Choice, face_bases, layers_of_metaclass, names_in, names_of_metaclass
from ._dunders import CLASS_GETITEM, INTERNAL, OF_CLASSES, PROTOCOLS, SPECIAL, TOGETHER, TWO_FORMS, WAITS
from ._folded import Folded
from ._matched import match_args_of, matched_by

__all__ = (
    "CLASS_GETITEM",
    "Choice",
    "Folded",
    "IGNORED_BASES",
    "INTERNAL",
    "OF_CLASSES",
    "PROTOCOLS",
    "SPECIAL",
    "TOGETHER",
    "TWO_FORMS",
    "WAITS",
    "face_bases",
    "layers_of_metaclass",
    "match_args_of",
    "matched_by",
    "names_in",
    "names_of_metaclass",
)
