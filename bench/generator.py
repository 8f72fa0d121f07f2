"""The section of the generator: whole runs of the command line, and the import of what they wrote."""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from children import environment
from implementations import write_implementation
from measure import WALL
from report import Row, Section
from targets import GENERATOR, target_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from candidates import World
    from measure import Clock, Settings

_FUNCTIONS, _CLASSES = 1_000, 200
_SIZES = (100, 1_000, 10_000)  # functions, to see how the cost grows
_ROUNDS_SHARE = 5  # whole processes take a second and more: one of them for so many rounds of the other sections
_FULL_ROUNDS = 10  # with fewer, the largest size is left out
_IMPORT = """
import sys, time, typing, ambidex.bridge
started = time.{clock}()
__import__(sys.argv[1])
print(time.{clock}() - started)
"""


def measure_generator(world: World, settings: Settings) -> Section:
    """Measure `generate`, `check` and the generated module, in turn, in fresh interpreters."""
    sizes = _SIZES if settings.rounds >= _FULL_ROUNDS else _SIZES[:-1]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_implementation(folder, "whole", _FUNCTIONS, _CLASSES)
        for size in sizes:
            write_implementation(folder, f"plain{size}", size, 0)
        whole, checked, imported = (
            f"generate {_FUNCTIONS:,} functions and {_CLASSES} classes",
            "check them, unchanged",
            f"import what {_FUNCTIONS:,} functions generate, after what it imports",
        )
        generated = {size: f"generate {size:,} functions" for size in sizes}
        command = partial(_command, folder, settings.clock)
        candidates: dict[str, Callable[[], float]] = {
            whole: partial(command, "generate", "whole"),
            checked: partial(command, "check", "whole"),
            **{row: partial(command, "generate", f"plain{size}") for size, row in generated.items()},
            imported: partial(_import_seconds, folder, settings.clock, f"plain{_FUNCTIONS}"),
        }
        costs = _compare(candidates, max(1, settings.rounds // _ROUNDS_SHARE))
    second = settings.second
    rows = [
        Row(whole, costs[whole], second, answers=(target_of(GENERATOR, "generate"),)),
        Row(checked, costs[checked], second, answers=(target_of(GENERATOR, "check, unchanged"),)),
        Row(
            imported,
            costs[imported] * 1e3,
            settings.unit.replace("us", "ms"),
            answers=(target_of(GENERATOR, "import of a generated module of 1,000 functions"),),
        ),
        *(Row(row, costs[row], second) for row in generated.values()),
        *_growth(sizes, [costs[row] for row in generated.values()], settings.unit.replace("us", "ms")),
    ]
    return Section("generator", "the generator, each run a fresh interpreter", "", rows)


def _growth(sizes: Sequence[int], costs: Sequence[float], unit: str) -> list[Row]:
    """Return what each further function costs between two sizes: the same everywhere where the cost grows evenly."""
    rows = [
        Row(
            f"each function from {sizes[at]:,} to {sizes[at + 1]:,}",
            (costs[at + 1] - costs[at]) / (sizes[at + 1] - sizes[at]) * 1e3,
            unit,
            is_derived=True,
        )
        for at in range(len(sizes) - 1)
    ]
    if len(sizes) < len(_SIZES):
        rows.append(Row(f"generate {_SIZES[-1]:,} functions", note=f"left out below {_FULL_ROUNDS} rounds"))
    return rows


def _compare(candidates: dict[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """Return the median seconds of each candidate over interleaved rounds, after one that is not counted."""
    costs: dict[str, list[float]] = {name: [] for name in candidates}
    for run in candidates.values():
        run()
    order = list(candidates)
    shuffle = random.Random(0).shuffle
    for _ in range(rounds):
        shuffle(order)
        for name in order:
            costs[name].append(candidates[name]())
    return {name: statistics.median(seconds) for name, seconds in costs.items()}


def _command(folder: Path, clock: Clock, verb: str, name: str) -> float:
    """Return the seconds that a whole run of the command line takes."""
    command = [sys.executable, "-m", "ambidex.cli", verb, "-m", f"_{name}", "-o", str(folder)]
    variables = _with_bytecode(folder)
    before, started = os.times(), time.perf_counter()
    subprocess.run(command, env=variables, cwd=folder, stdout=subprocess.DEVNULL, check=True)
    elapsed, after = time.perf_counter() - started, os.times()
    if clock is WALL:
        return elapsed
    return after.children_user + after.children_system - before.children_user - before.children_system


def _import_seconds(folder: Path, clock: Clock, name: str) -> float:
    """Return the seconds that the import of a generated module takes where its bytecode is there."""
    code = _IMPORT.format(clock=clock.function)
    command = [sys.executable, "-c", code, name]
    done = subprocess.run(
        command, env=_with_bytecode(folder), cwd=folder, stdout=subprocess.PIPE, text=True, check=True
    )
    return float(done.stdout)


def _with_bytecode(folder: Path) -> dict[str, str]:
    """Return an environment in which the first run leaves bytecode to the others, as where a package is installed."""
    return {**environment(folder), "PYTHONPYCACHEPREFIX": str(folder / "bytecode"), "PYTHONDONTWRITEBYTECODE": ""}
