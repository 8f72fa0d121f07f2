"""Own the start and the end of what has child processes, blocking and awaited: of a worker, and of a pool."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from ._joint import closed_where_interrupted

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

    from ..runtime import Runtime
    from ._listed import Functions


class Lifecycle(ABC):
    """Start and end child processes, by `with`, by `async with`, or step by step.

    `runtime` is that of workers. `str` of it names it in messages, and tells no secret.
    """

    runtime: Runtime

    async def start(self) -> None:
        """Start what is to run and wait until it is ready; nothing happens where it runs.

        Raises:
            UsageError: there is no such program or interpreter.
            WorkerNotStarted: a child ended before it was ready, or took too long.
            RuntimeClosed: it was closed meanwhile.
        """
        await self.runtime.await_(self.begin, (), {}, f"{self}.start")

    def start_blocking(self) -> None:
        """Do what `start` does, and block meanwhile."""
        self.runtime.run(self.begin, (), {}, f"{self}.call.start", f"await {self}.start()")

    async def close(self) -> None:
        """Ask each child to end, make it end where it does not, and wait for that; open calls fail.

        Calls that wait for a worker of a pool fail with `RuntimeClosed`. In a process that was forked from the one that
        has started the children, nothing happens.
        """
        if self.is_of_this_process:
            await self.runtime.await_(self.end, (), {}, f"{self}.close")

    def close_blocking(self) -> None:
        """Do what `close` does, and block meanwhile."""
        if self.is_of_this_process:
            self.runtime.run(self.end, (), {}, f"{self}.call.close", f"await {self}.close()")

    def __enter__(self) -> Self:
        with closed_where_interrupted(self.close_blocking):
            self.start_blocking()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        self.close_blocking()

    async def __aenter__(self) -> Self:
        try:
            await self.start()
        except asyncio.CancelledError:  # which may have come when it had started: no `__aexit__` follows
            await self.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"<{self}: {self.state()}>"

    def check_name(self, name: str, face: str) -> None:
        """Check that a child has a function of this name, as far as that is known.

        Raises:
            AttributeError: it has none, or may not be asked for it.
        """
        if name.startswith("_"):
            raise AttributeError(f"{self}.{face} has no {name}: names that begin with an underscore are private")
        functions = self.known_functions()
        if functions is not None and name not in functions:
            raise AttributeError(f"{self}.{face} has no {name}: {self.whose} {functions.told()}")

    # -- what differs

    whose = "the child has"

    @property
    @abstractmethod
    def is_of_this_process(self) -> bool:
        """Whether its children, or those to come, are of this process, and not of the one it was forked from."""

    @abstractmethod
    async def begin(self) -> None:
        """Do what `start` does, on the loop of the runtime."""

    @abstractmethod
    async def end(self) -> None:
        """Do what `close` does, on the loop of the runtime."""

    @abstractmethod
    def state(self) -> str:
        """Say in some words what runs."""

    @abstractmethod
    def known_functions(self) -> Functions | None:
        """Return what a child has told that it has, None before one did."""

    @abstractmethod
    def functions(self, name: str) -> Functions:
        """Return the same, for what is called `name`.

        Raises:
            UsageError: nothing was started.
        """


class BlockingSide:
    """Run what has child processes for the time of a `with` block."""

    def __init__(self, whole: Lifecycle) -> None:
        self._whole = whole

    def start(self) -> None:
        """Start what is to run and wait until it is ready; nothing happens where it runs."""
        self._whole.start_blocking()

    def close(self) -> None:
        """End each child, and wait for that."""
        self._whole.close_blocking()

    def __enter__(self) -> Self:
        self._whole.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<{self._whole}.sync: {self._whole.state()}>"
