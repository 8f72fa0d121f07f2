"""Own the child's half: what a worker's file says, and the loop that serves it until the parent is done or gone."""

# ruff: noqa: PTH119
# pathlib would be one more import of each child, and takes a tenth of the time of all others

from __future__ import annotations

import asyncio
import contextlib
import inspect
import os
import signal
import sys
from typing import TYPE_CHECKING, Any

from ..errors import ProtocolError, UsageError
from ..protocol import Hello, Kind, Limits, chosen_codec, read_hello
from ..rpc import (
    BACK,
    BEGUN_BYTES,
    DEFINITIONS,
    ROOT,
    Begun,
    Outgoing,
    PickleCodec,
    dump_error,
    msgpack_codec,
    read_release,
)
from ..rpc.serving import (
    ParentCalls,
    Served,
    Serving,
    ServingHandles,
    definition_at,
    definition_of,
    find,
    function_of,
    public_methods,
    signature_of,
    table_of,
    taking_typed,
)
from ..transport import (
    BlockingConnection,
    Connection,
    has_arrived,
    receive_connection,
    sharing_of,
    socket_of,
    take_page,
)
from . import _given, _watch

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from concurrent.futures import Executor
    from types import ModuleType

    from ..protocol import Message
    from ..rpc import Codec
    from ..rpc.serving import Function
    from ..rpc.serving.extending import Extending
    from ..transport import Sharing
    from ._given import Given

OWN_NAMES = ("close", "list_functions", "start", "with_options")  # of `.call` and `.acall` themselves
_HIDDEN = ("run", "setup", "teardown")
_MOST_THREADS = 32  # that sync methods run on: arbitrary, what the standard library's own pools allow at most
_GRACE_S = 5.0  # how long the clean-up of a call back is waited for that is cancelled here
_NO_PARENT = 2  # exit code
_SIGNALLED = 128  # exit code of a process that a signal has ended, less the signal's number; shells count so
_PAGE = 3  # the place among the descriptors of the memory in which calls are noted
_ARENAS = slice(4, 6)  # those of the memory that the parent writes for this process to read, and the other way round


class ChildWorker:
    """Hold what a child process serves: the public methods of a subclass, plain, async, and generators of both kinds.

    Async ones run on the child's loop, plain ones on threads. `setup` and `teardown` are called before the first call
    and after the last one; either may be an `async def`. `teardown` is called when `setup` has ended well, whether the
    parent is done, or gone, or this process was sent SIGTERM or SIGINT, for which it ends with the exit code 128 and
    the signal's number. What `teardown` raises goes to stderr, and makes the exit code 1.
    """

    def run(self) -> None:
        """Serve the parent until it is done with this process, or gone.

        Without a parent the process ends with the exit code 2 and a sentence that says how to start it.
        """
        given = _given.take()
        if given is None:
            file = os.path.basename(getattr(sys.modules.get("__main__"), "__file__", None) or "this file")
            sys.stderr.write(
                f"{type(self).__name__} serves the process that has started it, and nothing has: "
                f'write `with ParentWorker("{file}").sync as worker:` in another program\n'
            )
            sys.exit(_NO_PARENT)
        _serve(given, self)

    def setup(self) -> Any:
        """Prepare what the methods need; an error ends the process, and whoever has started it is told."""

    def teardown(self) -> Any:
        """Clean up."""


def run_class(cls: type) -> None:
    """Serve an object of a class.

    Raises:
        UsageError: it is no ChildWorker.
    """
    if not issubclass(cls, ChildWorker):
        raise UsageError(f"{cls.__module__}.{cls.__qualname__} is no ChildWorker, and cannot be served as one")
    cls().run()


def serve_objects(module: ModuleType) -> None:
    """Serve what the parent asks for by name, of a module that has no worker of its own."""
    given = _given.take()
    if given is None:
        raise UsageError(f"{module.__name__} can be served to the process that has started this one, and nothing has")
    _serve(given, None)


def _serve(given: Given, worker: ChildWorker | None) -> None:
    child = _Child(given, worker)
    _run(child.serve())
    if child.signal is not None:
        sys.exit(_SIGNALLED + child.signal)


def _run(serving: Coroutine[Any, Any, None]) -> None:
    """Run as `asyncio.run` does; before Python 3.10 on the loop that is current here already.

    There an `asyncio.Event` takes the current loop when it is made, in a worker's `__init__` or at the top of its file,
    and serves on no other.
    """
    loop = _current_loop() if sys.version_info < (3, 10) else None
    if loop is None:
        asyncio.run(serving)
        return
    try:
        loop.run_until_complete(serving)
    finally:
        try:
            runners: Any = asyncio.runners
            runners._cancel_all_tasks(loop)  # noqa: SLF001  what `asyncio.run` does
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.run_until_complete(loop.shutdown_default_executor())
        finally:
            asyncio.set_event_loop(None)
            loop.close()


