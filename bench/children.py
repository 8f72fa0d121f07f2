"""Fresh interpreters for what cannot be measured in a busy one."""

from __future__ import annotations

import os
from pathlib import Path

import ambidex

BENCH = Path(__file__).parent


def environment(*folders: Path) -> dict[str, str]:
    """Return the environment in which a child finds these folders, the benchmark and the library measured here."""
    places = [*folders, BENCH, Path(ambidex.__file__).parents[1]]
    inherited = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    return {**os.environ, "PYTHONPATH": os.pathsep.join(str(place) for place in [*places, *filter(None, inherited)])}
