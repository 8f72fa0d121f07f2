"""Own one client of a service: its session, over as many connections as it opens, and nothing of other clients.

A client is not trusted. What it may ask is what the faces of an object have, so a name from the wire is looked up in
the table of a generated module and nowhere else. Nothing is imported that it names, and of plain data come the classes
that those modules name.
"""

from __future__ import annotations

import importlib
import os
import sys
import time
from typing import TYPE_CHECKING, Any

from ..bridge import InProcess, has_face, infos_of
from ..errors import ProtocolError, UsageError
from ..protocol import Hello, Kind, chosen_codec, read_hello
from ..rpc import FIRST, ROOT, Outgoing, msgpack_codec, read_release
from ..rpc.calling import FaceTypes, blocks, run_here
from ..rpc.serving import (
    Function,
    OpenCalls,
    ParentCalls,
    Served,
    Serving,
    ServingHandles,
    function_of,
    lent_function_of,
    public_class_of,
)
from ..transport import BeyondLimit, StreamCut

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    from ..protocol import Message
    from ..rpc.calling import CountedCalls
    from ..runtime import Runtime
    from ..transport import BlockingConnection, Connection
    from ._callers import ServiceClient
    from ._limits import ServiceLimits
    from ._publisher import Offered

_STANDS_STILL = "a plain function of a client would hold the service for all others while it runs: give an async one"
_RUN = "run "  # what is asked of what is not async: what it gives is the result, though one could await it
_GRACE_S = 5.0  # how long the clean-up of a call back is waited for that is cancelled here
NOTHING_SERVED = ("", "", "", "")  # what a client is told of an object that is not there
_type_of: Callable[[object], type[Any]] = type  # strict checkers lose what is Any in `type(value)`


