"""Own `create`: an object of a generated class, made in the child, with its face here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, overload

from ..bridge import placed

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import ParamSpec, TypeVarTuple, Unpack

    from ._parent import ParentWorker

    P = ParamSpec("P")
    Ts = TypeVarTuple("Ts")

T = TypeVar("T")


class Create:
    """Make an object in the child: by its generated class, or by a class method of that which gives one."""

    def __init__(self, worker: ParentWorker, *, overrides: bool = False) -> None:
        self._worker = worker
        self._overrides = overrides

    def with_options(self, *, overrides: bool) -> Create:
        """Return the same with another default of `overrides`: type checkers know all arguments of the constructor."""
        return Create(self._worker, overrides=overrides)

    if TYPE_CHECKING:

        @overload  # a parameter cannot be added to named ones of a callable: these are for `with_options`
        def __call__(self, make: Callable[[Unpack[Ts]], T], /, *args: Unpack[Ts], overrides: bool) -> T: ...
        @overload
        def __call__(self, make: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T: ...

    def __call__(self, make: Any, /, *args: Any, **kwargs: Any) -> Any:  # type: ignore[misc]  # `*args` take all that `*Ts` do
        """Block until the object is made, and return its face.

        With `overrides` it may be of a user's class that overrides methods: the object calls them in this process, each
        time by a round trip. The object and its face keep each other until `ambidex.release(face)`, or until the child
        ends. The name is taken: a parameter of the constructor's that is called so is given by its place.

        Raises:
            UsageError: the class overrides methods, and `overrides` was not given.
        """
        life = self._worker.life("create")
        life.peer.learn(make)
        return placed(make, life.peer.channel, overrides=kwargs.pop("overrides", self._overrides))(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<{self._worker}.create: {self._worker.state()}>"

    if TYPE_CHECKING:

        @overload
        async def aio(self, make: Callable[[Unpack[Ts]], T], /, *args: Unpack[Ts], overrides: bool) -> T: ...
        @overload
        async def aio(self, make: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T: ...

    async def aio(self, make: Any, /, *args: Any, **kwargs: Any) -> Any:  # type: ignore[misc]  # `*args` take all that `*Ts` do
        """Await the object, and return its face; `overrides` is as in the call that blocks."""
        life = await self._worker.life_to_come("create", None)
        life.peer.learn(make)
        place: Any = placed(make, life.peer.channel, overrides=kwargs.pop("overrides", self._overrides))
        return await place.aio(*args, **kwargs)
