"""Own every error and warning that ambidex raises; import nothing of ambidex.

    AmbidexError
    ├── UsageError                      you wrote something that cannot work
    │   ├── DeadlockError               a blocking call would wait for its own thread   (also a RuntimeError)
    │   ├── GenerationError             the generator refused its input                 (also a ValueError)
    │   └── NoRunningLoop               `.aio` was used outside asyncio                 (also a RuntimeError)
    ├── ImplementationUnavailable       the world: the implementation does not import   (also an ImportError)
    ├── DeadlineExceeded                the world: it took longer than `timeout`        (also every TimeoutError)
    ├── RuntimeClosed                   you closed it                                   (also a RuntimeError)
    ├── ProtocolError                   the world: the other process breaks the wire's rules
    ├── SecurityError                   the world: the other side is not who it has to be, or this one is not to it
    ├── RemoteError                     the world: an exception whose class is not known here
    ├── PoolFull                        the world: all workers are busy, and many wait  (also a RuntimeError)
    ├── ServiceLost                     the world: a connection to a service has ended  (also a RuntimeError)
    ├── WorkerDied                      the world: a child process ended                (also a RuntimeError)
    ├── WorkerNotStarted                the world: a child process never became ready   (also a RuntimeError)
    ├── AddressInUse                    the world: another process serves the address   (also an OSError)
    ├── PeerRefused                     the world: another user is at the other end     (also a PermissionError)
    ├── EventLogUnavailable             the world: events cannot be kept or read
    └── InternalError                   our bug
    BlockingInAsyncWarning              a blocking call holds somebody's event loop     (a RuntimeWarning)

Every error keeps its parts as attributes and survives pickling.
"""

from __future__ import annotations

import errno
import sys

TYPE_CHECKING = False  # as in module.py: typing is not worth its import here
if TYPE_CHECKING:
    from collections.abc import Sequence

if sys.version_info >= (3, 11):
    _TIMEOUTS = (TimeoutError,)
else:  # three unrelated classes there
    import asyncio
    import concurrent.futures

    _TIMEOUTS = (TimeoutError, asyncio.TimeoutError, concurrent.futures.TimeoutError)

__all__ = (
    "AddressInUse",
    "AmbidexError",
    "BlockingInAsyncWarning",
    "DeadlineExceeded",
    "DeadlockError",
    "EventLogUnavailable",
    "GenerationError",
    "ImplementationUnavailable",
    "InternalError",
    "NoRunningLoop",
    "PeerRefused",
    "PoolFull",
    "Problem",
    "ProtocolError",
    "RemoteError",
    "RuntimeClosed",
    "SecurityError",
    "ServiceLost",
    "UsageError",
    "WorkerDied",
    "WorkerNotStarted",
)


class AmbidexError(Exception):
    """Catch everything that ambidex itself raises."""


class UsageError(AmbidexError):
    """Report a use of the library that cannot work; the message says what to write instead."""


class DeadlockError(UsageError, RuntimeError):
    """Report a blocking call that would wait for the very thread it runs on."""


class NoRunningLoop(UsageError, RuntimeError):
    """Report an async face used where no asyncio loop runs."""


class ImplementationUnavailable(AmbidexError, ImportError):
    """Report that the module behind a generated face could not be imported; the cause is chained."""

    def __init__(self, module: str, face: str) -> None:
        super().__init__(module, face)
        self.module = module
        self.face = face

    def __str__(self) -> str:
        return (
            f"{self.face} needs the module {self.module}, which could not be imported here"
            + (f" ({type(self.__cause__).__name__}: {self.__cause__})" if self.__cause__ is not None else "")
            + "; install what it needs, or place the face in a process that has it"
        )


if TYPE_CHECKING:

    class _AnyTimeout(TimeoutError): ...
else:
    _AnyTimeout = type("_AnyTimeout", _TIMEOUTS, {"__module__": __name__})


class DeadlineExceeded(AmbidexError, _AnyTimeout):
    """Report a call that did not end within its `timeout`; the work itself was cancelled.

    `call` names the call and `timeout_s` is the limit in seconds. Every version's `TimeoutError`,
    `asyncio.TimeoutError` and `concurrent.futures.TimeoutError` catches it.
    """

    def __init__(self, call: str, timeout_s: float) -> None:
        super().__init__(call, timeout_s)
        self.call = call
        self.timeout_s = timeout_s

    def __str__(self) -> str:
        return f"{self.call} did not end within {self.timeout_s:g} s and was cancelled"


