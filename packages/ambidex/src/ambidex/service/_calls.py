"""Own the calls of the object that a service serves: each goes over the session that there is then."""

from __future__ import annotations

import contextlib
import time
import weakref
from typing import TYPE_CHECKING, Any

from ..bridge import face_of
from ..errors import ServiceLost, UsageError
from ..rpc import FIRST
from ..rpc.calling import forwarded, left_of, remaining_of, remote_class
from ._root_channel import RootChannel

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator, Mapping, Sequence

    from ..rpc.calling import Calls
    from ._remote import Remote
    from ._session import ServiceSession

    Args = Sequence[Any]
    Kwargs = Mapping[str, Any]


class RootCalls:
    """Make calls of the object that is served, where that is of the implementation's class `path` of `module`.

    `cls` is the class of a face of it. To its faces and to what stands for it this is a session, the same one before
    and after a reconnection.
    """

    def __init__(self, remote: Remote, cls: type[Any], module: str, path: str) -> None:
        self.remote = remote
        self._cls = cls
        self.module: str = cls.__module__  # the generated one
        self._kind = (module, path)
        self._known: ServiceSession | None = None  # the last one that serves what is expected
        self._has_known: weakref.WeakSet[ServiceSession] = weakref.WeakSet()  # also those whose service is leaving
        self.whose = remote.address
        self.channel: Any = RootChannel(self)  # for its faces what that of a session is
        self._stand = remote_class(module, path, cls.__module__, cls.__qualname__)(self, FIRST)

    def face(self, cls: type[Any]) -> Any:
        """Return the face of that class."""
        return face_of(self._stand, cls, self.channel)

    def are_of(self, session: Calls) -> bool:
        """Tell whether the calls are made in that session."""
        return any(session is each.calls for each in tuple(self._has_known))

    # -- sessions

    @property
    def current(self) -> ServiceSession | None:
        """The session that calls can be made in now. Errors are those of `session`."""
        found = self.remote.current
        return None if found is None else self._checked(found)

    def session(self, name: str, timeout_s: float | None) -> ServiceSession:
        """Block until there is one, for the call `name`.

        Raises:
            UsageError: the service has something else.
            DeadlineExceeded: it took longer than `timeout_s` seconds.
            Exception: as `Remote.session` does.
        """
        return self._checked(self.remote.current or self.remote.connected(name, timeout_s))

    async def asession(self, name: str, timeout_s: float | None) -> ServiceSession:
        """Await the same, on any loop."""
        return self._checked(self.remote.current or await self.remote.aconnected(name, timeout_s))

    # -- calls by code of an implementation in this process, which has what stands for the object

    def call(
        self,
        target: int,
        asked: str,
        args: Args,
        kwargs: Kwargs,
        timeout_s: float | None = None,
        name: str = "",
        flags: int = 0,
    ) -> Any:
        """Make a call and wait for its result."""
        begun, given_s = time.monotonic(), remaining_of(timeout_s)
        while True:
            session = self.session(name or asked, left_of(given_s, begun))
            try:
                return session.calls.call(target, asked, args, kwargs, left_of(given_s, begun), name, flags)
            except ServiceLost as error:
                if not session.has_left(error):
                    raise

    async def acall(
        self,
        target: int,
        asked: str,
        args: Args,
        kwargs: Kwargs,
        timeout_s: float | None = None,
        name: str = "",
        flags: int = 0,
    ) -> Any:
        """Make a call and await its result."""
        begun, given_s = time.monotonic(), remaining_of(timeout_s)
        while True:
            session = await self.asession(name or asked, left_of(given_s, begun))
            try:
                return await session.calls.acall(target, asked, args, kwargs, left_of(given_s, begun), name, flags)
            except ServiceLost as error:
                if not session.has_left(error):
                    raise

    def stream(
        self,
        target: int,
        asked: str,
        args: Args,
        kwargs: Kwargs,
        timeout_s: float | None = None,
        ahead: int = 0,
        name: str = "",
        holds: object = None,
        flags: int = 0,
    ) -> Generator[Any, Any, None]:
        """Yield what a stream yields; each step blocks."""
        begun, given_s = time.monotonic(), remaining_of(timeout_s)
        while True:
            session = self.session(name or asked, left_of(given_s, begun))
            left_s = left_of(given_s, begun)
            try:
                yield from session.calls.stream(target, asked, args, kwargs, left_s, ahead, name, holds, flags)
            except ServiceLost as error:
                if not session.has_left(error):
                    raise
            else:
                return

    def astream(
        self,
        target: int,
        asked: str,
        args: Args,
        kwargs: Kwargs,
        timeout_s: float | None = None,
        ahead: int = 0,
        name: str = "",
        holds: object = None,
        flags: int = 0,
    ) -> AsyncGenerator[Any, Any]:
        """Return what yields what a stream yields."""
        begun: float | None = None
        given_s: float | None = None

        @contextlib.asynccontextmanager
        async def opened() -> AsyncGenerator[AsyncGenerator[Any, Any], None]:
            nonlocal begun, given_s
            if begun is None:  # at the first step
                begun, given_s = time.monotonic(), remaining_of(timeout_s)
            session = await self.asession(name or asked, left_of(given_s, begun))
            left_s = left_of(given_s, begun)
            try:
                yield session.calls.astream(target, asked, args, kwargs, left_s, ahead, name, holds, flags)
            except ServiceLost as error:
                if not session.has_left(error):  # else it has not begun, and the next one is tried
                    raise

        return forwarded(iter(opened, None))

    def _checked(self, session: ServiceSession) -> ServiceSession:
        """Return a session whose service has what is expected.

        Raises:
            UsageError: it has something else.
        """
        if session is not self._known:
            module, path, public_module, public_name = session.root_kind
            if not module:
                raise UsageError(f"{self.whose} serves no object: a program lets others look at its statistics there")
            if (module, path) != self._kind:
                raise UsageError(
                    f"{self.whose} serves {path} of {module}, whose face is {public_name} of {public_module}, and not "
                    f"{self._cls.__qualname__} of {self._cls.__module__}"
                )
            session.peer.learn(self._cls)
            session.peer.handles.received.receive(FIRST, lambda: self._stand)  # where it is given back, it is this
            self._has_known.add(session)
            self._known = session
        return session
