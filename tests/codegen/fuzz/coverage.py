"""Say which constructs the grammar draws: every one of the list of constructs, but for those that have a reason."""

from __future__ import annotations

from tests.codegen import constructs
from tests.codegen.fuzz.refused import REFUSED

TABLE = (
    *(shown.construct for part in constructs.CONSTRUCTS.values() for shown in part),
    *(refused.construct for refused in constructs.REFUSED),
)

NOT_DRAWN = {
    "dataclass with `slots=True` and `kw_only=True`": (
        "Python 3.9 has neither, and what is drawn runs on each Python from that on; a test draws from both by itself"
    ),
    "generic named tuple or typed dict with wrapped objects in a field of its own": (
        "Python 3.9 and 3.10 have neither; a test draws from both by itself"
    ),
    "type parameters of Python 3.12 (PEP 695)": "Python 3.9 cannot read them, as above",
    "class that is generic in a `TypeVarTuple`": (
        "before Python 3.11 typing_extensions alone makes such a class, and that is not installed everywhere"
    ),
    "async callable with the parameters of a `TypeVarTuple` as a result": (
        "its type is a class of the bridge's; tests/codegen/test_type_variable_tuples.py checks and runs what has it"
    ),
    "`type` alias with a ParamSpec, a TypeVarTuple or defaults": "Python 3.9 cannot read it, as above",
    "`type` alias without all its arguments": (
        "Python 3.9 has such an alias from typing_extensions alone, which is not installed everywhere"
    ),
}

# What the list of constructs has in one row with something else, and what is refused beyond it.
BEYOND = (
    "async generator staticmethod",
    "dataclass that carries wrapped objects",
    "named tuple that carries wrapped objects",
    "typed dict that carries wrapped objects",
    "abstract members of every kind",
    "dataclass that adds wrapped objects to what it extends",
    "record sent into an `AsyncGenerator` inside another type",
    *(name for name in REFUSED if name not in TABLE),
)

DRAWN = tuple(name for name in (*TABLE, *BEYOND) if name not in NOT_DRAWN)
