"""Own the called side of a session: what is served, over which connections, and the tasks that calls are.

A child starts with it, so it loads neither the bridge nor the runtime.
"""

from __future__ import annotations

from ._asking import ParentCalls
from ._connections import Serving
from ._handles import ServingHandles
from ._incoming import Incoming, OpenCalls, Served
from ._kinds import public_class_of
from ._table import Function, find, public_methods, signature_of, table_of
from ._typed import taking_typed
from ._verbs import definition_at, definition_of, function_of, lent_function_of

__all__ = (
    "Function",
    "Incoming",
    "OpenCalls",
    "ParentCalls",
    "Served",
    "Serving",
    "ServingHandles",
    "definition_at",
    "definition_of",
    "find",
    "function_of",
    "lent_function_of",
    "public_class_of",
    "public_methods",
    "signature_of",
    "table_of",
    "taking_typed",
)