class Guest:
    """Serve `root` to one client, on the running loop, over `main` and the connections that are added.

    `key` is what the client names this session by, where it opens another connection. `left` is called once, when the
    main connection is over, with what broke it, if anything; also where nothing came over it for the `silence_s` of
    `limits`, in which a client asks several times whether this side is there. `heard` is called where the client
    `has_heard`. `together` counts the calls of all clients. `client` is who it is.
    `offered` is what the service itself has for it, and `counting` counts the calls of a connection. Without a `root`
    there is nothing else.
    """

    def __init__(
        self,
        root: object | None,
        main: Connection,
        limits: ServiceLimits,
        together: OpenCalls,
        key: bytes,
        left: Callable[[Guest, Exception | None], None],
        heard: Callable[[], None],
        client: ServiceClient,
        offered: Offered,
        counting: Callable[[], CountedCalls],
    ) -> None:
        self.key = key
        self._offered = offered
        self.has_heard = False  # that the service is leaving, and opens no more connections
        self.client = client
        self._silence_s = limits.silence_s
        self._root = root
        self._main = main
        self._limits = limits
        self._left = left
        self._heard = heard
        self._types = FaceTypes()
        self._handles = _GuestHandles(self._types, lambda: main, lambda: self._asking)
        codec = self._codec = msgpack_codec(self._handles, self._types.find)
        self._outgoing = Outgoing(main, codec)
        loop = main.loop
        self._asking = ParentCalls(loop, codec, lambda: self._outgoing, _refuse_to_stand_still, self._find, _GRACE_S)
        each = limits.of_connection
        served = Served(codec, self._find, _no_threads, each, together=together, counting=counting)
        self._serving = Serving(loop, served, each, lambda: main, self._break)
        main.most_unsent = limits.unsent
        self._kind = NOTHING_SERVED
        if root is not None:
            self._kind = self._handles.learn(_type_of(root))
            self._handles.exported.lend(root)  # as the first one, and for as long as this lasts

    def greet(self, message: Message) -> None:
        """Take the hello of the client, and answer it, with the key of the session and what the root is known by.

        Raises:
            ProtocolError: it is no hello, or has nothing in common with this side.
        """
        main = self._main
        hello, own = read_hello(message.payload), self._hello()
        chosen_codec(own, hello)
        main.keep_to(hello.limits)
        self._serving.keep_to(hello.limits)
        main.receive, main.ended = self._receive, self._end_main
        main.send(Kind.HELLO, 0, own.encoded())
        said = {"key": self.key, "root": self._kind, "silence_s": float(self._silence_s)}
        main.send(Kind.RESULT, 0, *self._codec.dumps(said))
        self._heard_at = time.monotonic()
        self._timer = main.loop.call_later(self._silence_s, self._listen)

    def add(self, number: int, connection: Connection) -> None:
        """Serve over one more connection.

        Raises:
            ProtocolError: there is one of that number.
        """
        self._serving.adopt(number, connection)
        connection.most_unsent = self._limits.unsent

    @property
    def subscriptions(self) -> int:
        """How many subscriptions to events it has."""
        return self._offered.subscriptions

    def count_connections(self) -> int:
        """Return how many connections there are, the main one counted."""
        return len(self._serving) + 1

    @property
    def backlog_bytes(self) -> int:
        """How many bytes wait in its connections."""
        return self._main.backlog_bytes + self._serving.backlog_bytes

    def cut(self, error: Exception) -> None:
        """End its connections at once, by an error: what waits there is gone."""
        self._main.cut(error)
        self._serving.cut()

    def leave(self) -> None:
        """Tell the client that the service is about to end: it makes no more calls, and ends the session by itself."""
        self._main.send(Kind.GOODBYE, 0)
        self._offered.leave()

    async def end(self) -> None:
        """Say goodbye, cancel what runs, wait for its clean-up, and let go of everything."""
        self._timer.cancel()
        self._main.send(Kind.GOODBYE, 0)
        await self._serving.end()
        self._main.loop.call_soon(self._outgoing.end)  # those who wait run at once there
        self._handles.exported.clear()
        self._main.close()

    def _hello(self) -> Hello:
        from .. import __version__

        return Hello(
            (self._codec.name,), self._limits.of_connection, __version__, sys.version.split(maxsplit=1)[0], os.getpid()
        )

    # -- what comes

    def _listen(self) -> None:
        """Look whether anything has come: a client that was cut off leaves its connections as they were."""
        silent_s = time.monotonic() - self._heard_at
        if silent_s >= self._silence_s:
            self._left(self, BeyondLimit(f"nothing has come from it for {silent_s:.3g} s", "silence_s"))
        else:
            self._timer = self._main.loop.call_later(self._silence_s - silent_s, self._listen)

    def _receive(self, message: Message) -> None:
        kind = message.kind
        self._heard_at = time.monotonic()
        if kind == Kind.PING:
            self._main.send(Kind.PONG, 0, bytes(message.payload))
        elif kind == Kind.GOODBYE:
            self._main.close()
        elif kind == Kind.PONG:
            self.has_heard = True
            self._heard()
        elif kind == Kind.RELEASE:
            self._handles.exported.release(*read_release(message))
        elif message.id & 1:  # the outcome of a call back
            self._outgoing.receive(message)
        else:
            raise ProtocolError(f"a message of the kind {kind} came over the main connection")

    def _break(self, error: Exception) -> None:
        """Drop a client that has broken the rules over a further connection; one that was cut has ended by that alone.

        A client that leaves cuts those which it waits on, and that may be seen before its goodbye over the main one.
        """
        if not isinstance(error, StreamCut):
            self._left(self, error)

    def _end_main(self, error: Exception | None) -> None:
        self._left(self, error)

    # -- what is served

    def _find(self, target: int, asked: str) -> Function:
        if "\0" not in asked:
            return self._found(target, asked)
        from ..rpc._spans import spanned, split  # here: most callers send no span along

        asked, carried = split(asked)
        entry = self._found(target, asked)
        return entry._replace(function=spanned(entry.function, entry.name, entry.runs, carried))

    def _found(self, target: int, asked: str) -> Function:
        if target < FIRST:
            return self._offered.find(asked if target == ROOT else "")
        if self._root is None:
            raise UsageError("there is no object here: a program lets others look at its statistics")
        lent = self._root if target == FIRST else self._handles.exported.find(target)
        if not has_face(_type_of(lent)):
            return function_of(lent, asked) if asked == _RUN else lent_function_of(lent, asked)
        asked = asked.replace(_RUN, "call ", 1) if asked.startswith(_RUN) else asked  # by its table it is no async one
        run, is_stream = run_here(lent, asked, self._types)
        name = f"{_type_of(lent).__qualname__}.{asked.rpartition(' ')[2]}".rstrip(".")
        return Function(name, run, "stream" if is_stream else "async", is_stream, is_idempotent=False)


