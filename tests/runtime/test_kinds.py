"""The list of kinds that are tested is complete."""

from __future__ import annotations

import pytest

from tests.runtime.kinds import KINDS, KNOWN, NOT_YET, make_synchronizer


def test_kinds_left_out_are_unknown_to_the_library() -> None:
    """A kind that is left out of the tests is one that cannot be made."""
    assert {*KNOWN, *NOT_YET} == set(KINDS)
    for kind in NOT_YET:
        with pytest.raises(TypeError, match="unexpected keyword"):
            make_synchronizer(kind, f"kind {kind}")
