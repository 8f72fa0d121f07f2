"""Own the list of what calls other processes here, or serves them: for who wants to look at the whole program.

It keeps nothing alive, and costs an entry where something is made.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from typing_extensions import Literal

    Kind = Literal["worker", "pool", "client", "service"]


class _Noted(NamedTuple):
    kind: Kind
    thing: weakref.ref[Any]


_noted: dict[int, _Noted] = {}  # by id, in the order in which they were made; each change is one operation


def note_existing(kind: Kind, thing: object) -> None:
    """Have `existing` find something for as long as it is there."""
    key = id(thing)
    _noted[key] = _Noted(kind, weakref.ref(thing, lambda _: _noted.pop(key, None)))


def leave_out(thing: object) -> None:
    """Have `existing` find it no more: it is a part of something that is found."""
    _noted.pop(id(thing), None)


def existing(*kinds: Kind) -> list[tuple[Kind, Any]]:
    """Return what is there of some kinds; on any thread. Any: what is noted has no class in common."""
    found: list[tuple[Kind, Any]] = [(each.kind, each.thing()) for each in _noted.copy().values() if each.kind in kinds]
    return [(kind, thing) for kind, thing in found if thing is not None]
