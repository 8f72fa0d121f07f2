"""Own what a caller sends without a copy of it, functions that are called back, and what stands here for objects."""

from __future__ import annotations

import contextlib
import sys
from contextvars import ContextVar
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any

from ...bridge import is_face, receiver_of
from ...errors import ProtocolError, UsageError
from ...protocol import Kind
from ...runtime import Callback
from .._exported import Exported, Received, release_of
from ._remote import RemoteObject, remote_class

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...transport import Connection
    from ._session import Session

_MAINS = ("__main__", "__mp_main__")
_PARTS = 4  # of an object's token: its class, and where that is public
WRAPPED = "__ambidex_callback__"  # on what stands for a user's callable already, in the bridge
handed_over: ContextVar[list[Callback] | None] = ContextVar("ambidex_handed_over", default=None)


class CallingHandles:
    """Give a caller's codec the tokens of what stays here, and what stands for those of the other side's objects.

    Calls that hand functions over are told by `take_handed` after their arguments were encoded. `main` is the
    connection by which releases go.
    """

    def __init__(self, main: Callable[[], Connection], session: Callable[[], Session]) -> None:
        self._main = main
        self._session = session
        self.exported = Exported()
        self.received = Received(self._release)

    # -- what goes out

    def export(self, value: object) -> tuple[object, ...] | None:
        """Return the token of what stays here; None for what crosses by value."""
        if isinstance(value, RemoteObject):
            return self._coming_home(value)
        kind = type(value)
        if kind is FunctionType or kind is MethodType:
            return self._function(value)
        return self.export(receiver_of(value)) if is_face(value) else None

    def _coming_home(self, value: RemoteObject) -> tuple[object, ...]:
        session, number = value.__ambidex_place__
        if session is not self._session():
            raise UsageError(
                f"{value!r} belongs to another process than the one it was given to; let that one give what it is "
                "needed for"
            )
        return ("yours", number)

    def _function(self, function: Any) -> tuple[object, ...] | None:
        """Return the token of a function that is called back; one that the other side can import goes by its name."""
        name = str(getattr(function, "__qualname__", "a function"))
        if hasattr(function, WRAPPED):
            return ("function", self.exported.lend(function), name)
        if type(function) is FunctionType and _is_importable(function):
            return None
        running = Callback(function)
        handed = handed_over.get()
        if handed is None:
            handed_over.set([running])
        else:
            handed.append(running)

        async def called(*args: Any, **kwargs: Any) -> Any:
            return await running.run(args, kwargs)

        return ("function", self.exported.lend(called), name)

    # -- what comes in

    def resolve(self, token: tuple[object, ...]) -> object:
        """Return what stands for a token here."""
        kind, number, *rest = token
        if not isinstance(number, int):
            raise ProtocolError(f"the number of an object is {number!r:.40}")
        if kind == "yours":
            return self.exported.find(number)
        if kind == "object" and len(rest) == _PARTS and all(isinstance(each, str) for each in rest):
            session, cls = self._session(), remote_class(*map(str, rest))
            return self.received.receive(number, lambda: cls(session, number))
        raise ProtocolError(f"a token of the kind {kind!r:.40} came, which there is not, or not here")

    def _release(self, number: int, count: int) -> None:
        main = self._main()
        with contextlib.suppress(RuntimeError):  # the loop has ended, and with it what the other side keeps
            main.loop.call_soon_threadsafe(main.send, Kind.RELEASE, 0, release_of(number, count))


def take_handed() -> list[Callback]:
    """Return the functions that the arguments encoded last have handed over."""
    handed = handed_over.get()
    if handed is None:
        return []
    handed_over.set(None)
    return handed


def _is_importable(function: FunctionType) -> bool:
    if function.__module__ in _MAINS or "<" in function.__qualname__:
        return False
    found: Any = sys.modules.get(function.__module__)
    for part in function.__qualname__.split("."):
        found = getattr(found, part, None)
    return found is function
