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
    "type parameters of Python 3.12 (PEP 695)": "Python 3.9 cannot read them, as above",
    "`AsyncContextManager` as a parameter, blocking or async": "not drawn yet",
    "optional `AsyncContextManager` and several of them as parameters": "not drawn yet",
    "attribute that holds an `AsyncContextManager`": "not drawn yet",
    "tuple with a dictionary of `AsyncContextManager`": "not drawn yet",
    "exception that holds wrapped objects": "not drawn yet",
    "exception that extends such a one": "not drawn yet",
    "exception that is a dataclass": "not drawn yet",
    "exception that holds wrapped objects, in two classes": "not drawn yet",
    "list that may hold exceptions, as `BaseException`": "not drawn yet",
    "plain function under `functools.lru_cache`": "not drawn yet",
    "deprecated function": "not drawn yet",
    "deprecated plain function": "not drawn yet",
    "deprecated async generator": "not drawn yet",
    "function with a deprecated overload": "not drawn yet",
    "abstract property": "not drawn yet",
    "deprecated class": "not drawn yet",
    "deprecated method": "not drawn yet",
    "deprecated property": "not drawn yet",
    "plain method under `functools.lru_cache`": "not drawn yet",
    "descriptor whose `__get__` gives the class itself, by overloads": "not drawn yet",
    "descriptor that extends a generic one": "not drawn yet",
    "value for an attribute that a base annotates": "not drawn yet",
    "value for a class constant that a base annotates": "not drawn yet",
    "parameters called as the generator calls its own names": "not drawn yet",
    "alias of a type with a face, by `manual_export`": "not drawn yet",
    "generic alias of a type with a face": "not drawn yet",
    "alias in two forms": "not drawn yet",
}

# What the list of constructs has in one row with something else, and what is refused beyond it.
BEYOND = (
    "async generator staticmethod",
    "dataclass that carries wrapped objects",
    "named tuple that carries wrapped objects",
    "typed dict that carries wrapped objects",
    *(name for name in REFUSED if name not in TABLE),
)

DRAWN = tuple(name for name in (*TABLE, *BEYOND) if name not in NOT_DRAWN)
