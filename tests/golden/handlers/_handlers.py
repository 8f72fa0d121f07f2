"""Callables that make, wrap and register callables: decorators, middleware, factories, and what streams through them."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import (
    TYPE_CHECKING,
    Any,
    AsyncContextManager,
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Dict,
    List,
    Optional,
    Protocol,
    Type,
    TypeVar,
    Union,
    overload,
)

from ambidex import Module

if TYPE_CHECKING:
    from typing_extensions import ParamSpec

    P = ParamSpec("P")

wrapper_module = Module("handlers")

Handler = Callable[["Message"], Awaitable[str]]
Middleware = Callable[[Handler], Handler]
H = TypeVar("H", bound=Callable[["Message"], Awaitable[str]])
C = TypeVar("C", bound=Callable[..., Coroutine[Any, Any, Any]])
M = TypeVar("M", bound="Message")
T = TypeVar("T")


class Sender(Protocol):
    """A callable with keywords, which is given to the user."""

    async def __call__(self, message: Message, *, times: int = 1) -> Message: ...


@wrapper_module.wrap_class
class Message:
    """What handlers are given."""

    def __init__(self, text: str) -> None:
        self.text = text

    text: str

    async def read(self) -> str:
        return self.text


@wrapper_module.wrap_class
class Notice(Message):
    """Another kind of message."""


async def _echo(message: Message) -> str:
    assert isinstance(message, Message)
    return f"[{message.text}]"


@wrapper_module.wrap_class
class Client:
    """Register handlers, and call them."""

    send: Sender

    def __init__(self) -> None:
        self._handlers: Dict[str, List[Handler]] = {}
        self._middleware: List[Middleware] = []
        self._commands: Dict[str, Callable[..., Coroutine[Any, Any, Any]]] = {}
        self.send = self._send

    async def _send(self, message: Message, *, times: int = 1) -> Message:
        assert isinstance(message, Message)
        return Message(message.text * times)

    def on(self, event: str) -> Callable[[Handler], Handler]:
        """Register what is decorated for an event."""

        def add(handler: Handler) -> Handler:
            self._handlers.setdefault(event, []).append(handler)
            return handler

        return add

    def event(self, handler: H) -> H:
        """Register what is decorated under its own name."""
        self._handlers.setdefault(handler.__name__, []).append(handler)
        return handler

    def listen(self, event: Optional[str] = None) -> Callable[[H], H]:
        """Do so under another name."""

        def add(handler: H) -> H:
            self._handlers.setdefault(event or handler.__name__, []).append(handler)
            return handler

        return add

    def command(self, name: str) -> Callable[[C], C]:
        """Register what takes any arguments."""

        def add(work: C) -> C:
            self._commands[name] = work
            return work

        return add

    def of_kind(self, kind: Type[M]) -> Callable[[Callable[[M], Awaitable[str]]], Callable[[M], Awaitable[str]]]:
        """Register what takes one kind of message."""

        def add(handler: Callable[[M], Awaitable[str]]) -> Callable[[M], Awaitable[str]]:
            async def when_fit(message: Message) -> str:
                return await handler(message) if isinstance(message, kind) else ""

            self._handlers.setdefault("any", []).append(when_fit)
            return handler

        return add

    @overload
    def task(self, work: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]: ...
    @overload
    def task(self, *, times: int) -> Callable[[Callable[P, Awaitable[T]]], Callable[P, Awaitable[T]]]: ...
    def task(self, work: Any = None, *, times: int = 1) -> Any:
        """Repeat what is decorated: as it stands, or with arguments."""

        def repeat(work: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
            async def repeated(*args: Any, **named: Any) -> Any:
                return [await work(*args, **named) for _ in range(times)][-1]

            return repeated

        return repeat if work is None else repeat(work)

    def chosen(self, name: str) -> Union[Callable[[Message], Awaitable[str]], Callable[[Message, int], Message]]:
        """Give a callable that is awaited, or one that is not."""
        return _echo if name == "echo" else _cut

    def remove(self, event: str, handler: Handler) -> int:
        """Take a handler away; return how many are left."""
        self._handlers[event].remove(handler)
        return len(self._handlers[event])

    def use(self, middleware: Middleware) -> None:
        """Wrap what is called."""
        self._middleware.append(middleware)

    async def dispatch(self, event: str, message: Message) -> List[str]:
        """Call the handlers of an event."""
        said: List[str] = []
        for handler in self._handlers[event]:
            called = handler
            for middleware in self._middleware:
                called = middleware(called)
            said.append(await called(message))
        return said

    async def run(self, name: str, *args: Any, **named: Any) -> Any:
        """Call a command."""
        return await self._commands[name](*args, **named)

    async def through(self, middleware: Middleware, message: Message) -> str:
        """Call what a middleware makes of a handler of the implementation's."""
        return await middleware(_echo)(message)

    async def made_by(self, make: Callable[[str], Awaitable[Handler]], message: Message) -> str:
        """Call what a factory gives."""
        return await (await make("made"))(message)

    async def sent(self) -> str:
        """Call what stands in the attribute."""
        return (await self.send(Message("a"))).text + (await self.send(message=Message("b"), times=2)).text

    def sender(self) -> Sender:
        """Give a callable with keywords."""
        return self._send

    async def joined(self, make: Callable[[int], AsyncIterator[Message]]) -> str:
        """Read what a callback returns."""
        return "".join([message.text async for message in make(2)])

    async def all_joined(self, make: Callable[[], Awaitable[List[AsyncIterable[Message]]]]) -> str:
        """Read all that one does."""
        return "".join([message.text for each in await make() async for message in each])

    async def entered(self, make: Callable[[str], AsyncContextManager[Message]]) -> str:
        """Enter what a callback returns."""
        async with make("a") as message:
            return message.text

    def feed(self) -> Callable[[int], AsyncIterator[Message]]:
        """Give a callable that gives an async iterator."""
        return _feed

    async def sessions(self) -> Dict[str, Callable[[str], AsyncContextManager[Message]]]:
        """Give callables that give async context managers."""
        return {"first": _session}


def _cut(message: Message, length: int) -> Message:
    return Message(message.text[:length])


async def _feed(number: int) -> AsyncIterator[Message]:
    for at in range(number):
        yield Message(str(at))


@asynccontextmanager
async def _session(text: str) -> AsyncGenerator[Message, None]:
    message = Message(text)
    yield message
    message.text = "left"


@wrapper_module.wrap_class
@dataclass
class Job:
    """A record with callables that are given what is asynchronous."""

    work: Callable[[AsyncIterator[Message]], Awaitable[str]]
    wrap: Callable[[Handler], Handler]


async def _read(messages: AsyncIterator[Message]) -> str:
    return "".join([message.text async for message in messages])


def _wrapped(handler: Handler) -> Handler:
    async def wrapping(message: Message) -> str:
        return f"<{await handler(message)}>"

    return wrapping


@wrapper_module.wrap_function
async def job() -> Job:
    """Give one of the implementation's."""
    return Job(_read, _wrapped)


@wrapper_module.wrap_function
async def done(job: Job, message: Message) -> List[str]:
    """Do what one says."""
    return [await job.work(_feed(2)), await job.wrap(_echo)(message)]
