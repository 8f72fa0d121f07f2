"""Callables as parameters: awaited ones, plain ones, with and without faces in them."""

from __future__ import annotations

import inspect
from typing import (
    TYPE_CHECKING,
    Any,
    AsyncGenerator,
    Awaitable,
    Callable,
    Coroutine,
    Dict,
    List,
    Mapping,
    Optional,
    Protocol,
    Sequence,
    TypeVar,
    Union,
    cast,
)

from ambidex import ON_LOOP, Module

if TYPE_CHECKING:
    from typing_extensions import Annotated

wrapper_module = Module("callbacks")

Handler = Callable[["Event"], Awaitable[None]]
T = TypeVar("T")
R_co = TypeVar("R_co", covariant=True)


class Listener(Protocol):
    """A callable type that names a face: not public, as a Callable says the same."""

    async def __call__(self, event: Event) -> None: ...


class Follower(Protocol):
    """A callable type that no Callable says: it has keywords, some with a default."""

    async def __call__(
        self, event: Event, /, *more: Event, times: int = 1, source: Optional[Event] = None, **named: Event
    ) -> Optional[Event]: ...


class _Note(Protocol):
    def __call__(self, number: int, text: str) -> None: ...


class _Sorter(Protocol):
    def __call__(self, events: List[Event], *, best: Event, worst: Optional[List[Event]] = ...) -> List[Event]: ...


class _Namer(Protocol):
    async def __call__(self, name: str, *, title: str = "") -> str: ...


class _Change(Protocol[T]):
    def __call__(self, value: T, /) -> T: ...


class _Choice(Protocol[R_co]):
    def __call__(self, events: Sequence[Event], /) -> R_co: ...


class _Chooser(Protocol[R_co]):
    def __call__(self, hub: Hub, /) -> _Choice[R_co]: ...


class _Anything(Protocol):
    async def __call__(self, *args: Any, **named: Any) -> int: ...


@wrapper_module.wrap_class
class Greeting(Protocol):
    """Public as it is."""

    async def __call__(self, name: str) -> str: ...


@wrapper_module.wrap_class
class Event:
    """What handlers are given."""

    def __init__(self, name: str) -> None:
        self._name = name

    @property
    def name(self) -> str:
        return self._name

    async def rename(self, name: str) -> None:
        self._name = name

    async def same(self, other: Event) -> bool:
        """Tell whether another event has the name; serves as a handler."""
        return other.name == self._name


@wrapper_module.wrap_class
class Hub:
    """Keep handlers and call them later."""

    on_error: Optional[Callable[[str], Awaitable[None]]]

    def __init__(self, first: Optional[Handler] = None, *, last: Optional[Handler] = None) -> None:
        self._handlers = [] if first is None else [first]
        self._last = last
        self.on_error = None

    def subscribe(self, handler: Handler) -> None:
        """Call `handler` with every event."""
        self._handlers.append(handler)

    async def unsubscribe(self, handler: Handler) -> int:
        """Stop calling `handler`; return how many are left."""
        self._handlers.remove(handler)
        return len(self._handlers)

    async def publish(self, event: Event) -> None:
        """Call every handler; a failure goes to `on_error`."""
        for handler in (*self._handlers, *([self._last] if self._last is not None else [])):
            try:
                await handler(event)
            except LookupError as error:
                if self.on_error is None:
                    raise
                await self.on_error(str(error))

    @classmethod
    async def made_with(cls, *handlers: Handler) -> Hub:
        """Make a hub with handlers."""
        hub = cls()
        for handler in handlers:
            hub.subscribe(handler)
        return hub

    async def chosen(self, choose: Callable[[Hub, Sequence[Event]], Awaitable[Event]]) -> Event:
        """Let the user choose between two events."""
        return await choose(self, [Event("first"), Event("second")])


@wrapper_module.wrap_function
async def transformed(
    items: List[int], change: Callable[[int], Coroutine[Any, Any, int]]
) -> List[int]:
    """Change every item."""
    return [await change(item) for item in items]


@wrapper_module.wrap_function
async def either(value: int, change: Callable[[int], Union[int, Awaitable[int]]]) -> int:
    """Change a value with a callable that says itself that it may be blocking."""
    changed = change(value)
    return changed if isinstance(changed, int) else await changed


