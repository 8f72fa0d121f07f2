"""Choose few programs of many that show every construct: drawing costs little, generating and using much."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.codegen.fuzz.counting import shown
from tests.codegen.fuzz.coverage import oldest_for
from tests.codegen.fuzz.grammar import seeded
from tests.codegen.fuzz.source import write

if TYPE_CHECKING:
    from collections.abc import Collection


def covering(constructs: Collection[str], times: int, candidates: int, newest: tuple[int, int]) -> list[int]:
    """Return the seeds of programs in which each construct occurs in `times` of them, or as often as it does at all.

    All of them run on Python `newest`. They are the same in each run, until the grammar changes.
    """
    shown = {seed: _shown(seed, newest).intersection(constructs) for seed in range(candidates)}
    missing = {name: min(times, sum(name in names for names in shown.values())) for name in constructs}
    chosen: list[int] = []
    while any(missing.values()):
        best = max(shown, key=lambda seed: (sum(missing[name] > 0 for name in shown[seed]), -seed))
        chosen.append(best)
        for name in shown.pop(best):
            missing[name] = max(0, missing[name] - 1)
    return chosen


def _shown(seed: int, newest: tuple[int, int]) -> set[str]:
    program = seeded(seed)
    if program.refused is not None:
        return set()
    write(program, "_")  # which counts what stands in types and parameters
    if oldest_for(program) > newest:
        return set()
    return {name for name, count in shown(program).items() if count}
