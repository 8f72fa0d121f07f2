"""Own what a function object itself tells: where it stands, what it takes, what functools made of it; no types yet."""

from __future__ import annotations

from ._cached import behind_cache
from ._functions import (
    deprecation,
    documentation,
    function_behind,
    inherited_documentation,
    is_made_up,
    names_of,
    place_of_function,
)
from ._functools import behind_derived, by_first, check_dispatched, is_dispatching, read_derived
from ._held import Held, find_held, is_dressed
from ._hidden import public_parameters, refused_parameter
from ._taken import EMPTY, Taken, taken_by

__all__ = (
    "EMPTY",
    "Held",
    "Taken",
    "behind_cache",
    "behind_derived",
    "by_first",
    "check_dispatched",
    "deprecation",
    "documentation",
    "find_held",
    "function_behind",
    "inherited_documentation",
    "is_dispatching",
    "is_dressed",
    "is_made_up",
    "names_of",
    "place_of_function",
    "public_parameters",
    "read_derived",
    "refused_parameter",
    "taken_by",
)
