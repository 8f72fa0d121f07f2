"""Placements that break one promise each, in the channel of this process: the suite has to find that out."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, TypeVar

from ambidex.bridge import InProcess as InProcessChannel
from ambidex.bridge import placed
from ambidex.testing import Placement

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator

T = TypeVar("T")


class Broken(Placement):
    """Reach objects of this process over a channel that a subclass breaks."""

    def place(self, cls: type[T], /, *args: object) -> T:
        own: Any = cls
        made: T = placed(cls, self.broken(own.__ambidex_info__.implementation.runtime))(*args)
        return made

    def broken(self, runtime: Any) -> Any:
        """Return the channel."""
        raise NotImplementedError


class LosesTypes(Broken):
    """Every exception of a call is a RuntimeError of the same text."""

    def broken(self, runtime: Any) -> Any:
        class Channel(InProcessChannel):
            def call(self, member: Any, receiver: Any, args: Any, kwargs: Any, timeout_s: Any) -> Any:
                try:
                    return super().call(member, receiver, args, kwargs, timeout_s)
                except Exception as error:  # noqa: BLE001  any: that is what it breaks
                    raise RuntimeError(str(error)) from None

            async def acall(self, member: Any, receiver: Any, args: Any, kwargs: Any, timeout_s: Any) -> Any:
                try:
                    return await super().acall(member, receiver, args, kwargs, timeout_s)
                except Exception as error:  # noqa: BLE001  any: that is what it breaks
                    raise RuntimeError(str(error)) from None

        return Channel(runtime)


class IgnoresDeadlines(Broken):
    """No deadline reaches the work."""

    def broken(self, runtime: Any) -> Any:
        class Channel(InProcessChannel):
            def call(self, member: Any, receiver: Any, args: Any, kwargs: Any, timeout_s: Any) -> Any:
                return super().call(member, receiver, args, kwargs, None)

            async def acall(self, member: Any, receiver: Any, args: Any, kwargs: Any, timeout_s: Any) -> Any:
                return await super().acall(member, receiver, args, kwargs, None)

            def submit(self, member: Any, receiver: Any, args: Any, kwargs: Any, timeout_s: Any) -> Any:
                return super().submit(member, receiver, args, kwargs, None)

        return Channel(runtime)


class NeverCancels(Broken):
    """Who gives a call up goes on, and the work does not end."""

    def broken(self, runtime: Any) -> Any:
        import asyncio

        class Channel(InProcessChannel):
            async def acall(self, member: Any, receiver: Any, args: Any, kwargs: Any, timeout_s: Any) -> Any:
                return await asyncio.shield(
                    asyncio.ensure_future(super().acall(member, receiver, args, kwargs, timeout_s))
                )

        return Channel(runtime)


class DoublesAnItem(Broken):
    """The third item of each stream comes twice."""

    def broken(self, runtime: Any) -> Any:
        class Channel(InProcessChannel):
            def stream(
                self, member: Any, receiver: Any, args: Any, kwargs: Any, timeout_s: Any, read_ahead: Any = None
            ) -> Generator[Any, Any, None]:
                inner = super().stream(member, receiver, args, kwargs, timeout_s, read_ahead)
                for number, item in enumerate(inner):
                    yield item
                    if number == 2:
                        yield item

            async def astream(
                self, member: Any, receiver: Any, args: Any, kwargs: Any, timeout_s: Any
            ) -> AsyncGenerator[Any, Any]:
                number = 0
                async for item in super().astream(member, receiver, args, kwargs, timeout_s):
                    yield item
                    number += 1
                    if number == 3:
                        yield item

        return Channel(runtime)


class LeaksReferences(Broken):
    """Whatever a call gives is kept."""

    def broken(self, runtime: Any) -> Any:
        kept: list[object] = []

        class Channel(InProcessChannel):
            def give(self, member: Any, value: Any) -> Any:
                kept.append(value)
                return super().give(member, value)

        return Channel(runtime)


class GivesNewFaces(Broken):
    """Each result that is a face is another one."""

    def broken(self, runtime: Any) -> Any:
        class Channel(InProcessChannel):
            def give(self, member: Any, value: Any) -> Any:
                given: Any = super().give(member, value)
                if type(given).__name__ != "Part":
                    return given
                kind: Any = given.__class__
                other: Any = object.__new__(kind)
                vars(other)["__ambidex__"] = vars(given)["__ambidex__"]
                return other

        return Channel(runtime)


class ReadsWithoutBound(Broken):
    """A blocking stream is read to its end before its reader gets the first item."""

    def broken(self, runtime: Any) -> Any:
        class Channel(InProcessChannel):
            def stream(
                self, member: Any, receiver: Any, args: Any, kwargs: Any, timeout_s: Any, read_ahead: Any = None
            ) -> Generator[Any, Any, None]:
                if member.runs == "context":
                    return super().stream(member, receiver, args, kwargs, timeout_s, read_ahead)
                return (item for item in list(super().stream(member, receiver, args, kwargs, timeout_s, read_ahead)))

        return Channel(runtime)


class Hangs(Broken):
    """Who enters a context manager on the first of all occasions comes back no more."""

    def broken(self, runtime: Any) -> Any:
        has_hung: list[int] = []

        def enter_here() -> None:
            threading.Event().wait()

        class Channel(InProcessChannel):
            def stream(
                self, member: Any, receiver: Any, args: Any, kwargs: Any, timeout_s: Any, read_ahead: Any = None
            ) -> Generator[Any, Any, None]:
                if member.runs == "context" and not has_hung:
                    has_hung.append(1)
                    enter_here()
                return super().stream(member, receiver, args, kwargs, timeout_s, read_ahead)

        return Channel(runtime)