def home_of(root: object) -> Runtime:
    """Return the runtime whose loop an object is served on: that of its own synchronizer.

    Raises:
        UsageError: its class is not public, or its generated module is not here, or leaves the loop to callers.
    """
    cls = _type_of(root)
    public = public_class_of(cls)
    if public is None:
        raise UsageError(f"{cls.__qualname__} of {cls.__module__} is in no `Module`, and so has no face to be served")
    try:
        importlib.import_module(public[2])
    except ImportError as error:
        raise UsageError(
            f"{cls.__qualname__} of {cls.__module__} cannot be served: its generated module {public[2]} does not "
            f"import ({error}); generate it, and install it here"
        ) from error
    implementation = infos_of(cls)[0].implementation
    if not isinstance(implementation.channel, InProcess):
        raise UsageError(
            f'{cls.__qualname__} of {cls.__module__} cannot be served: its module has aio="caller", so its loop is not '
            "known"
        )
    return implementation.runtime


class _GuestHandles(ServingHandles):
    """Give a client the tokens of what stays here; of what it names, public classes alone, of modules that are here."""

    def __init__(self, types: FaceTypes, main: Callable[[], Connection], asking: Callable[[], ParentCalls]) -> None:
        super().__init__(main, asking, self._known_class)
        self._types = types
        self._classes: dict[tuple[str, str], type[Any]] = {}

    def export(self, value: object) -> tuple[object, ...] | None:
        """Return the token of what stays here; None for what crosses by value."""
        if public_class_of(_type_of(value)) is not None:
            self.learn(_type_of(value))
        return super().export(value)

    def export_class(self, cls: type[Any]) -> tuple[object, ...] | None:
        """Return the token of a public class; None for any other one."""
        if public_class_of(cls) is not None:
            self.learn(cls)
        return super().export_class(cls)

    def learn(self, cls: type[Any]) -> tuple[str, str, str, str]:
        """Know a public class and its generated module from now on; return how the client knows it.

        Raises:
            ImportError: its generated module is not here.
        """
        public = public_class_of(cls)
        assert public is not None, "it is asked for public classes alone"
        module, path, public_module, _ = public
        if (module, path) not in self._classes:
            if public_module not in sys.modules:
                importlib.import_module(public_module)
            self._types.learn(public_module)
            self._classes[module, path] = cls
        return public

    def resolve(self, token: tuple[object, ...]) -> object:
        """Return what stands for a token here.

        Raises:
            ProtocolError: there is no such token.
            UsageError: it is of something that this service would have to stand still for.
        """
        kind, _, *abilities = token
        if kind == "handle" and blocks(tuple(map(str, abilities[1:]))):
            raise UsageError(_STANDS_STILL)
        return super().resolve(token)

    def _known_class(self, module: str, path: str) -> type[Any]:
        found = self._classes.get((module, path))
        if found is None:
            raise UsageError(f"{path:.60} of {module:.60} is no class of what is served here")
        return found


def _refuse_to_stand_still() -> BlockingConnection:
    raise UsageError(_STANDS_STILL)


def _no_threads() -> Executor:
    raise UsageError("what is served runs where its synchronizer says")
