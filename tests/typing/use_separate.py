"""What a user of separate.py infers."""

from __future__ import annotations

import separate
from typing_extensions import assert_type

assert_type(separate.plant("oak"), separate.Tree)
assert_type(separate.parse("crow"), separate.Animal)
assert_type(separate.parse("crow").land_on(separate.plant("oak")), separate.Tree)
assert_type(separate.Tree.tallest([]), separate.Tree)
for feather in separate.parse("crow").feathers():
    assert_type(feather.colour, str)
