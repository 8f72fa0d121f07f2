"""Own what the callers of a session share: the way to the other side, and what its end means for a call."""

from __future__ import annotations

import asyncio
import concurrent.futures
import itertools
import os
import sys
from time import perf_counter
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

from ...errors import SecurityError, UsageError, WorkerDied
from ...runtime import loop_here
from ...transport import ending_of
from .._messages import DEFINITIONS
from .._outgoing import ConnectionLost

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ...protocol import Limits
    from ...transport import BlockingConnection, Connection, Meter, Sharing, Stream
    from .._carried import Carried
    from .._codecs import Codec
    from .._counters import Counters
    from .._kept import Kept


class Owner(Protocol):
    """What a session asks of whoever has started the other side, from any thread.

    `fate` is done once it is known how the other side ended, which the owner sees to.
    """

    fate: concurrent.futures.Future[Any]

    def connect(self, number: int) -> Stream:
        """Open one more connection, under this number; an OSError where the other side is gone.

        A `TurnedAway` says that it takes no more connections, and goes on with those that there are.
        """
        ...

    def connecting(self, number: int) -> Awaitable[Stream] | None:
        """Return what opens one on the running loop; None where `connect` waits for nobody, so that a loop may."""
        ...

    def lost(self, error: Exception | None) -> None:
        """Note that a connection is over, by what broke it, if anything: then the other side is of no use."""
        ...

    def died(self, call: str, progress: str, *, is_of_object: bool = False) -> Exception:
        """Return the error of a call that the end has ended, shown with its cause alone; `fate` is done."""
        ...

    def has_begun(self, id_: int) -> bool:
        """Tell whether the other side had begun a call; `fate` is done."""
        ...


