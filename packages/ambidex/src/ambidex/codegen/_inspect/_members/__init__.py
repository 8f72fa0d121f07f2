"""Own the members of an identity class: methods, attributes, awaited pairs, and what its metaclass gives."""

from __future__ import annotations

from ._layer import LayerReader
from ._metaclasses import members_of_metaclass, set_by_metaclass

__all__ = ("LayerReader", "members_of_metaclass", "set_by_metaclass")
