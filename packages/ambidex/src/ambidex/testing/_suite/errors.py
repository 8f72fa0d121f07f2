"""What an exception is to its caller."""

from __future__ import annotations

import asyncio
import builtins
import sys
import traceback
from typing import TYPE_CHECKING, Any

from ...errors import DeadlineExceeded, RemoteError, UsageError
from .._behaviours import behaviour
from .._checks import equal, raising, same, true
from .._scenery._values import Trouble

if TYPE_CHECKING:
    from .._behaviours import Scene


@behaviour("errors/builtin-class-and-arguments")
async def _(at: Scene) -> None:
    """A builtin exception arrives as its own class, with its arguments."""
    with raising(ValueError) as caught:
        await at.way.call(at.subject.fail, "value")
    same(type(caught.error), ValueError)
    equal(caught.error.args, ("a value", 3))


@behaviour("errors/own-class-and-parts")
async def _(at: Scene) -> None:
    """An exception of the implementation's own class arrives as that, with its attributes."""
    with raising(Trouble) as caught:
        await at.way.call(at.subject.fail, "trouble")
    equal((caught.error.code, caught.error.text), (1, "of its own class"))


@behaviour("errors/text")
async def _(at: Scene) -> None:
    """Its text is the same."""
    with raising(KeyError) as caught:
        await at.way.call(at.subject.fail, "key")
    equal(str(caught.error), "'a key'")


@behaviour("errors/attributes-of-oserror")
async def _(at: Scene) -> None:
    """An OSError has its number and its file, and the class that goes with the number."""
    with raising(FileNotFoundError) as caught:
        await at.way.call(at.subject.fail, "os")
    equal((caught.error.errno, caught.error.filename), (2, "/nowhere"))


@behaviour("errors/attributes-of-unicode-error")
async def _(at: Scene) -> None:
    """A UnicodeDecodeError has its bytes and its place."""
    with raising(UnicodeDecodeError) as caught:
        await at.way.call(at.subject.fail, "unicode")
    equal((bytes(caught.error.object), caught.error.start, caught.error.reason), (b"\xff", 0, "invalid start byte"))


@behaviour("errors/cause-arrives")
async def _(at: Scene) -> None:
    """What it was raised from is its `__cause__`."""
    with raising(Trouble, "chained") as caught:
        await at.way.call(at.subject.fail, "chained")
    same(type(caught.error.__cause__), KeyError)
    equal(str(caught.error.__cause__), "'the cause'")


@behaviour("errors/context-arrives")
async def _(at: Scene) -> None:
    """What was being handled when it was raised is its `__context__`."""
    with raising(ValueError, "while handling") as caught:
        await at.way.call(at.subject.fail, "context")
    same(type(caught.error.__context__), KeyError)
    same(caught.error.__suppress_context__, False)


@behaviour("errors/hidden-context-is-hidden")
async def _(at: Scene) -> None:
    """One that was raised `from None` says so."""
    with raising(ValueError, "while handling") as caught:
        await at.way.call(at.subject.fail, "hidden")
    same(caught.error.__suppress_context__, True)
    same(caught.error.__cause__, None)


@behaviour("errors/no-context-of-ours")
async def _(at: Scene) -> None:
    """One that was raised by itself gets no `__context__` and no `__cause__` on its way."""
    with raising(ValueError) as caught:
        await at.way.call(at.subject.fail, "value")
    same(caught.error.__context__, None)
    same(caught.error.__cause__, None)


@behaviour("errors/notes-arrive")
async def _(at: Scene) -> None:
    """Notes that the implementation has added are there."""
    with raising(ValueError) as caught:
        await at.way.call(at.subject.fail, "noted")
    true("a note of its own" in vars(caught.error)["__notes__"], "the note has arrived")


@behaviour("errors/traceback-names-the-place")
async def _(at: Scene) -> None:
    """The traceback, or a note, names the function that has raised; here one of the standard library."""
    with raising(ValueError, "placeholder") as caught:
        await at.way.call(at.subject.fail, "far")
    shown = "".join(traceback.format_exception(type(caught.error), caught.error, caught.error.__traceback__))
    notes = "".join(map(str, vars(caught.error).get("__notes__", ())))
    true("in substitute" in shown + notes, "the traceback shows where it was raised")


@behaviour("errors/own-timeout-error-is-no-deadline")
async def _(at: Scene) -> None:
    """A TimeoutError of the implementation's own is that, with a deadline and without."""
    for method in (at.subject.fail, at.subject.fail.with_options(timeout=50)):
        with raising(TimeoutError, "^its own$") as caught:
            await at.way.call(method, "timeout")
        true(not isinstance(caught.error, DeadlineExceeded), "it is not taken for one of the call")


@behaviour("errors/own-cancelled-error")
async def _(at: Scene) -> None:
    """A CancelledError that the implementation raises by itself is raised, and nothing else is cancelled."""
    with raising((asyncio.CancelledError, _FUTURES_CANCELLED)):
        await at.way.call(at.subject.fail, "cancelled")
    equal(await at.way.call(at.subject.add, 1, 2), 3)


@behaviour("errors/stop-iteration-is-a-runtime-error")
async def _(at: Scene) -> None:
    """A StopIteration of a coroutine is a RuntimeError, as Python has it."""
    with raising(RuntimeError, "StopIteration"):
        await at.way.call(at.subject.fail, "stop")


