"""Own the calls of a child to what its parent has lent: awaited on the child's loop, or blocking whoever calls."""

from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING, Any

from ...errors import DeadlockError
from ...protocol import Kind
from .._carried import give_up_carried, take_carried
from .._deadlines import remaining_time
from .._failures import dump_error
from .._messages import encode_call, encode_result, outcome, read_call
from .._reading import StreamReader

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Sequence

    from ...protocol import Message
    from ...transport import BlockingConnection
    from .._codecs import Codec
    from .._outgoing import Outgoing
    from ._table import Function

    Args = tuple[Any, ...]
    Kwargs = dict[str, Any]

_CALL, _RESULT, _ERROR = int(Kind.CALL), int(Kind.RESULT), int(Kind.ERROR)


class ParentCalls:
    """Ask the parent for what it has lent, by its number.

    `outgoing` makes the calls that are awaited. `connect_back` returns the connection over which the parent is asked
    while the loop stands still, and `find` what that asks for meanwhile. `grace_s` is how long, in seconds, the
    clean-up of a call is waited for that is cancelled here.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        codec: Codec,
        outgoing: Callable[[], Outgoing],
        connect_back: Callable[[], BlockingConnection],
        find: Callable[[int, str], Function],
        grace_s: float,
    ) -> None:
        self._loop = loop
        self._codec = codec
        self._outgoing = outgoing
        self._connect_back = connect_back
        self._find = find
        self._grace_s = grace_s
        self._back: BlockingConnection | None = None
        self._ids = itertools.count(1, 2)

    async def call(self, number: int, asked: str, args: Args, kwargs: Kwargs) -> Any:
        """Await the result, on any loop."""
        if asyncio.get_running_loop() is not self._loop:
            return await asyncio.wrap_future(
                asyncio.run_coroutine_threadsafe(self.call(number, asked, args, kwargs), self._loop)
            )
        payload, buffers = self._encoded(number, asked, args, kwargs)
        message = await self._outgoing().call(next(self._ids), payload, buffers, self._grace_s)
        return outcome(self._codec, message)

    def stream(
        self, number: int, asked: str, args: Args = (), kwargs: Kwargs | None = None
    ) -> AsyncGenerator[Any, Any]:
        """Return what is iterated over, on the child's loop."""
        payload, buffers = self._encoded(number, asked, args, kwargs or {})
        reader = StreamReader(self._codec, 0, _not_counted)
        return self._outgoing().stream(next(self._ids), payload, buffers, reader, self._grace_s)

    def block(self, number: int, asked: str, args: Args, kwargs: Kwargs) -> Any:
        """Wait for the result, on any thread; on the loop's, nothing else runs meanwhile."""
        try:
            here = asyncio.get_running_loop()
        except RuntimeError:
            here = None
        if here is not self._loop:
            return asyncio.run_coroutine_threadsafe(self.call(number, asked, args, kwargs), self._loop).result()
        payload, buffers = self._encoded(number, asked, args, kwargs)
        return outcome(self._codec, self._answer(next(self._ids), payload, buffers))

    def _encoded(self, number: int, asked: str, args: Args, kwargs: Kwargs) -> tuple[bytes, Sequence[memoryview]]:
        try:
            encoded = encode_call(self._codec, number, asked, args, kwargs, remaining_time())
        except BaseException:  # any: nothing is sent, and it is passed on
            give_up_carried()
            raise
        take_carried()
        return encoded

    def _answer(self, id_: int, payload: bytes, buffers: Any) -> Message:
        if self._back is None:
            self._back = self._connect_back()
        self._back.send(_CALL, id_, payload, buffers)
        while True:
            for message in self._back.receive():
                if message.id == id_:
                    return message
                if message.kind == _CALL:
                    self._serve(self._back, message)

    def _serve(self, back: BlockingConnection, message: Message) -> None:
        """Answer what the parent asks while it is asked itself, at once: nothing can be awaited meanwhile."""
        try:
            _, target, name, body = read_call(message)
            entry = self._find(target, name)
            args, kwargs = self._codec.loads(body, message.buffers)
            payload, buffers = encode_result(self._codec, entry.name, _value_at_once(entry, args, kwargs))
            take_carried()
        except Exception as error:  # noqa: BLE001  the boundary to code of the other side: it is told
            give_up_carried()
            back.send(_ERROR, message.id, *dump_error(self._codec, error))
        else:
            back.send(_RESULT, message.id, payload, buffers)

    def close(self) -> None:
        """End what only this has opened."""
        if self._back is not None:
            self._back.close()


def _not_counted(sent: int, received: int) -> None:
    """Count nothing: a child keeps no statistics."""


def _value_at_once(entry: Function, args: Any, kwargs: Any) -> Any:
    """Return what a function gives that waits for nothing.

    Raises:
        DeadlockError: it does wait, for what cannot happen.
    """
    if entry.runs == "sync":
        return entry.function(*args, **kwargs)
    if entry.runs == "async":
        work = entry.function(*args, **kwargs)
        try:
            work.send(None)
        except StopIteration as ended:
            return ended.value
        work.close()
    raise DeadlockError(
        f"{entry.name} is called by a callback that this process waits for without awaiting it: nothing else runs here "
        "until the callback returns; call it later, or declare the callback as one that is awaited"
    )