class RuntimeClosed(AmbidexError, RuntimeError):
    """Report a call that was cut off because its runtime was closed."""


class ProtocolError(AmbidexError):
    """Report bytes from another process that the wire does not allow; the connection is of no use any more."""


class SecurityError(AmbidexError):
    """Report that a connection was refused because of a key: nothing that came over it was used.

    One side has another key than the other accepts, or shows none, or does not speak TLS. `reason` says which;
    `expected` are the keys that this side accepts, as texts, () where it is the other side that refuses; `seen` is the
    key that was refused, None where none was shown. It raises at both ends, and to try again changes nothing.
    """

    def __init__(self, reason: str, expected: Sequence[str] = (), seen: str | None = None) -> None:
        keys = tuple(expected)
        super().__init__(reason, keys, seen)
        self.reason = reason
        self.expected = keys
        self.seen = seen

    def __str__(self) -> str:
        seen = "" if self.seen is None else f"; the key is {self.seen}"
        if not self.expected:
            return self.reason + seen
        shown = ", ".join(self.expected[:_MOST_SHOWN])
        more = len(self.expected) - _MOST_SHOWN
        accepted = f"; accepted: {shown}" + (f" and {more} more" if more > 0 else "")
        fix = "" if self.seen is None else "; where you know that key to be the right one, accept it in pin= or allow="
        return self.reason + seen + accepted + fix


_MOST_SHOWN = 3  # keys in a message: arbitrary


class RemoteError(AmbidexError):
    """Report an exception of another process whose class is not known here, or whose parts do not cross.

    `type_name` is its class's module and qualified name, `text` is what `str` gave for it there. The traceback of the
    other process is a note of the exception, as of every one that crosses.
    """

    def __init__(self, type_name: str, text: str) -> None:
        super().__init__(type_name, text)
        self.type_name = type_name
        self.text = text

    def __str__(self) -> str:
        return f"{self.type_name}: {self.text}" if self.text else self.type_name


class WorkerDied(AmbidexError, RuntimeError):
    """Report a call that was open when its child process ended, or made after that.

    `status` is the exit status as `subprocess` gives it, negative for a signal, None where nobody could ask for it;
    `call` names the call; `progress` is "not_sent", "sent" (and had not begun; on Windows it may have) or "started";
    `last_lines` are the last ones that the child has written to its standard error; `reason` says what else is known.
    `was_closed` is True where the child was asked to end, as by `close`, and not where it has died by itself.
    """

    def __init__(
        self,
        pid: int,
        status: int | None,
        call: str,
        progress: str,
        last_lines: Sequence[str] = (),
        reason: str = "",
        was_closed: bool = False,
    ) -> None:
        lines = tuple(last_lines)
        super().__init__(pid, status, call, progress, lines, reason, was_closed)
        self.pid = pid
        self.status = status
        self.call = call
        self.progress = progress
        self.last_lines = lines
        self.reason = reason
        self.was_closed = was_closed

    def __str__(self) -> str:
        how_far = _HOW_FAR[self.progress].format(self.call)
        if self.was_closed:
            return f"worker {self.pid} was closed {how_far}" + (f"; {self.reason}" if self.reason else "")
        said = "".join(f"\n    {line}" for line in self.last_lines)
        return (
            f"worker {self.pid} died ({_ending(self.status)}) {how_far}"
            + (f"; {self.reason}" if self.reason else "")
            + (f"; it wrote last:{said}" if said else "")
        )


_HOW_FAR = {  # a call was when its worker died
    "not_sent": "before {} was sent to it",
    "sent": "after {} was sent to it, and before that began",
    "started": "during {}",
}


class WorkerNotStarted(AmbidexError, RuntimeError):
    """Report a child process that did not become ready; `program` is what was to run, `output` what it has written."""

    def __init__(self, program: str, reason: str, output: str = "") -> None:
        super().__init__(program, reason, output)
        self.program = program
        self.reason = reason
        self.output = output

    def __str__(self) -> str:
        return f"the worker {self.program} did not start: {self.reason}" + (f"\n{self.output}" if self.output else "")


