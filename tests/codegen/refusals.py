"""List what the generator refuses: an implementation, and the whole message for it.

Each part stands in a module of its own, by construct. Each text follows `PROLOGUE`, which ends at line 14, so that the
text's first line is line 15.
"""

from __future__ import annotations

from tests.codegen import (
    refusals_annotations,
    refusals_arguments,
    refusals_callables,
    refusals_classes,
    refusals_decorators,
    refusals_inside,
    refusals_manifests,
    refusals_names,
    refusals_records,
    refusals_results,
    refusals_styles,
)

PROLOGUE = """\
from __future__ import annotations

from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import *
import enum

from ambidex import Module

m = Module("public")

@m.wrap_class
class Station: ...

"""

PARTS = (
    refusals_annotations.REFUSALS,
    refusals_arguments.REFUSALS,
    refusals_callables.REFUSALS,
    refusals_classes.REFUSALS,
    refusals_decorators.REFUSALS,
    refusals_inside.REFUSALS,
    refusals_manifests.REFUSALS,
    refusals_names.REFUSALS,
    refusals_records.REFUSALS,
    refusals_results.REFUSALS,
    refusals_styles.REFUSALS,
)
REFUSALS = {name: refusal for part in PARTS for name, refusal in part.items()}
