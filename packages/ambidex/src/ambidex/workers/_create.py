"""Own `create`: an object of a generated class, made in the child, with its face here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from ..bridge import placed

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import ParamSpec

    from ._parent import ParentWorker

    P = ParamSpec("P")

T = TypeVar("T")


class Create:
    """Make an object in the child: by its generated class, or by a class method of that which gives one."""

    def __init__(self, worker: ParentWorker) -> None:
        self._worker = worker

    def __call__(self, make: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Block until the object is made, and return its face."""
        life = self._worker.life("create")
        life.learn(make)
        made: T = placed(make, life.channel)(*args, **kwargs)
        return made

    def __repr__(self) -> str:
        return f"<{self._worker}.create: {self._worker.state()}>"

    async def aio(self, make: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Await the object, and return its face."""
        life = await self._worker.life_to_come("create", None)
        life.learn(make)
        place: Any = placed(make, life.channel)
        made: T = await place.aio(*args, **kwargs)
        return made
