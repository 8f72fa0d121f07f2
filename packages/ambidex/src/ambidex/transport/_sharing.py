"""Own the two arenas of a session, as one side of it has them: what it writes for the other one, and what it reads.

All connections of the session share them. Slots that are copied out are freed over the connection that they came by;
those that are read where they are, over the main one, when nothing refers to them any more.
"""

from __future__ import annotations

import contextlib
import os
import struct
from collections import deque
from typing import TYPE_CHECKING, Any

from ..errors import ProtocolError
from ..protocol import Kind
from ._arena import Outbound
from ._inbound import Inbound
from ._memory import new_sealed_file
from ._rooms import Rooms

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable
    from contextlib import AbstractContextManager

    from ..protocol import Slot
    from ._connection import Connection

ARENA_BYTES = 512 * 1024 * 1024  # for each direction: five arrays of 100 MiB at a time. It takes what is written to
IDLE_S = 10.0  # how long none is asked for before memory is given back: arbitrary
_AT_ONCE = 32 * 1024 * 1024  # bytes that are given back in one pass of a loop, which takes 5 ms
_NUMBER = struct.Struct("<Q")
_FREED = int(Kind.FREED)


def new_arenas(size: int = ARENA_BYTES) -> tuple[int, int] | None:
    """Return the descriptors of two new arenas of `size` bytes; None where the system has no such memory.

    Raises:
        OSError: this process has too many descriptors.
    """
    first = new_sealed_file(size)
    if first is None:
        return None
    try:
        second = new_sealed_file(size)
    except BaseException:
        os.close(first)
        raise
    assert second is not None
    return first, second


def sharing_of(
    outbound: int,
    inbound: int,
    size: int,
    main: Callable[[], Connection],
    lock: AbstractContextManager[Any] | None = None,
) -> Sharing | None:
    """Return the `Sharing` of these arenas; None where the system gives this process no addresses for them.

    Then all of it goes over the socket, as where there are none.
    """
    try:
        return Sharing(outbound, inbound, size, main, lock)
    except OSError:
        return None


