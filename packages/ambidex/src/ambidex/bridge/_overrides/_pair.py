"""Own what ties a face of a user's class to its object in another process, which calls what that class overrides.

Nobody can collect the two: each process sees its own half alone. So whoever has made the pair holds it until it is told
to let go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ...runtime import StreamCall, entering
from .._channels._originals import OriginalsElsewhere
from .._channels._steps import AsyncSteps
from .._identity import Reference, attributes_of, class_of
from ._constants import exchanged
from ._forward import can, forwarder, found_in
from ._making import constructor_turned, own_constructor, run_constructor
from ._tie import Tie, untie

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Coroutine

    from ...runtime import Runtime
    from .._channels._channel import Channel
    from ._info import Overriding

    Args = tuple[Any, ...]
    Kwargs = dict[str, Any]

_WAYS = {"task": "await", "loop": "block", "here": "block", "stream": "stream", "context": "context"}


class Overridden(NamedTuple):
    """Say of a user's class what a process has to know that makes a class below the implementation's own for it.

    All of it is data: `ways` are "WAY NAME", by the implementation's name and with the ways of `reached_by`, or "none"
    for what the class takes away. `has_constructor` is whether it has one of its own.
    """

    name: str
    module: str
    ways: tuple[str, ...]
    constants: dict[str, Any]
    keywords: dict[str, Any]
    has_constructor: bool


def overridden_by(info: Overriding) -> Overridden:
    """Return what a user's class overrides, as it is at this moment."""
    cls = info.cls
    ways = [f"{way} {name}" for name, (_, of_name) in _names(info).items() for way in of_name]
    constants = {name: getattr(cls, name) for name in exchanged(cls)}
    has_constructor = own_constructor(cls) is not None
    return Overridden(cls.__qualname__, cls.__module__, tuple(ways), constants, {**info.keywords}, has_constructor)


def _names(info: Overriding) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return the overrides by the implementation's name: that of the face, and the ways in which they are reached."""
    return {members[0].attribute: (name, _ways(info, name)) for name, members in info.overrides.items()}


def _ways(info: Overriding, name: str) -> tuple[str, ...]:
    found = found_in(info.cls, name)
    if found is None:
        return ("none",)
    if not isinstance(info.generated(name), property):
        return (_WAYS[info.overrides[name][0].runs],)
    others = (("set", "__set__", "fset"), ("delete", "__delete__", "fdel"))
    return ("get", *[way for way, special, part in others if can(found, special, part)])


class Pair(Tie):
    """Tie a face to an object elsewhere. Blocking overrides are awaited by `runtime`, and have faces over `channel`."""

    __slots__ = ("_forwarders", "_names")

    info: Overriding

    def __init__(self, info: Overriding, face: Any, channel: Channel, runtime: Runtime) -> None:
        super().__init__(info, face, channel, runtime)
        self._names = _names(info)
        self._forwarders: dict[str, Any] = {}

    # -- the beginning and the end

    def tie(self, receiver: Any) -> None:
        """Have the face stand for `receiver`, unless it does."""
        face = self.face
        if "__ambidex__" not in attributes_of(face):
            face.__ambidex__ = Reference(OriginalsElsewhere(self._channel), receiver)
            self.info.remember(receiver, face)

    def untie(self) -> None:
        """Have the face stand for nothing: the constructor has failed."""
        untie(self.face)

    def initialise(self, rest: Callable[..., Any], args: Args, kwargs: Kwargs) -> None:
        """Run the user's constructor; `rest` is the implementation's own."""
        other = constructor_turned(self.info.cls, self._channel)
        run_constructor(self.face, rest, other, args, kwargs)

    # -- what the object calls

    def has(self, way: str, attribute: str) -> bool:
        """Tell whether the class overrides that, and lets it be reached so."""
        return way in self._names.get(attribute, ("", ()))[1]

    def awaited(self, attribute: str, args: Args, kwargs: Kwargs) -> Coroutine[Any, Any, Any]:
        """Return what awaits an override of an async method, which runs as it would for an object of this process."""
        return self.info.implementation.runtime.await_(
            self._forwarder(attribute), (self, *args), kwargs, self._shown(attribute)
        )

    async def blocked(self, way: str, attribute: str, args: Args, kwargs: Kwargs, around: Callable[..., Any]) -> Any:
        """Await an override that the object does not await: it runs on a thread, inside of `around`."""
        found = self._forwarder(attribute)
        parts = {"get": "fget", "set": "fset", "delete": "fdel"}
        function = getattr(found, parts[way]) if way in parts else found
        return await self._on_thread(self._names[attribute][0], function, (self, *args), kwargs, around)

    async def constructed(
        self, rest: Callable[..., Any], args: Args, kwargs: Kwargs, around: Callable[..., Any]
    ) -> None:
        """Await the user's constructor, which runs as what the object does not await."""
        await self._on_thread("__init__", self.initialise, (rest, args, kwargs), {}, around)

    async def _on_thread(
        self, name: str, function: Callable[..., Any], args: Args, kwargs: Kwargs, around: Callable[..., Any]
    ) -> Any:
        def run(*args: Any, **kwargs: Any) -> tuple[Any]:
            return (around(function, *args, **kwargs),)  # boxed: what can be awaited is a value here

        (value,) = await self.off_loop(name).run(run, args, kwargs)
        return value

    def streamed(self, way: str, attribute: str, args: Args, kwargs: Kwargs) -> AsyncGenerator[Any, Any]:
        """Return the items of an override that gives a stream, or the one of a context manager."""
        forward = self._forwarder(attribute)
        function = entering(forward) if way == "context" else forward
        runtime = self.info.implementation.runtime
        return AsyncSteps(StreamCall(runtime, function, (self, *args), kwargs, self._shown(attribute), ""), _as_it_is)

    def original(self, receiver: Any, name: str, attribute: str) -> Any:  # noqa: ARG002  there is none here
        """Return what stands below an override that the class does not have any more."""
        bound = getattr(self.face, name)
        return getattr(bound, "aio", bound)

    def _forwarder(self, attribute: str) -> Any:
        known = self._forwarders.get(attribute)
        if known is None:
            info, name = self.info, self._names[attribute][0]
            made = forwarder(info, name, info.overrides[name], self._channel)
            known = self._forwarders.setdefault(attribute, made)
        return known

    def _shown(self, attribute: str) -> str:
        return f"{class_of(self.face).__qualname__}.{self._names[attribute][0]}"


def _as_it_is(_: BaseException) -> None:
    """Raise nothing in the place of an exception: the forwarder has."""
