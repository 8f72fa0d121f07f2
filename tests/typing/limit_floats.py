"""The type of a float is the one that `float` names."""

from __future__ import annotations

from typing_extensions import assert_type

limit_s = 2.5
assert_type(limit_s, float)
