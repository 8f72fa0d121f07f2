"""Own what crosses a session without being copied: public objects, and functions that are called back."""

from __future__ import annotations

import asyncio
import struct
import sys
from contextvars import ContextVar
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any

from ..bridge import is_face, receiver_of
from ..errors import ProtocolError, UsageError
from ..protocol import Kind
from ..runtime import Callback
from ._exported import Exported
from ._kinds import public_class_of
from ._remote import Received, RemoteObject, remote_class

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from ..protocol import Message
    from ..transport import Connection
    from ._session import Session

_RELEASE = struct.Struct("<QI")  # the object's number, and how often it was received
_MAINS = ("__main__", "__mp_main__")
WRAPPED = "__ambidex_callback__"  # on what stands for a user's callable already, in the bridge
_handed: ContextVar[list[Callback] | None] = ContextVar("ambidex_handed_over", default=None)


class SessionHandles:
    """Give a codec the tokens of objects and functions that stay where they are, and what stands for those of tokens.

    `call` calls a function of the other side by its number. Calls that hand functions over are told by `take_handed`
    after their arguments were encoded. `main` is the connection by which releases go.
    """

    def __init__(
        self,
        main: Callable[[], Connection],
        call: Callable[[int, tuple[Any, ...], dict[str, Any]], Coroutine[Any, Any, Any]],
        session: Callable[[], Session] | None = None,
    ) -> None:
        self._main = main
        self._call = call
        self._session = session
        self.exported = Exported()
        self.received = Received(self._release)

    # -- what goes out

    def export(self, value: object) -> tuple[object, ...] | None:
        """Return the token of what stays here; None for what crosses by value."""
        if isinstance(value, RemoteObject):
            return self._coming_home(value)
        if isinstance(value, RemoteFunction):
            return ("yours", value.number)
        kind = type(value)
        if kind is FunctionType or kind is MethodType:
            return self._function(value)
        if is_face(value):
            return self.export(receiver_of(value))
        public = public_class_of(kind)
        return None if public is None else ("object", self.exported.lend(value), *public)

    def _coming_home(self, value: RemoteObject) -> tuple[object, ...]:
        session, number = value.__ambidex_place__
        if self._session is None or session is not self._session():
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
        handed = _handed.get()
        if handed is None:
            _handed.set([running])
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
        if kind == "function":
            return self.received.receive(number, lambda: RemoteFunction(self._call, number, str(rest[0])))
        if kind == "object" and self._session is not None and all(isinstance(each, str) for each in rest):
            session, cls = self._session(), remote_class(*map(str, rest))
            return self.received.receive(number, lambda: cls(session, number))
        raise ProtocolError(f"a token of the kind {kind!r:.40} came, which there is not, or not here")

    # -- what is let go

    def _release(self, number: int, count: int) -> None:
        try:
            main = self._main()
            main.loop.call_soon_threadsafe(main.send, Kind.RELEASE, 0, _RELEASE.pack(number, count))
        except (AttributeError, RuntimeError):  # the session or its loop has ended, and with it what it referred to
            pass

    def take_release(self, message: Message) -> None:
        """Let go what the other side refers to no more.

        Raises:
            ProtocolError: the message is no release.
        """
        if len(message.payload) != _RELEASE.size:
            raise ProtocolError(f"a release of {len(message.payload)} bytes came")
        self.exported.release(*_RELEASE.unpack(message.payload))


class RemoteFunction:
    """Stand for a function of the other side: on the loop its result is awaited, on other threads a call blocks."""

    __slots__ = ("__weakref__", "_call", "_loop", "_name", "number")

    def __init__(
        self,
        call: Callable[[int, tuple[Any, ...], dict[str, Any]], Coroutine[Any, Any, Any]],
        number: int,
        name: str,
    ) -> None:
        self._call = call
        self.number = number
        self._name = name
        self._loop = asyncio.get_running_loop()  # where messages are read

    def __repr__(self) -> str:
        return f"<function {self._name} of the other process>"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call it there; what is returned on the loop is to be awaited."""
        called = self._call(self.number, args, kwargs)
        try:
            here = asyncio.get_running_loop()
        except RuntimeError:
            return asyncio.run_coroutine_threadsafe(called, self._loop).result()
        if here is self._loop:
            return called
        return asyncio.wrap_future(asyncio.run_coroutine_threadsafe(called, self._loop))


def take_handed() -> list[Callback]:
    """Return the functions that the arguments encoded last have handed over."""
    handed = _handed.get()
    if handed is None:
        return []
    _handed.set(None)
    return handed


def _is_importable(function: FunctionType) -> bool:
    if function.__module__ in _MAINS or "<" in function.__qualname__:
        return False
    found: Any = sys.modules.get(function.__module__)
    for part in function.__qualname__.split("."):
        found = getattr(found, part, None)
    return found is function
