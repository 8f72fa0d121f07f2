"""Own what a child sends without a copy of it: public objects; and what stands in it for its parent's functions."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

from ...errors import ProtocolError
from ...protocol import Kind
from .._exported import Exported, Received, release_of
from ._kinds import public_class_of

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from ...transport import Connection

    CallBack = Callable[[int, tuple[Any, ...], dict[str, Any]], Coroutine[Any, Any, Any]]


class ServingHandles:
    """Give a child's codec the tokens of what stays in the child, and what stands for those of its parent.

    `call_back` calls a function of the parent by its number. `main` is the connection by which releases go.
    """

    def __init__(self, main: Callable[[], Connection], call_back: CallBack) -> None:
        self._main = main
        self._call_back = call_back
        self.exported = Exported()
        self._received = Received(self._release)

    def export(self, value: object) -> tuple[object, ...] | None:
        """Return the token of what stays here; None for what crosses by value."""
        if isinstance(value, RemoteFunction):
            return ("yours", value.number)
        public = public_class_of(type(value))
        return None if public is None else ("object", self.exported.lend(value), *public)

    def resolve(self, token: tuple[object, ...]) -> object:
        """Return what stands for a token here.

        Raises:
            ProtocolError: there is no such token.
        """
        kind, number, *rest = token
        if kind == "yours" and isinstance(number, int):
            return self.exported.find(number)
        if kind == "function" and isinstance(number, int):
            return self._received.receive(number, lambda: RemoteFunction(self._call_back, number, str(rest[0])))
        raise ProtocolError(f"a token of the kind {kind!r:.40} came, which there is not, or not here")

    def _release(self, number: int, count: int) -> None:
        main = self._main()
        with contextlib.suppress(RuntimeError):  # the loop has ended, and with it what the parent keeps
            main.loop.call_soon_threadsafe(main.send, Kind.RELEASE, 0, release_of(number, count))


class RemoteFunction:
    """Stand for a function of the parent: on the loop its result is awaited, on other threads a call blocks."""

    __slots__ = ("__weakref__", "_call_back", "_loop", "_name", "number")

    def __init__(self, call_back: CallBack, number: int, name: str) -> None:
        self._call_back = call_back
        self.number = number
        self._name = name
        self._loop = asyncio.get_running_loop()  # where messages are read

    def __repr__(self) -> str:
        return f"<function {self._name} of the parent>"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call it there; what is returned where a loop runs is to be awaited."""
        called = self._call_back(self.number, args, kwargs)
        try:
            here = asyncio.get_running_loop()
        except RuntimeError:
            return asyncio.run_coroutine_threadsafe(called, self._loop).result()
        if here is self._loop:
            return called
        return asyncio.wrap_future(asyncio.run_coroutine_threadsafe(called, self._loop))
