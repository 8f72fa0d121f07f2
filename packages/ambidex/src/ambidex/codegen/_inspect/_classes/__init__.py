"""Own the way from an identity class to its IR: its face is put together from the members of each layer."""

from __future__ import annotations

from ._classes import ClassReader

__all__ = ("ClassReader",)
