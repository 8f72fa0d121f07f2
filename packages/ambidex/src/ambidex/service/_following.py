"""Own a client's way through the events of a topic, over one session after the other."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import os
import weakref
from collections import deque
from typing import TYPE_CHECKING, Any, Generic, TypeVar, final

from ..errors import ProtocolError, ServiceLost, UsageError
from ..rpc import ROOT
from ..rpc.calling import FaceTypes, as_type
from ._events import Cursor, Event, EventsLost, check_topic
from ._publisher import EVENTS, decoded, event_codec

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable
    from types import TracebackType

    from typing_extensions import Self

    from ..runtime import Runtime
    from ._session import ServiceSession
    from ._sessions import Sessions
    from ._subscription import After

T = TypeVar("T")
_AHEAD = 2  # pages on their way: one is read while the next one comes
_PARTS = 2  # of a page, and of an entry


@final
class Events(Generic[T]):
    """Give the events of a topic in order, each once, as `Event`; and `EventsLost` in the place of those that are gone.

    It is an iterator, whose steps block, and an async iterator, for one thread or task at a time. Where the session
    ends it goes on with the next one, after what it gave last, and waits for that however long it takes. It begins when
    it is first asked, or where a `with` or `async with` block begins, which closes it at its end. What it cannot go on
    after is raised, as by `Remote.events`; it may be asked again then.
    """

    def __init__(
        self,
        sessions: Sessions,
        runtime: Runtime,
        topic: str,
        after: After,
        kind: Any,  # Any: of every form that an annotation may have
        modules: Callable[[], set[str]],
        check_process: Callable[[str], None],
    ) -> None:
        if not isinstance(after, Cursor) and after not in ("now", "beginning"):
            raise ValueError(f'after={after!r:.60}: write a Cursor, "beginning", or "now"')
        self._topic = check_topic(topic)
        self._at = after  # where a subscription begins that is made now
        self._given = after if isinstance(after, Cursor) else None
        self._kind = kind
        self._sessions = sessions
        self._runtime = runtime
        self._modules = modules
        self._check_process = check_process
        self._types = FaceTypes()
        self._codec = event_codec(self._types.find)
        self._session: ServiceSession | None = None  # the last one that it was in
        self._steps: AsyncGenerator[Any, None] | None = None
        self._keeper: asyncio.Task[None] | None = None  # that of the steps
        self._reading: asyncio.Task[list[Event[bytes] | EventsLost]] | None = None
        self._page: deque[Event[bytes] | EventsLost] = deque()
        self._is_asked = self._is_closed = False

    def __repr__(self) -> str:
        return f"<Events of {self._topic!r} at {self._given}{', closed' if self._is_closed else ''}>"

    @property
    def topic(self) -> str:
        """The name of the topic."""
        return self._topic

    @property
    def position(self) -> Cursor | None:
        """The cursor to go on after, in this process or another one; None before the service has said where it is."""
        return self._given

    # -- steps

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Event[T] | EventsLost:
        if not self._page and not self._is_closed:
            self._check_process(self._name)
            self._runtime.run(self._fetch, (), {}, self._name, "async for event in events")
        if self._is_closed:
            raise StopIteration
        return self._give()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Event[T] | EventsLost:
        if not self._page and not self._is_closed:
            self._check_process(self._name)
            await self._runtime.await_(self._fetch, (), {}, self._name)
        if self._is_closed:
            raise StopAsyncIteration
        return self._give()

    @property
    def _name(self) -> str:
        return f"events({self._topic!r})"

    def _give(self) -> Event[T] | EventsLost:
        each = self._page.popleft()
        if isinstance(each, EventsLost):
            self._given = each.to
            return each
        self._given = each.cursor  # also where the value cannot be read: the next one is asked for then
        for module in self._modules():
            self._types.learn(module)
        value = decoded(self._codec, each.value)
        value = as_type(value, self._kind, f"an event of {self._topic!r}")
        return Event(each.cursor, each.topic, value)

    # -- pages, on the loop of the runtime

    async def _fetch(self) -> None:
        """Wait for a page; who is cancelled has taken nothing."""
        if self._is_asked:
            raise UsageError(f"{self!r} is read by two at a time, and each would miss events; make one for each")
        self._is_asked = True
        try:
            while not self._page and not self._is_closed:
                await self._fetch_page()
        finally:
            self._is_asked = False

    async def _fetch_page(self) -> None:
        reading = self._reading
        if reading is None:
            # In a context of its own: it outlives who asks, and is not to end by the deadline of that
            loop = asyncio.get_running_loop()
            reading = self._reading = contextvars.Context().run(loop.create_task, self._read())
            reading.add_done_callback(_look_at)
        await asyncio.wait({reading})
        if self._reading is reading:
            self._reading = None
        if not reading.cancelled():
            self._page.extend(reading.result())

    async def _begin(self) -> None:
        """Wait until it is known where it begins."""
        while self._given is None and not self._is_closed:
            await self._fetch_page()

    async def _read(self) -> list[Event[bytes] | EventsLost]:
        """Return a page, which has nothing in it where a subscription begins."""
        while True:
            if self._steps is None:
                session = self._session = await self._sessions.next_session(self._session)
                asked = self._topic, str(self._at)
                self._hold(session.calls.astream(ROOT, EVENTS, asked, {}, None, _AHEAD, self._name))
                assert self._steps is not None
            try:
                page = await _step(self._steps)
                if page is not None:
                    return self._taken(page)
                await self._drop()  # the session has ended, or will at once: the next one
            except Exception:
                await self._drop()
                self._session = None  # which may be as good as the next one
                raise

    def _taken(self, page: object) -> list[Event[bytes] | EventsLost]:
        """Return what is in a page, and stand behind it.

        Raises:
            ProtocolError: it breaks the rules.
        """
        found: list[Event[bytes] | EventsLost] = []
        try:
            position, entries = _two(page)
            stands = Cursor.parse(position)
            number = self._at.number if isinstance(self._at, Cursor) and self._at.epoch == stands.epoch else 0
            for entry in entries:
                to, content = _two(entry)
                cursor = Cursor(stands.epoch, to)
                if type(content) is bytes:
                    if to <= number:
                        raise ProtocolError(f"an event {to} of {self._topic!r} came after {number}")
                    found.append(Event(cursor, self._topic, content))
                else:
                    found.append(EventsLost(Cursor.parse(content), cursor))
                number = to
        except (TypeError, ValueError) as error:
            raise ProtocolError(f"a page of events of {self._topic!r} came that is none: {error}") from error
        self._at = stands
        if self._given is None:
            self._given = stands
        return found

    def _hold(self, steps: AsyncGenerator[Any, None]) -> None:
        loop = asyncio.get_running_loop()
        self._steps, self._keeper = steps, loop.create_task(_keep(steps))
        weakref.finalize(self, _let_go, loop, self._keeper, os.getpid()).atexit = False

    async def _drop(self) -> None:
        keeper, self._keeper, self._steps = self._keeper, None, None
        if keeper is not None:
            keeper.cancel()
            await asyncio.wait({keeper})

    # -- its end

    def close(self) -> None:
        """End it: nothing more is given, and who waits is given none. `position` stays. It may be done again."""
        self._check_process("close")
        self._runtime.run(self._end, (), {}, "close", "await events.aclose()")

    async def aclose(self) -> None:
        """Do the same, awaited."""
        self._check_process("aclose")
        await self._runtime.await_(self._end, (), {}, "aclose")

    def close_soon(self) -> None:
        """Do the same, and wait for nothing; on any thread."""
        self._is_closed = True
        self._runtime.submit(self._end, (), {}, "close")

    async def _end(self) -> None:
        self._is_closed = True
        self._page.clear()
        reading, self._reading = self._reading, None
        if reading is not None:
            reading.cancel()
            await asyncio.wait({reading})
        await self._drop()

    def __enter__(self) -> Self:
        self._check_process(self._name)
        self._runtime.run(self._begin, (), {}, self._name, "async with")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        self._check_process(self._name)
        await self._runtime.await_(self._begin, (), {}, self._name)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        await self.aclose()


async def _keep(steps: AsyncGenerator[Any, None]) -> None:
    """Own a stream, and close it when this is cancelled: also by the loop, which would close it part by part."""
    try:
        await asyncio.get_running_loop().create_future()
    finally:
        with contextlib.suppress(ServiceLost, OSError, RuntimeError):  # it has ended before, or ends in a step
            await steps.aclose()


def _let_go(loop: asyncio.AbstractEventLoop, keeper: asyncio.Task[None], process: int) -> None:
    """End a stream that nobody can ask any more; on any thread."""
    if os.getpid() == process:
        with contextlib.suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(keeper.cancel)


async def _step(steps: AsyncGenerator[Any, None]) -> Any:
    """Return the next page; None where the service has ended the stream, or the session is over.

    A service that ends may say that it has cancelled the stream. That is not to be taken for a cancellation of this
    task, so the step is one of its own.
    """
    step = asyncio.ensure_future(_next(steps))
    try:
        await asyncio.wait({step})
    except BaseException:  # any: of this task
        step.cancel()
        await asyncio.wait({step})
        raise
    return None if step.cancelled() else step.result()


async def _next(steps: AsyncGenerator[Any, None]) -> Any:
    try:
        return await steps.__anext__()
    except (StopAsyncIteration, ServiceLost):
        return None


def _two(value: Any) -> Any:
    if not isinstance(value, (tuple, list)) or len(value) != _PARTS:  # pyright: ignore[reportUnknownArgumentType]  foreign
        raise ProtocolError("a part of a page of events has not two parts")
    return value  # pyright: ignore[reportUnknownVariableType]


def _look_at(reading: asyncio.Task[Any]) -> None:
    """See how it has ended, where nobody asks any more."""
    if not reading.cancelled():
        reading.exception()
