"""Own what a process has of another one that it leads: the session, the connections, and what both lend each other.

Either side calls. What this side calls goes out by its session and the channel of its faces; what the other side calls
here, while it works for one, comes in over the main connection, or over the one beside it, which the other side uses
while its loop stands still.

How the other process was started, and what its end means, its owner knows.
"""

from __future__ import annotations

import asyncio
import contextvars
import functools
import os
import platform
from typing import TYPE_CHECKING, Literal, Protocol, get_args

from ..errors import InternalError, ProtocolError, UsageError
from ..protocol import Hello, Kind, Limits, chosen_codec, read_hello
from ..runtime import lock_that_forks_wait_for
from ..transport import ARENA_BYTES, Connection, sharing_of
from . import BACK, DEFINITIONS, Outgoing, PickleCodec, msgpack_codec, read_release
from .calling import (
    Answers,
    CallingHandles,
    FaceTypes,
    Pairs,
    RemoteChannel,
    Session,
    SessionOwner,
    TracedCalls,
    holding,
)
from .serving import Function, Incoming, Served, lent_function_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    from ..protocol import Message
    from ..runtime import Runtime
    from ..transport import Meter, Sharing, Socket, Stream
    from . import Codec
    from .calling import Calls, Counters, Spans

__all__ = ("CodecName", "Control", "Owner", "Peer", "check_codec")

CodecName = Literal["pickle", "msgpack"]
_arenas = lock_that_forks_wait_for()  # of all peers


class Owner(SessionOwner, Protocol):
    """What this asks of whoever has started the other process, besides what its session does."""

    def answered(self, message: Message) -> None:
        """Take what the other side says once it serves, or the error with which it does not; on the loop."""
        ...


class Control(Protocol):
    """Get more connections to the other side; any thread may call any method."""

    def connect(self, number: int) -> Socket:
        """Return this side of a new connection, which the other side knows by `number`."""
        ...

    def close(self) -> None:
        """Get no more."""
        ...


