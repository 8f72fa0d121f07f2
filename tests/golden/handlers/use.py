"""Register, wrap and make handlers, blocking and async ones."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import threading
from typing import TYPE_CHECKING, cast

import handlers
from handlers import Client, Job, Message, Notice

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterable, Iterator

    from ambidex.bridge import Call, DualIterator

main = threading.get_ident()
said: list[str] = []
client = Client()


@client.on("message")
def blocking(message: Message) -> str:
    """A blocking handler, which calls the API."""
    assert type(message) is Message
    return "blocking " + message.read()


@client.on("message")
async def later(message: Message) -> str:
    """An async handler."""
    await asyncio.sleep(0)
    return "later " + await message.read.aio()


@client.task
def once(text: str) -> int:
    """A blocking function, under a decorator as it stands."""
    said.append(text)
    return len(text)


@client.task(times=2)
async def twice(text: str) -> int:
    """An async one, under the same decorator with arguments."""
    said.append(text)
    return len(text)


@client.task(times=3)
def thrice(text: str) -> int:
    """A blocking one."""
    said.append(text)
    return len(text)


@client.event
async def ready(message: Message) -> str:
    """What comes back is the function itself."""
    assert type(message) is Message
    return "ready " + message.text


@client.listen("ready")
def steady(message: Message) -> str:
    """So it is here."""
    return "steady " + message.text


@client.listen()
@client.listen("ready")
async def gone(message: Message) -> str:
    """Decorators stack."""
    return "gone " + message.text


@client.command("add")
async def add(first: int, *, by: int = 1) -> int:
    """Have parameters of its own."""
    return first + by


@client.of_kind(Notice)
def noticed(notice: Notice) -> str:
    """Be given one kind."""
    assert type(notice) is Notice
    return "noticed " + notice.read()


message = Message("a")
assert client.dispatch("message", message) == ["blocking a", "later a"]
assert blocking(message) == "blocking a", "what `on` gives is called like all that the implementation gives"
assert (later(message), later.submit(message).result()) == ("later a", "later a")
assert inspect.iscoroutinefunction(ready), "a type variable gives back what was handed in"
assert not inspect.iscoroutinefunction(steady)
assert steady(message) == "steady a"
assert asyncio.run(gone(message)) == "gone a"
assert client.dispatch("ready", message) == ["ready a", "steady a", "gone a"]
assert client.dispatch("gone", message) == ["gone a"]
assert client.remove("ready", steady) == 2
assert client.remove("message", later) == 1
assert client.run("add", 1, by=2) == 3
assert client.dispatch("any", Notice("n")) == ["noticed n"]
assert client.dispatch("any", message) == [""]
assert noticed(Notice("n")) == "noticed n"


def louder(after: Call[[Message], str]) -> Callable[[Message], str]:
    """Blocking middleware."""

    def wrapped(message: Message) -> str:
        assert type(message) is Message
        return after(message) + "!"

    return wrapped


def asking(after: Call[[Message], str]) -> Callable[[Message], Awaitable[str]]:
    """Async middleware."""

    async def wrapped(message: Message) -> str:
        return await after.aio(message) + "?"

    return wrapped


def here(after: Call[[Message], str]) -> Callable[[Message], str]:
    """Middleware of a call that waits: it runs on the thread that does."""

    def wrapped(message: Message) -> str:
        assert threading.get_ident() == main
        return f"here {after(message)} {message.read()}"

    return wrapped


def same(after: Call[[Message], str]) -> Call[[Message], str]:
    """Give back what comes next."""
    return after


assert client.through(louder, message) == "[a]!"
assert client.through(asking, message) == "[a]?"
assert client.through(here, message) == "here [a] a"
assert client.through(same, message) == "[a]"
client.use(louder)
client.use(asking)
for _ in range(2):  # the call that has handed them over has ended
    assert client.dispatch("message", message) == ["blocking a!?"]


def make(text: str) -> Callable[[Message], str]:
    """Make a blocking handler."""

    def handle(message: Message) -> str:
        assert threading.get_ident() == main
        return f"{text} {message.read()}"

    return handle


async def make_later(text: str) -> Callable[[Message], Awaitable[str]]:
    """Make an async one."""

    async def handle(message: Message) -> str:
        return f"{text} {await message.read.aio()}"

    return handle


assert client.made_by(make, message) == "made a"
assert client.made_by(make_later, message) == "made a"

send = client.sender()
assert type(send(message, times=3)) is Message
assert send(message=message, times=3).text == "aaa"
assert send.submit(message).result().text == "a"
assert send.with_options(timeout=10)(message).text == "a"
given = client.send
assert given is send
assert client.sent() == "abb"


def sending(message: Message, *, times: int = 1) -> Message:
    """One of the user's."""
    assert type(message) is Message
    return Message(f"own {message.read()} {times} ")


