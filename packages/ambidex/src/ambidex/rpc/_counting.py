"""Own the counting of the calls that arrive over one connection, where somebody wants to know of them."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, final

from ._statistics import OTHER

if TYPE_CHECKING:
    from ._counters import Recorder


@final
class CountedCalls:
    """Tell a recorder, which the loop of the connection writes to alone, of calls as they begin and end."""

    __slots__ = ("_open", "recorder")

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self._open: dict[int, tuple[str, float, int]] = {}  # by id: the method, when it began, the bytes that came

    def begin(self, id_: int, method: str, received: int) -> None:
        """Count a call that has come, of so many bytes; without a name, where what it asks for is not there."""
        method = method or OTHER  # those names could be any number
        self._open[id_] = method, perf_counter(), received
        self.recorder.call_started(method)

    def note_return(self, id_: int, sent: int) -> None:
        """Count a call whose result was sent, of so many bytes; nothing happens where it is not counted."""
        found = self._open.pop(id_, None)
        if found is not None:
            method, began, received = found
            self.recorder.call_returned(method, perf_counter() - began, sent, received)

    def note_failure(self, id_: int, error: BaseException, sent: int) -> None:
        """Count a call whose caller was sent an error, of so many bytes; nothing happens where it is not counted."""
        found = self._open.pop(id_, None)
        if found is not None:
            method, began, received = found
            self.recorder.call_failed(method, perf_counter() - began, error, sent, received)