class ServiceLost(AmbidexError, RuntimeError):
    """Report a call whose connection to a service has ended before its outcome came, or could not be made.

    `address` is the service's and `call` names the call; `progress` is "not_sent", after which it may be made again, or
    "unknown": whether the service has run it, nobody here can tell. `reason` says what is known of the end.
    """

    def __init__(self, address: str, call: str, progress: str, reason: str = "") -> None:
        super().__init__(address, call, progress, reason)
        self.address = address
        self.call = call
        self.progress = progress
        self.reason = reason

    def __str__(self) -> str:
        how_far = f"before {self.call} was sent" if self.progress == "not_sent" else f"during {self.call}"
        unknown = "" if self.progress == "not_sent" else "; whether it was run is not known"
        return f"{self.address} was lost {how_far}{unknown}" + (f" ({self.reason})" if self.reason else "")


class PoolFull(AmbidexError, RuntimeError):
    """Report a call that a pool has not taken: its workers were busy, and as many calls waited as may.

    `call` names the call; `size` is the number of workers the pool may have, `queue_size` how many calls may wait.
    """

    def __init__(self, call: str, size: int, queue_size: int) -> None:
        super().__init__(call, size, queue_size)
        self.call = call
        self.size = size
        self.queue_size = queue_size

    def __str__(self) -> str:
        return (
            f"{self.call} was not begun: the pool's workers ({self.size} at most) are busy, and {self.queue_size} "
            "calls, as many as may, wait for them; call again later, or give the pool a larger size= or queue_size="
        )


class AddressInUse(AmbidexError, OSError):
    """Report an address that another process serves; `address` is its text, `pid` None where nobody knows it."""

    def __init__(self, address: str, pid: int | None) -> None:
        by = "another process" if pid is None else f"pid {pid}"
        super().__init__(
            errno.EADDRINUSE, f"{address} is already served by {by}: end that first, or serve another address"
        )
        self.address = address
        self.pid = pid

    def __str__(self) -> str:
        return str(self.strerror)

    def __reduce__(self) -> tuple[type[AddressInUse], tuple[str, int | None]]:
        return type(self), (self.address, self.pid)


class PeerRefused(AmbidexError, PermissionError):
    """Report that another user is at the other end of a Unix socket: with `uid`, where this process has `own_uid`.

    `pid` is None where nobody knows it.
    """

    def __init__(self, pid: int | None, uid: int, own_uid: int) -> None:
        who = "a process" if pid is None else f"pid {pid}"
        super().__init__(
            errno.EPERM,
            f"{who} at the other end of the socket runs as user {uid}, and this process as user {own_uid}: run both "
            "as one user, or connect them by tcp+tls:// with a key for each",
        )
        self.pid = pid
        self.uid = uid
        self.own_uid = own_uid

    def __str__(self) -> str:
        return str(self.strerror)

    def __reduce__(self) -> tuple[type[PeerRefused], tuple[int | None, int, int]]:
        return type(self), (self.pid, self.uid, self.own_uid)


class EventLogUnavailable(AmbidexError):
    """Report events that were not kept, or cannot be read: `path` is the file of their log, `reason` says why."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"the event log {self.path} cannot be used: {self.reason}"


def _ending(status: int | None) -> str:
    if status is None:
        return "its exit status is not known"
    return f"signal {-status}" if status < 0 else f"exit code {status}"


class InternalError(AmbidexError):
    """Report a broken invariant of ambidex: a bug of ours, worth an issue."""


class BlockingInAsyncWarning(RuntimeWarning):
    """Warn that a blocking call holds a running event loop."""


class Problem:
    """Describe one thing the generator refuses: where it stands, what it is, and what to write instead."""

    __slots__ = ("file", "fix", "line", "what")

    def __init__(self, file: str, line: int, what: str, fix: str) -> None:
        self.file = file
        self.line = line
        self.what = what
        self.fix = fix

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}: {self.fix}"

    def __repr__(self) -> str:
        return f"Problem({self.file!r}, {self.line!r}, {self.what!r}, {self.fix!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Problem):
            return NotImplemented
        return (self.file, self.line, self.what, self.fix) == (other.file, other.line, other.what, other.fix)

    def __hash__(self) -> int:
        return hash((self.file, self.line, self.what, self.fix))


class GenerationError(UsageError, ValueError):
    """Report everything the generator refused in one run; `problems` lists it in source order."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(tuple(problems))
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)
