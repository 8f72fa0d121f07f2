"""Own writing: what is to be sent waits here, and comes out in an order in which nothing short waits for long data."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple, Union

from ._frames import CHUNK, HEADER, LENGTH, Flags, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

Bytes = Union[bytes, memoryview]
_BULK, _CANCEL = int(Kind.BULK), int(Kind.CANCEL)
_LONGEST = CHUNK - LENGTH.size  # bytes of a payload in a frame without buffers: as if one buffer was to be added
_pack = HEADER.pack  # looked up for each frame


class _Waiting(NamedTuple):
    """Hold a message that is behind another one of its id."""

    kind: int
    payload: bytes
    buffers: Sequence[memoryview]
    flags: int


class _Sending:
    """Hold what is left of the buffers of one message, and what follows it for the same id."""

    __slots__ = ("_place", "_views", "behind")

    def __init__(self, views: list[memoryview]) -> None:
        self._views = deque(views)
        self._place = 0  # in the first view
        self.behind: deque[_Waiting] = deque()

    def chunk(self) -> memoryview:
        """Return the next chunk; it may be shorter than the longest where a buffer ends."""
        view = self._views[0]
        made = view[self._place : self._place + CHUNK]
        self._place += len(made)
        if self._place == len(view):
            self._views.popleft()
            self._place = 0
        return made

    @property
    def is_done(self) -> bool:
        """Tell whether all was sent."""
        return not self._views


class Writer:
    """Put messages into frames, those of long messages between others.

    Messages of one id keep their order, a cancel excepted, which overtakes what is left of the message before it: the
    other side then gets none of that. Between ids, frames of short messages go first, and long ones take turns by
    chunks.
    """

    def __init__(self) -> None:
        self.is_empty = True  # there is nothing to write
        self._ready: deque[Bytes] = deque()
        self._sending: dict[int, _Sending] = {}

    def send(
        self, kind: int, id_: int, payload: bytes = b"", buffers: Sequence[memoryview] = (), flags: int = 0
    ) -> None:
        """Queue a message; the buffers are flat views of bytes, and stay as they are until they were written."""
        self.is_empty = False
        if not (buffers or self._sending) and len(payload) <= _LONGEST:  # nearly always: there is nothing to look up
            self._ready.append(_pack(len(payload), kind, flags, 0, id_) + payload)
            return
        if kind == _CANCEL:
            self._sending.pop(id_, None)
            payload = payload[:_LONGEST]  # the text has to fit in the frame that overtakes
        sending = self._sending.get(id_)
        if sending is None:
            self._put(kind, id_, payload, buffers, flags)
        else:
            sending.behind.append(_Waiting(kind, payload, buffers, flags))

    def _put(self, kind: int, id_: int, payload: bytes, buffers: Sequence[memoryview], flags: int) -> None:
        lengths = LENGTH.size * (len(buffers) + 1)
        if len(payload) + lengths > CHUNK:
            buffers = (*buffers, memoryview(payload))
            payload, flags = b"", flags | Flags.BODY_IN_BULK
        if buffers:
            payload = b"".join(LENGTH.pack(len(each)) for each in buffers) + payload
        self._ready.append(_pack(len(payload), kind, flags, len(buffers), id_) + payload)
        views = [each for each in buffers if len(each)]
        if views:
            self._sending[id_] = _Sending(views)

    def take(self, most: int = CHUNK) -> list[Bytes]:
        """Return what to write next, about `most` bytes of it: all short frames that wait, then chunks in turn."""
        ready = self._ready
        taken: list[Bytes] = []
        if not self._sending:  # nearly always
            taken.extend(ready)
            ready.clear()
            self.is_empty = True
            return taken
        size = 0
        while size < most and (ready or self._sending):
            if ready:
                taken.append(ready.popleft())
            else:
                taken.extend(self._chunk())
            size += len(taken[-1])
        self.is_empty = not (ready or self._sending)
        return taken

    def _chunk(self) -> tuple[Bytes, Bytes]:
        """Return a chunk of the message whose turn it is, and have the next one take its turn."""
        id_, sending = next(iter(self._sending.items()))
        del self._sending[id_]
        data = sending.chunk()
        if not sending.is_done:
            self._sending[id_] = sending
        else:
            self._release(id_, sending.behind)
        return _pack(len(data), _BULK, 0, 0, id_), data

    def _release(self, id_: int, behind: deque[_Waiting]) -> None:
        """Queue what was behind a message that is whole now, up to the next one with buffers."""
        while behind:
            self._put(id_=id_, **behind.popleft()._asdict())
            if id_ in self._sending:
                self._sending[id_].behind = behind
                return
