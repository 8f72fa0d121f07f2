"""Ranges of an arena never overlap, none is lost, and the one that fits best is taken."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from ambidex.protocol import Slot
from ambidex.transport._slots import UNIT, Slots, end_of, rounded

UNITS = 24


class SlotsMachine(RuleBasedStateMachine):
    """Hold `Slots` against a list that has the owner of each unit."""

    given = Bundle("given")

    def __init__(self) -> None:
        super().__init__()
        self.slots = Slots(UNITS * UNIT)
        self.owners = [0] * UNITS  # the id of a slot, or 0
        self.used = 0
        self.ids: set[int] = set()

    def model_holes(self) -> list[tuple[int, int]]:
        """Return offset and length in units of each run without an owner."""
        runs: list[tuple[int, int]] = []
        for place, owner in enumerate(self.owners):
            if owner == 0 and (place == 0 or self.owners[place - 1] != 0):
                runs.append((place, 1))
            elif owner == 0:
                runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        return runs

    @rule(target=given, length=st.integers(1, UNITS * UNIT + 1))
    def allocate(self, length: int) -> Slot | None:
        """What is allocated lay free: the shortest run that is long enough, the first of those."""
        units = rounded(length) // UNIT
        fitting = [(size, place) for place, size in self.model_holes() if size >= units]
        slot = self.slots.allocate(length)
        if not fitting:
            assert slot is None
            return None
        assert slot is not None
        assert slot.length == length
        assert slot.id not in self.ids
        assert slot.offset == min(fitting)[1] * UNIT
        self.ids.add(slot.id)
        self.owners[slot.offset // UNIT : end_of(slot) // UNIT] = [slot.id] * units
        return slot

    @rule(slot=consumes(given))
    def free(self, slot: Slot | None) -> None:
        """What is freed can be allocated again, and cannot be freed again."""
        if slot is not None:
            self.slots.free(slot.id)
            self.owners = [0 if owner == slot.id else owner for owner in self.owners]
            with pytest.raises(KeyError):
                self.slots.free(slot.id)

    @invariant()
    def counts(self) -> None:
        """Used bytes and slots are told before and after freed ranges are merged."""
        used = sum(owner != 0 for owner in self.owners) * UNIT
        assert self.slots.used() == (used, len(set(self.owners) - {0}))

    @rule()
    def look_at_holes(self) -> None:
        """The holes are all that is free, in order, and no two of them touch."""
        assert self.slots.holes() == [(place * UNIT, size * UNIT) for place, size in self.model_holes()]


SlotsMachine.TestCase.settings = settings(max_examples=150, stateful_step_count=60, deadline=None)
TestSlots = SlotsMachine.TestCase


def test_arena_without_room_gives_nothing_out() -> None:
    """An arena of no bytes is one in which nothing fits."""
    slots = Slots(0)
    assert slots.allocate(1) is None
    assert slots.holes() == []
