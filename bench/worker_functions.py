"""What the children of `multiprocessing` run; they import little else, for their start is measured, too."""

from __future__ import annotations

import contextlib
import os
import signal

TYPE_CHECKING = False  # as in the library: typing is not worth its import here
if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from typing import Any


def add(left: int, right: int) -> int:
    """Return the sum."""
    return left + right


def echo(data: Any) -> Any:
    """Return what was given."""
    return data


def die() -> None:
    """End this process at once."""
    os.kill(os.getpid(), signal.SIGKILL)


def serve_pipe(connection: Connection) -> None:
    """Answer what comes, until the other side closes."""
    functions: dict[str, Callable[..., Any]] = {"add": add, "echo": echo, "die": die}
    with contextlib.suppress(EOFError):  # the other side is done
        while True:
            name, arguments = connection.recv()
            if name == "count":
                for number in range(*arguments):
                    connection.send(number)
            else:
                connection.send(functions[name](*arguments))


class Remote:
    """Answer calls in a manager's process."""

    def add(self, left: int, right: int) -> int:
        """Return the sum."""
        return left + right

    def echo(self, data: Any) -> Any:
        """Return what was given."""
        return data

    def die(self) -> None:
        """End the process."""
        die()
