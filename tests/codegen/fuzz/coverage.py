"""Say which constructs the grammar draws, and which of them Python has had only since a later version than 3.9."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.codegen import constructs
from tests.codegen.fuzz.refused import REFUSED

if TYPE_CHECKING:
    from tests.codegen.fuzz.shapes import Program

TABLE = (
    *(shown.construct for part in constructs.CONSTRUCTS.values() for shown in part),
    *(refused.construct for refused in constructs.REFUSED),
)

OLDEST = (3, 9)
# What an older Python cannot read, or cannot import; a program is run by one that can.
NEWER = {
    "dataclass with `slots=True` and `kw_only=True`": (3, 10),
    "generic named tuple or typed dict with wrapped objects in a field of its own": (3, 11),
    "class that is generic in a `TypeVarTuple`, by a star": (3, 11),
    "class that is generic in a `TypeVarTuple`, by type parameters": (3, 12),
    "class that is generic in a `ParamSpec`, applied to a list of types": (3, 12),
    "class that extends one applied to a list of types": (3, 12),
    "type parameters of Python 3.12 (PEP 695)": (3, 12),
    "overloads with type parameters of their own (PEP 695)": (3, 12),
    "`type` alias with a ParamSpec, a TypeVarTuple or defaults": (3, 12),
    "`type` alias with defaults": (3, 13),
    "`type` statement without all its arguments": (3, 12),
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
    "class of one template with members of others",
    "member of another template that is overridden in what an applied generic class means by it",
    *(name for name in NEWER if name not in TABLE and name not in REFUSED),
    *(name for name in REFUSED if name not in TABLE),
)

DRAWN = (*TABLE, *BEYOND)


def oldest_for(program: Program) -> tuple[int, int]:
    """Return the oldest version of Python that can run a program."""
    return max((NEWER[name] for name in program.constructs if name in NEWER), default=OLDEST)