@behaviour("errors/stop-async-iteration")
async def _(at: Scene) -> None:
    """A StopAsyncIteration of a call is raised, as it is."""
    with raising(StopAsyncIteration):
        await at.way.call(at.subject.fail, "stop-async")


@behaviour("errors/system-exit-ends-nothing")
async def _(at: Scene) -> None:
    """A SystemExit reaches its caller, as itself or as a RemoteError of that name, and the object lives on."""
    if at.way.name == "awaited":  # a loop lets it through at once: it is awaited in another thread's
        with raising((SystemExit, RemoteError)):
            await asyncio.get_running_loop().run_in_executor(None, _exit, at.subject)
    else:
        with raising((SystemExit, RemoteError)):
            at.subject.fail("exit")
    equal(await at.way.call(at.subject.add, 1, 2), 3)


def _exit(subject: Any) -> None:
    try:
        asyncio.run(subject.fail.aio("exit"))
    except SystemExit as error:
        raise RemoteError("SystemExit", str(error)) from None


@behaviour("errors/what-does-not-pickle")
async def _(at: Scene) -> None:
    """An exception that refuses to be pickled arrives as something that has its text, and breaks nothing."""
    with raising(Exception, "sealed"):
        await at.way.call(at.subject.fail, "sealed")
    equal(await at.way.call(at.subject.add, 1, 2), 3)


@behaviour("errors/long-text")
async def _(at: Scene) -> None:
    """An exception with a very long argument arrives."""
    with raising(ValueError) as caught:
        await at.way.call(at.subject.fail, "large")
    equal(len(caught.error.args[0]), 300_000)


@behaviour("errors/text-that-is-no-utf-8")
async def _(at: Scene) -> None:
    """An exception whose text has half a character arrives."""
    with raising(ValueError) as caught:
        await at.way.call(at.subject.fail, "lone")
    equal(caught.error.args, ("\ud800",))


@behaviour("errors/exception-group")
async def _(at: Scene) -> None:
    """An exception group arrives whole from Python 3.11 on; before, there are none, and a ValueError says so."""
    if sys.version_info < (3, 11):
        with raising(ValueError, "no groups"):
            await at.way.call(at.subject.fail, "group")
        return
    group: Any = getattr(builtins, "ExceptionGroup")  # noqa: B009  a name that checkers for 3.9 do not know
    with raising(group, "both") as caught:
        await at.way.call(at.subject.fail, "group")
    equal([(each.__class__, str(each)) for each in caught.error.exceptions], [(ValueError, "one"), (KeyError, "'two'")])


@behaviour("errors/as-a-value")
async def _(at: Scene) -> None:
    """An exception that is returned is a value, and is not raised."""
    found = await at.way.call(at.subject.trouble)
    same(found.__class__, Trouble)
    equal((found.code, found.text), (7, "a value"))


@behaviour("errors/call-after-an-error")
async def _(at: Scene) -> None:
    """After an error the next call of the same object works, a hundred times over."""
    for number in range(100):
        with raising(Trouble):
            await at.way.call(at.subject.fail, "trouble")
        equal(await at.way.call(at.subject.integer, number), number)


@behaviour("errors/each-call-has-its-own")
async def _(at: Scene) -> None:
    """Of calls at the same time each gets its own error or result."""
    kinds = ["value", "key", "trouble"] * 8
    begun = [at.way.begin(at.subject.fail, kind) for kind in kinds]
    expected = {"value": ValueError, "key": KeyError, "trouble": Trouble}
    for kind, each in zip(kinds, begun):
        with raising(Exception) as caught:
            await each.result()
        same(type(caught.error), expected[kind])


@behaviour("errors/of-a-stream")
async def _(at: Scene) -> None:
    """A stream that raises after some items gives those first, then the error, and is at its end."""
    stream = at.way.stream(at.subject.fail_after, 3)
    equal([await stream.next() for _ in range(3)], [0, 1, 2])
    with raising(Trouble, "in the stream"):
        await stream.next()
    with raising(StopAsyncIteration):
        await stream.next()


@behaviour("errors/of-a-plain-method", "blocking")
async def _(at: Scene) -> None:
    """What a plain method raises is raised."""
    with raising(Trouble, "plain"):
        at.subject.plain_fails()


@behaviour("errors/of-the-root")
async def _(at: Scene) -> None:
    """What a method of the root raises arrives as its own class."""
    with raising(Trouble) as caught:
        await at.way.call(at.root.fail, "trouble")
    equal(caught.error.code, 1)


@behaviour("errors/wrong-argument-is-an-error-at-once")
async def _(at: Scene) -> None:
    """An argument that no other process could have is used, or refused with a sentence: never a silence."""
    import threading

    try:
        await at.way.call(at.subject.echo, threading.Lock())
    except (UsageError, TypeError) as error:
        true("lock" in str(error), "the message names what it is")
    equal(await at.way.call(at.subject.add, 1, 2), 3)


def _futures_cancelled() -> type[BaseException]:
    import concurrent.futures

    return concurrent.futures.CancelledError


_FUTURES_CANCELLED = _futures_cancelled()
