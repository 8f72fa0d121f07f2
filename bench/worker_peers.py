"""What `bench/workers.py` measures side by side: each opens a child process, and offers some of the same verbs."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import multiprocessing
import sys
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from multiprocessing.managers import BaseManager
from typing import TYPE_CHECKING, Any, Callable

from peers import is_installed
from worker_floor import IN_FLIGHT, child_with_socket
from worker_functions import Remote, add, die, echo, serve_pipe

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from contextlib import AbstractContextManager

    from measure import Operation

WORKER_PEERS = ("execnet", "rpyc", "uvloop")
_SPAWN = multiprocessing.get_context("spawn")  # a fork would measure nothing but the fork


@dataclass(frozen=True)
class Opened:
    """Hold a child that is ready, and what it can be asked; None for what a candidate does not offer.

    An operation does what it does `n` times: `add` one call at a time, `in_flight` so many at a time, `items` of one
    stream. `die` has the child end itself in a call, and returns when the caller has its exception.
    """

    add: Operation
    in_flight: Operation | None = None
    items: Operation | None = None
    echo: Callable[[Any], object] | None = None
    die: Callable[[], None] | None = None


@dataclass(frozen=True)
class Candidate:
    """Name a candidate; `reasons` say of a verb why there is no figure, `absent` why there is none at all."""

    name: str
    open: Callable[[], AbstractContextManager[Opened]]
    is_awaited: bool = False
    absent: str = ""
    reasons: Mapping[str, str] = field(default_factory=dict[str, str])


def peers() -> list[Candidate]:
    """Return the candidates that are not ours."""
    return [
        Candidate("multiprocessing.Pipe", open_pipe),
        Candidate(
            "multiprocessing.Manager",
            open_manager,
            reasons={"in_flight": "its caller waits", "items": "has no streams"},
        ),
        Candidate("ProcessPoolExecutor", open_pool, reasons={"items": "has no streams"}),
        Candidate(
            "ProcessPoolExecutor, run_in_executor",
            open_awaited_pool,
            is_awaited=True,
            reasons={"items": "has no streams"},
        ),
        Candidate("execnet", open_execnet, absent="" if is_installed("execnet") else "not installed"),
        Candidate(
            "RPyC",
            open_rpyc,
            absent="" if is_installed("rpyc") else "not installed",
            reasons={"echo": "it compresses by default: 100 MiB take longer than its own limit of 30 s"},
        ),
    ]


def expect(error: type[BaseException], call: Callable[[], object]) -> None:
    """Call, and see that it ends with this error.

    Raises:
        RuntimeError: it ended in another way.
    """
    try:
        call()
    except error:
        return
    raise RuntimeError(f"the child was to die, and no {error.__name__} came")


def submitted(submit: Callable[[], Any], result: Callable[[Any], object]) -> Operation:
    """Return the operation that has so many calls in flight: each answer that is there lets the next one go."""

    def run(n: int) -> None:
        open_calls = deque(submit() for _ in range(min(n, IN_FLIGHT)))
        for _ in range(n - len(open_calls)):
            result(open_calls.popleft())
            open_calls.append(submit())
        for call in open_calls:
            result(call)

    return run


def each(call: Callable[[], object]) -> Operation:
    """Return the operation that calls again and again."""

    def run(n: int) -> None:
        for _ in range(n):
            call()

    return run


# --- multiprocessing


@contextlib.contextmanager
def open_pipe() -> Generator[Opened]:
    """Start a process that answers what comes over a pipe."""
    ours, theirs = _SPAWN.Pipe()
    process = _SPAWN.Process(target=serve_pipe, args=(theirs,))
    process.start()
    theirs.close()

    def send(name: str, *arguments: object) -> None:
        ours.send((name, arguments))

    def call(name: str, *arguments: object) -> Any:
        ours.send((name, arguments))
        return ours.recv()

    def items(n: int) -> None:
        send("count", n)
        for _ in range(n):
            ours.recv()

    call("add", 1, 2)
    yield Opened(
        each(lambda: call("add", 1, 2)),
        submitted(lambda: send("add", 1, 2), lambda _: ours.recv()),
        items,
        lambda data: call("echo", data),
        lambda: expect(EOFError, lambda: call("die")),
    )
    ours.close()
    process.join()
    process.close()


class _Manager(BaseManager):
    pass


_Manager.register("Remote", Remote)


@contextlib.contextmanager
def open_manager() -> Generator[Opened]:
    """Start a manager with one object."""
    manager = _Manager(ctx=_SPAWN)
    manager.start()
    remote: Any = getattr(manager, "Remote")()  # noqa: B009  it is made by `register`
    remote.add(1, 2)

    yield Opened(add=each(lambda: remote.add(1, 2)), echo=remote.echo, die=lambda: expect(EOFError, remote.die))
    manager.shutdown()


@contextlib.contextmanager
def open_pool() -> Generator[Opened]:
    """Start a pool of one process."""
    with ProcessPoolExecutor(1, mp_context=_SPAWN) as pool:
        pool.submit(add, 1, 2).result()
        yield Opened(
            each(lambda: pool.submit(add, 1, 2).result()),
            submitted(lambda: pool.submit(add, 1, 2), lambda future: future.result()),
            None,
            lambda data: pool.submit(echo, data).result(),
            lambda: expect(BrokenProcessPool, lambda: pool.submit(die).result()),
        )


@contextlib.contextmanager
def open_awaited_pool() -> Generator[Opened]:
    """Start a pool of one process, awaited from a loop."""
    with ProcessPoolExecutor(1, mp_context=_SPAWN) as pool, contextlib.closing(asyncio.new_event_loop()) as loop:
        run = loop.run_until_complete

        async def call(function: Callable[..., Any], *arguments: object) -> Any:
            return await loop.run_in_executor(pool, function, *arguments)

        run(call(add, 1, 2))
        yield Opened(
            lambda n: run(awaited_one_by_one(lambda: call(add, 1, 2), n)),
            lambda n: run(awaited_in_flight(lambda: call(add, 1, 2), n)),
            None,
            lambda data: run(call(echo, data)),
            lambda: expect(BrokenProcessPool, lambda: run(call(die))),
        )


async def awaited_one_by_one(call: Callable[[], Any], n: int) -> None:
    """Await `n` calls, one after the other."""
    for _ in range(n):
        await call()


async def awaited_in_flight(call: Callable[[], Any], n: int) -> None:
    """Await `n` calls, so many at a time."""
    rest = iter(range(n))

    async def some() -> None:
        for _ in rest:
            await call()

    await asyncio.gather(*(some() for _ in range(min(n, IN_FLIGHT))))


# --- execnet and RPyC

_EXECNET_CHILD = """
import os, signal
for name, arguments in channel:
    if name == "add":
        channel.send(arguments[0] + arguments[1])
    elif name == "echo":
        channel.send(arguments[0])
    elif name == "count":
        for number in range(arguments[0]):
            channel.send(number)
    else:
        os.kill(os.getpid(), signal.SIGKILL)
