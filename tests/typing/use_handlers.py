"""What a user of handlers.py registers and is given, and what checkers refuse."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import Union

import handlers
from handlers import Client, Job, Message, Notice
from typing_extensions import assert_type

from ambidex.bridge import Call, Context, DualIterator, Future

client = Client()
message = Message("a")


@client.on("message")
def blocking(message: Message) -> str:
    """Be a `Call` from now on."""
    return message.text


@client.on("message")
async def later(message: Message) -> str:
    """So is an async one."""
    return message.text


@client.event
async def ready(message: Message) -> str:
    """Stay what it is."""
    return message.text


@client.listen("ready")
def steady(message: Message) -> str:
    """So does a blocking one."""
    return message.text


@client.command("add")
async def add(first: int, *, by: int = 1) -> int:
    """Keep parameters of its own."""
    return first + by


@client.of_kind(Notice)
def noticed(notice: Notice) -> str:
    """Be given one kind."""
    return notice.text


@client.task
def once(text: str) -> int:
    """Be a `Call` under a decorator as it stands."""
    return len(text)


@client.task
async def once_later(text: str) -> int:
    """So is an async one."""
    return len(text)


@client.task(times=2)
def twice(text: str) -> int:
    """The same under one with arguments."""
    return len(text)


@client.task(times=2)
async def twice_later(text: str) -> int:
    """What is awaited is an int, and no awaitable."""
    return len(text)


def wrong(number: int) -> str:
    """Take something else."""
    return str(number)


def silent(message: Message) -> None:
    """Give something else."""


assert_type(blocking, Call[[Message], str])
assert_type(later, Call[[Message], str])
assert_type(later(message), str)
assert_type(later.submit(message), Future[str])
assert_type(steady(message), str)
assert_type(noticed, Call[[Notice], str])
assert_type((once(text="a"), once_later("a"), twice("a"), twice_later(text="a")), tuple[int, int, int, int])
assert_type(twice.submit("a"), Future[int])
once(1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
twice_later(1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
assert_type(client.chosen("echo"), Union[Call[[Message], str], Callable[[Message, int], Message]])
client.on("message")(wrong)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
client.event(wrong)  # type: ignore[type-var]  # pyright: ignore[reportArgumentType]
client.listen()(silent)  # type: ignore[type-var]  # pyright: ignore[reportArgumentType]
client.of_kind(Notice)(wrong)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
later("a")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def louder(after: Call[[Message], str]) -> Callable[[Message], str]:
    """Give a blocking callable."""
    return lambda message: after(message) + "!"


def asking(after: Call[[Message], str]) -> Callable[[Message], Awaitable[str]]:
    """Give an async one."""

    async def wrapped(message: Message) -> str:
        return await after.aio(message) + "?"

    return wrapped


def numbering(after: Call[[Message], str]) -> Callable[[Message], int]:
    """Give one that gives something else."""
    return lambda message: len(after(message))


client.use(louder)
client.use(asking)
client.use(numbering)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
assert_type(client.through(asking, message), str)


async def make_later(text: str) -> Callable[[Message], Awaitable[str]]:
    """Make an async handler."""
    return ready


client.made_by(lambda text: steady, message)
client.made_by(make_later, message)

send = client.sender()
assert_type(send(message, times=2), Message)
assert_type(send.submit(message=message), Future[Message])
assert_type(send.with_options(timeout=1)(message), Message)
assert_type(client.sent(), str)
send(message, 2)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
send(message, times="2")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def sending(message: Message, *, times: int = 1) -> Message:
    """One of the user's."""
    return message


client.send = sending
client.send = send
client.send = louder  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]


def feed(number: int) -> Iterator[Message]:
    """A blocking generator."""
    yield message


async def feed_later(number: int) -> AsyncIterator[Message]:
    """An async one."""
    yield message


@contextmanager
def session(text: str) -> Generator[Message, None, None]:
    """A blocking context manager."""
    yield message


assert_type(client.joined(feed), str)
client.joined(feed_later)
client.all_joined(lambda: [feed(1), feed_later(1)])
client.entered(session)
client.joined(lambda number: [number])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
assert_type(client.feed(), Callable[[int], DualIterator[Message]])
assert_type(list(client.feed()(1)), list[Message])
assert_type(client.sessions()["a"]("b"), Context[Message])
with client.sessions()["a"]("b") as entered:
    assert_type(entered, Message)

Work = Union[
    Call[[Union[Iterable[Message], AsyncIterable[Message]]], str],
    Callable[[DualIterator[Message]], Union[str, Awaitable[str]]],
]
job = handlers.job()
assert_type(job.work, Work)


def work(messages: Iterable[Message]) -> str:
    """Read what is asynchronous, blocking."""
    return ""


handlers.done(Job(work, louder), message)
assert_type(job.wrap(blocking)(message), "str | Awaitable[str]")
Job(work, numbering)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def waiting() -> None:
    """Find the same types by the async face."""
    assert_type(await later.aio(message), str)
    assert_type(await ready(message), str)
    assert_type(await add(1, by=2), int)
    assert_type(await once.aio("a"), int)
    assert_type(await once_later.aio("a"), int)
    assert_type(await twice.aio("a"), int)
    assert_type(await twice_later.aio(text="a"), int)
    assert_type(await client.through.aio(louder, message), str)
    assert_type(await send.aio(message, times=2), Message)
    assert_type([each async for each in client.feed()(1)], list[Message])
    async with (await client.sessions.aio())["a"]("b") as entered:
        assert_type(entered, Message)