def _current_loop() -> asyncio.AbstractEventLoop | None:
    """Return the loop that is current on this thread, made where none was; None where that cannot be, or it closed."""
    try:
        loop = asyncio.get_event_loop()
    except RuntimeError:  # not the main thread, or the program has run and ended one of its own
        return None
    return None if loop.is_closed() else loop


class _Child:
    """Serve the parent from this process's loop."""

    def __init__(self, given: Given, worker: ChildWorker | None) -> None:
        self._given = given
        self._worker = worker
        self._limits = self._theirs = Limits()
        file = getattr(sys.modules.get("__main__"), "__file__", None) or ""
        self._main_file = file
        self._table: dict[str, Function] = {}
        self._threads: Executor | None = None
        self._extending: Extending | None = None
        self.signal: int | None = None  # that has ended it
        self._back: BlockingConnection | None = None
        self._is_over: asyncio.Future[None]
        self._asking: ParentCalls
        self._main: Connection

    async def serve(self) -> None:
        """Serve until the parent says goodbye, or is gone."""
        loop = asyncio.get_running_loop()
        self._is_over = loop.create_future()
        main, control = map(socket_of, self._given.descriptors[:2])
        self._control = control
        self._handles = ServingHandles(lambda: self._main, lambda: self._asking)
        self._codec = self._new_codec()
        self._asking = ParentCalls(loop, self._codec, lambda: self._outgoing, self._connect_back, self._find, _GRACE_S)
        self._sharing = self._new_sharing()
        self._main = Connection(loop, main, self._limits, self._receive, self._end_main, self._sharing)
        self._outgoing = Outgoing(self._main, self._codec)
        _watch.call_when_orphaned(lambda: loop.call_soon_threadsafe(self._end, None))
        for each in (signal.SIGTERM, signal.SIGINT):
            with contextlib.suppress(NotImplementedError, ValueError, RuntimeError):  # on Windows; not the main thread
                loop.add_signal_handler(each, self._end_by_signal, each)
        served = Served(self._codec, self._find, self._executor, self._limits, self._begun())
        self._serving = Serving(loop, served, self._limits, lambda: self._main, self._end, self._sharing)
        self._main.send(Kind.HELLO, 0, self._hello().encoded())
        try:
            if await self._unless_over(self._set_up()):
                control.setblocking(False)
                loop.add_reader(control.fileno(), self._add_connections, control)
                try:
                    await self._is_over
                finally:
                    loop.remove_reader(control.fileno())
                    self._main.send(Kind.GOODBYE, 0)
                    await self._tear_down()
        finally:
            control.close()
            self._asking.close()
            self._main.close()
            if self._sharing is not None:
                self._sharing.close()

    async def _unless_over(self, setting_up: Coroutine[Any, Any, bool]) -> bool:
        """Await the preparation, and cancel it where the parent is done with this process meanwhile."""
        task = asyncio.ensure_future(setting_up)
        waited: set[asyncio.Future[Any]] = {task, self._is_over}
        try:
            await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
        finally:
            task.cancel()
            await asyncio.wait({task})
        return not task.cancelled() and task.result()

    def _begun(self) -> Callable[[int], object] | None:
        """Return what notes a call that begins, in memory that the parent has, too."""
        if len(self._given.descriptors) <= _PAGE:
            return None
        return Begun(take_page(self._given.descriptors[_PAGE], BEGUN_BYTES)).note

    def _new_sharing(self) -> Sharing | None:
        """Return the memory that is shared with the parent, None where it has given none."""
        size: int = self._given.config.get("arena_bytes", 0)
        if not size:
            return None
        inbound, outbound = self._given.descriptors[_ARENAS]
        return sharing_of(outbound, inbound, size, lambda: self._main)

    def _new_codec(self) -> Codec:
        """Return the codec that the parent asks for; by its hello it knows whether it has got it."""
        if self._given.config.get("codec") != "msgpack":
            return PickleCodec(self._handles, main_file=self._main_file, is_child=True)
        return msgpack_codec(self._handles)

    def _hello(self) -> Hello:
        from .. import __version__

        arena = 0 if self._sharing is None else self._sharing.size
        python = sys.version.split(maxsplit=1)[0]
        return Hello((self._codec.name,), self._limits, __version__, python, os.getpid(), arena)

    async def _set_up(self) -> bool:
        """Prepare the worker and tell the parent what it has; False where that has failed, and was told."""
        try:
            if self._worker is not None:
                self._table = table_of(public_methods(self._worker, _HIDDEN))
                _check_names(self._worker, self._table)
                if self._codec.name != "pickle":
                    self._table = {name: taking_typed(each) for name, each in self._table.items()}
                await _finished(self._worker.setup())
        except Exception as error:  # noqa: BLE001  the boundary to the user's code: the parent reports it
            self._main.send(Kind.ERROR, 0, *dump_error(self._codec, error))
            return False
        described = {
            name: (each.runs, each.is_two_way, each.is_idempotent, signature_of(each.function))
            for name, each in self._table.items()
        }
        self._main.send(Kind.RESULT, 0, *self._codec.dumps(described))
        return True

    async def _tear_down(self) -> None:
        await self._serving.end()
        try:
            if self._worker is not None:
                await _finished(self._worker.teardown())
        finally:
            if self._threads is not None:
                self._threads.shutdown(wait=False)

    # -- what comes

    def _receive(self, message: Message) -> None:
        kind = message.kind
        if kind == Kind.PING:
            self._main.send(Kind.PONG, 0, bytes(message.payload))
        elif kind == Kind.GOODBYE:
            self._end(None)
        elif kind == Kind.HELLO:
            hello = read_hello(message.payload)
            chosen_codec(self._hello(), hello)
            if self._sharing is not None:
                self._sharing.agree(hello.arena)
            self._theirs = hello.limits
            self._main.keep_to(self._theirs)
            self._serving.keep_to(self._theirs)
        elif kind == Kind.SETTLED and self._sharing is not None:
            self._sharing.settle(message.id, message.payload)
        elif kind == Kind.RELEASE:
            self._handles.exported.release(*read_release(message))
        elif message.id & 1:  # the outcome of a call back
            self._outgoing.receive(message)
        else:
            raise ProtocolError(f"a message of the kind {kind} came over the main connection")

    def _end_main(self, error: Exception | None) -> None:
        asyncio.get_running_loop().call_soon(self._outgoing.end)  # a task may have found it over
        self._end(error)

    def _end_by_signal(self, number: int) -> None:
        self.signal = number
        self._end(None)

    def _end(self, error: Exception | None) -> None:
        if self._is_over.done():
            return
        if error is None:
            self._is_over.set_result(None)
        else:
            self._is_over.set_exception(error)

    def _add_connections(self, control: Any) -> None:
        if not has_arrived(control):  # `_connect_back` was faster
            return
        try:
            received = receive_connection(control)
        except OSError:
            received = None
        if received is None:
            self._end(None)
        else:
            self._add_connection(*received)

    def _add_connection(self, number: int, sock: Any) -> None:
        if number == BACK:
            self._back = BlockingConnection(sock, self._limits, self._sharing)
            self._back.keep_to(self._theirs)
        else:
            self._serving.add(number, sock)

    def _connect_back(self) -> BlockingConnection:
        """Return the connection for calls that hold the loop: the parent has sent it before what needs it."""
        while self._back is None:
            received = receive_connection(self._control)
            if received is None:
                raise EOFError("the parent is gone")
            self._add_connection(*received)
        return self._back

    # -- what is served

    def _find(self, target: int, asked: str) -> Function:
        entry = self._table.get(asked) if target == ROOT else None
        if entry is not None:
            return entry
        if "\0" not in asked:
            return self._found(target, asked)
        from ..rpc._spans import spanned, split  # here: most callers send no span along

        name, carried = split(asked)
        entry = self._found(target, name)
        return entry._replace(function=spanned(entry.function, entry.name, entry.runs, carried))

    def _found(self, target: int, name: str) -> Function:
        if target == ROOT:
            return find(self._table, name, type(self._worker).__name__)
        if target == DEFINITIONS:
            if name.startswith("extended "):
                return self._extended(name)
            return definition_of(name)
        return function_of(self._handles.exported.find(target), name)

    def _extended(self, asked: str) -> Function:
        if self._extending is None:
            from ..rpc.serving.extending import Extending  # here: it loads the bridge

            self._extending = Extending(lambda: self._asking)
        return self._extending.function_of(asked.partition(" ")[2], definition_at)

    def _executor(self) -> Executor:
        if self._threads is None:
            from concurrent.futures import ThreadPoolExecutor

            self._threads = ThreadPoolExecutor(_MOST_THREADS, "ambidex sync method")
        return self._threads


def _check_names(worker: ChildWorker, table: dict[str, Any]) -> None:
    taken = [name for name in OWN_NAMES if name in table]
    if taken:
        raise UsageError(
            f"{type(worker).__name__} has methods that `.call` and `.acall` have themselves: {', '.join(taken)}; "
            "give them other names"
        )


async def _finished(value: Any) -> None:
    if inspect.isawaitable(value):
        await value
