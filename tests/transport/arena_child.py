"""A process at the other end of an arena: it does what lines of JSON on a socket ask, and answers with lines.

`python arena_child.py DESCRIPTOR` reads; `python arena_child.py DESCRIPTOR writes` owns an arena and passes that.
"""

from __future__ import annotations

import gc
import hashlib
import json
import pickle
import socket
import sys
from collections import deque
from typing import Any, Callable

from ambidex.protocol import Slot
from ambidex.transport._arena import Outbound
from ambidex.transport._descriptors import receive_descriptors, send_descriptors
from ambidex.transport._inbound import Inbound
from ambidex.transport._memory import new_sealed_file


class Reader:
    """Pin views by name, and tell which slots were freed."""

    def __init__(self, arena: Inbound) -> None:
        self._arena = arena
        self._pinned: dict[str, Any] = {}
        self._freed: deque[int] = deque()

    def view(self, name: str, *slot: int) -> dict[str, Any]:
        """Pin a slot, and say what a view of it is."""
        view = self._pinned[name] = self._arena.view(Slot(*slot), self._freed.append)
        return {"hash": digest(view), "readonly": view.readonly, "format": view.format, "length": len(view)}

    def load(self, name: str, pickled: str, *slots: list[int]) -> str:
        """Pin what is unpickled over views; return its types."""
        views = [self._arena.view(Slot(*slot), self._freed.append) for slot in slots]
        self._pinned[name] = pickle.loads(bytes.fromhex(pickled), buffers=views)
        return repr([(type(each).__name__, bytes(each[:3])) for each in self._pinned[name]])

    def slice(self, name: str, of: str, begin: int, end: int) -> None:
        """Pin a part of what is pinned."""
        self._pinned[name] = self._pinned[of][begin:end]

    def cycle(self, name: str, kept: str) -> None:
        """Have only the garbage collector find that something is not used any more; its `__del__` keeps a part."""
        Knot(self._pinned.pop(name), lambda view: self._pinned.update({kept: view[1:]}))

    def collect(self) -> list[int]:
        """Run the garbage collector; return what was freed."""
        gc.collect()
        return self.freed()

    def again(self, name: str) -> str:
        """Return the hash of what is pinned."""
        return digest(self._pinned[name])

    def drop(self, name: str) -> None:
        """Let go."""
        del self._pinned[name]

    def freed(self) -> list[int]:
        """Return the slots that were freed since the last time."""
        return [self._freed.popleft() for _ in range(len(self._freed))]

    def copy(self, *slot: int) -> dict[str, Any]:
        """Copy a slot, and say what the copy is."""
        made = memoryview(bytearray(slot[2]))
        self._arena.copy(Slot(*slot), made)
        said = {"hash": digest(made), "readonly": made.readonly, "length": len(made)}
        made[0] = 1  # which no other process sees
        return said

    def close(self) -> None:
        """Close the arena, not the views."""
        self._arena.close()


class Knot:
    """Be in a cycle with a view, and let go of it late."""

    def __init__(self, view: memoryview, last: Callable[[memoryview], None]) -> None:
        self.itself = self
        self.view = view
        self.last = last

    def __del__(self) -> None:
        self.last(self.view)


def digest(view: memoryview) -> str:
    """Return what differs when a byte does."""
    return hashlib.sha256(view).hexdigest()


def serve(sock: socket.socket, answers: Callable[[str, list[Any]], Any]) -> None:
    """Answer line by line until the other side leaves."""
    with sock.makefile("rw") as lines:
        for line in lines:
            name, *given = json.loads(line)
            json.dump(answers(name, given), lines)
            lines.write("\n")
            lines.flush()


def main() -> None:
    """Serve the socket that was inherited."""
    with socket.socket(fileno=int(sys.argv[1])) as sock:
        if sys.argv[2:] == ["writes"]:
            descriptor = new_sealed_file(64 * 2**20)
            assert descriptor is not None
            owned = Outbound(descriptor, 64 * 2**20)
            send_descriptors(sock, str(owned.size).encode(), [owned.descriptor], 10)
            serve(sock, lambda _, given: owned.put(memoryview(given[0].encode() * given[1])))
            return
        received = receive_descriptors(sock, 1, 10)
        assert received is not None
        size = int(received[0])
        reader = Reader(Inbound(received[1][0], size))
        serve(sock, lambda name, given: getattr(reader, name)(*given))


if __name__ == "__main__":
    main()
