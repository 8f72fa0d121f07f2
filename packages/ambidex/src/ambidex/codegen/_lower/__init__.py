"""Decide what is generated: declarations become output."""

from __future__ import annotations

from ._callbacks import awaited
from ._module import lower_module
from ._plans import Planner

__all__ = (
    "Planner",
    "awaited",
    "lower_module",
)
