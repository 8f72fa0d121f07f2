"""Decide what is generated: declarations become output."""

from __future__ import annotations

from ._module import lower_module
from ._plans import Planner

__all__ = (
    "Planner",
    "lower_module",
)
