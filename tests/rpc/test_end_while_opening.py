"""A session that ends while a connection is opened for it closes that connection, and the call says it was not sent."""

from __future__ import annotations

import asyncio
import concurrent.futures
import socket
from typing import TYPE_CHECKING

import pytest

from ambidex.errors import ServiceLost
from ambidex.protocol import Limits
from ambidex.rpc import PickleCodec
from ambidex.rpc.calling import Counters, Session
from ambidex.runtime import runtime_of

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from ambidex.transport import Stream


class EndsMeanwhile:
    """Open connections by a socket pair, and end the session while doing so, as its own thread may at any moment."""

    def __init__(self, *, is_awaited: bool) -> None:
        self.fate: concurrent.futures.Future[None] = concurrent.futures.Future()
        self.ends: list[socket.socket] = []
        self.session = Session(
            PickleCodec(), Limits(), self, 1.0, runtime_of("ends-meanwhile"), "the other", Counters()
        )
        self._is_awaited = is_awaited

    def connect(self, number: int) -> Stream:
        """Return a connected socket of a session that is over by then."""
        del number
        ours, theirs = socket.socketpair()
        self.ends.append(theirs)
        self.fate.set_result(None)
        self.session.end()
        return ours

    def connecting(self, number: int) -> Awaitable[Stream] | None:
        """Do so on the running loop, where it is to be awaited."""

        async def connected() -> Stream:
            return self.connect(number)

        return connected() if self._is_awaited else None

    def lost(self, error: Exception | None) -> None:
        """Take note of nothing: it is over already."""
        raise AssertionError(error)

    def died(self, call: str, progress: str, *, is_of_object: bool = False) -> Exception:
        """Return the error of a call."""
        assert not is_of_object
        return ServiceLost("unix:///other", call, progress)

    def has_begun(self, id_: int) -> bool:
        """Tell that no call has begun."""
        del id_
        return False

    def check_closed(self) -> None:
        """See every connection end, having sent nothing."""
        assert len(self.ends) == 1
        for end in self.ends:
            with end:
                end.settimeout(10)
                assert end.recv(1) == b""


def test_connection_of_a_thread_is_closed() -> None:
    """The thread does not send by it."""
    owner = EndsMeanwhile(is_awaited=False)
    with pytest.raises(ServiceLost) as caught:
        owner.session.call(0, "wait", (), {})
    assert caught.value.progress == "not_sent"
    owner.check_closed()


@pytest.mark.parametrize("is_awaited", [False, True])
def test_connection_of_a_loop_is_closed(is_awaited: bool) -> None:
    """Whether it was opened at once, as over Unix sockets, or awaited, as over TLS."""

    async def main() -> None:
        owner = EndsMeanwhile(is_awaited=is_awaited)
        with pytest.raises(ServiceLost) as caught:
            await owner.session.acall(0, "wait", (), {})
        assert caught.value.progress == "not_sent"
        await asyncio.get_running_loop().run_in_executor(None, owner.check_closed)

    asyncio.run(main())
