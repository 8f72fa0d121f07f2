"""Hold a placement, this library's or somebody else's, to what callers see of an object, wherever that lives.

`behaviours()` are what is checked, each with an id that is the same for every placement. Nothing of this is imported
with `ambidex`, and pytest is not needed: `python -m ambidex.testing MODULE:PLACEMENT` runs all.
"""

from __future__ import annotations

from ._behaviours import GROUPS, STRICT, Behaviour, check_exceptions
from ._placement import Placement
from ._placements import CopiesEverything, InChild, InProcess, OverTLS, OverUnixSocket
from ._running import LIMIT_S, Hung, Outcome, behaviours, hold, hold_all
from ._scenery.subject import Subject

__all__ = (
    "Behaviour",
    "CopiesEverything",
    "GROUPS",
    "Hung",
    "InChild",
    "InProcess",
    "LIMIT_S",
    "Outcome",
    "OverTLS",
    "OverUnixSocket",
    "Placement",
    "STRICT",
    "Subject",
    "behaviours",
    "check_exceptions",
    "hold",
    "hold_all",
)
