"""Decide what is generated: declarations become output."""

from __future__ import annotations

from ._forms import Forms
from ._functions import result_of
from ._module import lower_module
from ._overrides import Overrides
from ._plans import Planner

__all__ = (
    "Forms",
    "Overrides",
    "Planner",
    "lower_module",
    "result_of",
)
