"""Own child processes: start, watch, end them, and call what lives in them.

The only part of ambidex that starts processes. A child needs nothing installed: it is lent the package it is started
from, unless its own environment has one. Its doors are `parent` and `child`: a child starts without the bridge and the
runtime, which its parent needs.
"""

from __future__ import annotations

__all__: tuple[str, ...] = ()
