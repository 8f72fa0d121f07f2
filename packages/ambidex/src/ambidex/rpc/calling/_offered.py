"""Own what an object offers to code that has no face of it, as abilities."""

from __future__ import annotations

from typing import Any

from ...bridge import reached_by
from .._abilities import AWAITED, CALLED, ENTERED, ITERATED, MEMBER, STEPPED, STEPPED_ASYNC

_ITSELF = {"await": AWAITED, "context": ENTERED}
_PLAIN = (CALLED, STEPPED)
_BLOCKING = tuple(f"{MEMBER} {way} " for way in ("block", "get", "set", "delete"))


def offered_by(cls: type[Any]) -> tuple[str, ...]:
    """Return the abilities of the objects of an implementation's class, by its faces; nothing where it has none."""
    offered: dict[str, None] = {}
    for (way, name), reached in reached_by(cls).items():
        if name:
            ability = f"{MEMBER} {way} {name}"
        else:
            steps = STEPPED_ASYNC if reached.member.stub.__name__.endswith("next__") else ITERATED
            ability = _ITSELF.get(way, steps)
        offered[ability] = None
    if STEPPED_ASYNC in offered:
        offered.pop(ITERATED, None)
    return tuple(offered)


def blocks(abilities: tuple[str, ...]) -> bool:
    """Tell whether an ability is one that the other side's loop may stand still for."""
    return any(each in _PLAIN or each.startswith(_BLOCKING) for each in abilities)
