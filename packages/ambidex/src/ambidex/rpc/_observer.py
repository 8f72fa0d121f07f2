"""Own the hook through which what is counted is exported, to Prometheus or OpenTelemetry for two."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Literal, Protocol, final

if TYPE_CHECKING:
    from collections.abc import Callable

_log = logging.getLogger(__name__)


Outcome = Literal["returned", "failed", "cancelled", "deadline_exceeded"]  # how a call has ended


class Observer(Protocol):
    """Hear of each call and worker as it begins and ends.

    The methods are called where the thing happens: on the caller's thread or on a loop, from several threads at a time.
    So they return at once and hold no lock for long. One that raises is reported in the log, once, and what it watched
    goes on. The name of a method is "(other)" where there are too many to be told apart.
    """

    def call_started(self, method: str) -> None:
        """Hear that a call begins."""
        ...

    def call_ended(self, method: str, seconds: float, outcome: Outcome, error: str | None) -> None:
        """Hear that a call has ended, after so many seconds; `error` is the class of what it raised, where it did."""
        ...

    def bytes_moved(self, method: str, sent: int, received: int) -> None:
        """Hear how many bytes were sent and received for a call since the last time."""
        ...

    def worker_started(self, pid: int) -> None:
        """Hear that a child process is ready."""
        ...

    def worker_ended(self, pid: int, status: int | None) -> None:
        """Hear that a child process has ended; `status` is None where nobody knows it, and negative for a signal."""
        ...


@final
class Guarded:
    """Stand before an observer of somebody else: what it raises is logged the first time, and goes no further.

    An exception that ends more than what it comes from, as that of Ctrl-C, passes.
    """

    __slots__ = ("_observer", "_reported")

    def __init__(self, observer: Observer) -> None:
        self._observer = observer
        self._reported: dict[str, object] = {}

    def call_started(self, method: str) -> None:
        """As the observer."""
        self._tell(lambda: self._observer.call_started(method))

    def call_ended(self, method: str, seconds: float, outcome: Outcome, error: str | None) -> None:
        """As the observer."""
        self._tell(lambda: self._observer.call_ended(method, seconds, outcome, error))

    def bytes_moved(self, method: str, sent: int, received: int) -> None:
        """As the observer."""
        self._tell(lambda: self._observer.bytes_moved(method, sent, received))

    def worker_started(self, pid: int) -> None:
        """As the observer."""
        self._tell(lambda: self._observer.worker_started(pid))

    def worker_ended(self, pid: int, status: int | None) -> None:
        """As the observer."""
        self._tell(lambda: self._observer.worker_ended(pid, status))

    def _tell(self, tell: Callable[[], None]) -> None:
        try:
            tell()
        except Exception:  # noqa: BLE001  somebody else's code, in the middle of a call that it only watches
            mine = object()
            if self._reported.setdefault("first", mine) is mine:  # one operation: several threads may come here
                _log.exception(
                    "an observer of class %s has raised; this is the only report, and what it watches goes on",
                    type(self._observer).__qualname__,
                )