class Link:
    """Lead to one other process, until its end.

    `grace_s` is how long, in seconds, the clean-up of a call is waited for that its caller gives up. `counters` count
    the calls. With `sharing` long buffers go through shared memory. `limits` are this side's, `theirs` the other's, and
    the same until it has said them. `kept` are exceptions of this side that may come home.
    """

    def __init__(
        self,
        codec: Codec,
        limits: Limits,
        owner: Owner,
        grace_s: float,
        counters: Counters,
        sharing: Sharing | None = None,
        kept: Kept | None = None,
    ) -> None:
        self.codec = codec
        self.kept = kept
        self.limits = self.theirs = limits
        self.grace_s = grace_s
        self.counters = counters
        self.sharing = sharing
        self.process = os.getpid()
        self.ids = itertools.count(2, 2)
        self.is_open = True
        self.meter_for: Callable[[object], Meter] | None = None  # gives a connection one, where its traffic is counted
        self._fate_is_known = False
        self._owner = owner
        self._numbers = itertools.count(1)

    def open(self, name: str) -> tuple[int, Stream]:
        """Return a new connection and its number, for the call `name`.

        Raises:
            ConnectionLost: the other side is gone; how, its owner knows, or will.
            TurnedAway: the other side takes no more connections.
            UsageError: it was started by the process that this one was forked from.
        """
        self._check_open(name)
        number = next(self._numbers)
        try:
            return number, self._owner.connect(number)
        except (OSError, SecurityError) as error:
            if isinstance(error, OSError) and ending_of(error) is None:
                raise
            self._lose(error)

    def opening(self, name: str) -> Awaitable[tuple[int, Stream]] | None:
        """Return what does the same on the running loop; None where `open` waits for nobody. Errors are the same."""
        self._check_open(name)
        number = next(self._numbers)
        connecting = self._owner.connecting(number)
        return None if connecting is None else self._opened(number, connecting)

    async def _opened(self, number: int, connecting: Awaitable[Stream]) -> tuple[int, Stream]:
        try:
            stream = await connecting
        except (OSError, SecurityError) as error:
            self._lose(error)
        return number, stream

    def check_not_ended(self, close: Callable[[], object]) -> None:
        """Close a connection where the session has ended while it was opened: its `end` may have looked before.

        Raises:
            ConnectionLost: it has.
        """
        if not self.is_open:
            close()
            raise ConnectionLost

    def _lose(self, error: OSError | SecurityError) -> NoReturn:
        self._owner.lost(None if isinstance(error, OSError) else error)
        raise ConnectionLost from None

    def _check_open(self, name: str) -> None:
        self._check_process(name)
        if not self.is_open:
            raise ConnectionLost

    def _check_process(self, name: str) -> None:
        if os.getpid() != self.process:
            raise UsageError(
                f"{name} was called in a process that was forked from the one that has started the worker; "
                "start a worker of its own there"
            )

    def begin(self, connection: Connection | BlockingConnection) -> None:
        """Have a new connection keep to what was agreed with the other side."""
        connection.keep_to(self.theirs)
        if self.meter_for is not None:
            connection.meter = self.meter_for(connection)

    def count_refused(self, name: str, began: float, error: BaseException) -> None:
        """Count a call that found no connection."""
        self.counters.call_started(name)
        self.counters.call_failed(name, perf_counter() - began, error)

    # -- the end

    def lost(self, error: Exception | None) -> None:
        """Tell the owner that a connection is over which was not closed here, by what broke it, if anything."""
        if self.is_open:
            self._owner.lost(error)

    def raise_never_sent(self, name: str, target: int) -> NoReturn:
        """Raise the error of a call that came too late, once it is known how the other side ended.

        Objects have ended with the process that had them.
        """
        self._know_end(name)
        raise self._owner.died(name, "not_sent", is_of_object=target > DEFINITIONS)

    def turned_away(self, name: str, target: int, carried: Carried | None = None) -> Exception:
        """Return the error of a call that the other side has not taken, whatever it does with others.

        Nobody has what the call has `carried`.
        """
        if carried is not None:
            carried.is_sent = False
        return self._owner.died(name, "not_sent", is_of_object=target > DEFINITIONS)

    def raise_died(self, name: str, id_: int | None) -> NoReturn:
        """Raise the error of a call that the end has ended, once it is known how; `id_` is None if it was not sent."""
        raise self.died(name, id_)

    def died(self, name: str, id_: int | None) -> Exception:
        """Return that error.

        Raises:
            UsageError: the other side was started by the process that this one was forked from.
        """
        self._know_end(name)
        progress = "not_sent" if id_ is None else "started" if self._owner.has_begun(id_) else "sent"
        return self._owner.died(name, progress)

    def _know_end(self, name: str) -> None:
        """Wait until it is known how the other side ended; all its calls ask that at once, so it is asked for once."""
        self._check_process(name)
        if not self._fate_is_known:
            self._owner.fate.result()
            self._fate_is_known = True

    def is_end_known(self) -> bool:
        """Wait until it is known how the other side ended, where the close of a stream may; tell whether it is known.

        The garbage collector closes streams, too: on any thread, also on the loop's that would make the end known, when
        the interpreter ends and that thread with it, and in processes that were forked. There nothing is waited for.
        """
        if os.getpid() != self.process or sys.is_finalizing() or loop_here() is not None:
            return False
        concurrent.futures.wait([self._owner.fate], self.grace_s)
        return self._owner.fate.done()

    def raise_died_at_close(self, name: str, id_: int, closing: GeneratorExit) -> None:
        """Raise the error of a stream whose clean-up nobody knows of, for its reader has closed it too late.

        What its reader handles meanwhile, if anything, is shown beside it, as where a clean-up here has failed. Nothing
        is raised where the other side was asked to end, and did: it has cleaned up by then.
        """
        try:
            self.raise_died(name, id_)
        except WorkerDied as error:
            if not error.was_closed:
                error.__suppress_context__ = error.__cause__ is not None
                error.__context__ = closing.__context__
                raise

    def when_known(self, loop: asyncio.AbstractEventLoop, then: Callable[[], object]) -> None:
        """Call `then` on its loop once it is known how the other side ended: in the next pass, if it is.

        Not now: a task may be what asks, whose message was the first to find the connection over, and `then` may run
        others. It is about that message, too.
        """
        self._owner.fate.add_done_callback(lambda _: call_soon(loop, then))

    async def until_known(self) -> None:
        """Wait on the running loop until it is known how the other side ended."""
        loop = asyncio.get_running_loop()
        is_known = loop.create_future()

        def note() -> None:
            if not is_known.done():
                is_known.set_result(None)

        self.when_known(loop, note)
        await is_known


def call_soon(loop: asyncio.AbstractEventLoop, function: Callable[[], object]) -> bool:
    """Have a loop call a function; False where the loop is closed, and so nobody waits on it."""
    try:
        loop.call_soon_threadsafe(function)
    except RuntimeError:
        return False
    return True