client.send = sending
assert client.send is sending
assert client.sent() == "own a 1 own b 2 "
client.send = given
assert client.send is given


def feed(number: int) -> Iterator[Message]:
    """A blocking generator, where an async iterator is wanted."""
    assert threading.get_ident() == main
    for at in range(number):
        yield Message(f"{at}.")


async def feed_later(number: int) -> AsyncIterator[Message]:
    """An async one."""
    for at in range(number):
        await asyncio.sleep(0)
        yield Message(f"{at},")


@contextlib.contextmanager
def session(text: str) -> Generator[Message, None, None]:
    """A blocking context manager, where an async one is wanted."""
    yield Message(text)
    left.append(text)


left: list[str] = []
assert client.joined(lambda number: [Message("x")] * number) == "xx"
assert client.joined(feed_later) == "0,1,"
assert client.all_joined(lambda: [feed(1), feed_later(1), [message]]) == "0.0,a"
assert client.entered(session) == "a"
assert left == ["a"]
assert [type(each) for each in client.feed()(2)] == [Message, Message]
with client.sessions()["first"]("b") as entered:
    assert entered.text == "b"
assert entered.text == "left"

job = handlers.job()
assert job.work(client.feed()(2)) == "01"
wrapped = job.wrap(blocking)
assert wrapped(message) == "<blocking a>"
assert handlers.done(job, message) == ["01", "<[a]>"]


def work(messages: DualIterator[Message] | Iterable[Message]) -> str:
    """Read what is asynchronous, blocking."""
    return " ".join(each.text for each in messages)


mine = Job(work, louder)
assert handlers.done(mine, message) == ["0 1", "[a]!"]


async def waiting() -> None:
    """Do the same on a loop of the user's."""
    own = asyncio.get_running_loop()
    client = Client()

    @client.on("message")
    async def later(message: Message) -> str:
        assert asyncio.get_running_loop() is own
        return "later " + await message.read.aio()

    @client.event
    async def ready(message: Message) -> str:
        assert asyncio.get_running_loop() is own
        return "ready " + message.text

    def on_own_loop(after: Call[[Message], str]) -> Callable[[Message], Awaitable[str]]:
        async def wrapped(message: Message) -> str:
            assert asyncio.get_running_loop() is own
            return await after.aio(message) + "?"

        return wrapped

    client.use(on_own_loop)
    assert await later.aio(message) == "later a"
    assert await ready(message) == "ready a"
    assert await client.dispatch.aio("message", message) == ["later a?"]
    assert await client.dispatch.aio("ready", message) == ["ready a?"]
    assert await client.through.aio(on_own_loop, message) == "[a]?"
    assert await client.through.aio(louder, message) == "[a]!"
    assert await client.made_by.aio(make_later, message) == "made a"
    assert (await client.sender().aio(message, times=2)).text == "aa"
    assert await client.joined.aio(feed_later) == "0,1,"
    assert await client.all_joined.aio(lambda: [feed_later(1), [message]]) == "0,a"
    assert await client.entered.aio(session) == "a"
    assert [each.text async for each in client.feed()(2)] == ["0", "1"]
    async with (await client.sessions.aio())["first"]("c") as entered:
        assert entered.text == "c"
    assert (await once.aio("e"), await twice.aio("f"), await thrice.aio("gh")) == (1, 1, 2)
    assert await echo.aio(message) == "[a]"
    job = await handlers.job.aio()
    assert await handlers.done.aio(job, message) == ["01", "<[a]>"]


assert (once("a"), twice(text="bc"), thrice("d")) == (1, 2, 1)
assert said == ["a", "bc", "bc", "d", "d", "d"]
echo = cast("Call[[Message], str]", client.chosen("echo"))
cut = cast("Callable[[Message, int], Message]", client.chosen("cut"))
assert echo(message) == "[a]"
assert cut(Message("text"), 2).text == "te"
assert not hasattr(cut, "aio")

asyncio.run(waiting())