class Peer:
    """Be connected with one other process; all but `open_back` is for the thread of the running loop.

    `main` is the connection that is there from the beginning, `control` gets more of them, and `arenas` are the two
    descriptors of memory for long buffers, where both sides share some. With the `codec` "msgpack" nothing that comes
    is trusted. `main_file` is the program that this process runs, for classes of its `__main__`. `grace_s` is how long,
    in seconds, the clean-up of a call is waited for that its caller gives up. `spans` are those that calls run in, None
    for none.
    """

    def __init__(
        self,
        owner: Owner,
        main: Stream,
        control: Control,
        runtime: Runtime,
        counters: Counters,
        *,
        whose: str,
        codec: CodecName,
        main_file: str,
        grace_s: float,
        spans: Spans | None = None,
        arenas: tuple[int, int] | None = None,
    ) -> None:
        self.is_leaving = False  # it has said goodbye
        self.ponged: Callable[[], object] | None = None  # told of each answer to a ping; None where none was sent
        self.left: Callable[[], object] = _nothing  # called where it says so; who leads to it may set another one
        self._owner = owner
        self._runtime = runtime
        self._control = control
        self._loop = asyncio.get_running_loop()
        self._limits = self._theirs = Limits()
        self._has_greeted = self._has_answered = False
        self._types = FaceTypes() if codec == "msgpack" else None
        self.handles = CallingHandles(lambda: self._main, lambda: self.session, self._open_back, self._types)
        self._pairs = Pairs(self.handles.have_way_back, self.handles.received.let_go)
        self.handles.users_class = self._pairs.users_class
        self.codec: Codec = (
            PickleCodec(self.handles, main_file=main_file)
            if self._types is None
            else msgpack_codec(self.handles, self._types.find)
        )
        self._back: Connection | None = None
        self.sharing: Sharing | None = None
        if arenas is not None:
            self.sharing = sharing_of(*arenas, ARENA_BYTES, lambda: self._main, _arenas)
        # In a context of its own: what the other side calls here is no part of the call that has started it
        own, receive, ended = contextvars.Context(), self._receive, self._note_end_of_main
        self._main = own.run(Connection, self._loop, main, self._limits, receive, ended, self.sharing)
        served = Served(self.codec, self._find, _no_threads, self._limits)
        self._incoming = Incoming(self._main, served, lambda: None)
        self._session = Session(
            self.codec, self._limits, owner, grace_s, runtime, whose, counters, self.sharing, self.handles.kept
        )
        self.session: Calls = self._session if spans is None else TracedCalls(self._session, spans)
        self.channel = self.session.channel = RemoteChannel(self.session, runtime, self._pairs, self._types)

    def count_traffic(self, meter_for: Callable[[object], Meter]) -> None:
        """Have what goes over each connection counted, in the meter that it is given."""
        self._main.meter = meter_for(self._main)
        self._session.count_traffic(meter_for)

    def count_objects(self) -> int:
        """Return how many of the other side's objects are in use here."""
        return len(self.handles.received)

    def learn(self, target: object) -> None:
        """Know the classes of the generated module that something placed on the other side is of."""
        if self._types is not None:
            self._types.learn(str(getattr(target, "__module__", "")))

    def note_ends(self, ended: Callable[[], object]) -> None:
        """Call `ended` at each end of a call from now on, on any thread."""
        self._session.note_ends(ended)

    def close_if_idle(self) -> bool:
        """Take no more calls of the other side, unless some are open; tell whether none is."""
        return self._session.close_if_idle()

    def greet(self) -> None:
        """Say what this side can do; the other side does likewise, and then answers."""
        self._main.send(Kind.HELLO, 0, self._hello().encoded())

    def confirm_leave(self) -> None:
        """Say that the other side's goodbye was heard, and that no more connections are opened to it."""
        self._main.send(Kind.PONG, 0)

    def ping(self) -> None:
        """Ask the other side to answer."""
        self._main.send(Kind.PING, 0)

    def dismiss(self) -> None:
        """Ask the other side to end."""
        self._main.send(Kind.GOODBYE, 0)

    def _hello(self) -> Hello:
        from .. import __version__

        arena = 0 if self.sharing is None else self.sharing.size
        return Hello((self.codec.name,), self._limits, __version__, platform.python_version(), os.getpid(), arena)

    # -- what it says

    def _receive(self, message: Message) -> None:
        kind = message.kind
        if kind == Kind.SETTLED:
            self._settle(message)
        elif kind == Kind.HELLO:
            self._agree(read_hello(message.payload))
        elif not self._has_greeted and kind != Kind.GOODBYE:  # which is for who comes too late
            raise ProtocolError(f"a message of the kind {kind} came before the hello")
        elif kind in (Kind.RESULT, Kind.ERROR) and message.id == 0 and not self._has_answered:
            self._has_answered = True
            self._owner.answered(message)
        elif kind == Kind.RELEASE:
            self.handles.exported.release(*read_release(message))
        elif kind == Kind.GOODBYE:
            self.is_leaving = True
            self.left()
        elif message.id & 1:  # a call of the other side's
            self._incoming.receive(message)
        elif kind == Kind.PONG:
            if self.ponged is not None:
                self.ponged()
        else:
            raise ProtocolError(f"a message of the kind {kind} came over the main connection")

    def _agree(self, hello: Hello) -> None:
        chosen_codec(self._hello(), hello)
        if self.sharing is not None:
            self.sharing.agree(hello.arena)
        self._theirs = hello.limits
        self._main.keep_to(self._theirs)
        self._session.keep_to(self._theirs)
        self._has_greeted = True

    def _settle(self, message: Message) -> None:
        """Note that a connection is over on the other side; one that ends with all others needs no more of it."""
        self._session.settle(message.id)
        if self.sharing is not None and self.sharing.may_put and not self.is_leaving:
            self.sharing.settle(message.id, message.payload)
            self._main.send(Kind.SETTLED, message.id, self.sharing.kept(message.id))

    # -- what it calls

    def _find(self, target: int, asked: str) -> Function:
        of_pairs = target == DEFINITIONS
        answering = self._pairs.function_of(asked) if of_pairs else self.handles.asked_of(target, asked)
        lent = None if of_pairs else self.handles.exported.entry(target)
        codec = Answers(self.codec, self._runtime, lent)
        raised = None if lent is None else functools.partial(self.handles.kept.keep, lent)
        if answering is None:
            return lent_function_of(self.handles.exported.find(target), asked)._replace(codec=codec, raised=raised)
        function, is_stream = answering
        return Function(asked, function, "stream" if is_stream else "async", is_stream, False, codec, raised)

    def _open_back(self) -> None:
        """Open the connection by which the other side asks while its loop stands still; any thread may do so."""
        sock = self._control.connect(BACK)
        self._loop.call_soon_threadsafe(self._serve_back, sock, context=contextvars.Context())

    def _serve_back(self, sock: Socket) -> None:
        def find(target: int, asked: str) -> Function:
            entry = self._find(target, asked)
            return entry._replace(function=holding(entry.function, self._session))

        def receive(message: Message) -> None:
            (incoming if message.id & 1 else outgoing).receive(message)

        def ended(error: Exception | None) -> None:
            incoming.end()
            self._owner.lost(error)
            self._session.when_known(self._loop, outgoing.end)

        served = Served(self.codec, find, _no_threads, self._limits)
        back = Connection(self._loop, sock, self._limits, receive, ended, self.sharing)
        back.keep_to(self._theirs)
        incoming = Incoming(back, served, lambda: None)
        outgoing = self._session.back = Outgoing(back, self.codec)
        self._back = back
        if self._owner.fate.done():
            back.close()

    # -- the end

    def _note_end_of_main(self, error: Exception | None) -> None:
        self._incoming.end()
        self._owner.lost(error)

    def end(self) -> None:
        """Close what leads to a process that has ended, whose fate is known; every call ends."""
        self._main.close()
        if self._back is not None:
            self._back.close()
        self._session.end()
        self._pairs.end()
        self.handles.exported.clear()
        if self.sharing is not None:
            self.sharing.close()
        self._control.close()

    def forget(self) -> None:
        """Let go of the other process in one that was forked: it goes on, for the one that has started it."""
        self._session.forget()
        self._main.abandon()
        if self.sharing is not None:
            self.sharing.abandon()
        if self._back is not None:
            self._back.abandon()
        self._control.close()


def check_codec(whose: str, codec: str) -> None:
    """Check that there is such a codec.

    Raises:
        UsageError: there is not.
    """
    if codec not in get_args(CodecName):
        raise UsageError(f"{whose}(codec={codec!r}): write {' or '.join(map(repr, get_args(CodecName)))}")


def _nothing() -> None:
    """Do nothing."""


def _no_threads() -> Executor:
    raise InternalError("what the other side calls back is found by the bridge, which has threads of its own")
