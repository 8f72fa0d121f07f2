"""The kinds of synchronizer that the behaviours are tested on, and the harnesses in tests/stress run on."""

from __future__ import annotations

from typing import Any

from ambidex import Synchronizer

KINDS: dict[str, dict[str, Any]] = {
    "asyncio": {"loop": "asyncio", "first_step": "loop"},
    "first_step": {"loop": "asyncio", "first_step": "caller"},
    "uvloop": {"loop": "uvloop", "first_step": "loop"},
}
# Kinds that the library does not know yet. Take one out here and every behaviour and harness runs on it;
# tests/runtime/test_kinds.py fails when one that the library knows still stands here.
NOT_YET: frozenset[str] = frozenset()
KNOWN = tuple(kind for kind in KINDS if kind not in NOT_YET)


def make_synchronizer(kind: str, name: str, **options: Any) -> Synchronizer:
    """Return the synchronizer of that name and kind; `options` are the constructor's."""
    return Synchronizer(name, **KINDS[kind], **options)