class Sharing:
    """Put buffers into the arena that the other side reads, and read that of the other side.

    `outbound` and `inbound` are descriptors of files of `size` bytes, which are closed here. `main` is the connection
    over which views are freed. With a `lock` any thread may call what is not said to be for the loop's; without one all
    of it is for one thread, `view`s excepted, which may end in any.

    Raises:
        OSError: this process has no addresses for them.
    """

    def __init__(
        self,
        outbound: int,
        inbound: int,
        size: int,
        main: Callable[[], Connection],
        lock: AbstractContextManager[Any] | None = None,
    ) -> None:
        self.size = size
        self.may_put = False  # the other side has said that it takes slots
        self._main = main
        self._process = os.getpid()
        self._is_closed = False
        try:
            self._outbound = Outbound(outbound, size, lock)
        except BaseException:
            os.close(inbound)
            raise
        try:
            self._inbound = Inbound(inbound, size)
        except BaseException:
            self._outbound.close()
            raise
        self._pinned: dict[int, int] = {}  # by slot: the connection that it came by
        self._let_go: deque[int] = deque()  # slots that nobody reads any more, and the other side is not told as yet
        self._is_watched = False  # that no memory is used for a while
        self._timer: Any = None
        self._rooms = Rooms(self._watch)

    def agree(self, size: int) -> None:
        """Note how much memory the other side has said that it takes slots in."""
        self.may_put = size == self.size and not self._is_closed

    # -- what goes out

    def put(self, buffer: memoryview, owner: int) -> Slot | None:
        """Copy a buffer into a slot for the connection `owner`; None where there is no room."""
        self._watch()
        return self._outbound.put(buffer, owner)

    def putting(self, buffer: memoryview, owner: int) -> Generator[None, None, Slot | None]:
        """Do what `put` does, a piece in each step; whoever closes it has no slot."""
        self._watch()
        return self._outbound.putting(buffer, owner)

    def take_back(self, slots: Iterable[Slot]) -> None:
        """Free slots of which the other side has heard nothing."""
        for slot in slots:
            self._outbound.free(slot.id)

    def freed(self, id_: int) -> None:
        """Take back a slot that the other side has done with.

        Raises:
            ProtocolError: there is no such slot, or it was freed before.
        """
        self._outbound.free(id_)
        self._watch()

    def settle(self, number: int, payload: bytes | bytearray | memoryview) -> None:
        """Take back the slots of a connection of which the other side has done with all but those that it says.

        Raises:
            ProtocolError: it does not say it as it has to.
        """
        if len(payload) % _NUMBER.size:
            raise ProtocolError(f"{len(payload)} bytes came for the slots that are kept of connection {number}")
        self._outbound.free_of(number, frozenset(kept for (kept,) in _NUMBER.iter_unpack(payload)))
        self._watch()

    # -- what comes in

    def new_room(self, size: int) -> bytearray | memoryview:
        """Return memory to receive a buffer into; any thread may ask."""
        return self._rooms.take(size)

    def copy(self, slot: Slot, room: memoryview) -> None:
        """Copy a slot, which is to be freed then, to where it stays; errors are those of `Inbound.copy`."""
        self._inbound.copy(slot, room)

    def view(self, slot: Slot, number: int) -> memoryview:
        """Return a read-only view of a slot, which is freed when nothing reads it; `number` is its connection's.

        Errors are those of `Inbound.view`.
        """
        if slot.id in self._pinned:
            raise ProtocolError(f"slot {slot.id} of shared memory came again while it is read")
        self._pinned[slot.id] = number
        try:
            return self._inbound.view(slot, self._note_end)
        except BaseException:  # any: it is passed on
            del self._pinned[slot.id]
            raise

    def kept(self, number: int) -> bytes:
        """Return what the other side is told of a connection that has ended: the slots of it that are read here."""
        return b"".join(_NUMBER.pack(id_) for id_, whose in self._pinned.copy().items() if whose == number)

    def _note_end(self, id_: int) -> None:
        """Note that nothing reads a slot any more: in any thread, in the middle of anything."""
        if self._is_closed or os.getpid() != self._process:  # a process that was forked has copies of what reads it
            return
        self._let_go.append(id_)
        self._on_loop(self._tell)

    def _tell(self) -> None:
        main = self._main()
        while self._let_go:
            id_ = self._let_go.popleft()
            if self._pinned.pop(id_, None) is not None:
                main.send(_FREED, id_, at_once=False)

    # -- memory that nobody uses

    def _watch(self) -> None:
        """Have the loop look after a while whether memory can be given back: on any thread, amid anything."""
        if not self._is_watched and os.getpid() == self._process:  # one that was forked from it has another loop
            self._is_watched = True
            self._on_loop(self._look_later)

    def _look_later(self) -> None:
        if not self._is_closed:
            self._timer = self._main().loop.call_later(IDLE_S, self._look, self._uses)

    @property
    def _uses(self) -> int:
        """How often memory was asked for."""
        return self._outbound.puts + self._rooms.taken

    def _look(self, uses: int) -> None:
        """Give memory back where none was asked for since the last look; else look again."""
        if uses != self._uses:
            self._look_later()
        elif self._outbound.trim(_AT_ONCE) or self._rooms.trim():
            self._timer = self._main().loop.call_later(0, self._look, uses)
        else:  # what is read still is looked at when it is freed
            self._is_watched = False

    def _on_loop(self, function: Callable[[], None]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended, and with it the session
            self._main().loop.call_soon_threadsafe(function)

    # -- the end

    def close(self) -> None:
        """Let go of all memory, on the main connection's loop; views that there are keep what they show."""
        self._is_closed, self.may_put = True, False
        if self._timer is not None:
            self._timer.cancel()
        self._outbound.close()
        self._inbound.close()
        self._rooms.close()

    def abandon(self) -> None:
        """Let go of it in a process that was forked: it goes on in the one that it was forked from."""
        self._is_closed, self.may_put = True, False
        self._outbound.close()
        self._inbound.close()
        self._rooms.close()
