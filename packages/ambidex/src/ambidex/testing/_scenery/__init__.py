"""What the conformance suite places: a subject whose methods reach every behaviour, and its generated module.

`_subject` is the implementation, `subject` what `ambidex generate` makes of it, `_values` the data that crosses.
"""

from __future__ import annotations

__all__ = ()
