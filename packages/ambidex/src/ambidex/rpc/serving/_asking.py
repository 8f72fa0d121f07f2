"""Own the calls of a child to what its parent has lent: awaited on the child's loop, or blocking whoever calls."""

from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING, Any

from ...protocol import Kind
from .._messages import encode_call, outcome

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from ...protocol import Message
    from ...transport import BlockingConnection
    from .._codecs import Codec
    from .._outgoing import Outgoing

    Args = tuple[Any, ...]
    Kwargs = dict[str, Any]

_CALL = int(Kind.CALL)


class ParentCalls:
    """Ask the parent for what it has lent, by its number.

    `outgoing` makes the calls that are awaited. `connect_back` returns the connection over which the parent is asked
    while the loop stands still. `grace_s` is how long, in seconds, the clean-up of a call is waited for that is
    cancelled here.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        codec: Codec,
        outgoing: Callable[[], Outgoing],
        connect_back: Callable[[], BlockingConnection],
        grace_s: float,
    ) -> None:
        self._loop = loop
        self._codec = codec
        self._outgoing = outgoing
        self._connect_back = connect_back
        self._grace_s = grace_s
        self._back: BlockingConnection | None = None
        self._ids = itertools.count(1, 2)

    async def call(self, number: int, asked: str, args: Args, kwargs: Kwargs) -> Any:
        """Await the result, on any loop."""
        if asyncio.get_running_loop() is not self._loop:
            return await asyncio.wrap_future(
                asyncio.run_coroutine_threadsafe(self.call(number, asked, args, kwargs), self._loop)
            )
        payload, buffers = encode_call(self._codec, number, asked, args, kwargs, None)
        message = await self._outgoing().call(next(self._ids), payload, buffers, self._grace_s)
        return outcome(self._codec, message)

    def stream(self, number: int, asked: str) -> AsyncGenerator[Any, Any]:
        """Return what is iterated over, on the child's loop."""
        payload, buffers = encode_call(self._codec, number, asked, (), {}, None)
        return self._outgoing().stream(next(self._ids), payload, buffers, 0, self._grace_s)

    def block(self, number: int, asked: str, args: Args, kwargs: Kwargs) -> Any:
        """Wait for the result, on any thread; on the loop's, nothing else runs meanwhile."""
        try:
            here = asyncio.get_running_loop()
        except RuntimeError:
            here = None
        if here is not self._loop:
            return asyncio.run_coroutine_threadsafe(self.call(number, asked, args, kwargs), self._loop).result()
        payload, buffers = encode_call(self._codec, number, asked, args, kwargs, None)
        return outcome(self._codec, self._answer(next(self._ids), payload, buffers))

    def _answer(self, id_: int, payload: bytes, buffers: Any) -> Message:
        if self._back is None:
            self._back = self._connect_back()
        self._back.send(_CALL, id_, payload, buffers)
        while True:
            for message in self._back.receive():
                if message.id == id_:
                    return message

    def close(self) -> None:
        """End what only this has opened."""
        if self._back is not None:
            self._back.close()
