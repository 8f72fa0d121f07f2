"""The section of imports: what they take in fresh interpreters, and what they load."""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
import tempfile
from functools import partial
from typing import TYPE_CHECKING

import measured
from children import environment
from report import Row, Section
from targets import IMPORT, target_of

if TYPE_CHECKING:
    from candidates import World
    from measure import Settings

# What is imported first, and what is then measured.
_IMPORTS = {
    "import asyncio": ("", "import asyncio"),
    "import ambidex, after asyncio": ("import asyncio", "import ambidex"),
    "the same with its runtime and bridge loaded": ("import asyncio", "import ambidex.bridge; ambidex.Synchronizer"),
    "a generated module, after what it imports": ("import typing, ambidex.bridge", "import measured"),
}
_ASYNCIO, _DOOR, _ALL, _GENERATED = _IMPORTS
_CHILD = """
import json, sys, time
{before}
known = set(sys.modules)
started = time.{clock}()
{measured}
seconds = time.{clock}() - started
print(json.dumps([seconds, sorted(set(sys.modules) - known)]))
"""
_IMPORT_ROUNDS = 2  # for each round of the other sections: an import can be timed only once in a process


def measure_imports(world: World, settings: Settings) -> Section:
    """Measure imports in fresh interpreters, in turn."""
    costs: dict[str, list[float]] = {name: [] for name in _IMPORTS}
    added: dict[str, list[str]] = {}
    order = list(_IMPORTS)
    shuffle = random.Random(0).shuffle
    with tempfile.TemporaryDirectory() as bytecode:
        import_ = partial(_import, bytecode=bytecode, clock=settings.clock.function)
        for name in order:  # compiles what the others find compiled, as where the library is installed
            _, added[name] = import_(name)
        for _ in range(_IMPORT_ROUNDS * settings.rounds):
            shuffle(order)
            for name in order:
                costs[name].append(import_(name)[0])
    answers = {
        _DOOR: (target_of(IMPORT, "import ambidex"),),
        _ALL: (target_of(IMPORT, "with its runtime and bridge loaded"),),
    }
    milliseconds = {name: statistics.median(seconds) * 1e3 for name, seconds in costs.items()}
    unit = settings.unit.replace("us", "ms")
    rows = [
        Row(name, milliseconds[name], unit, milliseconds[name] / milliseconds[_ASYNCIO], answers.get(name, ()))
        for name in _IMPORTS
    ]
    others = [module for module in added[_GENERATED] if module != measured.__name__]
    rows.append(
        Row(
            "modules that the generated one adds beside itself",
            len(others),
            "",
            None,
            (target_of(IMPORT, "modules that a generated one adds beside itself"),),
            ", ".join(others),
        )
    )
    return Section("imports", "imports, in fresh interpreters", _ASYNCIO, rows)


def _import(name: str, *, bytecode: str, clock: str) -> tuple[float, list[str]]:
    """Return the seconds that one import takes in a fresh interpreter, and the modules it loads."""
    before, statement = _IMPORTS[name]
    code = _CHILD.format(before=before, measured=statement, clock=clock)
    variables = {**environment(), "PYTHONPYCACHEPREFIX": bytecode, "PYTHONDONTWRITEBYTECODE": ""}
    child = subprocess.run([sys.executable, "-c", code], env=variables, stdout=subprocess.PIPE, text=True, check=True)
    seconds, modules = json.loads(child.stdout)
    return seconds, modules
