"""Own what a behaviour is: a function that uses a face and fails where that does not do what it should.

A behaviour is written once, as a coroutine function, and held once for each face. On the awaited face it runs on a loop
of its own. On the blocking one no loop runs: what it awaits never suspends, because a `Way` has blocked by then.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import UsageError
from ._ways import Awaited, Blocking

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from ._placement import Placement
    from ._scenery.subject import Subject
    from ._ways import Way

    Body = Callable[["Scene"], Coroutine[Any, Any, None]]

GROUPS = (
    "calls",
    "errors",
    "deadlines",
    "cancellation",
    "streams",
    "backpressure",
    "callbacks",
    "references",
    "contexts",
    "identity",
    "both-faces",
)
STRICT = ("calls", "errors", "deadlines", "cancellation", "streams", "identity")  # in which there are no exceptions


class Scene(NamedTuple):
    """Be what a behaviour acts on: the root of what is placed, a subject that nobody else has, and a way to call."""

    root: Subject
    subject: Subject
    way: Way


class Behaviour:
    """Be one thing that a caller can see, with an id such as "streams/items-come-in-order/awaited".

    `group` is the first part of the id, `says` the sentence that holds.
    """

    def __init__(self, id_: str, body: Body, way: Callable[[], Way]) -> None:
        self.id = id_
        self.group = id_.partition("/")[0]
        self.says = inspect.cleandoc(body.__doc__ or "")
        self._body = body
        self._way = way

    def run(self, root: Subject) -> None:
        """Raise where it does not hold for what is placed; it takes as long as it takes, on this thread."""
        way = self._way()
        way.run(self._act(root, way))

    async def _act(self, root: Subject, way: Way) -> None:
        await self._body(Scene(root, await way.call(root.fresh), way))

    def __str__(self) -> str:
        return self.id

    def __repr__(self) -> str:
        return f"<Behaviour {self.id}>"


_all: dict[str, Behaviour] = {}
_WAYS: dict[str, Callable[[], Way]] = {"blocking": Blocking, "awaited": Awaited}


def behaviour(id_: str, *ways: str) -> Callable[[Body], Body]:
    """Register a behaviour for both ways to call, or for those that are named."""

    def register(body: Body) -> Body:
        if id_.partition("/")[0] not in GROUPS or not body.__doc__:
            raise UsageError(f"{id_} is of no group, or says nothing")
        for name in ways or _WAYS:
            full = f"{id_}/{name}"
            if full in _all:
                raise UsageError(f"there are two behaviours {full}")
            _all[full] = Behaviour(full, body, _WAYS[name])
        return body

    return register


def registered() -> Sequence[Behaviour]:
    """Return all of them, group by group."""
    return sorted(_all.values(), key=lambda each: GROUPS.index(each.group))


def check_exceptions(placement: Placement) -> None:
    """Refuse exceptions of a placement that there may not be.

    Raises:
        UsageError: one is of no behaviour, of a group that has none, or without a reason.
    """
    for id_, reason in placement.exceptions.items():
        found = _all.get(id_)
        if found is None:
            raise UsageError(f"{type(placement).__qualname__} excepts {id_}, and there is no such behaviour")
        if found.group in STRICT:
            raise UsageError(
                f"{type(placement).__qualname__} excepts {id_}: there are no exceptions in {', '.join(STRICT)}"
            )
        if not reason.strip():
            raise UsageError(f"{type(placement).__qualname__} excepts {id_}, and does not say why")