"""


@contextlib.contextmanager
def open_execnet() -> Generator[Opened]:
    """Start a gateway to a Python process, and a channel to it."""
    execnet: Any = importlib.import_module("execnet")
    group = execnet.Group()
    channel = group.makegateway(f"popen//python={sys.executable}").remote_exec(_EXECNET_CHILD)

    def call(name: str, *arguments: object) -> Any:
        channel.send((name, arguments))
        return channel.receive()

    def items(n: int) -> None:
        channel.send(("count", (n,)))
        for _ in range(n):
            channel.receive()

    call("add", 1, 2)
    yield Opened(
        each(lambda: call("add", 1, 2)),
        submitted(lambda: channel.send(("add", (1, 2))), lambda _: channel.receive()),
        items,
        lambda data: call("echo", bytes(data)),
        lambda: expect(EOFError, lambda: call("die")),
    )
    group.terminate(timeout=1.0)


_RPYC_CHILD = """
import os, signal, socket, sys
import rpyc
from rpyc.core.stream import SocketStream

class Service(rpyc.Service):
    def exposed_add(self, left, right):
        return left + right

    def exposed_count(self, stop):
        yield from range(stop)

    def exposed_die(self):
        os.kill(os.getpid(), signal.SIGKILL)

rpyc.connect_stream(SocketStream(socket.socket(fileno=int(sys.argv[1]))), Service).serve_all()
"""


@contextlib.contextmanager
def open_rpyc() -> Generator[Opened]:
    """Start a process that serves one connection over a socket pair."""
    rpyc: Any = importlib.import_module("rpyc")
    stream: Any = importlib.import_module("rpyc.core.stream")
    with child_with_socket("-c", _RPYC_CHILD) as (ours, _):
        connection = rpyc.connect_stream(stream.SocketStream(ours))
        root = connection.root
        add_later = rpyc.async_(root.add)

        def result(promise: Any) -> object:
            promise.wait()
            return promise.value

        def items(n: int) -> None:
            for _ in root.count(n):
                pass

        root.add(1, 2)
        yield Opened(
            each(lambda: root.add(1, 2)),
            submitted(lambda: add_later(1, 2), result),
            items,
            None,
            lambda: expect(EOFError, root.die),
        )
        connection.close()
