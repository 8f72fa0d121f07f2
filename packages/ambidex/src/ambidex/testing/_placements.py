"""Own the placements of this library: in this process, with and without copies, in a child, and behind sockets."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from ..runtime import run_async_task
from ..service import Service, connect
from ..workers.child import ChildWorker
from ..workers.parent import ParentWorker
from ._placement import Placement

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..service import Remote

T = TypeVar("T")
_PLAIN = (
    "A plain function of one client would hold the service for all others while it runs, so it is refused: give an "
    "async one."
)
_NO_PLAIN_FUNCTIONS: Mapping[str, str] = MappingProxyType(
    {f"callbacks/plain-function-whose-result-is-there-at-once/{way}": _PLAIN for way in ("blocking", "awaited")}
)


class InProcess(Placement):
    """Make objects in this process, as a call of the generated class does."""

    def place(self, cls: type[T], /, *args: object) -> T:
        """Return a new object's face."""
        return cls(*args)


class CopiesEverything(Placement):
    """Make objects in this process, and copy all that goes to them and comes from them, as a service does.

    What is data arrives as another object: who counts on seeing a later change of it, finds out. What cannot be sent is
    refused. Each object is served at a Unix socket, and its face is that of a client; `args` alone are not copied.
    """

    exceptions: ClassVar[Mapping[str, str]] = _NO_PLAIN_FUNCTIONS

    def __init__(self) -> None:
        self._open: list[tuple[Remote, Service]] = []
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def place(self, cls: type[T], /, *args: object) -> T:
        """Return the face of a new object, which is another one than it has in its own code."""
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory()  # a short path: that of a socket may not be long
        service = Service(cls(*args), f"unix://{self._folder.name}/{len(self._open)}.sock")
        run_async_task(service.start())
        remote = connect(service.address)
        self._open.append((remote, service))
        return remote.root(cls)

    def close(self) -> None:
        """End each service, and its client."""
        while self._open:
            remote, service = self._open.pop()
            remote.close()
            run_async_task(service.close())
        folder, self._folder = self._folder, None
        if folder is not None:
            folder.cleanup()


class InChild(Placement):
    """Make objects in one child process, which begins with the first of them.

    `codec` is "pickle", or "msgpack" for a child that is not trusted.
    """

    def __init__(self, codec: str = "pickle") -> None:
        self._codec = codec
        self._worker: ParentWorker | None = None

    def place(self, cls: type[T], /, *args: object) -> T:
        """Block until the object is made in the child, and return its face."""
        if self._worker is None:
            codec: Any = self._codec
            self._worker = ParentWorker(f"{__name__}:Host", codec=codec)
            self._worker.call.start()
        make: Any = cls
        face: T = self._worker.create(make, *args)
        return face

    def close(self) -> None:
        """End the child."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.call.close()


class Host(ChildWorker):
    """Be the child, in which anything public can be made."""


class _Daemon(Placement):
    """Serve one object in a process of its own, and be a client of that."""

    exceptions: ClassVar[Mapping[str, str]] = _NO_PLAIN_FUNCTIONS

    def __init__(self) -> None:
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._process: subprocess.Popen[str] | None = None
        self._remote: Remote | None = None

    def place(self, cls: type[T], /, *args: object) -> T:
        """Block until a daemon serves the object, and return its face; one object for each placement.

        `args` are such as JSON has.

        Raises:
            RuntimeError: there is one already, or the daemon does not start.
        """
        if self._process is not None:
            raise RuntimeError("a service has one root: have it give the other objects")
        self._folder = tempfile.TemporaryDirectory()  # a short path: that of a socket may not be long
        address, *keys = self._address(self._folder.name)
        what = [address, f"{cls.__module__}:{cls.__qualname__}", json.dumps(args), *keys]
        self._process = subprocess.Popen(  # noqa: S603  this interpreter, and what this module has put together
            [sys.executable, "-m", f"{__package__}._daemon", *what],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        address = self._process.stdout.readline().strip()
        if not address:
            status = self._process.wait()
            self.close()
            raise RuntimeError(f"the daemon has ended with {status} before it served")
        self._remote = self._connect(address)
        return self._remote.root(cls)

    def _address(self, folder: str) -> list[str]:
        """Return the address, and for TLS the file of the service's identity and the key of its client."""
        raise NotImplementedError

    def _connect(self, address: str) -> Remote:
        raise NotImplementedError

    def close(self) -> None:
        """Take leave of the daemon, and end it."""
        remote, self._remote = self._remote, None
        if remote is not None:
            remote.close()
        process, self._process = self._process, None
        if process is not None:
            process.communicate()  # the end of its standard input is what it waits for
        folder, self._folder = self._folder, None
        if folder is not None:
            folder.cleanup()


class OverUnixSocket(_Daemon):
    """Serve an object at a Unix socket, by a daemon in a process of its own."""

    def _address(self, folder: str) -> list[str]:
        return [f"unix://{folder}/served.sock"]

    def _connect(self, address: str) -> Remote:
        return connect(address)


class OverTLS(_Daemon):
    """Serve an object at a TCP port of this machine, where both sides have a key that the other one knows.

    Needs `ambidex[tls]`.
    """

    def _address(self, folder: str) -> list[str]:
        from ..service import Identity

        self._own = Identity.create(f"{folder}/client.key")
        self._theirs = Identity.create(f"{folder}/service.key")
        return ["tcp+tls://127.0.0.1:0", f"{folder}/service.key", self._own.key]

    def _connect(self, address: str) -> Remote:
        return connect(address, identity=self._own, pin=self._theirs.key)
