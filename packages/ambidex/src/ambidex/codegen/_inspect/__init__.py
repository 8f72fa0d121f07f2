"""Read an implementation: its functions and classes become declarations of the IR."""

from __future__ import annotations

from ._choice import PROTOCOLS, TOGETHER, WAITS, names_in
from ._functions import find_held
from ._module import Inspector

__all__ = ("PROTOCOLS", "TOGETHER", "WAITS", "Inspector", "find_held", "names_in")