@wrapper_module.wrap_function
async def decided(value: int, change: Callable[[int], Union[T, Awaitable[T]]]) -> T:
    """Change a value to what such a callable decides."""
    changed = change(value)
    return cast("T", await changed if inspect.isawaitable(changed) else changed)


@wrapper_module.wrap_function
async def called(work: Callable[..., Awaitable[Any]], *args: object, **named: object) -> Any:
    """Call with any arguments."""
    return await work(*args, **named)


@wrapper_module.wrap_function
async def all_called(works: Mapping[str, Callable[[], Awaitable[int]]]) -> Dict[str, int]:
    """Call what stands in a container."""
    return {name: await work() for name, work in works.items()}


@wrapper_module.wrap_function
async def on_loop(work: Annotated[Callable[[Event], Awaitable[int]], ON_LOOP], event: Event) -> int:
    """Call on the loop what must run there."""
    return await work(event)


@wrapper_module.wrap_function
async def plainly(
    event: Event, change: Callable[[Event], Event], key: Callable[[int], int]
) -> Event:
    """Call without awaiting: both run on the loop."""
    key(1)
    return change(event)


@wrapper_module.wrap_function
async def watched(
    events: List[Event], keep: Callable[[Event], Awaitable[bool]]
) -> AsyncGenerator[Event, None]:
    """Yield the events that the user keeps."""
    for event in events:
        if await keep(event):
            yield event


@wrapper_module.wrap_function
async def heard(event: Event, listeners: List[Listener]) -> int:
    """Call what a protocol describes: each time by keyword, which users need not know."""
    for listener in listeners:
        await listener(event=event)
    return len(listeners)


@wrapper_module.wrap_function
async def noted(note: _Note, texts: List[str]) -> None:
    """Call, by place and by keyword, what takes plain values."""
    for number, text in enumerate(texts):
        note(number, text=text)
        note(text=text, number=number)
        note(number, text)


@wrapper_module.wrap_function
async def turned(event: Event, change: _Change[Event], count: Optional[_Anything] = None) -> Event:
    """Call what a protocol describes, with a type variable and with any parameters."""
    if count is not None and await count(event, name=event.name) != 2:
        raise LookupError(event.name)
    return change(event)


@wrapper_module.wrap_function
async def greeted(names: List[str], greet: Greeting) -> List[str]:
    return [await greet(name) for name in names]


@wrapper_module.wrap_function
async def picked(hub: Hub, chooser: _Chooser[T]) -> T:
    """Call a callable that a callback returns."""
    return chooser(hub)([Event("first"), Event("second")])


@wrapper_module.wrap_function
async def adder(by: int) -> Callable[[int], int]:
    """Give a callable, which runs where it is called."""
    return lambda number: number + by


@wrapper_module.wrap_function
async def followed(events: List[Event], follow: Follower) -> Optional[Event]:
    """Call what a protocol with keywords and defaults describes."""
    first = await follow(events[0])
    assert first is None or type(first) is Event
    return await follow(*events, times=2, source=first, last=events[-1])


@wrapper_module.wrap_function
async def sorted_by(events: List[Event], sort: _Sorter) -> List[Event]:
    """Call a plain one, by keyword alone."""
    return sort(events=events, best=events[0], worst=events[1:])


@wrapper_module.wrap_function
async def told(tell: Callable[..., Any], *about: Any) -> Any:
    """Give a callback whatever there is, and await what it gives where that can be."""
    result = tell(Event("told"), *about)
    if inspect.iscoroutinefunction(tell):
        assert inspect.isawaitable(result)
    value = await result if inspect.isawaitable(result) else result
    assert isinstance(value, (Event, str))
    return value


@wrapper_module.wrap_class
class Tap:
    """Its callbacks are plain, and take anything."""

    sink: Optional[Callable[..., None]] = None

    async def flow(self, *more: Callable[[Any], None]) -> List[Callable[[Any], None]]:
        for each in more if self.sink is None else [self.sink, *more]:
            each(Event("flown"))
        return list(more)


@wrapper_module.wrap_function
async def titled(names: List[str], say: _Namer) -> List[str]:
    return [await say(names[0]), *[await say(name, title="Dr ") for name in names[1:]]]
