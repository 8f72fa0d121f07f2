"""Read an implementation: its functions and classes become declarations of the IR."""

from __future__ import annotations

from ._choice import names_in
from ._dunders import PROTOCOLS, TOGETHER, WAITS
from ._held import find_held
from ._module import Inspector

__all__ = ("PROTOCOLS", "TOGETHER", "WAITS", "Inspector", "find_held", "names_in")
