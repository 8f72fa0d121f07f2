"""What happens: one transaction at a time, over the store, with a clock and randomness that are given.

`Core` does no network and no waiting. Who carries its bytes may lose, repeat, delay and reorder them.
"""

from __future__ import annotations

from jarvis.engine._core import Core
from jarvis.engine._profile import Profile

__all__ = ("Core", "Profile")
