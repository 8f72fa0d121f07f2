"""Callables that make, wrap and register callables, in the style "twin"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import AsyncIterator, Awaitable, Callable, Dict, List, Protocol, TypeVar

from ambidex import Module

wrapper_module = Module("twins_handlers", style="twin")

Handler = Callable[["Message"], Awaitable[str]]
Middleware = Callable[[Handler], Handler]
H = TypeVar("H", bound=Callable[["Message"], Awaitable[str]])


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
@dataclass
class Job:
    """A record with a callable that is given a callable."""

    wrap: Middleware
    read: Callable[[AsyncIterator[Message]], Awaitable[str]]


@wrapper_module.wrap_class
class Client:
    """Register handlers, and call them."""

    send: Sender

    def __init__(self) -> None:
        self._handlers: Dict[str, List[Handler]] = {}
        self._middleware: List[Middleware] = []
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

    def listen(self, event: str) -> Callable[[H], H]:
        """Do so under another name."""

        def add(handler: H) -> H:
            self._handlers.setdefault(event, []).append(handler)
            return handler

        return add

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

    async def sent(self) -> str:
        """Call what stands in the attribute."""
        return (await self.send(Message("b"), times=2)).text

    async def joined(self, make: Callable[[int], AsyncIterator[Message]]) -> str:
        """Read what a callback returns."""
        return "".join([message.text async for message in make(2)])

    def feed(self) -> Callable[[int], AsyncIterator[Message]]:
        """Give a callable that gives an async iterator."""
        return _feed


async def _feed(number: int) -> AsyncIterator[Message]:
    for at in range(number):
        yield Message(str(at))


async def _echo(message: Message) -> str:
    assert isinstance(message, Message)
    return f"[{message.text}]"


async def _read(messages: AsyncIterator[Message]) -> str:
    return "".join([message.text async for message in messages])


def _wrapped(handler: Handler) -> Handler:
    async def wrapping(message: Message) -> str:
        return f"<{await handler(message)}>"

    return wrapping


@wrapper_module.wrap_function
async def job() -> Job:
    """Give one of the implementation's."""
    return Job(_wrapped, _read)


@wrapper_module.wrap_function
async def done(job: Job, message: Message) -> List[str]:
    """Do what one says."""
    return [await job.wrap(_echo)(message), await job.read(_feed(2))]
