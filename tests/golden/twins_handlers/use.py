"""Register, wrap and make handlers in both forms."""

from __future__ import annotations

import asyncio
import inspect
from typing import TYPE_CHECKING

import twins_handlers
from twins_handlers import AsyncClient, AsyncJob, AsyncMessage, Client, Job, Message

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator

client = Client()


@client.on("message")
def blocking(message: Message) -> str:
    """A blocking handler."""
    assert type(message) is Message
    return "blocking " + message.read()


@client.on("message")
async def later(message: Message) -> str:
    """An async one."""
    return "later " + message.text


@client.event
@client.listen("message")
async def ready(message: Message) -> str:
    """What comes back is the function itself."""
    return "ready " + message.text


message = Message("a")
assert (blocking(message), later(message)) == ("blocking a", "later a"), "both block"
assert inspect.iscoroutinefunction(ready)
assert client.dispatch("message", message) == ["blocking a", "later a", "ready a"]
assert client.dispatch("ready", message) == ["ready a"]


def louder(after: Callable[[Message], str]) -> Callable[[Message], str]:
    """Blocking middleware."""

    def wrapped(message: Message) -> str:
        assert type(message) is Message
        return after(message) + "!"

    return wrapped


client.use(louder)
assert client.dispatch("ready", message) == ["ready a!"]
sent = client.send(message, times=2)
assert isinstance(sent, Message)
assert sent.text == "aa"
assert client.sent() == "bb"


def sending(message: Message, *, times: int = 1) -> Message:
    """One of the user's."""
    return Message(f"own {message.read()} {times}")


client.send = sending
assert client.sent() == "own b 2"


def feed(number: int) -> Iterator[Message]:
    """A blocking generator, where an async iterator is wanted."""
    for at in range(number):
        yield Message(f"{at}.")


def read(messages: Iterable[Message]) -> str:
    """Read what is asynchronous, blocking."""
    return " ".join(each.text for each in messages)


assert client.joined(feed) == "0.1."
assert [type(each) for each in client.feed()(2)] == [Message, Message]
job = twins_handlers.job()
assert job.wrap(blocking)(message) == "<blocking a>"
assert twins_handlers.done(job, message) == ["<[a]>", "01"]
assert twins_handlers.done(Job(louder, read), message) == ["[a]!", "0 1"]


async def waiting() -> None:
    """Do the same on a loop of the user's."""
    own = asyncio.get_running_loop()
    client = AsyncClient()
    message = AsyncMessage("a")

    @client.on("message")
    async def later(message: AsyncMessage) -> str:
        assert asyncio.get_running_loop() is own
        assert type(message) is AsyncMessage
        return "later " + await message.read()

    @client.on("message")
    def blocking(message: AsyncMessage) -> str:
        return "blocking " + message.text

    @client.event
    async def ready(message: AsyncMessage) -> str:
        return "ready " + message.text

    def asking(
        after: Callable[[AsyncMessage], Awaitable[str]],
    ) -> Callable[[AsyncMessage], Awaitable[str]]:
        async def wrapped(message: AsyncMessage) -> str:
            assert asyncio.get_running_loop() is own
            return await after(message) + "?"

        return wrapped

    async def feed(number: int) -> AsyncIterator[AsyncMessage]:
        for at in range(number):
            await asyncio.sleep(0)
            yield AsyncMessage(f"{at},")

    assert (await later(message), await blocking(message)) == ("later a", "blocking a")
    assert await ready(message) == "ready a"
    client.use(asking)
    assert await client.dispatch("message", message) == ["later a?", "blocking a?"]
    assert await client.dispatch("ready", message) == ["ready a?"]
    sent = client.send(message, times=2)
    assert not isinstance(sent, AsyncMessage), "the implementation's own is awaited"
    assert (await sent).text == "aa"
    assert await client.joined(feed) == "0,1,"
    assert [type(each) async for each in client.feed()(2)] == [AsyncMessage, AsyncMessage]
    job = await twins_handlers.async_job()
    told = job.wrap(later)(message)
    assert not isinstance(told, str)
    assert await told == "<later a>"
    assert await twins_handlers.async_done(job, message) == ["<[a]>", "01"]
    assert await twins_handlers.async_done(AsyncJob(asking, job.read), message) == ["[a]?", "01"]


asyncio.run(waiting())
