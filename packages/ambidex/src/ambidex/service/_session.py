"""Own one session of a client with a service: its connections, from the first one to the end of it."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import weakref
from collections import deque
from typing import TYPE_CHECKING, Any

from ..errors import ProtocolError, ServiceLost, UsageError
from ..protocol import Kind, encoded
from ..rpc import TurnedAway, outcome
from ..rpc.peer import Peer
from ..transport.endpoints import begin
from ._key import KEY_BYTES
from ._pulse import Pulse

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator

    from ..protocol import Message
    from ..rpc.calling import Calls, Counters, Spans
    from ..runtime import Runtime
    from ..transport import Socket, Stream
    from ..transport.endpoints import Address
    from ._health import HealthRecord
    from ._sessions import Timing
    from ._ways import Way

_ROOT_PARTS = 4  # of the root's kind: its class, and where that is public
_PINGS = 3  # in the time after which a service drops a client that says nothing: one of them may be late
_BACK = (
    "a plain function that a service calls back would hold it for all its clients while it runs: "
    "give an async one, or let the method give a stream"
)


class ServiceSession:
    """Be a client of a service for one session, on the running loop; any thread may ask what is asked of an `Owner`.

    `fate` is done once the session is over. `over` is told then, or before, where the service is leaving: once, on the
    loop, by what, where it had begun and was not closed here.
    """

    def __init__(
        self,
        address: Address,
        way: Way,
        runtime: Runtime,
        counters: Counters,
        spans: Spans | None,
        timing: Timing,
        record: HealthRecord,
        over: Callable[[ServiceSession, Exception], None],
    ) -> None:
        self._address = address
        self._way = way
        self._timing = timing
        self._record = record
        self._over = over
        self._loop = asyncio.get_running_loop()
        self._runtime = runtime
        self._counters = counters
        self._spans = spans
        self._key = b""
        self._reason = ""
        self._pulse: Pulse | None = None
        self.root_kind: tuple[str, ...] = ()  # how the service's own object is known
        self._ready: asyncio.Future[None] = self._loop.create_future()
        self.fate: concurrent.futures.Future[None] = concurrent.futures.Future()
        self._is_left = False  # the service takes no more connections
        self._has_told = self._has_confirmed = False
        self._dialling: deque[None] = deque()  # one for each connection that is being opened
        self._unsent: weakref.WeakSet[Exception] = weakref.WeakSet()  # of calls that may be made in the next session
        self.peer: Peer

    @property
    def calls(self) -> Calls:
        """What makes the calls."""
        return self.peer.session

    @property
    def is_over(self) -> bool:
        """Whether nothing can be asked any more."""
        return self.fate.done()

    @property
    def is_leaving(self) -> bool:
        """Whether the service has said that it will end: what is open goes on, and new calls go to the next session."""
        return self._is_left or self.peer.is_leaving

    def has_left(self, error: Exception) -> bool:
        """Tell whether an error says that a call came too late for this session, and was not sent."""
        return (self.is_leaving or self.is_over) and error in self._unsent

    async def open(self) -> None:
        """Connect, and wait until the service has answered.

        Raises:
            OSError: nobody listens there, or not for this user.
            ProtocolError: something else does.
            ServiceLost: it has closed the connection.
            TurnedAway: it is about to end, and another one is to take its place.
        """
        stream = await self._way.aopen()
        self.peer = Peer(
            self,
            stream,
            _Dialling(self),
            self._runtime,
            self._counters,
            whose=str(self._address),
            codec="msgpack",
            main_file="",
            grace_s=self._timing.grace_s,
            spans=self._spans,
        )
        self.peer.count_traffic(self._record.meters.take_for)
        self.peer.left = self._leave
        self.peer.greet()
        try:
            await asyncio.wait_for(self._ready, self._timing.timeout_s)
        except asyncio.TimeoutError:
            self._end(None, f"it has said nothing for {self._timing.timeout_s:g} s")
            raise self.died("connect", "not_sent") from None
        except asyncio.CancelledError:
            self._end(None, "it was closed here")
            raise

    # -- what is asked by whatever leads to it, on any thread

    def answered(self, message: Message) -> None:
        """Take what the service says of itself; on the loop."""
        said: Any = outcome(self.peer.codec, message)
        if not isinstance(said, dict):
            raise ProtocolError("the service does not say what it serves")
        key, kind, silence_s = (said.get(part) for part in ("key", "root", "silence_s"))  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        if type(key) is not bytes or len(key) != KEY_BYTES or type(kind) is not tuple or len(kind) != _ROOT_PARTS:  # pyright: ignore[reportUnknownArgumentType]
            raise ProtocolError("the service does not say what it serves")
        if type(silence_s) is not float or not silence_s > 0:  # pyright: ignore[reportUnknownArgumentType]
            raise ProtocolError("the service does not say how long it lets a client say nothing")
        self._key, self.root_kind = key, tuple(map(str, kind))  # pyright: ignore[reportUnknownArgumentType]
        self._pulse = Pulse(
            self._loop,
            self._timing.heartbeat_s,
            silence_s / _PINGS,
            self.peer.ping,
            self._record.note_round_trip,
            self._give_up,
        )
        self.peer.ponged = self._pulse.note_answer
        if not self._ready.done():
            self._ready.set_result(None)

    def connect(self, number: int) -> Stream:
        """Open one more connection.

        Raises:
            TurnedAway: nobody listens any more.
            OSError: it cannot be opened.
            SecurityError: somebody else listens.
        """
        with self._noting_refusal():
            return self._joined(self._way.open(), number)

    def connecting(self, number: int) -> Awaitable[Stream] | None:
        """Return what opens one on the running loop; None where that waits for nobody."""
        return self._connecting(number) if self._way.waits else None

    async def _connecting(self, number: int) -> Stream:
        with self._noting_refusal():
            return self._joined(await self._way.aopen(), number)

    @contextlib.contextmanager
    def _noting_refusal(self) -> Generator[None, None, None]:
        self._dialling.append(None)
        try:
            if self.is_leaving:  # what is open goes on
                raise TurnedAway
            yield
        except (ConnectionRefusedError, FileNotFoundError):  # likewise, as far as anybody knows here
            self._is_left = True
            self._soon(self._leave)
            raise TurnedAway from None
        finally:
            self._dialling.pop()
            if self.is_leaving:
                self._soon(self._confirm)

    def _joined(self, stream: Stream, number: int) -> Stream:
        """Say whose connection it is."""
        begin(stream, encoded(Kind.HELLO, number, self._key))
        return stream

    def lost(self, error: Exception | None) -> None:
        """Note the end of a connection: the session is over."""
        with contextlib.suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(self._end, error, "" if error is None else str(error))

    def died(self, call: str, progress: str, *, is_of_object: bool = False) -> Exception:
        """Return the error of a call that the end has ended, shown with its cause alone."""
        reason = self._reason
        if is_of_object:
            reason = "; ".join(filter(None, (reason, "the object was of that session: get it again")))
        error = ServiceLost(str(self._address), call, "not_sent" if progress == "not_sent" else "unknown", reason)
        error.__cause__ = None
        if progress == "not_sent":
            self._unsent.add(error)
        return error

    def has_begun(self, id_: int) -> bool:
        """Tell whether the service had begun a call, as far as anybody can know."""
        _ = id_
        return True

    # -- its end

    def close(self) -> None:
        """Take leave of the service, and end every call; on the loop."""
        if not self.is_over:
            self.peer.dismiss()
            self._end(None, "it was closed here")

    def _leave(self) -> None:
        """Close it once no call is open: the service is about to end, or has no way to it any more."""
        if not self.is_over:
            if not self._ready.done():
                self._ready.set_exception(TurnedAway())
                self._end(None, "")
                return
            self.peer.note_ends(lambda: self._soon(self._end_if_idle))
            self._end_if_idle()
            self._confirm()
            self._tell(self.died("connect", "unknown"))

    def _soon(self, function: Callable[[], None]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(function)

    def _confirm(self) -> None:
        """Let the service listen no more: whatever is on its way there has arrived, and nothing follows."""
        if self.peer.is_leaving and not self._dialling and not self._has_confirmed:
            self._has_confirmed = True
            self.peer.confirm_leave()

    def _end_if_idle(self) -> None:
        if not self.is_over and self.peer.close_if_idle():
            self.peer.dismiss()
            self._end(None, "it said goodbye")

    def _tell(self, error: Exception) -> None:
        if not self._has_told:
            self._has_told = True
            self._over(self, error)

    def forget(self) -> None:
        """Let go of it in a process that was forked: it goes on, for the one that has opened it."""
        self.peer.forget()

    def _give_up(self, silent_s: float) -> None:
        self._end(None, f"it has not answered for {silent_s:g} s")

    def _end(self, error: Exception | None, reason: str) -> None:
        if self.is_over:
            return
        self._reason = reason or ("it said goodbye" if self.peer.is_leaving else "the connection is over")
        self.fate.set_result(None)
        if self._pulse is not None:
            self._pulse.close()
        self.peer.end()
        if not self._ready.done():
            self._ready.set_exception(error or self.died("connect", "not_sent"))
        elif not self._ready.cancelled() and self._ready.exception() is None:
            self._tell(error or self.died("connect", "unknown"))


class _Dialling:
    """Get the connections that a peer asks for by itself: of a service there are none."""

    def __init__(self, session: ServiceSession) -> None:
        self._session = session

    def connect(self, number: int) -> Socket:
        """Refuse it.

        Raises:
            UsageError: always.
        """
        _ = number
        raise UsageError(_BACK)

    def close(self) -> None:
        """Do nothing: there are none."""
